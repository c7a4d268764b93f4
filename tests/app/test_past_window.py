"""The past in the whole window: banner, menu, the question before a branch, the cost plot."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState


@pytest.fixture
def window(qtbot: QtBot, make_window, warmed_up: None) -> MainWindow:
    """XOR after five epochs of four mini-batches."""
    window = make_window("xor-2-2-1")
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, mini_batch_size=1, epochs=5))
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)
    return window


def look_at(window: MainWindow, place: int) -> None:
    travel = window.workspace.travel
    travel.look_at(next(each for each in travel.moments if each.place == place))


def test_the_menu_goes_through_the_run(window: MainWindow) -> None:
    back, on, now = (
        window.action(f"train.{key}") for key in ("back-in-time", "forward-in-time", "now")
    )
    assert (back.isEnabled(), on.isEnabled(), now.isEnabled()) == (True, False, False)

    back.trigger()
    back.trigger()
    on.trigger()
    shown = window.workspace.travel.shown
    now.trigger()

    assert shown is not None
    assert shown.place == 19
    assert window.workspace.travel.shown is None


def test_a_run_that_is_on_is_ended_for_a_branch_only_after_a_question(
    qtbot: QtBot, window: MainWindow
) -> None:
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.training.set_speed_limit(300.0)
    workspace.run.start()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 25, timeout=10_000)
    look_at(window, 3)

    window.past_chrome.banner.train_button.click()
    question(window).button(QMessageBox.StandardButton.Cancel).click()
    cancelled = workspace.travel.shown is not None and workspace.training.history.marks == ()
    window.past_chrome.banner.train_button.click()
    is_on = workspace.training.state is TrainingState.RUNNING
    question(window).defaultButton().click()
    qtbot.waitUntil(lambda: workspace.travel.shown is None, timeout=10_000)

    assert cancelled
    assert is_on
    assert workspace.training.history.marks[0].is_branch


def test_from_the_past_the_slider_is_fluid_saving_names_the_moment_and_training_branches(
    qtbot: QtBot, window: MainWindow
) -> None:
    workspace, travel = window.workspace, window.workspace.travel
    window.dock("training").raise_()
    slider = window.panels["training"].run_controls.moments.slider  # type: ignore[attr-defined]
    with qtbot.waitSignal(workspace.live.changed):  # before the other views
        for place in range(19, 6, -1):
            slider.asked.emit(place)
    wanted = travel.shown
    assert wanted is not None
    then = wanted.moment.parameters.weights[0]
    qtbot.waitUntil(
        lambda: np.array_equal(workspace.state.parameters.weights[0].astype(np.float32), then)
    )

    window.past_chrome.banner.save_button.click()
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    name = dialog.selectedFiles()[0]
    dialog.reject()
    text = window.action("train.run").text()
    window.action("train.run").trigger()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)

    assert name.endswith("-mini-batch-7.json")
    assert text == "&Train On"
    assert window.action("train.run").text() == "&Train"
    assert [mark.mini_batch for mark in workspace.training.history.marks] == [7]


def question(window: MainWindow) -> QMessageBox:
    """Return the newest question, the older ones being closed and about to be deleted."""
    boxes = window.findChildren(QMessageBox, "dialog.branch")
    return boxes[-1]


def test_what_is_said_of_an_earlier_moment_goes_with_it(qtbot: QtBot, window: MainWindow) -> None:
    workspace, line = window.workspace, window.findChild(QLabel, "status.text")
    assert line is not None
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.run.start()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 30, timeout=10_000)
    workspace.travel.go_to_start()
    workspace.training.stop()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)
    said = line.text()

    workspace.travel.return_to_now()

    assert said == "The run has ended; an earlier moment of it is shown."
    assert line.text() == ""
    assert line.toolTip() == ""


def test_news_of_files_stay_when_a_run_begins(qtbot: QtBot, window: MainWindow) -> None:
    line = window.findChild(QLabel, "status.text")
    assert line is not None
    window.show_problem("Saved.")

    window.workspace.run.one_mini_batch()

    qtbot.waitUntil(lambda: window.workspace.training.state is TrainingState.PAUSED, timeout=10_000)
    assert line.text() == "Saved."
