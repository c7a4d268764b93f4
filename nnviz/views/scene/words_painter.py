"""A few words on the canvas that say what is seen, where it is not the current moment."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnviz.trace.steps import Phase
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.layout import BOTTOM

__all__ = ["draw_words"]

MARGIN = 14.0
HEIGHT = 24.0


def draw_words(painter: QPainter, scene: Scene, words: str) -> None:
    """Write ``words`` in a pill at the lower right, beside the caption; nothing if there are none.

    A frame around the whole canvas in the same colour says that all of it is meant.
    """
    if not words:
        return
    width, height = scene.layout.width, scene.layout.height
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = qcolor(scene.palette.phases[Phase.UPDATE])
    painter.setPen(QPen(colour, 2))
    painter.drawRoundedRect(QRectF(2, 2, width - 4, height - 4), 8, 8)
    font = text_font(12.5, bold=True)
    room = QFontMetricsF(font).horizontalAdvance(words) + 24
    box = QRectF(width - MARGIN - room, height - BOTTOM + 3, room, HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, HEIGHT / 2, HEIGHT / 2)
    painter.setFont(font)
    painter.setPen(qcolor(scene.palette.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
