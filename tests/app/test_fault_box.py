"""A mistake of the program in the worker thread, as who trains sees it, in the real window."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.app import fault_box
from nnviz.app.fault_box import FaultBox
from nnviz.app.main_window import MainWindow
from nnviz.stores import training_worker
from nnviz.stores.training_store import TrainingState
from nnviz.training.config import TrainingJob
from nnviz.training.loop import run_training
from nnviz.training.trainer import NumpyTrainer, Trainer

WindowMaker = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
GOOD_SLICES = 3


class BreakingTrainer(NumpyTrainer):
    """Trains three slices, then makes a mistake of its own."""

    slices = 0

    def _train(self, order, costs, stop_flag):  # type: ignore[no-untyped-def]
        self.slices += 1
        if self.slices > GOOD_SLICES:
            raise IndexError("row 47 of 47")
        return super()._train(order, costs, stop_flag)


def breaking(job: TrainingJob, current: Trainer | None) -> Trainer:
    return current or BreakingTrainer(job)


@pytest.fixture
def broken_trainer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(
        training_worker, "run_training", partial(run_training, trainer_factory=breaking)
    )
    return monkeypatch


def box_of(window: MainWindow) -> FaultBox:
    (box,) = window.findChildren(FaultBox)
    return box


def closed(box: QMessageBox) -> None:
    box.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def fail(window: MainWindow, qtbot: QtBot) -> FaultBox:
    """Train with the button until the trainer breaks."""
    with qtbot.waitSignal(window.workspace.training.broken, timeout=10_000):
        qtbot.mouseClick(button(window, "training.train"), LEFT)
    return box_of(window)


def button(window: MainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


@pytest.mark.usefixtures("warmed_up")
def test_a_trainer_that_breaks_is_a_box_with_details_and_its_weights_stay(
    make_window: WindowMaker,
    qtbot: QtBot,
    broken_trainer: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    window = make_window("xor-to-learn-2-3-1")
    workspace = window.workspace
    alone = NumpyTrainer(workspace.state.training_job(1, workspace.training_data, None))

    box = fail(window, qtbot)

    costs = len(workspace.training.history)
    assert workspace.training.state is TrainingState.IDLE
    assert "unexpected error, IndexError('row 47 of 47'); the weights up to then" in box.text()
    assert 'raise IndexError("row 47 of 47")' in box.detailedText()
    assert "row 47 of 47" in caplog.text
    assert costs >= GOOD_SLICES
    for _ in range(costs):
        alone.advance(1)
    weights = workspace.state.parameters.weights[0]
    np.testing.assert_allclose(weights, alone.parameters.weights[0], rtol=1e-5, atol=1e-6)
    closed(box)


@pytest.mark.usefixtures("warmed_up")
def test_after_a_run_that_broke_the_next_one_trains_and_undo_comes_back(
    make_window: WindowMaker, qtbot: QtBot, broken_trainer: pytest.MonkeyPatch
) -> None:
    window = make_window("xor-to-learn-2-3-1")
    before = window.workspace.state.parameters
    closed(fail(window, qtbot))
    broken_trainer.undo()

    with qtbot.waitSignal(window.workspace.training.run_finished, timeout=60_000) as finished:
        qtbot.mouseClick(button(window, "training.epoch"), LEFT)
        qtbot.waitUntil(lambda: window.workspace.training.state is TrainingState.PAUSED)
        window.action("train.stop").trigger()

    assert finished.args[0].message == ""
    for _ in range(2):
        window.action("edit.undo").trigger()
    assert window.workspace.state.parameters is before


def test_loading_that_breaks_is_a_box_with_details(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(folder: object) -> object:
        raise ZeroDivisionError("no images at all")

    monkeypatch.setattr(training_worker, "load_mnist", broken)
    monkeypatch.setattr(training_worker, "find_data_folder", lambda folder: folder)

    with qtbot.waitSignal(window.workspace.training.broken, timeout=10_000):
        window.workspace.open_preset("mnist-784-10")

    box = box_of(window)
    assert "ZeroDivisionError('no images at all')" in box.text()
    assert 'raise ZeroDivisionError("no images at all")' in box.detailedText()
    assert not window.workspace.loading
    assert "no images at all" in window.workspace.why_no_example()
    assert "no images at all" in caplog.text
    closed(box)


@pytest.fixture
def box(window: MainWindow) -> FaultBox:
    box = FaultBox("It failed.", "Go on.", "Traceback of it", window)
    box.open()
    return box


def test_the_details_are_copied_with_what_they_happened_in_and_the_box_stays(
    box: FaultBox, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fault_box, "COPIED_MS", 20)

    qtbot.mouseClick(box.copy_button, LEFT)

    assert QGuiApplication.clipboard().text() == box.detailedText()
    assert "Python 3" in box.detailedText().splitlines()[0]
    assert box.detailedText().endswith("Traceback of it")
    assert box.isVisible()
    assert box.copy_button.text() == "Copied"
    qtbot.waitUntil(lambda: box.copy_button.text() == "&Copy Details", timeout=5_000)
    closed(box)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_enter_and_escape_close_the_box(box: FaultBox, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(box.destroyed):
        qtbot.keyClick(box, key)
