"""A step looked at in three ways, in the user's notation, and lit between equation and canvas."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.display_store import StepView
from nnviz.trace.expressions import Expression, Matrix, Row, Scripted, Tagged
from nnviz.trace.glossary import GLOSSARY
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity
from nnviz.views.equations.equation_view import EquationView
from nnviz.views.panels.inspector import Inspector
from nnviz.views.timeline.chips import StepChips
from nnviz.views.widgets.glossary_label import GlossaryLabel
from nnviz.views.widgets.value_cell import ValueCell
from tests.sampling import every

WindowMaker = Callable[..., MainWindow]
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
HIDDEN = NodeRef(1, 1)
HIDDEN_GRADIENT, ERROR_SIGNAL = 9, 10
"""Operations of the primer: ∂C/∂a and ∂C/∂b of layer 1."""
BOOK = Notation(ErrorSymbol.DELTA, LayerPlace.SUBSCRIPT, 1, WeightOrder.FROM_TO, 6)
"""A notation that differs from the first one in every respect."""


@pytest.fixture
def stepped(window: MainWindow) -> MainWindow:
    """The primer where ∂C/∂a of its hidden layer has just been computed, a neuron selected."""
    window.workspace.stepper.set_granularity(Granularity.OPERATION)
    window.workspace.stepper.move_to(HIDDEN_GRADIENT)
    window.workspace.selection.select(HIDDEN)
    return window


def inspector_of(window: MainWindow) -> Inspector:
    """Return the inspector, which follows the canvas a moment later."""
    panel = window.panels["inspector"]
    assert isinstance(panel, Inspector)
    panel.finish()
    return panel


def shown(window: MainWindow) -> set[str]:
    """Return which of the ways to tell a step can be seen."""
    story = inspector_of(window).story
    widgets = {
        "symbolic": story.symbolic, "numeric": story.numeric, "matrices": story.matrices,
        "running": story.running, "code": story.code,
    }  # fmt: skip
    return {name for name, widget in widgets.items() if widget.isVisible()}


def checked_views(window: MainWindow) -> list[str]:
    buttons = inspector_of(window).story.views.findChildren(QToolButton)
    return [button.text() for button in buttons if button.isChecked()]


def matrices_in(expression: Expression) -> Iterator[Matrix]:
    """Walk the pieces of an equation in which a matrix can stand."""
    if isinstance(expression, Matrix):
        yield expression
    elif isinstance(expression, Row):
        for part in expression.parts:
            yield from matrices_in(part)
    elif isinstance(expression, Scripted):
        yield from matrices_in(expression.base)
    elif isinstance(expression, Tagged):
        yield from matrices_in(expression.inside)


def place_of(view: EquationView, ref: Ref) -> QPoint:
    """Return a place of the equations that speaks of ``ref``."""
    places = (QPoint(x, y) for y in range(2, view.height(), 3) for x in range(2, view.width(), 3))
    for place in places:
        tag = view.tag_at(QPointF(place))
        if tag is not None and tag.ref == ref:
            return place
    raise AssertionError(f"No piece speaks of {ref}.")


def place_on_canvas(window: MainWindow, edge: EdgeRef) -> QPoint:
    """Return a point a quarter along an edge."""
    scene = window.canvas.scene
    assert scene is not None
    edges = scene.frame.edges[edge.layer - 1]
    index = [edges.ref(each) for each in range(len(edges.neurons))].index(edge)
    x1, y1, x2, y2 = scene.edge_lines(edge.layer - 1)[index]
    return QPoint(round((3 * x1 + x2) / 4), round((3 * y1 + y2) / 4))


def picture_of(window: MainWindow) -> QImage:
    return window.canvas.render_image()


def test_the_keys_1_2_and_3_switch_between_neuron_matrix_and_code(
    stepped: MainWindow, qtbot: QtBot
) -> None:
    seen = []

    for key in (Key.Key_2, Key.Key_3, Key.Key_1):
        qtbot.keyClick(stepped.canvas, key)
        seen.append((checked_views(stepped), shown(stepped)))

    assert seen == [
        (["Matrix"], {"symbolic", "matrices"}),
        (["Code"], {"code"}),
        (["Neuron"], {"symbolic", "numeric"}),
    ]


@pytest.mark.parametrize("view", every(3, [StepView.MATRIX, StepView.CODE, StepView.NEURON]))
def test_a_button_switches_like_its_key(stepped: MainWindow, qtbot: QtBot, view: StepView) -> None:
    other = StepView.CODE if view is StepView.NEURON else StepView.NEURON
    stepped.workspace.display.set_view(other)
    inspector = inspector_of(stepped)
    button = inspector.findChild(QToolButton, f"inspector.view.{view.value}")
    assert button is not None

    qtbot.mouseClick(button, LEFT)

    assert stepped.workspace.display.view is view
    assert checked_views(stepped) == [button.text()]


def test_the_three_ways_tell_the_same_sum(stepped: MainWindow) -> None:
    told = []

    for view in StepView:
        stepped.workspace.display.set_view(view)
        story = inspector_of(stepped).story
        told.append((story.numeric.text, story.matrices.text, story.code.accessibleName()))

    neuron, matrix, code = told
    assert neuron[0].endswith("= −0.4914 · 0.05540 − 0.08352 · (−0.1466) = −0.01498")
    assert "[0.1288; −0.01498; 0.06834]" in matrix[1]
    assert "W2.T @ delta2" in code[2]


@pytest.mark.parametrize("neuron", every(3, [1, 0, 2]))
def test_the_column_that_is_summed_is_lit_in_the_transposed_matrix(
    stepped: MainWindow, neuron: int
) -> None:
    stepped.workspace.display.set_view(StepView.MATRIX)

    stepped.workspace.selection.select(NodeRef(1, neuron))

    (equation,) = inspector_of(stepped).story.matrices.equations
    weights, signals, gradient = matrices_in(equation)
    assert (weights.shape, signals.shape, gradient.shape) == ("2 × 3", "2 × 1", "3 × 1")
    assert weights.lit == {(0, neuron), (1, neuron)}
    assert signals.lit == frozenset()
    assert gradient.lit == {(neuron, 0)}


def test_another_column_is_lit_in_the_pixels(stepped: MainWindow) -> None:
    stepped.workspace.display.set_view(StepView.MATRIX)
    first = inspector_of(stepped).story.matrices.grab().toImage()

    stepped.workspace.selection.select(NodeRef(1, 2))
    other = inspector_of(stepped).story.matrices.grab().toImage()

    assert first.size() == other.size()
    assert first != other


def test_hovering_a_term_lights_its_edge_on_the_canvas(stepped: MainWindow, qtbot: QtBot) -> None:
    before = picture_of(stepped)
    view = inspector_of(stepped).story.numeric

    qtbot.mouseMove(view, place_of(view, EdgeRef(2, 1, 1)))
    lit = picture_of(stepped)
    hovered = stepped.workspace.selection.hovered
    qtbot.mouseMove(view, QPoint(view.width() - 1, view.height() - 1))

    assert hovered == EdgeRef(2, 1, 1)
    assert lit != before
    assert stepped.workspace.selection.hovered is None
    assert picture_of(stepped) == before


def test_hovering_an_edge_on_the_canvas_lights_its_terms(stepped: MainWindow, qtbot: QtBot) -> None:
    story = inspector_of(stepped).story
    before = [view.grab().toImage() for view in (story.symbolic, story.numeric)]

    qtbot.mouseMove(stepped.canvas, place_on_canvas(stepped, EdgeRef(2, 0, 1)))

    after = [view.grab().toImage() for view in (story.symbolic, story.numeric)]
    assert stepped.workspace.selection.hovered == EdgeRef(2, 0, 1)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_an_edge_that_the_equation_does_not_name_lights_none_of_its_terms(
    stepped: MainWindow, qtbot: QtBot
) -> None:
    story = inspector_of(stepped).story
    before = story.numeric.grab().toImage()

    qtbot.mouseMove(stepped.canvas, place_on_canvas(stepped, EdgeRef(1, 0, 0)))

    assert stepped.workspace.selection.hovered == EdgeRef(1, 0, 0)
    assert story.numeric.grab().toImage() == before


@pytest.mark.parametrize("ref", [EdgeRef(2, 0, 1), NodeRef(2, 1)])
def test_a_click_on_a_term_selects_what_it_speaks_of(
    stepped: MainWindow, qtbot: QtBot, ref: Ref
) -> None:
    view = inspector_of(stepped).story.numeric

    qtbot.mouseClick(view, LEFT, pos=place_of(view, ref))

    assert stepped.workspace.selection.selected == ref
    name = inspector_of(stepped).findChild(QLabel, "inspector.story.name")
    assert name is not None
    assert ("→" in name.text()) == isinstance(ref, EdgeRef)


def test_the_equation_follows_the_notation(stepped: MainWindow) -> None:
    story = inspector_of(stepped).story
    before = story.symbolic.text

    stepped.workspace.display.set_notation(BOOK)

    story = inspector_of(stepped).story
    assert before == (
        "∂C/∂a^(1)_1 = w^(2)_0,1 · ∂C/∂b^(2)_0 + w^(2)_1,1 · ∂C/∂b^(2)_1"
    )  # fmt: skip
    assert story.symbolic.text == "∂C/∂a_1;2 = w_2;2,1 · δ_2;1 + w_2;2,2 · δ_2;2"
    assert story.numeric.text == (
        "∂C/∂a_1;2 = −0.491397 · 0.0554000 − 0.0835188 · (−0.146574) = −0.0149817"
    )


def test_cells_and_tables_follow_the_notation(stepped: MainWindow) -> None:
    stepped.workspace.stepper.move_to(ERROR_SIGNAL)

    stepped.workspace.display.set_notation(BOOK)

    inspector = inspector_of(stepped)
    cell = inspector.findChild(ValueCell, "inspector.value.bias_gradient")
    assert cell is not None
    assert (cell.symbol, cell.text()) == ("δ", "−0.00363527")
    model = inspector.outgoing.view.model()
    headers = [model.headerData(each, Qt.Orientation.Horizontal) for each in range(4)]
    assert headers == ["k", "w", "δ", "w·δ"]
    assert [model.index(row, 0).data() for row in range(2)] == ["1", "2"]
    assert inspector.outgoing.sum.text() == "Σ w·δ = −0.0149817 =\N{NO-BREAK SPACE}∂C/∂a"


def test_canvas_and_chips_follow_the_notation(stepped: MainWindow) -> None:
    stepped.workspace.stepper.move_to(ERROR_SIGNAL)
    chips = stepped.findChild(StepChips)
    assert chips is not None

    stepped.workspace.display.set_notation(BOOK)

    assert stepped.canvas.scene is not None
    inputs, hidden, outputs = stepped.canvas.scene.frame.layers
    assert inputs.names == ("x₁", "x₂")
    assert hidden.names == ("layer 1 · 1", "layer 1 · 2", "layer 1 · 3")
    assert outputs.inside[1][0] == "0.294410"
    assert [line.text for line in hidden.lines[1]] == [
        "z 0.346406  b 0.759584", "∂C/∂a −0.0149817", "δ −0.00363527",
    ]  # fmt: skip
    assert chips.accessibleDescription() == (
        "Step 11 of 13: Compute δ of layer 1, the error signal"
    )  # fmt: skip


def test_the_notation_is_chosen_in_the_menu(stepped: MainWindow) -> None:
    for name in ("error.delta", "layers.subscript", "first_index.1", "weight_order.from-to"):
        action = stepped.findChild(QAction, f"notation.{name}")
        assert action is not None
        action.trigger()

    text = inspector_of(stepped).story.symbolic.text
    assert text == "∂C/∂a_1;2 = w_2;2,1 · δ_2;1 + w_2;2,2 · δ_2;2"


def test_the_terms_of_the_sentence_explain_themselves(stepped: MainWindow) -> None:
    label = inspector_of(stepped).findChild(GlossaryLabel, "inspector.story.sentence")
    assert label is not None
    terms = [term for term in GLOSSARY if f'href="{term}"' in label.text()]
    explained = []

    for term in terms:
        label.linkHovered.emit(term)
        explained.append(QToolTip.text())

    assert {"activation", "cost", "error signal", "weight"} <= set(terms)
    assert explained == [f"{term}: {GLOSSARY[term]}" for term in terms]


def test_the_explanation_goes_when_the_pointer_leaves_its_term(
    stepped: MainWindow, qtbot: QtBot
) -> None:
    label = inspector_of(stepped).story.sentence
    label.linkHovered.emit("weight")
    before = QToolTip.isVisible()

    label.linkHovered.emit("")

    assert before
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_by_neuron_the_sum_grows_until_it_is_z(window: MainWindow, qtbot: QtBot) -> None:
    window.workspace.selection.select(HIDDEN)
    for key in (Key.Key_O, Key.Key_O, Key.Key_Right, Key.Key_Right, Key.Key_Right):
        qtbot.keyClick(window.canvas, key)

    story = inspector_of(window).story

    assert story.running.isVisible()
    assert story.running.text.splitlines() == [
        "−0.6580 · 0.8000 = −0.5264",
        "−0.5264 + 0.5662 · 0.2000 = −0.4132",
        "−0.4132 + 0.7596 = 0.3464",
    ]
    cell = inspector_of(window).findChild(ValueCell, "inspector.value.z")
    assert cell is not None
    assert cell.text() == "0.3464"


def test_by_neuron_the_gradient_grows_along_the_edges_that_leave(stepped: MainWindow) -> None:
    stepped.workspace.stepper.set_granularity(Granularity.NEURON)
    stepped.workspace.stepper.to_end()

    stepped.workspace.stepper.move_to(10)  # the derivatives of neuron 1 of layer 1

    assert inspector_of(stepped).story.running.text.splitlines() == [
        "−0.4914 · 0.05540 = −0.02722",
        "−0.02722 − 0.08352 · (−0.1466) = −0.01498",
    ]


EXAMPLE_2 = 6
"""Steps before the second example of a mini-batch through two layers, a layer a step."""


def test_in_a_mini_batch_the_story_of_example_2_speaks_of_example_2(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = make_window("xor-2-2-1")
    window.workspace.examples.set_mini_batch(4)
    window.workspace.selection.select(HIDDEN)

    for _ in range(EXAMPLE_2 + 2):
        qtbot.keyClick(window.canvas, Key.Key_Right)

    story = inspector_of(window).story
    assert story.title.text() == "Preactivation and activation, example 2 of 4"
    assert story.numeric.text.splitlines() == [
        "z^(1)_1 = 1.000 · 0 + 1.000 · 1.000 − 1.000 = 0",
        "a^(1)_1 = max(0, 0) = 0",
    ]
    assert window.workspace.stepper.timeline.example == 1


def test_in_a_mini_batch_the_layers_matrices_are_those_of_the_example(
    make_window: WindowMaker,
) -> None:
    window = make_window("xor-2-2-1")
    window.workspace.examples.set_mini_batch(4)
    window.workspace.display.set_view(StepView.MATRIX)
    read = []

    for example in range(4):
        window.workspace.stepper.move_to(EXAMPLE_2 * example)
        story = inspector_of(window).story
        read.append((story.name.text(), story.matrices.text))

    assert read == [
        (f"Input, example {example + 1} of 4", f"a^(0) = [{x}]")
        for example, x in enumerate(("0; 0", "0; 1.000", "1.000; 0", "1.000; 1.000"))
    ]


def test_the_code_is_copied_line_by_line_with_its_shapes_or_without(
    stepped: MainWindow,
) -> None:
    stepped.workspace.display.show_code()
    code = inspector_of(stepped).story.code
    actions = {action.text().replace("&", ""): action for action in code.actions()}

    actions["Copy Code"].trigger()
    bare = QGuiApplication.clipboard().text()
    actions["Copy Code with Shapes"].trigger()

    assert bare == "dC_da1 = W2.T @ delta2"
    assert QGuiApplication.clipboard().text() == code.accessibleName()
    assert code.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
