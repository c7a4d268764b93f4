"""Export Picture and Export Animation as a user meets them: dialogs, files, refusals, Cancel."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnviz.app.exports import Exports
from nnviz.app.file_dialogs import FileDialogs
from nnviz.app.main_window import MainWindow
from nnviz.stores.workspace import Workspace
from nnviz.visual.palette import DARK, PAPER


@pytest.fixture
def workspace(application: QApplication) -> Iterator[Workspace]:
    result = Workspace()
    result.open_preset("primer-2-3-2")
    yield result
    assert result.training.shutdown()


@pytest.fixture
def host(qtbot: QtBot, workspace: Workspace) -> QWidget:
    """A plain widget in the place of the main window, which takes a while to open."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def exports(host: QWidget, workspace: Workspace) -> Exports:
    return FileDialogs(host, workspace).exports


def choose(dialog: QDialog, name: str, text: str) -> None:
    combo = dialog.findChild(QComboBox, f"export.{name}")
    assert combo is not None
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def press(qtbot: QtBot, dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, f"export.{name}")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(window: QWidget, path: Path) -> str:
    """Choose a file in the open file dialog; return the name that it offered."""
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    offered = Path(dialog.selectedFiles()[0]).name
    dialog.fileSelected.emit(str(path))
    dialog.close()
    return offered


def warning(window: QWidget) -> str:
    box = window.findChild(QMessageBox, "dialog.warning")
    assert box is not None
    box.close()
    return box.text()


def set_width(dialog: QDialog, width: int) -> None:
    field = dialog.findChild(QSpinBox, "export.width")
    assert field is not None
    field.setValue(width)


def test_a_picture_is_written_as_it_was_asked_for(
    host: QWidget, workspace: Workspace, exports: Exports, qtbot: QtBot, tmp_path: Path
) -> None:
    workspace.stepper.step_forward()
    exports.export_picture()
    dialog = exports.figure_dialog
    choose(dialog, "format", "PNG, 2×")
    choose(dialog, "theme", "Dark")
    set_width(dialog, 500)

    press(qtbot, dialog, "accept")
    offered = answer(host, tmp_path / "fig.png")

    image = QImage(str(tmp_path / "fig.png"))
    assert offered == "Primer 2-3-2-step-1.png"
    assert image.width() == 1000
    assert image.pixelColor(1, 1).getRgb()[:3] == DARK.surface
    assert not dialog.isVisible()
    exports.export_picture()
    assert (dialog.ending, dialog.scale, dialog.look.theme, dialog.look.width) == (
        "png", 2, "dark", 500,
    )  # fmt: skip


def test_the_preview_follows_the_steps_and_the_choices(
    workspace: Workspace, exports: Exports, qtbot: QtBot
) -> None:
    exports.export_picture()
    dialog = exports.figure_dialog
    preview, size = (dialog.findChild(QLabel, f"export.{name}") for name in ("preview", "size"))
    assert preview is not None
    assert size is not None
    qtbot.waitUntil(lambda: not preview.pixmap().isNull())
    before = preview.pixmap().toImage()
    assert before.pixelColor(1, 1).getRgb()[:3] == PAPER.surface

    workspace.stepper.step_forward()
    qtbot.waitUntil(lambda: preview.pixmap().toImage() != before)
    alone = size.text()
    choose(dialog, "content", "The canvas and the inspector")

    qtbot.waitUntil(lambda: preview.pixmap().toImage().height() > 0 and size.text() != "")
    assert alone.startswith("1200 × ")


def test_a_picture_that_cannot_be_written_is_refused_with_a_sentence(
    host: QWidget, workspace: Workspace, exports: Exports, qtbot: QtBot, tmp_path: Path
) -> None:
    exports.export_picture()
    press(qtbot, exports.figure_dialog, "accept")

    answer(host, tmp_path / "missing" / "fig.pdf")

    assert "missing" in warning(host)
    assert list(tmp_path.glob("*.pdf")) == []


def test_an_animation_is_made_while_the_window_stays_usable(
    host: QWidget, workspace: Workspace, exports: Exports, qtbot: QtBot, tmp_path: Path
) -> None:
    exports.export_animation()
    dialog = exports.animation_dialog
    set_width(dialog, 400)
    press(qtbot, dialog, "accept")
    assert answer(host, tmp_path / "pass.gif") == "Primer 2-3-2-pass.gif"
    assert exports.is_making

    workspace.stepper.step_forward()  # the frames are those of the kept pass
    with qtbot.waitSignal(exports.said) as said:
        pass

    assert said.args == ["Exported pass.gif."]
    assert QImageReader(str(tmp_path / "pass.gif")).imageCount() == 8
    assert workspace.stepper.timeline.position == 0
    assert not dialog.isVisible()


def test_cancel_leaves_nothing_of_the_frames(
    host: QWidget, workspace: Workspace, exports: Exports, qtbot: QtBot, tmp_path: Path
) -> None:
    exports.export_animation()
    dialog = exports.animation_dialog
    choose(dialog, "kind", "A folder of PNG frames")
    set_width(dialog, 400)
    press(qtbot, dialog, "accept")
    answer(host, tmp_path / "frames")
    assert len(os.listdir(tmp_path)) > 0

    press(qtbot, dialog, "leave")

    assert not exports.is_making
    assert [name for name in os.listdir(tmp_path) if name != "settings.ini"] == []
    assert dialog.isVisible()


def test_another_network_ends_an_animation_with_a_sentence(
    host: QWidget, workspace: Workspace, exports: Exports, qtbot: QtBot, tmp_path: Path
) -> None:
    exports.export_animation()
    press(qtbot, exports.animation_dialog, "accept")
    answer(host, tmp_path / "pass.gif")

    workspace.open_preset("xor-2-2-1")
    with qtbot.waitSignal(exports.refused):
        pass

    assert "Another network is open" in warning(host)
    assert not (tmp_path / "pass.gif").exists()


def test_the_actions_open_the_dialogs_and_closing_the_window_cancels(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    exports = window.files.exports
    window.action("file.picture").trigger()
    window.action("file.animation").trigger()
    assert exports.figure_dialog.isVisible()
    choose(exports.animation_dialog, "kind", "A folder of PNG frames")
    press(qtbot, exports.animation_dialog, "accept")
    answer(window, tmp_path / "frames")

    window.close()

    assert not exports.is_making
    assert not [name for name in os.listdir(tmp_path) if name.startswith((".nnviz", "frames"))]
