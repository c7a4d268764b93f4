"""The dependency graph laid out: C at the left, the input at the right, leaves below each z.

Read from C on its arrows are the factors of the chain rule, in the order of the product.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainterPath

from nnviz.trace.chain import Link, Need, Term, link_symbol, term_need, term_symbol
from nnviz.trace.chain_graph import Brace, ChainGraph, Product
from nnviz.trace.expressions import Tag
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Phase
from nnviz.views.panels.chain_drawing import ChainScene, Drawing, Hit, Pencil, Pill
from nnviz.views.theme import qcolor
from nnviz.visual.palette import RGB

__all__ = ["GRAPH_HEIGHT", "draw_graph", "link_tag"]

GRAPH_HEIGHT = 116.0
TALL_GRAPH = 158.0
"""From this height on the arrows to the weights and biases have their labels too."""
LABEL_PX = 12.0
BAND_PX = 12.0
BAND_ALPHA = 70
LABEL_HALF = 20.0
SYMBOL_PX = 13.5
PILL = (46.0, 31.0)
NARROWEST, WIDEST = 62.0, 128.0
"""Between two terms of the spine, in px."""
MARGIN = 8.0
LABEL_ROOM = 44.0
LEAF_GAP = 11.0
ROW_HEIGHT = LABEL_ROOM + PILL[1] + 4
"""Of factors and terms without their leaves."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the terms stand: the spine's distance and height, the room down to the leaves."""

    spacing: float
    left: float
    spine: float
    leaf_gap: float

    def x(self, index: int) -> float:
        """Return the middle of a term of the spine."""
        return self.left + index * self.spacing


def draw_graph(
    scene: ChainScene, graph: ChainGraph, product: Product, width: float, height: float
) -> Drawing:
    """Lay the graph out for a size; it may come out wider than there is room.

    Where it is too low for the leaves, only what the product passes is drawn, in one row.
    """
    if height < GRAPH_HEIGHT:
        return _draw_route(scene, product, width, height)
    drawing = Drawing()
    pencil = Pencil(scene, drawing)
    tall = height >= TALL_GRAPH
    gap = LABEL_ROOM if tall else LEAF_GAP
    total = ROW_HEIGHT + gap + PILL[1]
    frame = _frame(len(graph.spine), width, max((height - total) / 2, 0.0), gap)
    route = _route(product)
    for brace in reversed(product.braces):
        end = graph.spine.index(graph.preactivation(brace.layer))
        area = _draw_band(pencil, frame, end, brace.level)
        room = frame.x(2) - _leaf_shift(frame) - PILL[0] / 2 - area.left() - 10
        _draw_reuse(pencil, product, brace, area, room)
    for index, link in enumerate(graph.spine_links):
        _draw_spine_link(pencil, frame, index, link, link.below in route and link.above in route)
    for index, term in enumerate(graph.spine):
        _draw_term(pencil, term, QPointF(frame.x(index), frame.spine), term in route)
    for layer in range(1, len(graph.weights) + 1):
        _draw_leaves(pencil, frame, graph, layer, route, tall)
    drawing.width = max(frame.x(len(graph.spine) - 1) + PILL[0] / 2 + MARGIN, width)
    drawing.height = max(total, height)
    return drawing


def _draw_route(scene: ChainScene, product: Product, width: float, height: float) -> Drawing:
    """Lay out the terms of the product alone, from C to what it is differentiated by."""
    drawing = Drawing()
    pencil = Pencil(scene, drawing)
    terms = (product.links[0].above, *(link.below for link in product.links))
    frame = _frame(len(terms), width, max((height - ROW_HEIGHT) / 2, 0.0), 0.0)
    for brace in reversed(product.braces):
        _draw_band(pencil, frame, brace.last + 1, brace.level)
    for index, link in enumerate(product.links):
        _draw_spine_link(pencil, frame, index, link, on_route=True)
    for index, term in enumerate(terms):
        _draw_term(pencil, term, QPointF(frame.x(index), frame.spine), on_route=True)
    drawing.width = max(frame.x(len(terms) - 1) + PILL[0] / 2 + MARGIN, width)
    drawing.height = max(ROW_HEIGHT, height)
    return drawing


def _frame(count: int, width: float, top: float, gap: float) -> _Frame:
    """Share the width among so many terms, in the middle where there is more than they take."""
    spacing = min(max((width - 2 * MARGIN - PILL[0]) / (count - 1), NARROWEST), WIDEST)
    used = spacing * (count - 1) + PILL[0] + 2 * MARGIN
    left = MARGIN + PILL[0] / 2 + max(width - used, 0.0) / 2
    return _Frame(spacing, left, top + LABEL_ROOM + PILL[1] / 2 + 2, gap)


def _leaf_shift(frame: _Frame) -> float:
    """Return how far beside its z a leaf stands."""
    return max(PILL[0] / 2 + 3, min(frame.spacing * 0.36, 40))


def link_tag(link: Link, value: float | None) -> Tag:
    """Return whose colour a factor's number has: that of ∂C, of a weight, or none."""
    if link.above.quantity is Quantity.COST:
        return Tag(Quantity.ACTIVATION_GRADIENT, link.ref, value)
    if link.below.quantity is Quantity.ACTIVATION:
        return Tag(Quantity.WEIGHT, link.ref, value)
    return Tag(None, link.ref, value)


def _route(product: Product) -> frozenset[Term]:
    """Return the terms that the product passes; a fused first factor passes a(L), too."""
    terms = {product.links[0].above, *(link.below for link in product.links)}
    first = product.links[0].below
    if first.quantity is Quantity.PREACTIVATION:
        terms.add(Term(Quantity.ACTIVATION, first.layer, first.neuron))
        terms.add(Term(Quantity.ACTIVATION, first.layer))
    return frozenset(terms)


def _draw_band(pencil: Pencil, frame: _Frame, end: int, level: int) -> QRectF:
    """Shade the terms up to ``end`` and the factors between them; return the area."""
    right = frame.x(end) + PILL[0] / 2 + 4 - level
    left, top = frame.left - PILL[0] / 2 - 4, frame.spine - PILL[1] / 2 - LABEL_ROOM
    area = QRectF(left, top, right - left, frame.spine + PILL[1] / 2 + 4 - top)
    pills_top = frame.spine - PILL[1] / 2 - 4
    factors_right = right - PILL[0] / 2 - frame.spacing / 2 + LABEL_HALF
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(left, pills_top, right - left, area.bottom() - pills_top), 9, 9)
    labels = QPainterPath()
    labels.addRoundedRect(QRectF(left, top, factors_right - left, pills_top - top + 12), 9, 9)
    shape = outline.united(labels)
    colour = pencil.scene.palette.phases[Phase.BACKWARD]
    pencil.drawing.bands.append((shape, qcolor(colour, BAND_ALPHA)))
    pencil.stroke(shape, colour, 1)
    return area


def _draw_reuse(pencil: Pencil, product: Product, brace: Brace, area: QRectF, room: float) -> None:
    """Say below a band what it is, in short where there is no room; the innermost comes first."""
    scene, palette = pencil.scene, pencil.scene.palette
    need = Need(Quantity.BIAS_GRADIENT, brace.layer, product.links[brace.last].below.neuron)
    color = palette.text if scene.knows(need) else palette.muted
    label = pencil.box(brace.label, BAND_PX, color)
    if label.width > room:
        label = pencil.box(brace.short_label, BAND_PX, color)
    place = pencil.put(label, area.left() + 6, area.bottom() + 13 + 16 * brace.level)
    hint = scene.reuse_hint(need)
    pencil.drawing.hits.append(Hit(place.adjusted(-2, -2, 2, 2), need, None, f"{hint}.", hint))


def _draw_spine_link(pencil: Pencil, frame: _Frame, index: int, link: Link, on_route: bool) -> None:
    """Draw an arrow from what is computed last to what it is computed from, and its label."""
    palette = pencil.scene.palette
    color = palette.text if on_route else palette.muted
    half = PILL[0] / 2
    start = QPointF(frame.x(index) + half + 3, frame.spine)
    end = QPointF(frame.x(index + 1) - half - 3, frame.spine)
    pencil.arrow(
        end, start, palette.selection if on_route else palette.border, 2 if on_route else 1.3
    )
    middle = (start.x() + end.x()) / 2
    bottom = frame.spine - PILL[1] / 2 - 1
    _draw_label(pencil, link, middle, bottom, color, frame.spacing - 8)


def _draw_label(
    pencil: Pencil, link: Link, middle: float, bottom: float, color: RGB, room: float = PILL[0]
) -> None:
    """Write a factor, its symbol above its number, with its middle and its lower end given."""
    scene = pencil.scene
    shown = scene.link_amount(link)
    number = pencil.number(shown, color, link_tag(link, shown.value), room)
    symbol = pencil.box(link_symbol(scene.notation, link), LABEL_PX, color)
    area = pencil.centre(number, middle, bottom - 1)
    upper = pencil.centre(symbol, middle, area.top() - 2 - symbol.descent)
    need = scene.link_goal(link)
    spoken = f"∂{link.above.quantity.symbol}/∂{link.below.quantity.symbol} = {shown.text}"
    pencil.drawing.hits.append(
        Hit(
            area.united(upper).adjusted(-3, -1, 3, 1), need, link.ref, scene.link_hint(link), spoken
        )
    )


def _draw_term(pencil: Pencil, term: Term, centre: QPointF, on_route: bool) -> None:
    """Draw a quantity as a pill: filled once known, in its phase's colour while it is new."""
    scene, palette = pencil.scene, pencil.scene.palette
    need = term_need(term)
    known = scene.knows(need)
    area = QRectF(0, 0, *PILL)
    area.moveCenter(centre)
    fill, edge, width = QColor(0, 0, 0, 0), palette.muted, 1.0
    if known:
        fill, edge = qcolor(palette.raised), palette.border
    if on_route:
        edge, width = palette.selection, 1.6
    if scene.is_fresh(need):
        fill = qcolor(palette.phases[_phase(scene)])
    pen = pencil.pen(edge, width, dashed=not known)
    pencil.drawing.pills.append(Pill(area, fill, pen))
    color = palette.text if known or on_route else palette.muted
    symbol = pencil.box(term_symbol(scene.notation, term), SYMBOL_PX, color)
    shown = scene.term_amount(term)
    number = pencil.number(shown, color, None, PILL[0] - 5)
    pencil.centre(symbol, centre.x(), centre.y() - 2)
    pencil.centre(number, centre.x(), centre.y() + 11.5)
    spoken = f"{term.quantity.symbol} = {shown.text}"
    pencil.drawing.hits.append(Hit(area, need, term.ref, scene.term_hint(term), spoken))


def _phase(scene: ChainScene) -> Phase:
    return scene.timeline.phase


def _draw_leaves(
    pencil: Pencil,
    frame: _Frame,
    graph: ChainGraph,
    layer: int,
    route: frozenset[Term],
    tall: bool,
) -> None:
    """Draw the weights and the biases of a layer below its z."""
    index = graph.spine.index(graph.preactivation(layer))
    palette = pencil.scene.palette
    shift = _leaf_shift(frame)
    under = frame.spine + PILL[1] / 2
    for quantity, side in ((Quantity.WEIGHT, -1), (Quantity.BIAS, 1)):
        link = graph.leaf_link(quantity, layer)
        on_route = link.below in route
        x = frame.x(index) + side * shift
        start = QPointF(frame.x(index) + side * PILL[0] * 0.32, under + 3)
        end = QPointF(x, under + frame.leaf_gap - 2)
        color = palette.selection if on_route else palette.border
        start.setX(end.x() if abs(end.x() - start.x()) < 1 else start.x())
        pencil.arrow(end, QPointF(start.x(), start.y()), color, 2 if on_route else 1.3)
        if tall:
            label = palette.text if on_route else palette.muted
            _draw_label(pencil, link, x + side * 24, under + frame.leaf_gap - 2, label)
        place = QPointF(x, under + frame.leaf_gap + PILL[1] / 2)
        _draw_term(pencil, link.below, place, on_route)
        if on_route:
            area = QRectF(0, 0, *PILL)
            area.moveCenter(place)
            pencil.drawing.focus = area
