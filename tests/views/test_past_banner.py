import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.past_banner import PastBanner
from nnviz.visual.palette import LIGHT


@pytest.fixture
def around(qtbot: QtBot) -> QWidget:
    result = QWidget()
    qtbot.addWidget(result)
    return result


@pytest.fixture
def banner(qtbot: QtBot, workspace: Workspace, around: QWidget) -> PastBanner:
    """The banner of XOR after five epochs of four mini-batches."""
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)
    result = PastBanner(workspace, around)
    result.resize(1_000, 40)
    around.show()
    return result


def look_at(workspace: Workspace, place: int) -> None:
    workspace.travel.look_at(next(m for m in workspace.travel.moments if m.place == place))


def test_a_banner_says_which_moment_is_shown_until_now_is(
    banner: PastBanner, workspace: Workspace
) -> None:
    assert not banner.isVisible()

    look_at(workspace, 7)
    text, is_seen = banner.text.whole_text, banner.isVisible()
    banner.back_button.click()

    assert text == "Epoch 1.75 of 5 · mini-batch 7 — as the network was then"
    assert is_seen
    assert not banner.isVisible()
    assert workspace.travel.shown is None


def test_where_there_is_no_room_the_banner_says_the_moment_alone(
    banner: PastBanner, workspace: Workspace
) -> None:
    look_at(workspace, 7)

    banner.resize(banner.minimumSizeHint().width() + 190, banner.height())

    assert banner.text.whole_text.endswith("mini-batch 7")
    assert banner.text.toolTip().endswith("as the network was then")


def test_after_an_earlier_run_the_planned_epochs_are_left_out(
    qtbot: QtBot, banner: PastBanner, workspace: Workspace
) -> None:
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)

    look_at(workspace, 30)

    assert banner.text.whole_text.startswith("Epoch 7.50 · mini-batch 30")


def test_its_buttons_step_and_ask(qtbot: QtBot, banner: PastBanner, workspace: Workspace) -> None:
    look_at(workspace, 7)
    workspace.stepper.to_end()

    banner.step_button.click()
    while_stepping = banner.isVisible()
    workspace.frozen.leave()
    with qtbot.waitSignals([banner.train_on_requested, banner.save_requested]):
        banner.train_button.click()
        banner.save_button.click()

    assert not while_stepping
    assert banner.isVisible()
    assert workspace.travel.shown is not None


def test_a_theme_reaches_it(banner: PastBanner) -> None:
    banner.set_theme(LIGHT)

    assert f"rgb({LIGHT.raised[0]}" in banner.styleSheet()
