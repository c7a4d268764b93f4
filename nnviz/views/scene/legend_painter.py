"""The legend at the bottom: the colour scales side by side, with the values at their ends."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen

from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.frame import LegendEntry
from nnviz.visual.layout import BOTTOM, Rect
from nnviz.visual.scales import Scale, scale_for

__all__ = ["draw_legend", "legend_places"]

LEFT, GAP = 18.0, 22.0
WIDEST = 230.0
SIZES = (11, 10, 9, 8)
BAR_HEIGHT = 7.0


def draw_legend(painter: QPainter, scene: Scene) -> None:
    """Draw each scale: its title, its colours, and below them the values."""
    entries = scene.frame.legend
    places, pixels = legend_places(entries, scene.layout.width)
    top = scene.layout.height - BOTTOM + 27
    for entry, place in zip(entries, places, strict=True):
        _draw_entry(painter, scene, entry, Rect(place.x, top, place.width, 0), pixels)


def legend_places(entries: tuple[LegendEntry, ...], width: float) -> tuple[list[Rect], int]:
    """Return where the entries stand in a canvas of ``width`` px, and the font size in px.

    Columns are equally wide if all texts fit so, else as wide as their texts need.
    """
    room = width - 2 * LEFT - GAP * (len(entries) - 1)
    for pixels in SIZES:
        needs = [_needed(entry, pixels) for entry in entries]
        if sum(needs) <= room:
            break
    equal = min(WIDEST, room / len(entries))
    if max(needs) <= equal:
        widths = [equal] * len(entries)
    else:
        spare = min(max(room - sum(needs), 0.0) / len(entries), 60.0)
        shrink = min(1.0, room / sum(needs))
        widths = [need * shrink + spare for need in needs]
    places, x = [], LEFT
    for each in widths:
        places.append(Rect(x, 0, each, 0))
        x += each + GAP
    return places, pixels


def _needed(entry: LegendEntry, pixels: int) -> float:
    metrics = QFontMetricsF(text_font(pixels))
    ends = [text for text in (entry.low, entry.middle, entry.high) if text]
    below = sum(metrics.horizontalAdvance(text) for text in ends) + 8 * (len(ends) - 1)
    return max(metrics.horizontalAdvance(entry.title), below)


def _draw_entry(
    painter: QPainter, scene: Scene, entry: LegendEntry, place: Rect, pixels: int
) -> None:
    palette = scene.palette
    scale = scale_for(entry.scale, palette)
    gradient = QLinearGradient(QPointF(place.x, 0), QPointF(place.x + place.width, 0))
    for index, rgb in enumerate(scale.stops):
        gradient.setColorAt(index / (len(scale.stops) - 1), qcolor(rgb))
    painter.setPen(QPen(qcolor(palette.border), 1))
    painter.setBrush(gradient)
    painter.drawRoundedRect(QRectF(place.x, place.y + 17, place.width, BAR_HEIGHT), 3, 3)
    font = text_font(pixels)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(qcolor(palette.muted))
    title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, place.width)
    painter.drawText(QRectF(place.x, place.y, place.width, 16), Qt.AlignmentFlag.AlignLeft, title)
    signed = entry.scale is not Scale.ACTIVATION
    ends = QRectF(place.x, place.y + 26, place.width, 16)
    for text, rgb, side in (
        (entry.low, scale.low if signed else palette.muted, Qt.AlignmentFlag.AlignLeft),
        (entry.middle, palette.muted, Qt.AlignmentFlag.AlignHCenter),
        (entry.high, scale.high if signed else palette.muted, Qt.AlignmentFlag.AlignRight),
    ):
        painter.setPen(qcolor(rgb))
        painter.drawText(ends, side, text)
