"""The pins on the canvas: a line in the selection's colour and the number of its card."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.scene.card_face import BADGE, draw_badge
from nnviz.views.scene.mark_painter import mark
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor
from nnviz.visual.layout import Rect

__all__ = ["draw_pins"]

_ALONG = (0.16, 0.84, 0.3, 0.7, 0.5)
"""Where along an edge its number may stand, the best first: the edge's own are in the middle."""
_UP_LEFT = -0.7071


def draw_pins(
    painter: QPainter, scene: Scene, pins: Sequence[Ref], number_boxes: Sequence[Rect] = ()
) -> None:
    """Draw every pin; numbers on edges keep off ``number_boxes``, widget px, where they can."""
    sizes = tuple(len(layer.centres) for layer in scene.layout.layers)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    taken = list(number_boxes)
    for number, ref in enumerate(pins, start=1):
        if not ref.exists_in(sizes):
            continue
        painter.setPen(QPen(qcolor(scene.palette.selection, 170), 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if isinstance(ref, EdgeRef):
            mark(painter, scene, ref, number_boxes)
            centre = _place_on(scene, ref, taken)
        else:
            mark(painter, scene, ref)
            centre = _place_at(scene, ref)
        taken.append(_box_at(centre))
        draw_badge(painter, centre, str(number), scene.palette)


def _place_at(scene: Scene, node: NodeRef) -> QPointF:
    """Return the upper left of a disc: the upper right is for signs."""
    layout = scene.layout.layers[node.layer]
    x, y = scene.centre(node)
    reach = scene.radius(layout) + (BADGE / 2 if layout.image is not None else 4)
    return QPointF(x + reach * _UP_LEFT, y + reach * _UP_LEFT)


def _place_on(scene: Scene, edge: EdgeRef, taken: Sequence[Rect]) -> QPointF:
    (x1, y1), (x2, y2) = scene.centre(edge.source_node), scene.centre(edge.target_node)
    points = [QPointF(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for t in _ALONG]
    for point in points:
        box = _box_at(point)
        if not any(box.overlaps(each) for each in taken):
            return point
    return points[0]


def _box_at(centre: QPointF) -> Rect:
    return Rect(centre.x() - BADGE / 2, centre.y() - BADGE / 2, BADGE, BADGE)
