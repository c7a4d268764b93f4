"""The what-if panel by real mouse and keys."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Phase
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.trace.what_if_curve import Curve, Point
from nnviz.views.panels.what_if import INVITATION, WhatIf
from nnviz.views.panels.what_if_axes import even_axis
from nnviz.views.panels.what_if_plot import CostAlongPlot
from nnviz.views.panels.what_if_row import WhatIfRow
from nnviz.visual.palette import DARK

LEFT = Qt.MouseButton.LeftButton
EDGE = EdgeRef(2, 0, 1)
OUTPUT = NodeRef(2, 0)


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> WhatIf:
    workspace.open_preset("primer-2-3-2")
    result = WhatIf(workspace)
    qtbot.addWidget(result)
    result.resize(360, 760)
    with qtbot.waitExposed(result):
        result.show()
    return result


def sentence(panel: WhatIf) -> str:
    label = panel.findChild(QLabel, "what-if.sentence")
    assert isinstance(label, QLabel)
    return label.text()


def select(panel: WhatIf, ref: Ref, position: int | None = None) -> WhatIfRow:
    """Select, all steps done or as many as said; return the first row."""
    stepper = panel.workspace.stepper
    stepper.move_to(len(stepper.timeline.steps) - 1 if position is None else position)
    panel.workspace.selection.select(ref)
    return panel.rows[0]


def drag(qtbot: QtBot, row: WhatIfRow, *values: float) -> None:
    slider = row.slider
    places = [QPoint(slider.x_of(value), slider.height() // 2) for value in values]
    qtbot.mousePress(slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(slider, place)
    qtbot.mouseRelease(slider, LEFT, pos=places[-1])


def weight(workspace: Workspace) -> float:
    return float(workspace.state.parameters.weights[1][0, 1])


def type_number(qtbot: QtBot, row: WhatIfRow, text: str) -> None:
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, text)
    qtbot.keyClick(row.field, Qt.Key.Key_Return)


def test_without_a_selection_the_panel_says_what_to_do(panel: WhatIf) -> None:
    panel.workspace.selection.select(None)

    assert sentence(panel) == INVITATION
    assert panel.rows == ()
    assert not panel.plot.isVisible()


@pytest.mark.parametrize(
    ("ref", "kinds"),
    [
        (EDGE, [Kind.WEIGHT]),
        (NodeRef(1, 1), [Kind.BIAS]),
        (OUTPUT, [Kind.BIAS, Kind.TARGET]),
        (NodeRef(0, 0), [Kind.INPUT]),
    ],
)
def test_the_rows_are_the_numbers_of_the_selection(
    panel: WhatIf, ref: Ref, kinds: list[Kind]
) -> None:
    select(panel, ref)

    assert [row.adjustable.kind for row in panel.rows] == kinds


def test_dragging_the_slider_changes_the_weight_and_undo_takes_the_whole_drag_back(
    qtbot: QtBot, panel: WhatIf
) -> None:
    row = select(panel, EDGE)
    before = weight(panel.workspace)

    drag(qtbot, row, before, before + 0.3, before + 0.5, before + 0.8)
    after = weight(panel.workspace)
    panel.workspace.undo()

    # A slider of 250 px stands on the pixel: a few thousandths of its range of 3 or 4.
    assert after == pytest.approx(before + 0.8, abs=0.02)
    assert weight(panel.workspace) == before
    assert panel.workspace.history.redo_text == "change w(2) 0←1"


def test_the_slider_follows_the_keys_and_the_keys_are_one_change(
    qtbot: QtBot, panel: WhatIf
) -> None:
    row = select(panel, EDGE)
    before = weight(panel.workspace)

    for _ in range(3):
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: row.field.value() == weight(panel.workspace) > before)
    panel.workspace.undo()

    assert weight(panel.workspace) == before


def test_a_typed_number_is_taken_exactly_and_widens_the_slider(qtbot: QtBot, panel: WhatIf) -> None:
    row = select(panel, EDGE)

    type_number(qtbot, row, "12.345")

    assert weight(panel.workspace) == 12.345
    assert row.slider.low < 12.345 < row.slider.high


def test_the_panel_shows_both_changes_and_their_difference(qtbot: QtBot, panel: WhatIf) -> None:
    row = select(panel, EDGE)
    trace = panel.workspace.stepper.trace
    assert trace is not None
    type_number(qtbot, row, "1.5")
    now = panel.workspace.stepper.trace
    assert now is not None

    slope = trace.backward.gradients.weights[1][0, 1]
    predicted = slope * (1.5 - trace.before.weights[1][0, 1])
    assert panel.cost_before.value == trace.cost
    assert panel.cost_now.value == now.cost
    assert panel.real.value == now.cost - trace.cost
    assert panel.predicted.value == pytest.approx(predicted, rel=1e-12)
    assert sentence(panel).startswith("The straight line predicts")


def test_the_slope_is_not_given_away_before_its_step(qtbot: QtBot, panel: WhatIf) -> None:
    cost = 3  # input, layer 1, layer 2, cost
    row = select(panel, EDGE, cost)

    type_number(qtbot, row, "1.5")

    assert panel.plot.curve is not None
    assert panel.plot.curve.slope is None
    assert panel.plot.curve.step is None
    assert panel.predicted.value is None
    assert panel.real.value is not None
    assert "not computed yet" in sentence(panel)


def test_the_learning_step_is_unknown_until_the_update(qtbot: QtBot, panel: WhatIf) -> None:
    stepper = panel.workspace.stepper
    last = len(stepper.timeline.steps) - 1
    update = next(i for i, each in enumerate(stepper.timeline.steps) if each.phase is Phase.UPDATE)
    select(panel, EDGE, update - 1)
    trace = stepper.trace
    assert trace is not None
    digits = panel.workspace.display.notation.digits
    after = number(float(trace.after.weights[1][0, 1]), digits)

    waiting = panel.plot.accessibleName()
    stepper.move_to(last)

    assert "one learning step –" in waiting
    assert after not in waiting
    assert f"one learning step {after}" in panel.plot.accessibleName()
    assert "from the update on" in panel.plot.toolTip()


def test_an_input_has_no_learning_step_to_wait_for(panel: WhatIf) -> None:
    select(panel, NodeRef(0, 0))

    assert "learning step" not in panel.plot.accessibleName()
    assert panel.plot.toolTip() == ""


def other_network(workspace: Workspace) -> None:
    config = replace(workspace.config, seed=99)
    workspace.new_network(workspace.spec, workspace.state.initialiser, config)


def other_pass(workspace: Workspace) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()


def other_example(workspace: Workspace) -> None:
    workspace.examples.move(1)


@pytest.mark.parametrize("change", [other_network, other_pass, other_example])
def test_the_end_of_a_drag_never_lands_elsewhere(
    qtbot: QtBot, panel: WhatIf, change: Callable[[Workspace], None]
) -> None:
    workspace = panel.workspace
    workspace.open_preset("xor-2-2-1")
    row = select(panel, NodeRef(0, 0))
    row.value_chosen.emit(0.3)
    row.value_chosen.emit(0.4)  # waits for the throttle

    change(workspace)
    wanted = workspace.state
    row.change_ended.emit()

    assert workspace.state is wanted


def test_before_the_cost_there_is_neither_cost_nor_curve(panel: WhatIf) -> None:
    select(panel, EDGE, 1)

    assert panel.cost_now.value is None
    assert panel.plot.curve is None
    assert sentence(panel).startswith("C is not computed yet")


def test_the_target_of_an_output_has_a_curve_of_its_own(qtbot: QtBot, panel: WhatIf) -> None:
    select(panel, OUTPUT)
    target = panel.rows[1]

    type_number(qtbot, target, "0.25")

    trace = panel.workspace.stepper.trace
    assert trace is not None
    assert trace.targets[0, 0] == 0.25
    assert target.name_button.isChecked()
    assert panel.plot.curve is not None
    assert panel.plot.curve.moved.value == 0.25


def test_a_target_outside_0_and_1_is_refused_in_words(qtbot: QtBot, panel: WhatIf) -> None:
    spec = NetworkSpec((2, 2, 2), ("tanh", "sigmoid"), "binary_cross_entropy")
    panel.workspace.new_network(spec, "he", panel.workspace.config)
    select(panel, NodeRef(2, 0))

    type_number(qtbot, panel.rows[1], "1.5")

    problem = panel.findChild(QLabel, "what-if.target.problem")
    assert isinstance(problem, QLabel)
    assert problem.text().startswith("The target must be at most 1, not 1.5")


def test_the_edits_are_listed_with_a_reset_each_and_one_for_all(
    qtbot: QtBot, panel: WhatIf
) -> None:
    for ref, text in ((EDGE, "1.5"), (NodeRef(0, 0), "0.4"), (NodeRef(1, 1), "0.5")):
        type_number(qtbot, select(panel, ref), text)
    title = panel.findChild(QLabel, "what-if.edits")
    reset = panel.findChild(QToolButton, "what-if.edit.1.reset")
    back = panel.findChild(QPushButton, "what-if.back")
    assert isinstance(title, QLabel)

    said = [title.text()]
    qtbot.mouseClick(reset, LEFT)
    said.append(title.text())
    qtbot.mouseClick(back, LEFT)

    assert said == ["3 edits:", "2 edits:"]
    assert panel.workspace.what_if.edits == ()
    assert not title.isVisible()


def test_an_edit_in_the_list_lights_and_selects_what_it_is_about(
    qtbot: QtBot, panel: WhatIf
) -> None:
    type_number(qtbot, select(panel, EDGE), "1.5")
    select(panel, NodeRef(1, 0))
    entry = panel.findChild(QToolButton, "what-if.edit.0")
    assert isinstance(entry, QToolButton)

    qtbot.mouseClick(entry, LEFT)

    assert entry.text().startswith("w(2) 0←1:")
    assert panel.workspace.selection.selected == EDGE


def test_while_a_run_is_on_the_rows_are_disabled_and_the_panel_says_why(
    qtbot: QtBot, panel: WhatIf
) -> None:
    row = select(panel, EDGE)

    panel.workspace.run.start(one_mini_batch=True)
    qtbot.waitUntil(lambda: not row.slider.isEnabled(), timeout=10_000)

    assert sentence(panel).startswith("Stop the run")
    panel.workspace.training.stop()
    qtbot.waitUntil(lambda: row.slider.isEnabled(), timeout=10_000)


def test_names_follow_the_notation(panel: WhatIf) -> None:
    row = select(panel, EDGE)

    panel.workspace.display.set_notation(replace(panel.workspace.display.notation, first_index=1))

    assert row.name_button.text() == "w(2) 1←2"


def test_a_diverged_network_is_shown_and_nothing_breaks(panel: WhatIf) -> None:
    state = panel.workspace.state
    weights = tuple(np.full_like(each, 1e300) for each in state.parameters.weights)
    spec = NetworkSpec((2, 3, 2), ("identity", "identity"))
    panel.workspace.new_network(spec, "he", panel.workspace.config)
    state = panel.workspace.state
    with np.errstate(all="ignore"):
        panel.workspace.adopt(state.at_first_pass(Parameters(weights, state.parameters.biases)))
        select(panel, EDGE)

    panel.grab()

    assert panel.cost_now.text() in ("NaN", "∞")


def test_weights_that_are_no_number_are_shown_as_such(panel: WhatIf) -> None:
    state = panel.workspace.state
    weights = tuple(np.full_like(each, np.nan) for each in state.parameters.weights)
    panel.workspace.adopt(state.at_first_pass(Parameters(weights, state.parameters.biases)))

    select(panel, EDGE)
    panel.grab()

    assert panel.cost_now.text() == "NaN"
    assert panel.plot.piece_count == 0


def test_the_pointer_over_an_edit_lights_it_and_its_reset_ends_the_light(
    qtbot: QtBot, panel: WhatIf
) -> None:
    type_number(qtbot, select(panel, EDGE), "1.5")
    entry = panel.findChild(QToolButton, "what-if.edit.0")
    reset = panel.findChild(QToolButton, "what-if.edit.0.reset")
    assert isinstance(entry, QToolButton)
    row = entry.parentWidget()
    place = QPointF(5, 5)

    QCoreApplication.sendEvent(row, QEnterEvent(place, place, place))
    lit = panel.workspace.selection.hovered
    qtbot.mouseClick(reset, LEFT)

    assert lit == EDGE
    assert panel.workspace.selection.hovered is None


def test_gaps_cut_the_curve_into_pieces(qtbot: QtBot) -> None:
    plot = CostAlongPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 250)
    costs = np.array([1.0, 2.0, np.nan, 3.0, np.inf, 4.0, 5.0])
    point = Point(0.0, 1.0)
    curve = Curve(np.arange(7.0), costs, point, Point(6.0, 5.0), 1e308, Point(np.nan, np.nan))

    plot.show_curve(curve, "w", 4, DARK)
    plot.grab()

    assert plot.piece_count == 3


def test_the_plot_has_the_curve_in_its_colour_and_none_without_numbers(qtbot: QtBot) -> None:
    plot = CostAlongPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 250)
    values = np.linspace(-1, 1, 50)
    curve = Curve(values, values**2, Point(0.5, 0.25), Point(0.5, 0.25), None, None)

    plot.show_curve(curve, "w", 4, DARK)
    image = plot.grab().toImage()
    shown = {image.pixelColor(x, y).getRgb()[:3] for x in range(300) for y in range(60, 210)}
    plot.show_curve(None, "", 4, DARK)
    empty = plot.grab().toImage()
    left = {empty.pixelColor(x, y).getRgb()[:3] for x in range(300) for y in range(60, 210)}

    assert DARK.cost_curve in shown
    assert len(left) == 1


@pytest.mark.parametrize(
    ("low", "high", "texts", "factor"),
    [
        (-1.0, 1.0, ("−1", "−0.5", "0", "0.5", "1"), ""),
        (0.13, 0.31, ("0.15", "0.2", "0.25", "0.3"), ""),
        (2.6031, 2.6037, ("2.6032", "2.6034", "2.6036"), ""),
        (2e-7, 9e-7, ("2", "4", "6", "8"), "10⁻⁷"),
        (1.0, 1.0, (), ""),
        (0.0, float("inf"), (), ""),
    ],
)
def test_the_numbers_of_an_axis_are_round_and_differ(
    low: float, high: float, texts: tuple[str, ...], factor: str
) -> None:
    axis = even_axis(low, high, 5)

    assert axis.texts == texts
    assert axis.factor == factor
    assert all(low <= place <= high for place in axis.places)


def test_an_adjustable_of_a_smaller_network_does_not_exist() -> None:
    spec = NetworkSpec((2, 2, 1), ("tanh", "tanh"))

    exists = [
        Adjustable(kind, ref).exists_in(spec)
        for kind, ref in (
            (Kind.TARGET, NodeRef(2, 0)),
            (Kind.TARGET, NodeRef(1, 0)),
            (Kind.WEIGHT, EdgeRef(2, 1, 0)),
        )
    ]

    assert exists == [True, False, False]


def test_a_number_for_a_network_that_is_gone_is_dropped(
    qtbot: QtBot, panel: WhatIf, workspace: Workspace
) -> None:
    row = select(panel, OUTPUT)
    panel.hide()  # it keeps its rows
    workspace.open_preset("neuron-2-1")
    parameters = workspace.state.parameters

    type_number(qtbot, row, "3")
    qtbot.mouseClick(row.reset_button, LEFT)
    qtbot.wait(50)

    assert workspace.state.parameters is parameters
