"""``nnviz render`` in this process: what it writes, and how it refuses."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QApplication

from nnviz.app.cli import main
from nnviz.presets import presets

MAZUR = Path(presets.__file__).parent / "mazur-2-2-2.json"


@pytest.fixture(autouse=True)
def qt_as_before(application: QApplication) -> Iterator[None]:
    """Give back Qt's messages to the test's own watch, which the command takes over."""
    before = qInstallMessageHandler(None)
    qInstallMessageHandler(before)
    yield
    qInstallMessageHandler(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_network_file_comes_before_a_preset_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("primer-2-3-2").write_bytes(MAZUR.read_bytes())

    assert main(["render", "primer-2-3-2", "--step", "0", "--out", "file.svg"]) == 0
    assert main(["render", "xor-2-2-1", "--step", "0", "--out", "preset.svg"]) == 0

    assert "layers 2-2-2" in Path("file.svg").read_text()
    assert "layers 2-2-1" in Path("preset.svg").read_text()


def test_the_moment_and_the_size_are_those_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "fig.png"
    arguments = ["--granularity", "operation", "--step", "4", "--select", "1,0", "--width", "500"]

    arguments += ["--height", "400", "--scale", "2", "--theme", "dark", "--mini-batch", "2"]
    assert main(["render", "xor-2-2-1", "--out", str(out), *arguments]) == 0

    image = QImage(str(out))
    assert (image.width(), image.height()) == (1000, 800)
    assert "example 1 of 2 · step 4 of" in image.text("Description")


def test_a_gif_has_a_frame_for_the_start_and_for_each_step(tmp_path: Path) -> None:
    out = tmp_path / "pass.gif"
    arguments = ["--animate", "--seconds-per-step", "0.5", "--width", "480"]

    assert main(["render", "neuron-2-1", "--out", str(out), *arguments]) == 0

    reader = QImageReader(str(out))
    assert reader.imageCount() == 1 + 5  # input, layer, cost, gradients, update
    assert reader.loopCount() == -1
    frames = [(reader.read(), reader.nextImageDelay()) for _ in range(6)]
    assert [delay for _, delay in frames] == [500] * 5 + [1000]
    assert {frame.width() for frame, _ in frames} == {480}
    assert all(one[0] != other[0] for one, other in pairwise(frames))


def test_a_folder_gets_numbered_frames_of_one_size(tmp_path: Path) -> None:
    out = tmp_path / "frames"
    arguments = ["--with-inspector", "--width", "400"]

    assert main(["render", "neuron-2-1", "--out", f"{out}{os.sep}", *arguments]) == 0

    assert names(out) == [f"frame-{index:03d}.png" for index in range(6)]
    images = [QImage(str(out / name)) for name in names(out)]
    assert len({(image.width(), image.height()) for image in images}) == 1
    assert images[2].text("Title").endswith("Compute z and a of layer 1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["primer-2-3", "--out", "x.svg"], "neither a network file nor a preset called"),
        (["primer-2-3-2", "--out", "x.bmp"], "ends in .svg, .pdf, .png or .gif"),
        (["primer-2-3-2", "--out", "x.svg", "--animate"], "a .gif file or a folder"),
        (["primer-2-3-2", "--out", "x.gif", "--step", "1"], "shows every step"),
        (["primer-2-3-2", "--out", "x.pdf", "--scale", "2"], "choose --width"),
        (["primer-2-3-2", "--out", "x.svg", "--seconds-per-step", "1"], "belongs to an animation"),
        (["primer-2-3-2", "--out", "x.gif", "--seconds-per-step", "99"], "at most 60"),
        (["primer-2-3-2", "--out", "x.svg", "--width", "319"], "from 320 to 8,000"),
        (["primer-2-3-2", "--out", "x.svg", "--width", "8001"], "from 320 to 8,000"),
        (["primer-2-3-2", "--out", "x.svg", "--theme", "sepia"], "'sepia' is not known"),
        (["primer-2-3-2", "--out", "x.svg", "--step", "8"], "has 7 steps by layer"),
        (["primer-2-3-2", "--out", "x.svg", "--select", "1,3"], "layer 1 has neurons 0 to 2"),
        (["primer-2-3-2", "--out", "x.gif", "--select", "9,3"], "has layers 0 to 2"),
        (["primer-2-3-2", "--out", "no/x.svg"], "there is no folder"),
        (["primer-2-3-2", "--out", "no/x.gif"], "there is no folder"),
        (["primer-2-3-2", "--out", "no/frames/"], "there is no folder"),
        (["primer-2-3-2", "--out", "used"], "it holds mine.txt"),
        (["broken.json", "--out", "x.svg"], "broken.json"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nothing(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.json").write_text("{")
    Path("used").mkdir()
    Path("used/mine.txt").write_text("mine")

    code = main(["render", *arguments])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("nnviz: ")
    assert said.err.count("\n") == 1
    assert words in said.err
    assert names(tmp_path) == ["broken.json", "used"]
    assert names(tmp_path / "used") == ["mine.txt"]
