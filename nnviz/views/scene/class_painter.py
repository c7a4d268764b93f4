"""The numbers of an output layer of classes, drawn beside each disc."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from nnviz.views.scene.class_texts import ClassText
from nnviz.views.scene.ink import line_ink
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor

__all__ = ["draw_class_texts"]


def draw_class_texts(painter: QPainter, scene: Scene, texts: Sequence[ClassText]) -> None:
    """Write the rows of every output, each number in its colour, and the names of long ones."""
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for text in texts:
        painter.setFont(mono_font(text.pixels))
        right = text.place.x + text.place.width
        if text.name:
            place = QRectF(text.place.x, text.place.y, text.place.width, text.pitch)
            painter.setPen(qcolor(scene.palette.text))
            painter.drawText(place, side, text.name)
        for index, row in enumerate(text.rows):
            for line, x in row:
                top = text.place.y + index * text.pitch
                painter.setPen(line_ink(line, scene.palette))
                painter.drawText(QRectF(x, top, right - x + 2, text.pitch), side, line.text)
