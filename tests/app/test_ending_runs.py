"""What the window asks before another network takes the place of one that trains."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState
from nnviz.views.run_guard import RunQuestion

WindowMaker = Callable[..., MainWindow]
Key = Qt.Key


@pytest.fixture
def training(make_window: WindowMaker, warmed_up: None, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with a run on."""
    window = make_window("xor-2-2-1")
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
        window.action("train.run").trigger()
    yield window
    workspace.training.abandon()


def choose(window: MainWindow, preset: str) -> QAction:
    action = window.findChild(QAction, f"preset.{preset}")
    assert isinstance(action, QAction)
    action.trigger()
    return action


def choose_file(window: MainWindow, path: Path, qtbot: QtBot, action: str = "file.open") -> None:
    window.action(action).trigger()
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.fileSelected.emit(str(path))
        dialog.close()


def answer(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> str:
    """Answer the question with a key; return it."""
    (question,) = window.findChildren(RunQuestion)
    asked = question.informativeText()
    with qtbot.waitSignal(question.destroyed):
        qtbot.keyClick(question, key)
    return asked


def test_a_preset_asks_and_then_stops_the_run(training: MainWindow, qtbot: QtBot) -> None:
    choose(training, "mazur-2-2-2")
    before = training.workspace.spec.sizes

    asked = answer(training, qtbot, Key.Key_Return)

    assert before == (2, 2, 1)
    assert asked.startswith("Opening Mazur")
    assert training.workspace.spec.sizes == (2, 2, 2)
    assert training.workspace.training.state is TrainingState.IDLE
    training.action("edit.undo").trigger()
    assert training.workspace.spec.sizes == (2, 2, 1)


def test_data_asks_before_it_is_read(training: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "rows.npz", x=np.eye(4, 3), y=np.array([0, 1, 1, 0]))
    data, store = training.workspace.data, training.workspace.training
    choose_file(training, tmp_path / "rows.npz", qtbot, "file.open-data")

    answer(training, qtbot, Key.Key_Escape)
    assert not data.is_reading
    assert store.is_active

    choose_file(training, tmp_path / "rows.npz", qtbot, "file.open-data")
    with qtbot.waitSignal(data.opened):
        assert answer(training, qtbot, Key.Key_Return).startswith("Opening rows.npz stops it")
    assert not store.is_active


def test_a_preset_that_is_declined_changes_neither_run_nor_tick(
    training: MainWindow, qtbot: QtBot
) -> None:
    mazur = choose(training, "mazur-2-2-2")

    answer(training, qtbot, Key.Key_Escape)

    assert training.workspace.training.state is TrainingState.RUNNING
    assert training.workspace.spec.sizes == (2, 2, 1)
    xor = training.findChild(QAction, "preset.xor-2-2-1")
    assert (mazur.isChecked(), xor.isChecked()) == (False, True)  # type: ignore[union-attr]


def test_a_file_asks_and_a_bad_one_leaves_the_run_alone(
    training: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    training.workspace.save_network(good)
    bad.write_text("{")

    choose_file(training, bad, qtbot)
    asked = answer(training, qtbot, Key.Key_Return)
    box = training.findChild(QMessageBox, "dialog.warning")
    assert isinstance(box, QMessageBox)
    box.close()
    state_after_bad = training.workspace.training.state
    choose_file(training, good, qtbot)
    answer(training, qtbot, Key.Key_Return)

    assert asked == "Opening bad.json stops it; its weights so far stay in undo."
    assert state_after_bad is TrainingState.RUNNING
    assert training.workspace.training.state is TrainingState.IDLE
