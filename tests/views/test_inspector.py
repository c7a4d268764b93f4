"""The inspector beside the primer's numbers, which were worked out by hand and by finite steps."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import UNKNOWN
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, Phase, StepKind
from nnviz.views.panels.inspector import FIRST_STEP, INVITATION, Inspector
from nnviz.views.panels.terms_table import TermsTable
from nnviz.views.widgets.value_cell import ValueCell
from nnviz.visual.palette import DARK, LIGHT

HIDDEN = NodeRef(1, 1)
START, INPUT, FORWARD_1, FORWARD_2, COST, BACKWARD_2, BACKWARD_1, UPDATE = range(-1, 7)
"""Positions of a pass through two layers, a layer a step."""


@pytest.fixture
def inspector(qtbot: QtBot, workspace: Workspace) -> Inspector:
    workspace.open_preset("primer-2-3-2")
    result = Inspector(workspace)
    qtbot.addWidget(result)
    result.resize(320, 500)
    result.show()
    for signal in (
        workspace.stepper.trace_changed,
        workspace.stepper.timeline_changed,
        workspace.selection.selection_changed,
        workspace.training.state_changed,
        workspace.display.changed,
    ):
        signal.connect(result.finish)  # the tests read what the next turn would show
    return result


def cell(inspector: Inspector, key: str) -> ValueCell:
    found = inspector.findChild(ValueCell, f"inspector.value.{key}")
    assert isinstance(found, ValueCell)
    return found


def texts(inspector: Inspector, *keys: str) -> list[str]:
    return [cell(inspector, key).text() for key in keys]


def trace_of(workspace: Workspace) -> PassTrace:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace


def shown_products(table: TermsTable) -> np.ndarray:
    assert table.model.terms is not None
    return table.model.terms.products


def has_pixel(widget: QWidget, rgb: tuple[int, int, int]) -> bool:
    image = widget.grab().toImage()
    wanted = QColor(*rgb).rgb()
    return any(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def test_the_primers_numbers_appear_with_the_notations_digits(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)

    workspace.stepper.move_to(BACKWARD_1)

    assert texts(inspector, "z", "a", "bias") == ["0.3464", "0.5857", "0.7596"]
    assert texts(inspector, "activation_derivative") == ["0.2426"]
    assert texts(inspector, "activation_gradient") == ["−0.01498"]
    assert texts(inspector, "bias_gradient") == ["−0.003635"]


@pytest.mark.parametrize(
    ("position", "known"),
    [
        (START, {"bias"}),
        (INPUT, {"bias"}),
        (FORWARD_1, {"bias", "z", "a", "activation_derivative"}),
        (BACKWARD_2, {"bias", "z", "a", "activation_derivative"}),
        (
            BACKWARD_1,
            {"bias", "z", "a", "activation_derivative", "activation_gradient", "bias_gradient"},
        ),
    ],
)
def test_a_number_is_a_dash_until_its_step_is_reached(
    workspace: Workspace, inspector: Inspector, position: int, known: set[str]
) -> None:
    keys = ("bias", "z", "a", "activation_derivative", "activation_gradient", "bias_gradient")
    workspace.selection.select(HIDDEN)

    workspace.stepper.move_to(position)

    assert {key for key in keys if cell(inspector, key).text() != UNKNOWN} == known
    assert "0" not in {cell(inspector, key).text() for key in keys}


def test_operation_steps_reveal_z_before_a(workspace: Workspace, inspector: Inspector) -> None:
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.selection.select(HIDDEN)

    workspace.stepper.move_to(1)

    assert texts(inspector, "z", "a", "activation_derivative") == ["0.3464", UNKNOWN, UNKNOWN]


def test_a_click_copies_the_number_with_all_its_digits(
    qtbot: QtBot, workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)

    qtbot.mouseClick(cell(inspector, "z"), Qt.MouseButton.LeftButton)

    copied = float(QGuiApplication.clipboard().text())
    assert copied == trace_of(workspace).value(Quantity.PREACTIVATION, HIDDEN)


def test_an_unknown_number_cannot_be_copied(
    qtbot: QtBot, workspace: Workspace, inspector: Inspector
) -> None:
    QGuiApplication.clipboard().setText("before")
    workspace.selection.select(HIDDEN)

    qtbot.mouseClick(cell(inspector, "z"), Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == "before"


def test_the_incoming_terms_and_the_bias_make_z(workspace: Workspace, inspector: Inspector) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)

    products = shown_products(inspector.incoming)

    np.testing.assert_allclose(products, [-0.65801895 * 0.8, 0.56618695 * 0.2], rtol=1e-12)
    np.testing.assert_allclose(products.sum() + 0.75958375, 0.346406, atol=5e-7)
    assert inspector.incoming.sum.text() == "Σ w·a + b = −0.4132 + 0.7596 = 0.3464 =\u00a0z"


def test_the_outgoing_terms_make_the_activation_gradient(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(BACKWARD_1)

    products = shown_products(inspector.outgoing)

    assert abs(products[0]) >= abs(products[1])
    np.testing.assert_allclose(products.sum(), -0.014982, atol=5e-7)
    assert inspector.outgoing.sum.text() == "Σ w·∂C/∂b = −0.01498 =\u00a0∂C/∂a"


def test_sums_appear_only_once_their_terms_are_known(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    at_start = inspector.incoming.isVisible()

    workspace.stepper.move_to(FORWARD_2)

    assert not at_start
    assert inspector.incoming.isVisible()
    assert not inspector.outgoing.isVisible()


def test_a_click_on_a_row_selects_its_edge(
    qtbot: QtBot, workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)
    view = inspector.incoming.view
    second = view.visualRect(view.model().index(1, 1)).center()

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=second)

    qtbot.waitUntil(lambda: workspace.selection.selected == EdgeRef(1, 1, 1))


def test_a_double_click_on_a_row_selects_its_neuron(
    qtbot: QtBot, workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)
    view = inspector.incoming.view
    first = view.visualRect(view.model().index(0, 1)).center()

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=first)

    assert workspace.selection.selected == NodeRef(0, 0)


@pytest.mark.parametrize(
    ("key", "selected"), [(Qt.Key.Key_Return, NodeRef(0, 0)), (Qt.Key.Key_Space, EdgeRef(1, 1, 0))]
)
def test_a_row_can_be_followed_with_the_keyboard(
    qtbot: QtBot,
    workspace: Workspace,
    inspector: Inspector,
    key: Qt.Key,
    selected: NodeRef | EdgeRef,
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)
    inspector.incoming.view.setCurrentIndex(inspector.incoming.model.index(0, 0))

    qtbot.keyClick(inspector.incoming.view, key)

    assert workspace.selection.selected == selected


@pytest.mark.parametrize("ref", [HIDDEN, NodeRef(2, 0), NodeRef(0, 1), EdgeRef(2, 1, 0)])
def test_the_numeric_derivative_agrees(
    workspace: Workspace, inspector: Inspector, ref: NodeRef | EdgeRef
) -> None:
    workspace.selection.select(ref)
    before = inspector.check.numeric.value

    workspace.stepper.move_to(BACKWARD_1)

    analytic, numeric = inspector.check.analytic.value, inspector.check.numeric.value
    assert before is None
    assert analytic is not None
    assert numeric == pytest.approx(analytic, rel=1e-8)
    assert "✓" in inspector.check.verdict.text()


def test_a_relu_on_its_kink_is_named_as_the_reason_not_to_judge(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.open_preset("xor-2-2-1")  # its first sample gives z = 0 in hidden neuron 0
    workspace.selection.select(NodeRef(1, 0))

    workspace.stepper.move_to(BACKWARD_1)

    assert "≈" in inspector.check.verdict.text()
    assert "kink" in inspector.check.verdict.text()
    assert texts(inspector, "activation_derivative", "bias_gradient") == ["0", "0"]


def test_a_softmax_output_shows_its_own_slope_and_agrees(
    workspace: Workspace, inspector: Inspector
) -> None:
    spec = NetworkSpec((2, 3, 2), ("tanh", "softmax"), "categorical_cross_entropy")
    workspace.new_network(spec, "standard_normal", workspace.config)
    output = NodeRef(2, 1)
    workspace.selection.select(output)

    workspace.stepper.move_to(BACKWARD_2)

    a = trace_of(workspace).value(Quantity.ACTIVATION, output)
    assert cell(inspector, "activation_derivative").symbol == "∂a/∂z (own)"
    assert cell(inspector, "activation_derivative").value == pytest.approx(a * (1 - a))
    assert cell(inspector, "bias_gradient").value == pytest.approx(a - 1)
    assert "✓" in inspector.check.verdict.text()


def test_an_edge_shows_its_gradient_as_a_product(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(EdgeRef(2, 1, 0))

    workspace.stepper.move_to(BACKWARD_2)

    assert texts(inspector, "weight", "a", "bias_gradient") == ["−0.8746", "0.6316", "−0.1466"]
    assert texts(inspector, "weight_gradient", "weight_after") == ["−0.09257", UNKNOWN]
    assert inspector.story.numeric.text.endswith("= −0.14657 · 0.63157 = −0.09257")


def test_an_edge_shows_its_weight_after_the_update(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(EdgeRef(2, 1, 0))

    workspace.stepper.move_to(UPDATE)

    assert texts(inspector, "weight_after") == ["−0.8653"]  # −0.87456 + 0.1 · 0.092571
    assert "−0.8746 − 0.1000 · (−0.09257) = −0.8653" in inspector.story.numeric.text


def test_an_edge_of_a_mini_batch_tells_its_example_and_at_the_mean_no_other_step(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.open_preset("xor-2-2-1")
    workspace.examples.set_mini_batch(4)
    workspace.selection.select(EdgeRef(1, 0, 1))
    steps = workspace.stepper.timeline.steps
    kinds = [step.kind for step in steps]
    mean = kinds.index(StepKind.MEAN_GRADIENT)
    second = next(
        index for index, step in enumerate(steps)
        if step.example == 1 and step.phase is Phase.BACKWARD and step.layer == 1
    )  # fmt: skip

    workspace.stepper.move_to(second)
    assert inspector.story.title.text() == "Weight gradient of the edge, example 2 of 4"

    workspace.stepper.move_to(mean)
    assert inspector.story.title.text() == "Weight gradient of the edge"
    assert not inspector.story.note.isVisible()


def test_the_ends_of_an_edge_are_links(workspace: Workspace, inspector: Inspector) -> None:
    workspace.selection.select(EdgeRef(2, 1, 0))

    inspector.story.name.linkActivated.emit("target")

    assert workspace.selection.selected == NodeRef(2, 1)


def test_an_input_shows_its_value_and_its_gradient(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(NodeRef(0, 0))
    workspace.stepper.move_to(BACKWARD_2)
    before = texts(inspector, "a", "activation_gradient")

    workspace.stepper.move_to(BACKWARD_1)

    assert before == ["0.8000", UNKNOWN]
    assert texts(inspector, "activation_gradient") == ["−0.003681"]


def test_nothing_selected_invites_to_click_and_explains_the_layer(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.stepper.move_to(FORWARD_1)

    assert inspector.story.hint.text() == INVITATION
    assert inspector.story.name.text() == "Preactivations and activations of hidden layer 1"
    assert not inspector.check.isVisible()


def test_before_the_first_step_it_says_what_to_do(inspector: Inspector) -> None:
    assert inspector.story.sentence.text() == FIRST_STEP
    assert not inspector.story.symbolic.isVisible()


def test_without_an_example_no_target_is_shown_and_the_reason_is_said(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.stepper.show(trace_of(workspace), locked=True)

    workspace.selection.select(NodeRef(2, 0))

    assert texts(inspector, "target") == [UNKNOWN]
    assert inspector.story.sentence.text() == workspace.why_no_example()


def test_a_neuron_keeps_its_newest_equation_while_other_layers_are_computed(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)

    workspace.stepper.move_to(COST)

    assert "cost" in inspector.story.note.text()
    assert "= 0.3464" in inspector.story.numeric.text


def test_a_selection_of_another_network_is_dropped(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(NodeRef(1, 2))

    workspace.open_preset("mazur-2-2-2")

    assert inspector.story.sentence.text() == FIRST_STEP
    assert not inspector.check.isVisible()


def test_a_hidden_inspector_catches_up_when_it_is_shown(
    workspace: Workspace, inspector: Inspector
) -> None:
    inspector.hide()
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(FORWARD_1)

    inspector.show()

    assert texts(inspector, "z") == ["0.3464"]


def test_the_theme_changes_the_colours_of_the_bars(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(BACKWARD_1)
    dark = has_pixel(inspector.outgoing.view.viewport(), DARK.derivative_negative)

    inspector.set_theme(LIGHT)

    assert dark
    assert has_pixel(inspector.outgoing.view.viewport(), LIGHT.derivative_negative)
    assert not has_pixel(inspector.outgoing.view.viewport(), DARK.derivative_negative)


@pytest.mark.parametrize("ref", [None, HIDDEN, NodeRef(2, 1), EdgeRef(1, 1, 0), NodeRef(0, 0)])
def test_nothing_is_wider_than_a_narrow_dock(
    workspace: Workspace, inspector: Inspector, ref: NodeRef | EdgeRef | None
) -> None:
    workspace.stepper.move_to(BACKWARD_1)
    workspace.selection.select(ref)

    body = inspector.story.parentWidget()

    assert isinstance(body, QWidget)
    assert body.minimumSizeHint().width() <= 310
    assert body.width() <= 320


def test_everything_that_can_be_used_has_a_name_and_a_tooltip(
    workspace: Workspace, inspector: Inspector
) -> None:
    workspace.selection.select(HIDDEN)
    workspace.stepper.move_to(BACKWARD_1)
    shown = [each for each in inspector.findChildren(ValueCell) if each.isVisible()]
    controls: list[QWidget] = [*shown, inspector.incoming.view, inspector.outgoing.view]

    assert len(shown) == 8
    assert all(each.objectName() and each.toolTip() for each in controls)
    assert all(each.accessibleName() for each in controls)


@pytest.mark.parametrize("ref", [HIDDEN, NodeRef(2, 1), EdgeRef(2, 1, 0), NodeRef(0, 0)])
@pytest.mark.parametrize("position", range(START, UPDATE + 1))
def test_a_network_that_has_diverged_can_be_looked_at(
    workspace: Workspace, inspector: Inspector, ref: NodeRef | EdgeRef, position: int
) -> None:
    before = trace_of(workspace)
    weights = (before.before.weights[0] * np.inf, before.before.weights[1])
    with np.errstate(all="ignore"):
        broken = PassTrace.record(
            before.spec, Parameters(weights, before.before.biases), before.inputs,
            before.targets, before.settings,
        )  # fmt: skip
    workspace.stepper.show(broken)
    workspace.selection.select(ref)

    workspace.stepper.move_to(position)

    assert not inspector.grab().isNull()
    assert "✓ agree" not in inspector.check.verdict.text()


def test_while_a_run_is_followed_no_layer_is_checked_and_it_says_so(
    qtbot: QtBot, workspace: Workspace, inspector: Inspector
) -> None:
    workspace.stepper.move_to(5)
    inspector.finish()
    workspace.set_config(replace(workspace.config, epochs=10**6))
    with qtbot.waitSignal(workspace.stepper.trace_changed):
        workspace.run.start()
    inspector.finish()
    said = inspector.check.layer.accessibleName()
    assert said == "– Layer 1: checked when the run pauses or is not followed"
    assert not inspector.check.checker.busy

    workspace.run.set_follow(False)
    inspector.finish()
    assert inspector.check.checker.busy
    workspace.run.set_follow(True)
    inspector.finish()
    assert not inspector.check.checker.busy

    with qtbot.waitSignal(inspector.check.checker.finished):
        workspace.training.pause()
        qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED)
    assert inspector.check.layer.accessibleName().startswith("✓ Layer 1: ")
