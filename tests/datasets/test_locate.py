from pathlib import Path

import pytest

from nnviz.datasets import locate
from nnviz.datasets.locate import ENVIRONMENT_VARIABLE, find_data_folder
from nnviz.errors import DataFileError


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in an empty folder, without the environment variable."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(locate, "PACKAGE_FOLDER", tmp_path / "nnviz")
    return tmp_path


def make_data(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / f"{locate.MARK}.gz").touch()
    return folder


def test_the_order_is_option_environment_wheel_repository(site, monkeypatch):
    option, variable = make_data(site / "option"), make_data(site / "variable")
    repository = make_data(site / "data")
    found = [find_data_folder()]
    wheel = make_data(site / "nnviz" / "_data")

    found.append(find_data_folder())
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(variable))
    found += [find_data_folder(), find_data_folder(option)]

    assert found == [repository, wheel, variable, option]


def test_a_named_folder_that_does_not_exist_is_refused_although_another_does(site, monkeypatch):
    make_data(site / "data")

    with pytest.raises(DataFileError, match="gone, named by --data-dir, does not exist"):
        find_data_folder(site / "gone")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(site / "lost"))
    with pytest.raises(DataFileError, match="lost, named by NNVIZ_DATA_DIR, does not exist"):
        find_data_folder()


def test_somebody_else_s_data_folder_beside_the_package_does_not_count(site):
    (site / "data").mkdir()

    with pytest.raises(DataFileError) as caught:
        find_data_folder()

    assert str(site / "nnviz" / "_data") in str(caught.value)
    assert str(site / "data") in str(caught.value)
