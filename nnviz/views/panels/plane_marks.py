"""The marks of points: one shape for each class, so that colour is never the only difference."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.views.theme import qcolor
from nnviz.visual.palette import RGB, Palette

__all__ = ["MARK_COUNT", "draw_mark", "draw_ring"]

RADIUS_PX = 3.6
RING_PX = 8.0
_CORNERS = {1: (4, 45.0), 2: (3, -90.0), 3: (4, 0.0)}
"""Corners and the angle of the first one, in degrees: square, triangle, diamond."""
MARK_COUNT = 4


def draw_mark(
    painter: QPainter, at: QPointF, mark: int, rgb: RGB, filled: bool, palette: Palette,
    outline: RGB | None = None,
) -> None:  # fmt: skip
    """Draw a point: full of its colour, or a ring of it around the surface's.

    The ``outline`` of a full one has the surface's colour unless another one is given.
    """
    colour = qcolor(rgb)
    if filled:
        painter.setPen(QPen(qcolor(outline or palette.surface), 1.0 if outline is None else 1.4))
        painter.setBrush(colour)
        radius = RADIUS_PX
    else:
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(qcolor(palette.surface))
        radius = RADIUS_PX - 0.6
    if mark not in _CORNERS:
        painter.drawEllipse(at, radius, radius)
        return
    count, first = _CORNERS[mark]
    reach = radius * (1.25 if count == 4 else 1.4)
    angles = (math.radians(first + 360 * corner / count) for corner in range(count))
    painter.drawPolygon(
        QPolygonF([at + QPointF(reach * math.cos(a), reach * math.sin(a)) for a in angles])
    )


def draw_ring(painter: QPainter, at: QPointF, palette: Palette) -> None:
    """Draw the ring around the example that is shown, seen on every ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    place = QRectF(at.x() - RING_PX, at.y() - RING_PX, 2 * RING_PX, 2 * RING_PX)
    for rgb, width in ((palette.surface, 4.0), (palette.selection, 2.0)):
        painter.setPen(QPen(qcolor(rgb), width))
        painter.drawEllipse(place)
