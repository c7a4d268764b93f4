"""Words around the picture: layer titles, edge labels, the cost, the legend, what is missing."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen

from nnviz.engine.arrays import FloatArray
from nnviz.views.scene.ink import line_colour
from nnviz.views.scene.node_painter import occupied_by_nodes
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.frame import LegendEntry, TextLine
from nnviz.visual.labels import place_labels
from nnviz.visual.layout import BOTTOM, Rect
from nnviz.visual.scales import Scale, scale_for

__all__ = ["draw_edge_labels", "draw_notice", "draw_overlay"]

LABEL_PX, LABEL_LINE = 11.5, 14.0


def draw_overlay(painter: QPainter, scene: Scene) -> None:
    """Draw titles, cost, caption and legend."""
    width, height = scene.layout.width, scene.layout.height
    _draw_titles(painter, scene)
    _draw_cost(painter, scene)
    _draw_caption(painter, scene, height)
    _draw_legend(painter, scene, width, height)


def _draw_titles(painter: QPainter, scene: Scene) -> None:
    painter.setFont(text_font(12.5, bold=True))
    painter.setPen(qcolor(scene.palette.muted))
    for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True):
        middle = float(layout.centres[:, 0].mean())
        x, _ = scene.viewport.to_widget(middle, 0)
        box = QRectF(x - 150, 12, 300, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, frame.title)


def _draw_cost(painter: QPainter, scene: Scene) -> None:
    """Draw the cost as the last node, a box at the right."""
    palette = scene.palette
    x, y = scene.viewport.to_widget(*scene.layout.cost)
    lines = scene.frame.cost
    height = 30 + 17 * len(lines)
    box = QRectF(x - 46, y - height / 2, 92, height)
    known = lines[0].text != "–"
    pen = QPen(qcolor(palette.border), 1.2)
    if not known:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(qcolor(palette.raised if known else palette.surface))
    painter.drawRoundedRect(box, 8, 8)
    painter.setPen(qcolor(palette.muted))
    painter.setFont(text_font(12, bold=True))
    top = QRectF(box.left(), box.top() + 6, box.width(), 16)
    painter.drawText(top, Qt.AlignmentFlag.AlignCenter, "cost C")
    painter.setFont(mono_font(13, bold=True))
    for index, line in enumerate(lines):
        painter.setPen(qcolor(palette.text if index == 0 else palette.muted))
        row = QRectF(box.left(), box.top() + 22 + 17 * index, box.width(), 17)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line.text)
        painter.setFont(mono_font(11))


def draw_edge_labels(painter: QPainter, scene: Scene) -> list[Rect]:
    """Write the numbers on the edges of a small network; return the boxes that were used."""
    lines: list[FloatArray] = []
    texts: list[tuple[TextLine, ...]] = []
    for index, edges in enumerate(scene.frame.edges):
        if edges.labels:
            lines.append(scene.edge_lines(index))
            texts += edges.labels
    if not lines:
        return []
    font = mono_font(LABEL_PX)
    metrics = QFontMetricsF(font)
    sizes = [
        (
            max(metrics.horizontalAdvance(line.text) for line in text) + 10,
            len(text) * LABEL_LINE + 4,
        )
        for text in texts
    ]
    placed = place_labels(np.concatenate(lines), sizes, occupied_by_nodes(scene))
    painter.setFont(font)
    for box, text in zip(placed, texts, strict=True):
        if box is None:
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(scene.palette.surface, 235))
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 4, 4)
        for row, line in enumerate(text):
            painter.setPen(line_colour(line, scene.palette))
            area = QRectF(box.x, box.y + 2 + row * LABEL_LINE, box.width, LABEL_LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, line.text)
    return [box for box in placed if box is not None]


def _draw_caption(painter: QPainter, scene: Scene, height: float) -> None:
    painter.setFont(text_font(11.5))
    painter.setPen(qcolor(scene.palette.muted))
    box = QRectF(18, height - BOTTOM + 6, 900, 18)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, scene.frame.caption)


def _draw_legend(painter: QPainter, scene: Scene, width: float, height: float) -> None:
    """Draw the three scales with the values at their ends, side by side, at the bottom."""
    entries = scene.frame.legend
    column = min(250.0, (width - 36) / len(entries))
    for index, entry in enumerate(entries):
        _draw_scale(painter, scene, entry, 18 + index * column, height - BOTTOM + 28, column - 24)


def _draw_scale(
    painter: QPainter, scene: Scene, entry: LegendEntry, x: float, y: float, width: float
) -> None:
    palette = scene.palette
    scale = scale_for(entry.scale, palette)
    gradient = QLinearGradient(QPointF(x, 0), QPointF(x + width, 0))
    for position, rgb in ((0.0, scale.low), (0.5, scale.middle), (1.0, scale.high)):
        gradient.setColorAt(position, qcolor(rgb))
    painter.setPen(QPen(qcolor(palette.border), 1))
    painter.setBrush(gradient)
    painter.drawRoundedRect(QRectF(x, y + 17, width, 7), 3, 3)
    painter.setFont(text_font(11.5))
    painter.setPen(qcolor(palette.muted))
    painter.drawText(QRectF(x, y, width, 16), Qt.AlignmentFlag.AlignLeft, entry.title)
    ends = QRectF(x, y + 25, width, 15)
    painter.setFont(mono_font(10.5))
    if entry.scale is Scale.ACTIVATION:
        low, high = palette.muted, palette.muted
    else:
        low, high = scale.low, scale.high
    painter.setPen(qcolor(low))
    painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, entry.low)
    painter.setPen(qcolor(high))
    painter.drawText(ends, Qt.AlignmentFlag.AlignRight, entry.high)


def draw_notice(painter: QPainter, scene: Scene, text: str, width: float, height: float) -> None:
    """Write a sentence over the picture: data that is being loaded, or cannot be."""
    metrics = QFontMetricsF(text_font(14))
    room = QRectF(0, 0, min(560.0, width - 60), height)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    bounds = metrics.boundingRect(room, int(flags), text)
    box = QRectF(0, 0, bounds.width() + 48, bounds.height() + 32)
    box.moveCenter(QPointF(width / 2, height / 2))
    painter.setPen(QPen(qcolor(scene.palette.border), 1))
    painter.setBrush(qcolor(scene.palette.raised, 245))
    painter.drawRoundedRect(box, 10, 10)
    painter.setFont(text_font(14))
    painter.setPen(qcolor(scene.palette.text))
    painter.drawText(box.adjusted(24, 16, -24, -16), int(flags), text)
