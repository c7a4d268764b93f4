from pathlib import Path

import numpy as np
import pytest

from nnviz.datasets.open_data import open_data
from nnviz.datasets.reading import LoadingCancelled, Reading, shown_name
from nnviz.errors import DataFileError


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing.npz", "There is no file or folder"),
        ("notes.txt", "notes.txt is no data that can be read here; known are IDX files"),
    ],
)
def test_what_is_no_data_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")

    with pytest.raises(DataFileError, match=message):
        open_data(tmp_path / name)


def test_reading_a_file_can_be_given_up(tmp_path: Path) -> None:
    path = tmp_path / "d.npz"
    np.savez(path, x=np.zeros((4, 2)), y=[0, 1, 0, 1])

    with pytest.raises(LoadingCancelled):
        open_data(path, Reading(is_cancelled=lambda: True))


def test_an_error_of_the_disk_is_a_sentence(tmp_path: Path, monkeypatch) -> None:
    def fail(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", fail)

    with pytest.raises(DataFileError, match=r"cannot be read \(Permission denied\); check its"):
        open_data(tmp_path)


def test_too_little_memory_is_a_sentence(tmp_path: Path, monkeypatch) -> None:
    def fail(self: Path) -> None:
        raise MemoryError

    monkeypatch.setattr(Path, "iterdir", fail)

    with pytest.raises(DataFileError, match="does not fit into the memory that is free"):
        open_data(tmp_path)


def test_names_lose_what_cannot_be_shown() -> None:
    assert shown_name("a\nb\x00c ", "d") == "abc"
    assert shown_name("\n", "class 3") == "class 3"
