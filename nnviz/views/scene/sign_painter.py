"""Small signs at neurons that are dead, saturated or no longer finite; hovering says the rest."""

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.trace.refs import NodeRef
from nnviz.trace.trouble import Trouble
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor

__all__ = ["draw_signs", "sign_place"]

SMALLEST, LARGEST = 4.0, 6.5
"""Radius of a sign, in px."""
DOT = 2.0
"""Radius of the dot that stands for a sign at a small disc, in px."""
_DIAGONAL = 0.7071
_STROKES: dict[Trouble, tuple[tuple[float, float, float, float], ...]] = {
    Trouble.DEAD: ((-0.5, 0.0, 0.5, 0.0),),
    Trouble.SATURATED: ((-0.55, 0.35, -0.1, -0.3), (-0.1, -0.3, 0.55, -0.3)),
    Trouble.EXPLODING: ((0.0, -0.55, 0.0, 0.1), (0.0, 0.5, 0.0, 0.52)),
    Trouble.NOT_FINITE: ((0.0, -0.55, 0.0, 0.1), (0.0, 0.5, 0.0, 0.52)),
}
"""What is drawn in a sign of radius 1: a flat line, a curve that gets flat, an exclamation mark."""


def draw_signs(painter: QPainter, scene: Scene) -> None:
    """Draw a sign at the rim of each troubled neuron, to the upper right."""
    for ref, trouble in scene.signs:
        x, y, radius = sign_place(scene, ref)
        grave = trouble in (Trouble.EXPLODING, Trouble.NOT_FINITE)
        colour = qcolor(scene.palette.bad if grave else scene.palette.muted)
        if radius < SMALLEST:
            painter.setPen(QPen(qcolor(scene.palette.surface), 1))
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
            continue
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(qcolor(scene.palette.surface))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        pen = QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(
            [
                QLineF(x + x1 * radius, y + y1 * radius, x + x2 * radius, y + y2 * radius)
                for x1, y1, x2, y2 in _STROKES[trouble]
            ]
        )


def sign_place(scene: Scene, ref: NodeRef) -> tuple[float, float, float]:
    """Return the centre and the radius of a neuron's sign, in widget px."""
    disc = scene.radius(scene.layout.layers[ref.layer])
    x, y = scene.centre(ref)
    radius = min(LARGEST, 0.36 * disc)
    return x + disc * _DIAGONAL, y - disc * _DIAGONAL, radius
