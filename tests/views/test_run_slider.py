import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnviz.stores.epoch_axis import EpochAxis, RunSegment
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.moment_text import moment_text, spacing_text
from nnviz.views.panels.run_slider import EMPTY_TIP, RunSlider
from nnviz.views.widgets.moment_slider import LEAST_GAP_PX, MomentSlider


@pytest.fixture
def row(qtbot: QtBot, workspace: Workspace) -> RunSlider:
    """The row of a trained XOR with 21 moments."""
    result = RunSlider(workspace)
    qtbot.addWidget(result)
    result.resize(320, 30)
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)
    result.synchronize()
    result.show()
    return result


def place_of(row: RunSlider, mini_batch: int) -> QPoint:
    return QPoint(round(row.slider.x_of(mini_batch)), row.slider.height() // 2)


def shown_place(workspace: Workspace) -> int | None:
    shown = workspace.travel.shown
    return None if shown is None else shown.place


def test_before_a_run_there_is_nothing_to_look_back_at(qtbot: QtBot, workspace: Workspace) -> None:
    row = RunSlider(workspace)
    qtbot.addWidget(row)

    assert not row.slider.isEnabled()
    assert row.slider.toolTip() == EMPTY_TIP
    assert row.text_label.text() == "now"


def test_pulling_the_handle_shows_the_moment_that_is_nearest(
    qtbot: QtBot, row: RunSlider, workspace: Workspace
) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(row.slider, left, pos=place_of(row, 20))
    assert shown_place(workspace) is None

    qtbot.mouseMove(row.slider, place_of(row, 7))
    qtbot.mouseRelease(row.slider, left, pos=place_of(row, 7))

    assert shown_place(workspace) == 7
    assert row.slider.value() == 7
    assert row.text_label.text() == "epoch 1.75"
    assert row.slider.toolTip().startswith("Epoch 1.75 of 5 · mini-batch 7 · C 0.")


def test_keys_go_from_moment_to_moment_and_by_epochs(
    qtbot: QtBot, row: RunSlider, workspace: Workspace
) -> None:
    keys = Qt.Key
    visited = []
    for key in (
        keys.Key_Left, keys.Key_PageUp, keys.Key_Up, keys.Key_Home, keys.Key_PageDown,
        keys.Key_Escape, keys.Key_Down, keys.Key_Right, keys.Key_Left, keys.Key_End,
    ):  # fmt: skip
        qtbot.keyClick(row.slider, key)
        visited.append(shown_place(workspace))

    assert visited == [19, 15, 16, 0, 4, None, 19, None, 19, None]


def test_the_start_has_no_cost_before_it(row: RunSlider, workspace: Workspace) -> None:
    start = workspace.travel.moments[0]

    assert moment_text(workspace.training, start) == "epoch 0.00 of 5 · mini-batch 0 · C –"
    assert spacing_text(workspace.training) == "Every eighth of an epoch is kept"


def test_ticks_stand_at_the_epochs(row: RunSlider) -> None:
    ends = [row.slider.x_of(place) for place in (4, 8, 12, 16, 20)]

    np.testing.assert_allclose([tick.x1() for tick in row.slider._ticks], ends)


def test_of_very_many_epochs_and_moments_some_are_drawn_apart(qtbot: QtBot) -> None:
    slider = MomentSlider()
    qtbot.addWidget(slider)
    slider.resize(200, 24)

    slider.show_run(1_000, [0, 1, 2, 4, 8, 500, 1_000], np.arange(1, 1_001.0))

    ticks = [tick.x1() for tick in slider._ticks]
    dots = [dot.x() for dot in slider._dots]
    for places in (ticks, dots):
        assert len(places) > 2
        assert min(np.diff(places)) >= LEAST_GAP_PX


def test_a_click_beside_the_right_button_does_nothing(
    qtbot: QtBot, row: RunSlider, workspace: Workspace
) -> None:
    qtbot.mouseClick(row.slider, Qt.MouseButton.RightButton, pos=place_of(row, 7))

    assert shown_place(workspace) is None


def test_of_a_million_epochs_few_ends_are_looked_for(qtbot: QtBot, workspace: Workspace) -> None:
    row = RunSlider(workspace)
    qtbot.addWidget(row)
    workspace.training.epoch_axis = EpochAxis((RunSegment(1, 0, 1.0),))

    assert row._epoch_ends(1_000_000).tolist() == list(range(1_000, 1_000_001, 1_000))
    assert row._epoch_ends(3).tolist() == [1, 2, 3]
    assert row._epoch_ends(0).tolist() == []
