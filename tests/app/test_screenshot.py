"""``nnviz screenshot`` as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from nnviz.visual.palette import DARK, LIGHT

ARGUMENTS = ("--preset", "primer-2-3-2", "--size", "1000x700")


def screenshot(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nnviz", "screenshot", str(path), *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "none"}  # it chooses by itself
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=120
    )


def picture(path: Path, *arguments: str) -> QImage:
    result = screenshot(path, *ARGUMENTS, *arguments)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    return QImage(str(path))


def colours(image: QImage) -> set[tuple[int, ...]]:
    small = image.scaled(image.width() // 4, image.height() // 4)
    return {
        small.pixelColor(x, y).getRgb()[:3]
        for x in range(small.width())
        for y in range(small.height())
    }


def test_pictures_differ_between_steps_and_have_the_size_asked_for(tmp_path: Path) -> None:
    start = picture(tmp_path / "start.png", "--step", "0")
    end = picture(tmp_path / "end.png", "--step", "7", "--select", "1,0")

    assert (start.width(), start.height()) == (end.width(), end.height()) == (1000, 700)
    assert len(colours(start)) > 30
    assert start != end


def test_the_same_picture_comes_out_the_same(tmp_path: Path) -> None:
    first, second = (picture(tmp_path / f"{each}.png", "--step", "3") for each in "ab")

    assert first == second


@pytest.mark.parametrize(("theme", "palette"), [("dark", DARK), ("light", LIGHT)])
def test_a_theme_can_be_chosen(
    tmp_path: Path, theme: str, palette: object
) -> None:
    image = picture(tmp_path / "theme.png", "--theme", theme)

    assert image.pixelColor(2, 350).getRgb()[:3] == palette.window  # type: ignore[attr-defined]


def test_the_smallest_picture_has_its_exact_size(tmp_path: Path) -> None:
    image = picture(tmp_path / "small.png", "--size", "640x480")

    assert (image.width(), image.height()) == (640, 480)


def test_a_network_file_can_be_shown(tmp_path: Path) -> None:
    from nnviz.presets import presets

    source = Path(presets.__file__).parent / "mazur-2-2-2.json"
    result = screenshot(tmp_path / "file.png", "--network", str(source), "--size", "800x600")

    assert result.returncode == 0
    assert QImage(str(tmp_path / "file.png")).width() == 800


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--step", "99"], ["--step 99", "7 steps by layer"]),
        (["--select", "9,9"], ["--select 9,9", "layers 0 to 2"]),
        (["--select", "1,3"], ["--select 1,3", "neurons 0 to 2"]),
        (["--example", "5"], ["--example 5", "0 to 0"]),
        (["--network", "missing.json"], ["missing.json"]),
    ],
)
def test_what_cannot_be_shown_is_refused_with_one_sentence(
    tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    preset = [] if "--network" in arguments else ARGUMENTS
    result = screenshot(tmp_path / "no.png", *preset, *arguments)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("nnviz: ")
    assert result.stderr.count("\n") == 1
    assert all(word in result.stderr for word in words)
    assert not (tmp_path / "no.png").exists()


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    result = screenshot(tmp_path / "missing" / "no.png")

    assert result.returncode == 2
    assert "missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_data_only_the_untouched_network_can_be_shown(tmp_path: Path) -> None:
    data = ("--preset", "mnist-784-10", "--data-dir", str(tmp_path / "nowhere"))

    refused = screenshot(tmp_path / "no.png", *data)
    shown = screenshot(tmp_path / "yes.png", *data, "--step", "0")

    assert refused.returncode == 2
    assert "nowhere" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "yes.png").exists()
