"""Opening data in the window: the dialogs, the words while it is read, what stands in front."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.datasets import open_data as opening
from nnviz.datasets.reading import Reading
from nnviz.presets.names import TOY_PRESETS


def choose(window: MainWindow, action: str, path: Path) -> None:
    window.action(action).trigger()
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A folder with 12 pictures of 6 × 5 pixels in two classes."""
    folder = tmp_path / "shapes"
    for name, grey in (("a rather long name", 20), ("square", 220)):
        (folder / name).mkdir(parents=True)
        for number in range(6):
            Image.new("L", (5, 6), grey + number).save(folder / name / f"{number}.png")
    return folder


def test_a_folder_of_images_is_opened_drawn_and_undone(
    window: MainWindow, qtbot: QtBot, shapes: Path
) -> None:
    with qtbot.waitSignal(window.workspace.data.opened, timeout=10_000):
        choose(window, "file.open-data-folder", shapes)

    state = window.workspace.state
    assert window.windowTitle() == "shapes 30-3-2"
    assert state.image_shape == (6, 5)
    assert window.panels["weight-images"].in_sight
    status = window.findChild(QLabel, "status.text")
    assert status is not None
    assert status.text().startswith("Network 30-3-2 with new weights: Adam, η 0.002, ")
    assert " 12 images of 6 × 5 in 2 classes; made grey, bytes" in status.text()
    parts = window.findChild(QComboBox, "example.subset")
    assert parts is not None
    assert [parts.itemText(row) for row in range(2)] == ["Test images", "Training images"]
    assert parts.toolTip().startswith("12 images of 6 × 5 in 2 classes")
    answer = window.findChild(QLabel, "example.answer")
    assert answer is not None
    assert "This is “" in answer.toolTip()

    window.action("edit.undo").trigger()
    assert window.windowTitle() == "Primer 2-3-2"


def test_refused_data_is_one_sentence_in_a_box(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "d.npz"
    path.write_bytes(b"nothing of the kind")

    with qtbot.waitSignal(window.workspace.data.refused, timeout=10_000):
        choose(window, "file.open-data", path)

    box = window.findChild(QMessageBox, "dialog.warning")
    assert box is not None
    assert box.text().startswith("d.npz is not a .npz file, or damaged")
    box.close()
    assert window.windowTitle() == "Primer 2-3-2"


def test_while_data_is_read_it_is_said_how_far_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path, reading: Reading) -> None:
        reading.say("reading 3 of 9 images …")
        while True:
            reading.check()

    monkeypatch.setattr(opening, "_opened", read)
    words = window.findChild(QLabel, "reading.words")
    cancel = window.findChild(QToolButton, "reading.cancel")
    assert words is not None
    assert cancel is not None
    assert not cancel.isVisible()

    choose(window, "file.open-data", tmp_path / "x.npz")
    qtbot.waitUntil(lambda: words.text() == "Reading 3 of 9 images …")
    assert cancel.isVisible()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)

    assert not cancel.isVisible()
    assert not window.workspace.data.is_reading


def test_saving_says_where_the_examples_are(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    x = np.zeros((120, 30, 30), np.uint8)
    np.savez(tmp_path / "many.npz", x=x, y=np.arange(120) % 2)
    with qtbot.waitSignal(window.workspace.data.opened, timeout=10_000):
        choose(window, "file.open-data", tmp_path / "many.npz")

    choose(window, "file.save", tmp_path / "net.json")

    status = window.findChild(QLabel, "status.text")
    assert status is not None
    assert status.text() == (
        "Saved net.json without its 120 examples; open many again after it, and the weights stay."
    )


def test_the_plane_comes_to_the_front_with_a_toy_set(window: MainWindow) -> None:
    assert not window.panels["decision-boundary"].in_sight

    window.workspace.open_preset(TOY_PRESETS["spirals"])
    assert window.panels["decision-boundary"].in_sight

    window.workspace.open_preset("xor-2-2-1")
    assert window.panels["chain-rule"].in_sight


def test_toy_sets_stand_between_the_articles_and_mnist_in_the_menu(window: MainWindow) -> None:
    button = window.findChild(QToolButton, "toolbar.preset")
    assert button is not None
    actions = button.menu().actions()

    groups = [[]]
    for action in actions:
        if action.isSeparator():
            groups.append([])
        else:
            groups[-1].append(action.text())
    assert [len(group) for group in groups] == [11, 6, 4]
    assert groups[1][2] == "Spirals 2-8-8-2"
