import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
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
    bar.resize(1000, 1000)
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
    assert all(one.right() <= other.left() + 0.001 for one, other in itertools.pairwise(boxes))
    assert all(box.width() > 1 for box in boxes)


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
    for _ in range(3):
        workspace.stepper.next_granularity()
        shown.append(granularity(bar).currentText())

    assert shown == ["By layer", "By operation", "By neuron", "By layer"]


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
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    workspace.stepper.to_end()

    assert "Stop the run to keep this update" in sentence(bar)


def test_the_neurons_of_a_layer_are_one_chip_that_fills_up(
    bar: TimelineBar, workspace: Workspace
) -> None:
    workspace.stepper.set_granularity(Granularity.NEURON)
    chips = chips_of(bar)
    boxes = [chips.chip_box(position) for position in (1, 2, 3)]
    steps = workspace.stepper.timeline.steps

    workspace.stepper.move_to(2)

    assert boxes[0].right() == pytest.approx(boxes[1].left())
    assert colour_of(chips, 2) == DARK.phases[steps[2].phase]
    assert colour_of(chips, 3) == DARK.surface


@pytest.mark.parametrize("position", range(13))
def test_a_click_into_the_chip_of_a_layer_goes_to_the_neuron_at_that_place(
    bar: TimelineBar, workspace: Workspace, qtbot: QtBot, position: int
) -> None:
    workspace.stepper.set_granularity(Granularity.NEURON)

    qtbot.mouseClick(chips_of(bar), LEFT, pos=middle(chips_of(bar), position))

    assert workspace.stepper.timeline.position == position


def test_the_chips_of_a_wide_layer_stay_readable(bar: TimelineBar, workspace: Workspace) -> None:
    spec = NetworkSpec((2, 500, 2), ("sigmoid", "sigmoid"))
    timeline = Timeline(build_steps(spec, Granularity.NEURON)).to(250)

    chips_of(bar).show_timeline(timeline)

    drawn = [box for _, box in chips_of(bar).layout_of_chips.boxes()]
    assert len(drawn) == 7
    assert all(box.width() > 100 for box in drawn)


@pytest.fixture
def mini_batch(bar: TimelineBar, workspace: Workspace, qtbot: QtBot) -> StepChips:
    """The chips of XOR's four samples, walked through together."""
    workspace.open_preset("xor-2-2-1")
    workspace.examples.set_mini_batch(4)
    bar.resize(1000, 1000)
    qtbot.waitUntil(lambda: chips_of(bar).height() > 80)
    return chips_of(bar)


@pytest.mark.parametrize("position", [0, 7, 13, 20, 23, 24, 25])
def test_every_example_has_a_row_of_chips(
    mini_batch: StepChips, workspace: Workspace, qtbot: QtBot, position: int
) -> None:
    qtbot.mouseClick(mini_batch, LEFT, pos=middle(mini_batch, position))

    timeline = workspace.stepper.timeline
    assert (timeline.position, len(timeline.steps)) == (position, 26)
    assert timeline.example == (position // 6 if position < 24 else None)


def test_the_rows_stand_under_each_other_and_the_update_beside_them(
    mini_batch: StepChips,
) -> None:
    tops = [mini_batch.chip_box(6 * example).top() for example in range(4)]
    update = mini_batch.chip_box(25)

    assert tops == sorted(set(tops))
    assert update.left() > mini_batch.chip_box(5).right()
    assert update.top() <= tops[0]
    assert update.bottom() >= mini_batch.chip_box(18).bottom()


def test_the_rows_scroll_to_the_example_that_is_walked_through(bar: TimelineBar) -> None:
    spec = NetworkSpec((2, 2, 1), ("sigmoid", "sigmoid"))
    timeline = Timeline(build_steps(spec, Granularity.LAYER, 12))
    chips = chips_of(bar)
    seen = []

    for example in range(12):
        chips.show_timeline(timeline.to(6 * example + 2))
        rows = chips.layout_of_chips.visible_rows()
        seen.append((example in rows, len(rows), not chips.chip_box(6 * example + 2).isEmpty()))

    assert set(seen) == {(True, 5, True)}
    assert chips.chip_box(0).isEmpty()


def test_the_wheel_looks_at_other_rows_and_stops_at_the_ends(bar: TimelineBar) -> None:
    spec = NetworkSpec((2, 2, 1), ("sigmoid", "sigmoid"))
    chips = chips_of(bar)
    chips.show_timeline(Timeline(build_steps(spec, Granularity.LAYER, 12)))

    found = []
    for angle in (-120, -120 * 50, 120 * 50):
        turn_wheel(chips, angle)
        found.append(chips.layout_of_chips.visible_rows().start)

    assert found == [1, 7, 0]


def turn_wheel(chips: StepChips, angle: int) -> None:
    place = QPointF(chips.rect().center())
    event = QWheelEvent(
        place, chips.mapToGlobal(place), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(chips, event)


def test_the_bar_says_which_example_is_walked_through(
    mini_batch: StepChips, bar: TimelineBar, workspace: Workspace
) -> None:
    workspace.stepper.move_to(13)
    walking = sentence(bar)

    workspace.stepper.move_to(24)

    assert "example 3 of 4" in walking
    assert sentence(bar).startswith("Mean of 4 examples: ")


def test_a_neuron_is_told_by_the_number_that_the_reader_counts_from(
    bar: TimelineBar, workspace: Workspace
) -> None:
    workspace.stepper.set_granularity(Granularity.NEURON)
    workspace.stepper.move_to(1)
    found = [chips_of(bar).accessibleDescription()]

    workspace.display.set_notation(Notation(first_index=1))
    found.append(chips_of(bar).accessibleDescription())

    assert found == [
        f"Step 2 of 13: Compute z and a of neuron {number} of layer 1" for number in (0, 1)
    ]


def test_the_chips_call_the_error_signal_as_the_reader_does(
    bar: TimelineBar, workspace: Workspace
) -> None:
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.stepper.move_to(7)
    before = chips_of(bar).grab().toImage()
    found = [chips_of(bar).accessibleDescription()]

    workspace.display.set_notation(Notation(error=ErrorSymbol.DELTA))
    found.append(chips_of(bar).accessibleDescription())

    assert found == [
        f"Step 8 of 13: Compute {symbol} of layer 2, the error signal" for symbol in ("∂C/∂b", "δ")
    ]
    assert chips_of(bar).grab().toImage() != before


@pytest.mark.parametrize(("height", "rows"), [(1000, 5), (800, 3)])
def test_a_low_window_shows_few_rows_and_a_bar_leads_to_the_others(
    bar: TimelineBar, qtbot: QtBot, height: int, rows: int
) -> None:
    spec = NetworkSpec((2, 2, 1), ("sigmoid", "sigmoid"))
    chips = chips_of(bar)
    chips.show_timeline(Timeline(build_steps(spec, Granularity.LAYER, 12)))

    bar.resize(1000, height)
    qtbot.waitUntil(lambda: chips.height() == round(rows * 24))
    chips.scroll_bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)

    assert chips.scroll_bar.isVisible()
    assert list(chips.layout_of_chips.visible_rows()) == list(range(rows, 2 * rows))
    free = QRectF(chips.scroll_bar.geometry())
    assert not any(box.intersects(free) for _, box in chips.layout_of_chips.boxes())


def test_where_all_rows_are_seen_there_is_no_scroll_bar(mini_batch: StepChips) -> None:
    assert not mini_batch.scroll_bar.isVisible()
    assert len(mini_batch.layout_of_chips.visible_rows()) == 4
