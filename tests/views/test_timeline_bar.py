import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.steps import Granularity
from nnviz.views.timeline.chips import StepChips
from nnviz.views.timeline.timeline_bar import TimelineBar, action_button
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import DARK, LIGHT, Palette

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(workspace: Workspace, qtbot: QtBot) -> Iterator[TimelineBar]:
    workspace.open_preset("primer-2-3-2")
    action = QAction("Next Pass")
    bar = TimelineBar(workspace, [], action)
    qtbot.addWidget(bar)
    bar.resize(1000, 100)
    with qtbot.waitExposed(bar):
        bar.show()
    yield bar
    del action


def chips_of(bar: TimelineBar) -> StepChips:
    chips = bar.findChild(StepChips)
    assert chips is not None
    return chips


def sentence(bar: TimelineBar) -> str:
    title = bar.findChild(QLabel, "timeline.title")
    label = bar.findChild(ElidedLabel, "timeline.sentence")
    assert title is not None
    assert label is not None
    return f"{title.text()}: {label.whole_text}"


def granularity(bar: TimelineBar) -> QComboBox:
    box = bar.findChild(QComboBox, "timeline.granularity")
    assert box is not None
    return box


def middle(chips: StepChips, position: int) -> QPoint:
    return chips.chip_box(position).center().toPoint()


def colour_of(chips: StepChips, position: int) -> tuple[int, ...]:
    """The colour of a chip's lower left, where no text is."""
    box = chips.chip_box(position)
    image = chips.grab().toImage()
    return image.pixelColor(round(box.left()) + 8, round(box.bottom()) - 6).getRgb()[:3]


@pytest.mark.parametrize("position", range(7))
def test_a_click_on_a_chip_goes_there(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot, position: int
) -> None:
    qtbot.mouseClick(chips_of(bar), LEFT, pos=middle(chips_of(bar), position))

    assert workspace.stepper.timeline.position == position


def test_clicks_between_chips_and_with_other_buttons_do_nothing(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot
) -> None:
    chips = chips_of(bar)
    gap = QPoint(round(chips.chip_box(0).right()) + 3, 20)

    qtbot.mouseClick(chips, LEFT, pos=gap)
    qtbot.mouseClick(chips, Qt.MouseButton.RightButton, pos=middle(chips, 3))

    assert workspace.stepper.timeline.at_start


def test_a_locked_stepper_takes_no_clicks(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot
) -> None:
    trace = workspace.stepper.trace
    assert trace is not None
    workspace.stepper.show(trace, locked=True)

    qtbot.mouseClick(chips_of(bar), LEFT, pos=middle(chips_of(bar), 2))

    assert workspace.stepper.timeline.at_start
    assert sentence(bar) == ": "


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_chips_that_are_done_are_filled_in_the_colour_of_their_phase(
    bar: TimelineBar, workspace: Workspace, palette: Palette
) -> None:
    bar.set_theme(palette)
    workspace.stepper.move_to(3)
    steps = workspace.stepper.timeline.steps

    done = [colour_of(chips_of(bar), position) for position in (0, 1, 2)]

    assert done == [palette.phases[steps[position].phase] for position in (0, 1, 2)]
    assert colour_of(chips_of(bar), 5) == palette.surface


@pytest.mark.parametrize("width", [200, 600, 3000])
@pytest.mark.parametrize("kind", list(Granularity))
def test_all_chips_fit_into_the_bar(
    bar: TimelineBar, workspace: Workspace, width: int, kind: Granularity
) -> None:
    workspace.stepper.set_granularity(kind)
    chips = chips_of(bar)
    chips.resize(width, 46)
    count = len(workspace.stepper.timeline.steps)

    boxes = [chips.chip_box(position) for position in range(count)]

    assert boxes[-1].right() <= width + 0.001
    assert all(one.right() < other.left() for one, other in itertools.pairwise(boxes))


def test_the_sentence_says_what_the_step_does(bar: TimelineBar, workspace: Workspace) -> None:
    before = sentence(bar)

    workspace.stepper.move_to(3)

    assert "Space" in before
    assert sentence(bar).startswith("Cost: ")
    assert len(sentence(bar)) > 30


def test_choosing_a_granularity_changes_the_steps(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot
) -> None:
    qtbot.keyClick(granularity(bar), Qt.Key.Key_Down)

    assert workspace.stepper.granularity is Granularity.OPERATION
    assert len(workspace.stepper.timeline.steps) == 13


def test_the_box_follows_the_granularity(bar: TimelineBar, workspace: Workspace) -> None:
    shown = [granularity(bar).currentText()]
    for kind in (Granularity.OPERATION, Granularity.LAYER):
        workspace.stepper.set_granularity(kind)
        shown.append(granularity(bar).currentText())

    assert shown == ["By layer", "By operation", "By layer"]


def test_the_position_is_told_to_screen_readers(bar: TimelineBar, workspace: Workspace) -> None:
    workspace.stepper.move_to(3)

    description = chips_of(bar).accessibleDescription()

    assert description == "Step 4 of 7: Compare the output with the target"


def test_a_button_is_nothing_but_its_action(qtbot: QtBot) -> None:
    action = QAction("Go")
    action.setToolTip("Go there (G)")
    button = action_button(action)
    qtbot.addWidget(button)

    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(button, LEFT)

    assert isinstance(button, QToolButton)
    assert button.accessibleName() == "Go there (G)"


def test_the_passes_are_counted(bar: TimelineBar, workspace: Workspace) -> None:
    title = bar.findChild(QLabel, "timeline.title")
    assert title is not None
    workspace.stepper.to_end()

    workspace.next_pass()
    workspace.stepper.step_forward()

    assert title.text().startswith("Pass 2: ")


def test_an_update_says_why_it_cannot_be_kept_while_a_run_is_on(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.train_one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    workspace.stepper.to_end()

    assert "Stop the run to keep this update" in sentence(bar)
