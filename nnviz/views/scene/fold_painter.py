"""The ⋮ of folded layers, and the signs at the titles that fold and unfold them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.views.scene.folds import DOTS_WIDTH, FOLD_PX, FoldSign
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.layout import Rect

__all__ = ["draw_fold_sign", "draw_folds"]

DOT, DOT_PITCH = 1.7, 5.2
"""Radius of a dot and the distance to the next, in px."""


def draw_folds(painter: QPainter, scene: Scene, signs: Sequence[FoldSign]) -> None:
    """Draw each ⋮ as three dots in its column, and beside it how many neurons it stands for."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(text_font(FOLD_PX))
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for sign in signs:
        painter.save()
        painter.translate(sign.place.x, sign.place.y)
        painter.scale(sign.scale, sign.scale)
        place = QRectF(0, 0, sign.place.width / sign.scale, sign.place.height / sign.scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(scene.palette.surface, 225))
        painter.drawRoundedRect(place, 5, 5)
        painter.setBrush(qcolor(scene.palette.text))
        for step in (-1, 0, 1):
            dot = QPointF(DOTS_WIDTH / 2, place.center().y() + step * DOT_PITCH)
            painter.drawEllipse(dot, DOT, DOT)
        painter.setPen(qcolor(scene.palette.muted))
        text = place.adjusted(DOTS_WIDTH + 1, 0, 4, 0)
        painter.drawText(text, side, sign.text)
        painter.restore()


def draw_fold_sign(painter: QPainter, scene: Scene, place: Rect, folded: bool) -> None:
    """Draw two carets: apart where a click unfolds, towards each other where it folds."""
    x, y = place.x + place.width / 2, place.y + place.height / 2
    painter.setPen(QPen(qcolor(scene.palette.muted), 1.4, Qt.PenStyle.SolidLine,
                        Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))  # fmt: skip
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tip, foot = (5.0, 2.0) if folded else (1.2, 4.2)
    for side in (-1, 1):
        caret = [QPointF(x + dx, y + side * dy) for dx, dy in ((-3, foot), (0, tip), (3, foot))]
        painter.drawPolyline(QPolygonF(caret))
