"""The marks of what is selected and what is hovered, drawn over the scene at once."""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor
from nnviz.visual.layout import Rect

__all__ = ["draw_asked", "draw_marks", "mark"]

LIT_ALPHA = 80
FEW_LIT = 60


def draw_marks(
    painter: QPainter,
    scene: Scene,
    hovered: Ref | None,
    lit: frozenset[Ref] = frozenset(),
    number_boxes: tuple[Rect, ...] = (),
) -> None:
    """Mark what is lit together, then the hovered and the selected neuron or edge.

    The lines leave out the boxes ``number_boxes``, widget px, so that the numbers stay readable.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lit_edges = [ref for ref in lit if isinstance(ref, EdgeRef)]
    has_lines = bool(lit_edges) or isinstance(hovered, EdgeRef)
    if number_boxes and (has_lines or isinstance(scene.selected, EdgeRef)):
        painter.setClipPath(_around(scene.layout.width, scene.layout.height, number_boxes))
    _draw_lit_edges(painter, scene, lit_edges)
    hover = QPen(qcolor(scene.palette.muted), 1.4, Qt.PenStyle.DotLine)
    marks = (hovered, hover), (scene.selected, QPen(qcolor(scene.palette.selection), 2))
    for ref, pen in marks:
        painter.setPen(pen)
        if isinstance(ref, EdgeRef):
            _mark_edge(painter, scene, ref)
    painter.setClipping(False)
    _draw_lit_nodes(painter, scene, lit)
    for ref, pen in marks:
        painter.setPen(pen)
        if isinstance(ref, NodeRef):
            _mark_node(painter, scene, ref)


def draw_asked(
    painter: QPainter, scene: Scene, asked: Ref | None, number_boxes: tuple[Rect, ...] = ()
) -> None:
    """Mark what the learner is asked for with a pale, broad line and dashes on it."""
    sizes = tuple(len(layer.centres) for layer in scene.layout.layers)
    if asked is None or not asked.exists_in(sizes):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    dashes = QPen(qcolor(scene.palette.selection), 2, Qt.PenStyle.DashLine)
    for pen in (_lit_pen(scene, 1), dashes):
        painter.setPen(pen)
        mark(painter, scene, asked, number_boxes)


def mark(painter: QPainter, scene: Scene, ref: Ref, number_boxes: Sequence[Rect] = ()) -> None:
    """Mark a neuron or an edge in the painter's pen; an edge leaves out the ``number_boxes``."""
    if isinstance(ref, NodeRef):
        _mark_node(painter, scene, ref)
        return
    if number_boxes:
        boxes = tuple(number_boxes)
        painter.setClipPath(_around(scene.layout.width, scene.layout.height, boxes))
    _mark_edge(painter, scene, ref)
    painter.setClipping(False)


@lru_cache(maxsize=4)
def _around(width: float, height: float, boxes: tuple[Rect, ...]) -> QPainterPath:
    """Return the canvas without the boxes; where two of them overlap, without both.

    It takes some ms, and in most paint events the boxes are those of the one before.
    """
    path, holes = QPainterPath(), QPainterPath()
    path.addRect(QRectF(0, 0, width, height))
    holes.setFillRule(Qt.FillRule.WindingFill)
    for box in boxes:
        holes.addRoundedRect(QRectF(box.x, box.y, box.width, box.height), 4, 4)
    return path.subtracted(holes)


def _draw_lit_edges(painter: QPainter, scene: Scene, edges: list[EdgeRef]) -> None:
    """Draw broad, pale lines: they say what belongs together, not how strong it is."""
    painter.setPen(_lit_pen(scene, len(edges)))
    sizes = tuple(len(layer.centres) for layer in scene.layout.layers)
    painter.drawLines([_from_rim(scene, edge) for edge in edges if edge.exists_in(sizes)])


def _draw_lit_nodes(painter: QPainter, scene: Scene, lit: frozenset[Ref]) -> None:
    """Draw rings as broad and pale as the lines."""
    painter.setPen(_lit_pen(scene, sum(isinstance(ref, EdgeRef) for ref in lit)))
    sizes = tuple(len(layer.centres) for layer in scene.layout.layers)
    for ref in lit:
        if isinstance(ref, NodeRef) and ref.exists_in(sizes):
            _mark_node(painter, scene, ref)


def _lit_pen(scene: Scene, edge_count: int) -> QPen:
    few = edge_count <= FEW_LIT
    alpha = LIT_ALPHA if few else LIT_ALPHA // 2
    return QPen(qcolor(scene.palette.selection, alpha), 5 if few else 3)


def _from_rim(scene: Scene, edge: EdgeRef) -> QLineF:
    """Return the line between two centres, cut at the rims of their discs."""
    start, end = QPointF(*scene.centre(edge.source_node)), QPointF(*scene.centre(edge.target_node))
    line = QLineF(start, end)
    before, after = scene.layout.layers[edge.layer - 1], scene.layout.layers[edge.layer]
    length = line.length()
    if not length:
        return line
    inset = 0.0 if before.image is not None else scene.radius(before) / length
    return QLineF(line.pointAt(inset), line.pointAt(1 - scene.radius(after) / length))


def _mark_edge(painter: QPainter, scene: Scene, ref: EdgeRef) -> None:
    """Draw the edge once more, from rim to rim, so that its numbers stay free."""
    painter.drawLine(_from_rim(scene, ref))


def _mark_node(painter: QPainter, scene: Scene, ref: NodeRef) -> None:
    layout = scene.layout.layers[ref.layer]
    x, y = scene.centre(ref)
    radius = scene.radius(layout)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if layout.image is not None:
        side = max(2 * radius + 2, 7)
        painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))
    else:
        painter.drawEllipse(QPointF(x, y), radius + 3.5, radius + 3.5)
