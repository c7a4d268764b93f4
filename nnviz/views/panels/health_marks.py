"""The little pictures in the table of health: sparkline, histogram, bar, and a place on a scale."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.engine.arrays import FloatArray
from nnviz.training.health import Histogram
from nnviz.views.theme import qcolor
from nnviz.visual.palette import RGB, Palette

__all__ = ["draw_bar", "draw_histogram", "draw_ratio", "draw_sparkline", "log_range"]

LEAST_DECADES = 1.0
"""A sparkline shows at least one power of ten, so that noise stays small."""
RATIO_ENDS = (-6.0, 0.0)
"""Powers of ten at the ends of the scale of updates; the rule of thumb, 10⁻³, is in the middle."""
DOT_PX = 3.5


def log_range(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the powers of ten between which all positive values lie; None without any."""
    logs = [math.log10(value) for value in values if value > 0 and math.isfinite(value)]
    if not logs:
        return None
    low, high = min(logs), max(logs)
    spare = max(LEAST_DECADES - (high - low), 0) / 2
    return low - spare, high + spare


def draw_sparkline(
    painter: QPainter,
    box: QRectF,
    x: FloatArray,
    y: FloatArray,
    decades: tuple[float, float],
    palette: Palette,
) -> None:
    """Draw a course of positive numbers on a logarithmic scale, its newest point as a dot."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(y)
    known = np.isfinite(logs)
    x, logs = x[known], logs[known]
    if not len(x):
        return
    span = float(x[-1] - x[0]) or 1.0
    room = box.adjusted(1, DOT_PX, -DOT_PX - 1, -DOT_PX)
    across = room.left() + (x - x[0]) / span * room.width() if len(x) > 1 else [room.right()]
    share = (logs - decades[0]) / (decades[1] - decades[0])
    down = room.bottom() - np.clip(share, 0, 1) * room.height()
    points = [QPointF(float(a), float(b)) for a, b in zip(across, down, strict=True)]
    pen = QPen(qcolor(palette.text), 1.3)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(palette.text))
    painter.drawEllipse(points[-1], 2, 2)


def draw_histogram(
    painter: QPainter,
    box: QRectF,
    histogram: Histogram,
    colours: tuple[RGB, RGB],
    palette: Palette,
) -> None:
    """Draw the counts as bars in two colours: of bins whose middle is below 0, and of others."""
    counts, edges = histogram.counts, histogram.edges
    most = int(counts.max())
    painter.setPen(QPen(qcolor(palette.border), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    if not most:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # whole pixels, clear colours
    painter.setPen(Qt.PenStyle.NoPen)
    places = np.rint(np.linspace(box.left(), box.right(), len(counts) + 1)).astype(int).tolist()
    base = round(box.bottom())
    below = edges[:-1] + edges[1:] < 0
    for colour, chosen in ((colours[0], below), (colours[1], ~below)):
        bars = [
            QRect(places[index], base - height, max(places[index + 1] - places[index], 1), height)
            for index in np.flatnonzero(chosen & (counts > 0)).tolist()
            if (height := max(1, round(box.height() * int(counts[index]) / most)))
        ]
        painter.setBrush(qcolor(colour))
        painter.drawRects(bars)
    painter.restore()


def draw_bar(painter: QPainter, box: QRectF, share: float, colour: RGB, palette: Palette) -> None:
    """Draw a share, 0 … 1, as the filled part of a bar."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(palette.border))
    painter.drawRoundedRect(box, 2, 2)
    if share > 0:
        painter.setBrush(qcolor(colour))
        filled = QRectF(box.left(), box.top(), max(3.0, box.width() * share), box.height())
        painter.drawRoundedRect(filled, 2, 2)


def draw_ratio(painter: QPainter, box: QRectF, ratio: float, palette: Palette) -> None:
    """Draw where a ratio stands on a logarithmic scale, with a tick at the rule of thumb."""
    middle = box.center().y()
    painter.setPen(QPen(qcolor(palette.border), 2))
    painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
    painter.setPen(QPen(qcolor(palette.muted), 1))
    painter.drawLine(
        QPointF(box.center().x(), middle - 4), QPointF(box.center().x(), middle + 4)
    )  # fmt: skip
    if not ratio > 0 or not math.isfinite(ratio):
        return
    low, high = RATIO_ENDS
    share = min(max((math.log10(ratio) - low) / (high - low), 0.0), 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(palette.text))
    painter.drawEllipse(QPointF(box.left() + share * box.width(), middle), DOT_PX, DOT_PX)
