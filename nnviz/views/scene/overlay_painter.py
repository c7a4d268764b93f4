"""Words around the picture: layer titles, edge labels, the cost, the caption, what is missing."""

import itertools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnviz.views.scene.edge_labels import LEADING, SEPARATOR, EdgeLabel, EdgeLabels
from nnviz.views.scene.ink import line_colour
from nnviz.views.scene.legend_painter import draw_legend
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.layout import BOTTOM

__all__ = ["draw_edge_labels", "draw_notice", "draw_overlay", "shown_caption"]


def draw_overlay(painter: QPainter, scene: Scene, labels: EdgeLabels) -> None:
    """Draw titles, cost, caption and legend."""
    _draw_titles(painter, scene)
    _draw_cost(painter, scene)
    _draw_caption(painter, scene, labels)
    draw_legend(painter, scene)


def draw_edge_labels(painter: QPainter, scene: Scene, labels: EdgeLabels) -> None:
    """Write the numbers on the edges."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for label in labels.labels:
        _draw_label(painter, scene, label)


def _draw_label(painter: QPainter, scene: Scene, label: EdgeLabel) -> None:
    place, pitch = label.place, label.pixels * LEADING
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(scene.palette.surface, 235))
    painter.drawRoundedRect(QRectF(place.x, place.y, place.width, place.height), 4, 4)
    font = mono_font(label.pixels)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for index, row in enumerate(label.rows):
        total = metrics.horizontalAdvance(SEPARATOR.join(line.text for line in row))
        x = place.x + (place.width - total) / 2
        for number, line in enumerate(row):
            text = line.text if number == 0 else SEPARATOR + line.text
            width = metrics.horizontalAdvance(text)
            painter.setPen(line_colour(line, scene.palette))
            area = QRectF(x, place.y + 1 + index * pitch, width + 2, pitch)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += width


def _draw_titles(painter: QPainter, scene: Scene) -> None:
    """Write the layers' titles: the short ones, or cut, where the next one stands close."""
    font = text_font(12.5, bold=True)
    painter.setFont(font)
    painter.setPen(qcolor(scene.palette.muted))
    metrics = QFontMetricsF(font)
    middles = [float(layout.centres[:, 0].mean()) for layout in scene.layout.layers]
    gaps = [(right - left) * scene.viewport.zoom for left, right in itertools.pairwise(middles)]
    titles = [frame.title for frame in scene.frame.layers]
    if not _side_by_side(titles, gaps, metrics):
        titles = [frame.short_title for frame in scene.frame.layers]
    if not _side_by_side(titles, gaps, metrics):
        cut = Qt.TextElideMode.ElideRight
        titles = [metrics.elidedText(title, cut, min(gaps) - 8) for title in titles]
    for middle, title in zip(middles, titles, strict=True):
        x, _ = scene.viewport.to_widget(middle, 0)
        painter.drawText(QRectF(x - 150, 10, 300, 20), Qt.AlignmentFlag.AlignCenter, title)


def _side_by_side(titles: list[str], gaps: list[float], metrics: QFontMetricsF) -> bool:
    """Whether titles fit whose middles are ``gaps`` px apart."""
    widths = [metrics.horizontalAdvance(title) for title in titles]
    needs = [(left + right) / 2 + 8 for left, right in itertools.pairwise(widths)]
    return all(need <= gap for need, gap in zip(needs, gaps, strict=True))


def _draw_cost(painter: QPainter, scene: Scene) -> None:
    """Draw the cost as the last node, a box at the right."""
    palette = scene.palette
    x, y = scene.viewport.to_widget(*scene.layout.cost)
    lines = scene.frame.cost
    height = 30 + 17 * len(lines)
    box = QRectF(x - 46, y - height / 2, 92, height)
    known = lines[0].known
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


def _draw_caption(painter: QPainter, scene: Scene, labels: EdgeLabels) -> None:
    painter.setFont(text_font(11.5))
    painter.setPen(qcolor(scene.palette.muted))
    end = scene.layout.width - 18 if scene.caption_end is None else scene.caption_end
    box = QRectF(18, scene.layout.height - BOTTOM + 6, end - 18, 18)
    metrics, cut = QFontMetricsF(painter.font()), Qt.TextElideMode.ElideRight
    text = metrics.elidedText(shown_caption(scene, labels), cut, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, text)


def shown_caption(scene: Scene, labels: EdgeLabels) -> str:
    """Say what the edges show and, where some numbers have no room, how many have."""
    if len(labels.labels) == labels.wanted:
        return scene.frame.caption
    return f"{scene.frame.caption} · numbers on {len(labels.labels)} of {labels.wanted} edges"


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
