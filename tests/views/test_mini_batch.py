import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from nnviz.formatting import signed
from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.mini_batch import MiniBatch
from nnviz.views.panels.pull_rows import PullRows
from nnviz.visual.palette import DARK

EDGE, OUTPUT = EdgeRef(2, 0, 1), NodeRef(2, 0)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> MiniBatch:
    """The panel over XOR with random weights, all four samples together."""
    workspace.examples.set_mini_batch(4)
    panel = MiniBatch(workspace)
    qtbot.addWidget(panel)
    panel.resize(500, 220)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def rows_of(panel: MiniBatch) -> PullRows:
    rows = panel.findChild(PullRows)
    assert rows is not None
    return rows


def text(panel: MiniBatch, name: str) -> str:
    label = panel.findChild(QLabel, f"mini-batch.{name}")
    assert label is not None
    return label.text() if label.isVisible() else ""


def trace_of(workspace: Workspace) -> PassTrace:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace


def middle(panel: MiniBatch, row: int) -> QPoint:
    return rows_of(panel).row_box(row).center().toPoint()


@pytest.mark.parametrize("ref", [EDGE, OUTPUT])
def test_each_example_has_a_row_with_its_gradient_and_the_sum_so_far(
    panel: MiniBatch, workspace: Workspace, ref: EdgeRef | NodeRef
) -> None:
    trace = trace_of(workspace)
    quantity = Quantity.WEIGHT_GRADIENT if ref is EDGE else Quantity.BIAS_GRADIENT
    own = [trace.value(quantity, ref, example) for example in range(4)]
    workspace.stepper.to_end()

    workspace.selection.select(ref)

    rows = rows_of(panel).rows
    assert [row.value for row in rows] == [signed(each) for each in own]
    assert [row.total for row in rows] == [signed(each) for each in np.cumsum(own)]
    assert max(abs(row.share) for row in rows) == 1
    assert [row.share for row in rows] == pytest.approx(np.array(own) / np.abs(own).max())
    mean = trace.value(quantity, ref, None)
    assert f"÷ 4 = {workspace.display.notation.number(mean)}" in text(panel, "summary")


def test_an_example_that_has_not_gone_backward_has_a_dash(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.selection.select(EDGE)

    workspace.stepper.move_to(11)  # the end of the second example

    rows = rows_of(panel).rows
    assert [row.known for row in rows] == [True, True, False, False]
    assert [(row.value, row.total) for row in rows[2:]] == [("–", "–")] * 2
    assert text(panel, "summary").startswith("So far ")


@pytest.mark.parametrize("example", range(4))
def test_a_click_on_a_row_goes_to_the_step_of_that_example(
    panel: MiniBatch, workspace: Workspace, qtbot: QtBot, example: int
) -> None:
    workspace.selection.select(EDGE)

    qtbot.mouseClick(rows_of(panel), LEFT, pos=middle(panel, example))

    timeline = workspace.stepper.timeline
    assert timeline.example == example
    assert timeline.position == timeline.position_of(
        Quantity.WEIGHT_GRADIENT, EDGE.layer, EDGE.neuron, example
    )


def test_up_and_down_go_from_example_to_example(
    panel: MiniBatch, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.selection.select(EDGE)
    workspace.stepper.move_to(0)
    visited = []

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(rows_of(panel), key)
        visited.append(workspace.stepper.timeline.example)

    assert visited == [1, 2, 1]


def test_a_bar_points_to_the_side_and_has_the_colour_of_its_sign(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.selection.select(EDGE)
    workspace.stepper.to_end()
    rows = rows_of(panel)
    strongest = max(range(4), key=lambda index: abs(rows.rows[index].share))

    image = rows.grab().toImage()

    y = round(rows.row_box(strongest).center().y())
    colours = [image.pixelColor(x, y).getRgb()[:3] for x in range(image.width())]
    positive = rows.rows[strongest].share > 0
    expected = DARK.derivative_positive if positive else DARK.derivative_negative
    places = [x for x, colour in enumerate(colours) if colour == expected]
    zero = next(x for x, colour in enumerate(colours) if colour == DARK.border)
    assert len(places) > 30
    assert (min(places) >= zero) if positive else (max(places) <= zero)


def test_without_a_selection_the_rows_are_the_lengths_of_the_gradients(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.stepper.to_end()

    assert "Length" in text(panel, "heading")
    assert "Select a weight or a neuron" in text(panel, "summary")
    assert all(row.known and row.share >= 0 for row in rows_of(panel).rows)


def test_an_input_has_no_pull_and_shows_the_lengths_too(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.selection.select(NodeRef(0, 1))

    assert "Length" in text(panel, "heading")


def test_without_a_mini_batch_the_panel_says_what_to_do(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.examples.set_mini_batch(1)

    assert text(panel, "empty").startswith("Choose a mini-batch")
    assert text(panel, "heading") == ""


def test_a_single_sample_is_no_mini_batch(panel: MiniBatch, workspace: Workspace) -> None:
    workspace.open_preset("primer-2-3-2")

    assert "single example" in text(panel, "empty")


def test_the_selection_is_lit_while_the_pointer_is_over_its_rows(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.selection.select(EDGE)
    place = QPointF(10, 10)

    QApplication.sendEvent(rows_of(panel), QEnterEvent(place, place, place))
    lit = workspace.selection.hovered
    QApplication.sendEvent(rows_of(panel), QEvent(QEvent.Type.Leave))

    assert (lit, workspace.selection.hovered) == (EDGE, None)


def test_digits_are_named_by_their_class(image_workspace: Workspace, qtbot: QtBot) -> None:
    image_workspace.examples.set_mini_batch(3)
    panel = MiniBatch(image_workspace)
    qtbot.addWidget(panel)

    panel.synchronize()

    labels = [image_workspace.examples.label_of(example) for example in range(3)]
    names = [row.name for row in rows_of(panel).rows]
    assert names == [f"{index + 1} · digit {label}" for index, label in enumerate(labels)]


def test_the_mean_is_told_at_its_step_and_the_sum_before(
    panel: MiniBatch, workspace: Workspace
) -> None:
    trace, number = trace_of(workspace), workspace.display.notation.number
    total = sum(trace.value(Quantity.WEIGHT_GRADIENT, EDGE, example) for example in range(4))
    workspace.selection.select(EDGE)

    workspace.stepper.move_to(len(workspace.stepper.timeline.steps) - 3)
    before = text(panel, "summary")
    workspace.stepper.move_to(len(workspace.stepper.timeline.steps) - 2)

    assert before.endswith(f" Sum {number(total)}.")
    mean = number(trace.value(Quantity.WEIGHT_GRADIENT, EDGE, None))
    assert text(panel, "summary").endswith(f" Sum {number(total)} ÷ 4 = {mean}.")


def test_a_pass_that_forgets_the_mean_is_told_with_what_it_has(
    panel: MiniBatch, workspace: Workspace
) -> None:
    workspace.selection.select(EDGE)
    workspace.challenges.bug.run(Mistake.MEAN_FORGOTTEN)

    workspace.stepper.to_end()

    trace, number = trace_of(workspace), workspace.display.notation.number
    total = number(trace.value(Quantity.WEIGHT_GRADIENT, EDGE, None))
    assert text(panel, "summary").endswith(f" Sum {total}. The mean as this pass has it: {total}.")
    assert "÷" not in text(panel, "summary")
