"""The past in the whole window: banner, menu, the question before a branch, the cost plot."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.visual.palette import LIGHT


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


def test_a_banner_says_which_moment_is_shown_until_now_is(window: MainWindow) -> None:
    banner = window.past_chrome.banner
    assert not banner.isVisible()

    look_at(window, 7)
    text, is_seen = banner.text.whole_text, banner.isVisible()
    banner.back_button.click()

    assert text == "Epoch 1.75 of 5 · mini-batch 7 — as the network was then"
    assert is_seen
    assert not banner.isVisible()
    assert window.workspace.travel.shown is None


def test_where_there_is_no_room_the_banner_says_the_moment_alone(window: MainWindow) -> None:
    look_at(window, 7)
    banner = window.past_chrome.banner

    banner.resize(banner.minimumSizeHint().width() + 190, banner.height())

    assert banner.text.whole_text.endswith("mini-batch 7")


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


def test_training_from_the_past_is_called_so_and_branches(qtbot: QtBot, window: MainWindow) -> None:
    look_at(window, 7)
    text = window.action("train.run").text()

    window.action("train.run").trigger()
    training = window.workspace.training
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE, timeout=10_000)

    assert text == "&Train On"
    assert window.action("train.run").text() == "&Train"
    assert [mark.mini_batch for mark in training.history.marks] == [7]


@pytest.mark.parametrize("answer", ["end", "cancel"])
def test_a_run_that_is_on_is_ended_for_a_branch_only_after_a_question(
    qtbot: QtBot, window: MainWindow, answer: str
) -> None:
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.training.set_speed_limit(300.0)
    workspace.run.start()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 25, timeout=10_000)
    look_at(window, 3)

    window.past_chrome.banner.train_button.click()
    box = window.findChild(QMessageBox, "dialog.branch")
    assert box is not None
    assert workspace.training.state is TrainingState.RUNNING
    if answer == "end":
        box.defaultButton().click()
        qtbot.waitUntil(lambda: workspace.travel.shown is None, timeout=10_000)
        assert workspace.training.history.marks[0].is_branch
    else:
        box.button(QMessageBox.StandardButton.Cancel).click()
        assert workspace.travel.shown is not None
        assert workspace.training.history.marks == ()


def test_saving_from_the_banner_offers_a_name_with_the_moment(window: MainWindow) -> None:
    look_at(window, 7)

    window.past_chrome.banner.save_button.click()
    dialog = window.findChild(QFileDialog, "dialog.file")

    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith("-mini-batch-7.json")
    dialog.reject()


def test_stepping_from_the_banner_begins_the_pass_of_then(window: MainWindow) -> None:
    look_at(window, 7)
    stepper = window.workspace.stepper
    stepper.to_end()

    window.past_chrome.banner.step_button.click()

    assert stepper.timeline.at_start
    assert window.workspace.travel.shown is not None


def test_the_cost_plot_marks_the_moment_and_a_click_leads_to_another(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = window.panels["cost"]
    assert isinstance(panel, CostPlot)
    qtbot.waitUntil(lambda: panel.plot is not None, timeout=10_000)
    panel.synchronize()
    look_at(window, 4)
    assert panel._past is not None
    line = panel._past._line
    at_four = line.isVisible(), line.value()

    box = panel.plot.getPlotItem().getViewBox()  # type: ignore[union-attr]
    place = panel.plot.mapFromScene(box.mapViewToScene(QPointF(3.0, 0.1)))  # type: ignore[union-attr]
    qtbot.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)  # type: ignore[union-attr]

    assert at_four == (True, pytest.approx(1.0))
    assert window.workspace.travel.shown is not None
    assert window.workspace.travel.shown.place == 12
    window.workspace.travel.return_to_now()
    assert not line.isVisible()


def test_the_slider_is_fluid_and_all_views_follow_at_last(qtbot: QtBot, window: MainWindow) -> None:
    window.dock("training").raise_()
    slider = window.panels["training"].run_controls.moments.slider  # type: ignore[attr-defined]
    travel = window.workspace.travel
    with qtbot.waitSignal(window.workspace.live.changed):  # before the other views
        for place in range(19, 4, -1):
            slider.asked.emit(place)

    wanted = travel.shown
    assert wanted is not None
    qtbot.waitUntil(
        lambda: np.array_equal(
            window.workspace.state.parameters.weights[0].astype(np.float32),
            wanted.moment.parameters.weights[0],
        )
    )


def test_every_theme_reaches_banner_and_slider(window: MainWindow) -> None:
    look_at(window, 7)

    window.toggle_theme()

    assert f"rgb({LIGHT.raised[0]}" in window.past_chrome.banner.styleSheet()
