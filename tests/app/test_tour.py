import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage


def tour(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nnviz", "tour", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
@pytest.mark.mnist
def test_the_tour_leaves_eighteen_different_pictures(tmp_path: Path) -> None:
    result = tour(str(tmp_path / "new" / "folder"))

    paths = sorted((tmp_path / "new" / "folder").iterdir())
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [str(path) for path in paths]
    assert len({path.read_bytes() for path in paths}) == len(paths) == 18
    assert {QImage(str(path)).width() for path in paths} == {1600}


@pytest.mark.slow
def test_a_tour_without_data_is_refused_with_one_sentence(tmp_path: Path) -> None:
    result = tour(str(tmp_path / "out"), "--data-dir", str(tmp_path / "nowhere"))

    assert result.returncode == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_tour_into_a_file_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = tour(str(tmp_path / "file"))

    assert result.returncode == 2
    assert "the folder cannot be made" in result.stderr
