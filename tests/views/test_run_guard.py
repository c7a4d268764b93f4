from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.training_panel import TrainingPanel
from nnviz.views.run_guard import RunQuestion, ask_before_ending_run

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
LONG = 1_000_000


class Act:
    """What would end the run; counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def act() -> Act:
    return Act()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def run(qtbot: QtBot, workspace: Workspace) -> Iterator[Callable[..., None]]:
    """Return a function that starts a run, and waits until it is known how far it is."""

    def start(epochs: int = LONG, pause: bool = False) -> None:
        workspace.set_config(replace(workspace.config, epochs=epochs))
        with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
            workspace.run.start(one_epoch=pause)
        if pause:
            qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED)

    yield start
    workspace.training.abandon()


def ask(window: QWidget, workspace: Workspace, act: Act) -> RunQuestion:
    ask_before_ending_run(window, workspace.training, "Opening digits.json", "Open", act)
    return question_in(window)


def question_in(window: QWidget) -> RunQuestion:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    (question,) = window.findChildren(RunQuestion)
    return question


def answer(qtbot: QtBot, question: RunQuestion, key: Qt.Key) -> None:
    with qtbot.waitSignal(question.destroyed):
        qtbot.keyClick(question, key)


def test_without_a_run_nobody_is_asked(window: QWidget, workspace: Workspace, act: Act) -> None:
    ask_before_ending_run(window, workspace.training, "Opening digits.json", "Open", act)

    assert act.times == 1
    assert window.findChildren(RunQuestion) == []


@pytest.mark.parametrize(("key", "times"), [(Key.Key_Return, 1), (Key.Key_Escape, 0)])
def test_enter_agrees_and_escape_keeps_training(
    qtbot: QtBot,
    window: QWidget,
    workspace: Workspace,
    run: Callable[..., None],
    act: Act,
    key: Qt.Key,
    times: int,
) -> None:
    run()

    question = ask(window, workspace, act)
    asked = question.informativeText(), act.times
    answer(qtbot, question, key)

    assert asked == ("Opening digits.json stops it; its weights so far stay in undo.", 0)
    assert act.times == times
    assert workspace.training.state is TrainingState.RUNNING


def test_the_question_says_how_far_a_paused_run_is(
    qtbot: QtBot, window: QWidget, workspace: Workspace, run: Callable[..., None], act: Act
) -> None:
    run(epochs=30, pause=True)

    question = ask(window, workspace, act)

    assert question.text() == "A run is paused (epoch 1 of 30)."
    assert question.agree_button.text() == "Stop and Open"
    assert question.keep_button.text() == "Keep Training"
    answer(qtbot, question, Key.Key_Escape)


def test_a_run_that_ends_meanwhile_leaves_less_to_ask(
    qtbot: QtBot, window: QWidget, workspace: Workspace, run: Callable[..., None], act: Act
) -> None:
    run()
    question = ask(window, workspace, act)

    workspace.training.stop()
    qtbot.waitUntil(lambda: not workspace.training.is_active)

    assert question.text() == "The run has ended meanwhile."
    assert (question.agree_button.text(), question.keep_button.text()) == ("Open", "Cancel")
    qtbot.mouseClick(question.agree_button, LEFT)
    assert act.times == 1


def test_a_second_question_takes_the_place_of_the_first(
    qtbot: QtBot, window: QWidget, workspace: Workspace, run: Callable[..., None], act: Act
) -> None:
    run()
    other = Act()
    ask(window, workspace, other)

    answer(qtbot, ask(window, workspace, act), Key.Key_Return)

    assert (other.times, act.times) == (0, 1)


def test_a_new_network_asks_and_the_weights_so_far_stay_in_undo(
    qtbot: QtBot, workspace: Workspace, run: Callable[..., None]
) -> None:
    panel = TrainingPanel(workspace)
    qtbot.addWidget(panel)
    run(pause=True)
    trained = workspace.training.snapshot
    assert trained is not None
    panel.network.layers_field.setText("2, 5, 1")

    panel.network.new_button.click()
    kept = workspace.spec.sizes
    answer(qtbot, question_in(panel), Key.Key_Return)

    assert kept == (2, 2, 1)
    assert workspace.spec.sizes == (2, 5, 1)
    assert workspace.training.state is TrainingState.IDLE
    workspace.undo()
    np.testing.assert_array_equal(
        workspace.state.parameters.weights[0], trained.parameters.weights[0]
    )


def test_a_new_network_that_is_declined_leaves_run_and_form_alone(
    qtbot: QtBot, workspace: Workspace, run: Callable[..., None]
) -> None:
    panel = TrainingPanel(workspace)
    qtbot.addWidget(panel)
    run()
    panel.network.layers_field.setText("2, 5, 1")

    panel.network.new_button.click()
    answer(qtbot, question_in(panel), Key.Key_Escape)

    assert workspace.spec.sizes == (2, 2, 1)
    assert workspace.training.state is TrainingState.RUNNING
    assert panel.network.layers_field.text() == "2, 5, 1"
