"""The cost as the last node, and the quiet bracket that gathers the outputs before it."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from nnviz.views.scene.cost_node import COST_LINE, CostNode
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.layout import COST_WIDTH

__all__ = ["draw_cost"]

CORNER = 5.0
VALUE_PX, AFTER_PX = 13.0, 11.0


def draw_cost(painter: QPainter, scene: Scene, node: CostNode) -> None:
    """Draw box and bracket: dashed and pale until C is known."""
    known = scene.frame.cost[0].known
    palette = scene.palette
    pen = QPen(qcolor(palette.muted, 170) if known else qcolor(palette.border), 1.2)
    if not known:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_bracket(node))
    pen.setColor(qcolor(palette.border))
    painter.setPen(pen)
    painter.setBrush(qcolor(palette.raised if known else palette.surface))
    painter.save()
    painter.translate(node.place.x, node.place.y)
    painter.scale(node.scale, node.scale)
    painter.drawRoundedRect(
        QRectF(0, 0, COST_WIDTH, node.place.height / node.scale), CORNER + 3, CORNER + 3
    )
    painter.setPen(qcolor(palette.muted))
    painter.setFont(text_font(12, bold=True))
    painter.drawText(QRectF(0, 6, COST_WIDTH, 16), Qt.AlignmentFlag.AlignCenter, "cost C")
    for index, line in enumerate(scene.frame.cost):
        painter.setFont(_fitting(line.text, VALUE_PX if index == 0 else AFTER_PX, index == 0))
        painter.setPen(qcolor(palette.text if index == 0 else palette.muted))
        row = QRectF(0, 22 + COST_LINE * index, COST_WIDTH, COST_LINE)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line.text)
    painter.restore()


def _fitting(text: str, largest: float, bold: bool) -> QFont:
    """Return a font in which the number stays inside the box, with however many digits."""
    font = mono_font(largest, bold)
    share = (COST_WIDTH - 8) / QFontMetricsF(font).horizontalAdvance(text)
    return font if share >= 1 else mono_font(math.floor(largest * share), bold)


def _bracket(node: CostNode) -> QPainterPath:
    """Return the lines from each output to the bracket, and from there to the box."""
    path = QPainterPath()
    middle = node.place.y + node.place.height / 2
    for x, y in node.stubs:
        corner = min(CORNER, abs(y - middle), node.bracket - x)
        down = corner if y < middle else -corner
        path.moveTo(x, y)
        path.lineTo(node.bracket - corner, y)
        path.quadTo(QPointF(node.bracket, y), QPointF(node.bracket, y + down))
    ys = [y for _, y in node.stubs]
    top, bottom = min(*ys, middle) + CORNER, max(*ys, middle) - CORNER
    if top < bottom:
        path.moveTo(node.bracket, top)
        path.lineTo(node.bracket, bottom)
    path.moveTo(node.bracket, middle)
    path.lineTo(node.place.x, middle)
    return path
