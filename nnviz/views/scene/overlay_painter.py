"""Words around the picture: layer titles, edge labels, the caption, what is missing."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnviz.views.scene.arrow_painter import draw_key
from nnviz.views.scene.edge_labels import LEADING, SEPARATOR, EdgeLabel, EdgeLabels
from nnviz.views.scene.fold_painter import draw_fold_sign
from nnviz.views.scene.ink import line_colour
from nnviz.views.scene.legend_painter import draw_legend
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.titles import TITLE_PX, Title, set_titles
from nnviz.views.scene.viewport import Viewport
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.folded_edges import has_folded_ends
from nnviz.visual.layout import BOTTOM

__all__ = ["draw_edge_labels", "draw_notice", "draw_overlay", "shown_caption"]

TITLE_BAND = 34.0
"""Px at the top of the canvas that belong to the titles."""
CAPTION_SIZES = (11.5, 10.5, 9.5)


def draw_overlay(painter: QPainter, scene: Scene, labels: EdgeLabels) -> None:
    """Draw titles, caption and legend, on bands that keep a moved picture away from them."""
    if scene.viewport != Viewport():
        width, height = scene.layout.width, scene.layout.height
        surface = qcolor(scene.palette.surface)
        painter.fillRect(QRectF(0, 0, width, TITLE_BAND), surface)
        painter.fillRect(QRectF(0, height - BOTTOM + 2, width, BOTTOM), surface)
    _draw_titles(painter, scene, set_titles(scene))
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


def _draw_titles(painter: QPainter, scene: Scene, titles: Sequence[Title]) -> None:
    """Write the layers' titles, with a sign where a layer folds."""
    painter.setFont(text_font(TITLE_PX, bold=True))
    for title in titles:
        place = title.place
        painter.setPen(qcolor(scene.palette.muted))
        area = QRectF(place.x - 2, place.y, place.width + 4, place.height)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, title.text)
        if title.sign is not None:
            draw_fold_sign(painter, scene, title.sign, bool(scene.layout.layers[title.layer].folds))


def _draw_caption(painter: QPainter, scene: Scene, labels: EdgeLabels) -> None:
    """Write the caption in one line, smaller where it is long, at worst without its end."""
    end = scene.layout.width - 18 if scene.caption_end is None else scene.caption_end
    box = QRectF(18, scene.layout.height - BOTTOM + 6, end - 18, 18)
    text = shown_caption(scene, labels)
    for pixels in CAPTION_SIZES:
        font = text_font(pixels)
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) <= box.width():
            break
    painter.setFont(font)
    painter.setPen(qcolor(scene.palette.muted))
    line = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, line)
    left = box.left() + metrics.horizontalAdvance(line) + 24
    draw_key(painter, scene, left, box.top(), box.right())


def shown_caption(scene: Scene, labels: EdgeLabels) -> str:
    """Say what the edges show, which lead to folded neurons, and how many have their numbers."""
    caption = scene.frame.caption + (" · live" if scene.is_live else "")
    if any(has_folded_ends(edges, scene.layout) for edges in scene.frame.edges):
        caption += " · faint ones lead to folded neurons"
    if len(labels.labels) == labels.wanted:
        return caption
    return f"{caption} · numbers on {len(labels.labels)} of {labels.wanted} edges"


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
