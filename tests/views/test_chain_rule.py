"""The chain rule panel: what it lights, where a click leads, what it keeps to itself."""

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.trace.chain_paths import Path
from nnviz.trace.notation import Notation
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import read
from nnviz.trace.steps import Granularity, StepKind
from nnviz.views.panels.chain_drawing import Hit
from nnviz.views.panels.chain_paths_model import FACTORS, PRODUCT, ROUTE
from nnviz.views.panels.chain_rule import ChainRule
from nnviz.views.panels.chain_view import ChainView
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.widgets.value_cell import sign_colour
from nnviz.visual.scales import Scale

EDGE = EdgeRef(1, 1, 0)
WIDE = (1000, 330)


@pytest.fixture
def primer(workspace: Workspace) -> Workspace:
    """The 2-3-2 network by operation, before the first step."""
    workspace.open_preset("primer-2-3-2")
    workspace.stepper.set_granularity(Granularity.OPERATION)
    return workspace


@pytest.fixture
def panel(qtbot: QtBot, primer: Workspace) -> Iterator[ChainRule]:
    panel = ChainRule(primer)
    qtbot.addWidget(panel)
    panel.resize(*WIDE)
    panel.show()
    yield panel
    panel.hide()


def to_step(workspace: Workspace, kind: StepKind, layer: int) -> None:
    steps = workspace.stepper.timeline.steps
    workspace.stepper.move_to(
        next(at for at, step in enumerate(steps) if (step.kind, step.layer) == (kind, layer))
    )


def hit_of(view: ChainView, text: str) -> Hit:
    """The first place that says a text."""
    return next(hit for hit in view.hits if hit.text.startswith(text))


def click(qtbot: QtBot, view: ChainView, hit: Hit) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=hit.area.center().toPoint())


def row_place(panel: ChainRule, row: int) -> QPoint:
    return panel.paths.view.visualRect(panel.paths.model.index(row, FACTORS)).center()


def click_row(qtbot: QtBot, panel: ChainRule, row: int) -> None:
    place = row_place(panel, row)
    qtbot.mouseClick(panel.paths.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def all_text(panel: ChainRule) -> str:
    model = panel.paths.model
    cells = [model.text(row, column) for row in range(model.rowCount()) for column in range(3)]
    return " | ".join([*cells, panel.paths.total.text(), *(hit.text for hit in panel.view.hits)])


def test_a_tooltip_begins_with_a_capital_unless_it_begins_with_a_symbol(
    panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EdgeRef(1, 0, 0))
    to_step(primer, StepKind.WEIGHT_GRADIENT, 1)

    hints = [hit.hint for hit in panel.view.hits]

    assert any(hint.startswith("f′(z)") for hint in hints)
    assert not any(hint.startswith("F′") for hint in hints)
    assert not any(hint[0].islower() and hint[1].isalpha() for hint in hints)


def test_before_the_first_step_only_the_weights_have_numbers(panel: ChainRule) -> None:
    texts = [hit.text for hit in panel.view.hits]

    assert "C = –" in texts
    assert "∂C/∂a = –" in texts
    assert not any(text.startswith("∂a/∂z") and not text.endswith("–") for text in texts)


def test_a_click_on_a_factor_goes_to_the_step_that_computes_it(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    click(qtbot, panel.view, hit_of(panel.view, "∂C/∂a"))

    step = primer.stepper.timeline.current
    assert step is not None
    assert (step.kind, step.layer) == (StepKind.ACTIVATION_GRADIENT, 2)


def test_a_click_on_a_quantity_goes_to_its_step(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.stepper.to_end()

    click(qtbot, panel.view, hit_of(panel.view, "z"))

    step = primer.stepper.timeline.current
    assert step is not None
    assert (step.kind, step.layer) == (StepKind.PREACTIVATION, 2)


def test_a_click_on_a_weight_selects_it_because_no_step_computes_it(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.open_preset("primer-1-1-1")
    edge = EdgeRef(2, 0, 0)
    weight = next(hit for hit in panel.view.hits if hit.text.startswith("w") and hit.ref == edge)

    click(qtbot, panel.view, weight)

    assert primer.selection.selected == edge
    assert primer.stepper.timeline.position == -1


def test_a_click_on_a_slope_goes_to_the_error_signal_and_selects_the_neuron(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.stepper.to_end()
    primer.selection.select(EdgeRef(2, 1, 2))
    slope = next(
        hit for hit in panel.view.hits if hit.text.startswith("∂a/∂z") and hit.ref == NodeRef(1, 2)
    )

    click(qtbot, panel.view, slope)

    step = primer.stepper.timeline.current
    assert step is not None
    assert (step.kind, step.layer) == (StepKind.BIAS_GRADIENT, 1)
    assert primer.selection.selected == NodeRef(1, 2)


def test_a_click_on_a_weight_of_the_product_selects_it_and_stays_at_the_step(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.stepper.to_end()
    primer.selection.select(EDGE)
    click_row(qtbot, panel, 0)
    weight = next(hit for hit in panel.view.hits if hit.text.startswith("∂z/∂a"))

    click(qtbot, panel.view, weight)

    assert primer.selection.selected == weight.ref
    assert isinstance(weight.ref, EdgeRef)
    assert weight.ref.layer == 2
    assert primer.stepper.timeline.at_end


def test_the_kept_row_keeps_the_colour_of_its_sign(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EDGE)
    primer.stepper.to_end()
    index = panel.paths.model.index(0, PRODUCT)
    view = panel.paths.view

    click_row(qtbot, panel, 0)

    option = QStyleOptionViewItem()
    option.initFrom(view)
    delegate = view.itemDelegate()
    assert isinstance(delegate, QStyledItemDelegate)
    delegate.initStyleOption(option, index)
    expected = sign_colour(panel.paths.model.paths[0].product, Scale.DERIVATIVE, panel.theme)
    assert option.palette.highlightedText().color().getRgb()[:3] == expected
    ground = option.palette.highlight().color().getRgb()[:3]
    image = view.viewport().grab(view.visualRect(index)).toImage()
    assert image.pixelColor(2, 2).getRgb()[:3] == ground


def test_the_tooltip_of_a_path_names_each_factor(panel: ChainRule, primer: Workspace) -> None:
    primer.selection.select(EDGE)
    primer.stepper.to_end()
    model = panel.paths.model
    row = next(at for at, path in enumerate(model.paths) if path.nodes[-1].neuron == 0)

    tip = model.data(model.index(row, FACTORS), Qt.ItemDataRole.ToolTipRole)

    names = "∂C/∂a⁽²⁾₀ · f′(z⁽²⁾₀) · w⁽²⁾₀,₁ · f′(z⁽¹⁾₁) · a⁽⁰⁾₀"
    assert tip == f"{names}\n= {model.text(row, FACTORS)}\n= {model.text(row, PRODUCT)}"
    assert model.header(FACTORS) == "∂C/∂a · f′(z) · w · f′(z) · a"


@pytest.mark.parametrize("digits", range(2, 8))
def test_the_factors_below_the_product_of_a_path_multiply_out_to_it(
    qtbot: QtBot, panel: ChainRule, primer: Workspace, digits: int
) -> None:
    primer.display.set_notation(Notation(digits=digits))
    primer.selection.select(EDGE)
    primer.stepper.to_end()
    click_row(qtbot, panel, 0)

    factors = [hit.text.split(" = ")[1] for hit in panel.view.hits[-5:]]

    value, unit = read(panel.paths.model.text(0, PRODUCT))
    assert abs(math.prod(read(each)[0] for each in factors) - value) <= unit * (1 + 1e-9)


def test_the_product_by_a_matrix_says_that_its_last_factor_is_a_row(
    panel: ChainRule, primer: Workspace
) -> None:
    primer.stepper.to_end()

    factors = [hit.text.split(" = ")[1] for hit in panel.view.hits if "∂z/∂w" in hit.text]

    assert factors[-1] == "aᵀ 1×2"


def test_the_arrow_keys_and_enter_do_what_the_mouse_does(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    panel.view.setFocus()
    first = panel.view.hits[0]

    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    pointed = panel.view.current
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)

    assert pointed == first
    assert primer.stepper.timeline.position == primer.stepper.timeline.position_of(
        first.need.quantity, first.need.layer, first.need.neuron
    )


def test_pointing_at_a_term_lights_its_neuron_and_leaving_ends_it(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(NodeRef(1, 2))
    hit = next(hit for hit in panel.view.hits if hit.ref == NodeRef(1, 2))

    qtbot.mouseMove(panel.view, hit.area.center().toPoint())
    lit = primer.selection.hovered
    qtbot.mouseMove(panel.view, QPoint(1, panel.view.height() - 1))

    assert lit == NodeRef(1, 2)
    assert primer.selection.hovered is None


def test_all_paths_of_a_weight_are_lit_and_hiding_ends_it(
    panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EDGE)
    lit = primer.selection.lit
    panel.hide()

    assert lit == {EDGE, EdgeRef(2, 0, 1), EdgeRef(2, 1, 1)}
    assert primer.selection.lit == frozenset()


def test_the_canvas_paints_what_is_lit(qtbot: QtBot, primer: Workspace) -> None:
    canvas = NetworkView(primer)
    qtbot.addWidget(canvas)
    canvas.resize(700, 420)
    plain = canvas.render_image()

    primer.selection.light(frozenset({EdgeRef(2, 0, 1)}))
    lit = canvas.render_image()
    primer.selection.light(frozenset())

    scene = canvas.scene
    assert scene is not None
    (x1, y1), (x2, y2) = scene.centre(NodeRef(1, 1)), scene.centre(NodeRef(2, 0))
    place = round(x1 + 0.8 * (x2 - x1)), round(y1 + 0.8 * (y2 - y1))
    assert lit.pixelColor(*place).lightness() > plain.pixelColor(*place).lightness()
    assert canvas.render_image() == plain
    canvas.shutdown()


def test_a_clicked_row_stays_lit_and_a_second_click_lets_go(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EDGE)
    path = panel.paths.model.paths[1]
    every = primer.selection.lit

    click_row(qtbot, panel, 1)
    primer.stepper.to_end()
    kept = primer.selection.lit
    row = next(at for at, each in enumerate(panel.paths.model.paths) if each.nodes == path.nodes)
    click_row(qtbot, panel, row)

    assert kept == path.refs
    assert panel.paths.path is None
    assert primer.selection.lit == every


def test_a_kept_path_gives_every_factor_of_the_graph_its_number(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EDGE)
    primer.stepper.to_end()
    path: Path = panel.paths.model.paths[0]

    click_row(qtbot, panel, 0)

    notation = primer.display.notation
    trace = primer.stepper.trace
    assert trace is not None
    slope = notation.number(trace.activation_derivative(path.nodes[-1]))
    assert hit_of(panel.view, "∂a/∂z").text == f"∂a/∂z = {slope}"
    assert not any("×" in hit.text for hit in panel.view.hits if "/∂" in hit.text)


def test_the_gradient_of_the_weight_is_not_given_away_before_its_step(
    panel: ChainRule, primer: Workspace
) -> None:
    trace = primer.stepper.trace
    assert trace is not None
    secret = primer.display.notation.number(trace.value(Quantity.WEIGHT_GRADIENT, EDGE))
    primer.selection.select(EDGE)

    to_step(primer, StepKind.BIAS_GRADIENT, 1)
    before = all_text(panel)
    products = [panel.paths.model.text(row, PRODUCT) for row in range(2)]
    to_step(primer, StepKind.WEIGHT_GRADIENT, 1)
    after = all_text(panel)

    assert secret not in before
    assert products == ["–", "–"]
    assert secret in after


def test_the_caption_names_what_the_step_computes(panel: ChainRule, primer: Workspace) -> None:
    to_step(primer, StepKind.BIAS_GRADIENT, 2)
    now = panel.caption.whole_text
    primer.stepper.to_start()

    assert now == "This step: ∂C/∂b of layer 2"
    assert panel.caption.whole_text == "Ahead: ∂C/∂w of layer 1"


def test_numbers_of_neurons_follow_the_notation(panel: ChainRule, primer: Workspace) -> None:
    primer.selection.select(EDGE)

    primer.display.set_notation(Notation(first_index=1))

    routes = [panel.paths.model.text(row, ROUTE) for row in range(2)]
    assert routes == ["2 → 1", "2 → 2"]
    assert panel.paths.title.text() == "2 paths from w⁽¹⁾₂,₁ to C"


def test_without_a_selection_the_list_says_what_to_do(panel: ChainRule) -> None:
    assert panel.paths.title.text().startswith("Select an edge")
    assert panel.paths.view.isHidden()


def test_where_it_is_narrow_one_part_is_shown_at_a_time(
    qtbot: QtBot, panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EDGE)
    panel.resize(430, 150)
    graph = (panel.scroll_area.isVisible(), panel.paths.isVisible())

    qtbot.mouseClick(panel.buttons.button(2), Qt.MouseButton.LeftButton)

    assert graph == (True, False)
    assert (panel.scroll_area.isVisible(), panel.paths.isVisible()) == (False, True)
    assert panel.width() == 430


def test_a_low_panel_still_shows_every_factor_of_the_product(
    panel: ChainRule, primer: Workspace
) -> None:
    panel.resize(405, 110)
    to_step(primer, StepKind.WEIGHT_GRADIENT, 1)

    texts = [hit.text.split(" =")[0] for hit in panel.view.hits]

    assert texts[:5] == ["∂C/∂a", "∂a/∂z", "∂z/∂a", "∂a/∂z", "∂z/∂w"]
    assert panel.view.minimumHeight() <= 110


def test_another_network_leaves_no_lights_of_the_old_one(
    panel: ChainRule, primer: Workspace
) -> None:
    primer.selection.select(EdgeRef(1, 2, 1))

    primer.open_preset("primer-1-1-1")

    assert primer.selection.lit == frozenset()
    assert panel.paths.view.isHidden()
