"""The numbers of an output layer of classes: two rows beside each disc, in columns."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnviz.views.scene.ink import line_ink
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font
from nnviz.visual.layout import LayerLayout
from nnviz.visual.source import TextLine

__all__ = ["draw_class_rows"]

COLUMNS = ((0, 14, 25), (0, 19))
"""Where the numbers of each row begin, in characters: the longest of each must fit before."""
FONT_PX, ROW_PX = 11.0, 15.0


def draw_class_rows(
    painter: QPainter,
    scene: Scene,
    layout: LayerLayout,
    rows: tuple[tuple[TextLine, ...], ...],
    centre: QPointF,
) -> None:
    """Write a, z, y and below them the derivatives; smaller where the discs stand close."""
    pitch = min(ROW_PX, layout.spacing * scene.viewport.zoom / 2)
    font = mono_font(min(FONT_PX, 0.86 * pitch))
    character = QFontMetricsF(font).horizontalAdvance("0")
    painter.setFont(font)
    filled = [row for row in rows if row]
    left = centre.x() + scene.radius(layout) + 10
    top = centre.y() - len(filled) * pitch / 2
    for index, row in enumerate(filled):
        for line, column in zip(row, COLUMNS[index], strict=False):
            box = QRectF(left + column * character, top + index * pitch, 20 * character, pitch)
            painter.setPen(line_ink(line, scene.palette))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.text
            )
