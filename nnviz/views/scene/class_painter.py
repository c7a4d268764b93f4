"""The numbers of an output layer of classes: one or two rows beside each disc, in columns."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnviz.views.scene.ink import line_ink
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font
from nnviz.visual.frame import ClassRows
from nnviz.visual.layout import BESIDE_GAP, SMALLEST_TEXT_PITCH, LayerLayout

__all__ = ["draw_class_rows"]

COLUMNS = ((0, 14, 25), (0, 19))
"""Where the numbers of each row begin, in characters: the longest of each must fit before."""
SHORT_COLUMNS = (0, 14)
FONT_PX, ROW_PX = 11.0, 15.0


def draw_class_rows(
    painter: QPainter, scene: Scene, layout: LayerLayout, rows: ClassRows, centre: QPointF
) -> None:
    """Write a, z, y and below them the derivatives; a and ∂C/∂b only where discs stand close."""
    spacing = layout.spacing * scene.viewport.zoom
    if spacing >= SMALLEST_TEXT_PITCH:
        written = [
            (row, columns)
            for row, columns in zip((rows.values, rows.derivatives), COLUMNS, strict=True)
            if row
        ]
        pitch = min(ROW_PX, spacing / 2)
    else:
        written, pitch = [(rows.short, SHORT_COLUMNS)], min(ROW_PX, spacing)
    font = mono_font(min(FONT_PX, 0.86 * pitch))
    character = QFontMetricsF(font).horizontalAdvance("0")
    painter.setFont(font)
    left = centre.x() + scene.radius(layout) + BESIDE_GAP
    top = centre.y() - len(written) * pitch / 2
    for index, (row, columns) in enumerate(written):
        for line, column in zip(row, columns, strict=False):
            box = QRectF(left + column * character, top + index * pitch, 20 * character, pitch)
            painter.setPen(line_ink(line, scene.palette))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.text
            )
