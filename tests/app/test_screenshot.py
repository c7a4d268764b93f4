"""``nnviz screenshot`` as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from nnviz.presets import presets
from nnviz.visual.palette import DARK, LIGHT

PRIMER = ("--preset", "primer-2-3-2", "--size", "1000x700")
MAZUR = Path(presets.__file__).parent / "mazur-2-2-2.json"


def screenshot(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nnviz", "screenshot", str(path), *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "none"}  # it chooses one by itself
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=120
    )


def picture(path: Path, *arguments: str) -> QImage:
    result = screenshot(path, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return QImage(str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def end(folder: Path) -> QImage:
    return picture(folder / "end.png", *PRIMER, "--step", "7", "--select", "1,0")


@pytest.fixture(scope="module")
def small(folder: Path) -> QImage:
    return picture(
        folder / "small.png", "--network", str(MAZUR), "--size", "640x480", "--theme", "light"
    )


def colours(image: QImage) -> set[tuple[int, ...]]:
    few = image.scaled(200, 150)
    return {few.pixelColor(x, y).getRgb()[:3] for x in range(200) for y in range(150)}


def test_a_picture_has_the_size_asked_for_and_is_not_blank(end: QImage) -> None:
    assert (end.width(), end.height()) == (1000, 700)
    assert len(colours(end)) > 50


def test_the_smallest_picture_has_its_exact_size_too(small: QImage) -> None:
    assert (small.width(), small.height()) == (640, 480)


def test_themes_have_their_own_ground(end: QImage, small: QImage) -> None:
    assert end.pixelColor(2, 350).getRgb()[:3] == DARK.window
    assert small.pixelColor(2, 300).getRgb()[:3] == LIGHT.window


@pytest.mark.slow
def test_pictures_differ_between_steps(end: QImage, tmp_path: Path) -> None:
    assert picture(tmp_path / "start.png", *PRIMER, "--step", "0") != end


def test_the_same_picture_comes_out_the_same(end: QImage, tmp_path: Path) -> None:
    assert picture(tmp_path / "end.png", *PRIMER, "--step", "7", "--select", "1,0") == end


def test_a_picture_can_show_an_edge_changed_by_hand(end: QImage, tmp_path: Path) -> None:
    arguments = (*PRIMER, "--step", "7", "--select", "1,0,1", "--panel", "what-if")

    before = picture(tmp_path / "before.png", *arguments)
    after = picture(tmp_path / "after.png", *arguments, "--what-if", "1.2")

    assert before != end
    assert before != after


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*PRIMER, "--step", "99"), ["--step 99", "7 steps by layer"]),
        pytest.param(("--network", "missing.json"), ["missing.json"], marks=pytest.mark.slow),
        pytest.param(
            (*PRIMER, "--select", "1,0,2"),
            ["--select 1,0,2", "no such edge"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (*PRIMER, "--what-if", "1"), ["--what-if", "--select"], marks=pytest.mark.slow
        ),
        ((*PRIMER, "--mistake", "typo"), ["--mistake typo", "gradient-ascent"]),
    ],
)
def test_what_cannot_be_shown_is_refused_with_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], words: list[str]
) -> None:
    result = screenshot(tmp_path / "no.png", *arguments)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("nnviz: ")
    assert result.stderr.count("\n") == 1
    assert all(word in result.stderr for word in words)
    assert not (tmp_path / "no.png").exists()


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    result = screenshot(tmp_path / "missing" / "no.png")

    assert result.returncode == 2
    assert "missing" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_data_no_pass_can_be_shown(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"

    result = screenshot(tmp_path / "no.png", "--data-dir", str(nowhere))

    assert result.returncode == 2
    assert "nowhere" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_without_data_the_untouched_network_can_be_shown(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"

    image = picture(tmp_path / "yes.png", "--data-dir", str(nowhere), "--step", "0")

    assert image.width() == 1600
