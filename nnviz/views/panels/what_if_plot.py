"""The plot of C against one number: the curve, the tangent where it was, and where it is now.

Painted by hand: it is small, must follow a drag, and its three points need marks of their own.
"""

import math
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.formatting import number
from nnviz.trace.what_if_curve import Curve, Point
from nnviz.views.panels.what_if_axes import Axis, even_axis
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette

__all__ = ["CostAlongPlot"]

TEXT_PX = 11
LEFT_PX, RIGHT_PX, BOTTOM_PX = 10, 12, 34
ROW_PX = 17
MARK_PX = 14
POINT_PX = 5.0
DIAMOND_PX = 3.8
"""Smaller than the dot, which it may lie on, and without its outline."""
RING_PX = 6.5
"""Larger than the other marks: one learning step may end inside it."""
HEADROOM = 0.08
"""Above and below the curve, as a share of its height."""
MOST_TICKS = 6
PX_PER_TICK = 34
STEP_TIP = (
    "The diamond is where one step with this learning rate leads; "
    "it appears from the update on, which computes it."
)
MARGINAL = 1e-9
"""A curve whose height is a smaller share of C is drawn level: the rest is rounding."""


class Mark(Enum):
    """How something is drawn, in the plot and in its legend."""

    CURVE = "curve"
    TANGENT = "tangent"
    RING = "ring"
    DOT = "dot"
    DIAMOND = "diamond"


@dataclass(frozen=True, slots=True)
class _Entry:
    mark: Mark
    text: str
    color: RGB


@dataclass(frozen=True, slots=True)
class _Frame:
    """From numbers to px: ``box`` shows values low … high, costs bottom … top."""

    box: QRectF
    low: float
    high: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        return self.box.left() + (value - self.low) / (self.high - self.low) * self.box.width()

    def y(self, cost: float) -> float:
        share = (cost - self.bottom) / (self.top - self.bottom)
        return self.box.bottom() - share * self.box.height()

    def place(self, point: Point) -> QPointF | None:
        if not (math.isfinite(point.value) and math.isfinite(point.cost)):
            return None
        if not self.low <= point.value <= self.high or not self.bottom <= point.cost <= self.top:
            return None
        return QPointF(self.x(point.value), self.y(point.cost))


class CostAlongPlot(QWidget):
    """Draws a Curve with its legend above it and numbers at both axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("what-if.plot")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._curve: Curve | None = None
        self._name = ""
        self._palette = DARK
        self._digits = 4
        self._frame: _Frame | None = None
        self._axes = (Axis(), Axis())
        self._pieces: list[QPolygonF] = []
        self._legend: list[tuple[QPointF, _Entry]] = []

    @property
    def curve(self) -> Curve | None:
        """What is drawn."""
        return self._curve

    @property
    def piece_count(self) -> int:
        """Into how many pieces gaps cut the curve."""
        return len(self._pieces)

    def show_curve(self, curve: Curve | None, name: str, digits: int, palette: Palette) -> None:
        """Draw another curve; ``name`` is that of the number, at the horizontal axis."""
        self._curve, self._name, self._palette, self._digits = curve, name, palette, digits
        self._prepare()
        texts = [entry.text for _, entry in self._legend]
        self.setAccessibleName(f"C against {name}: {', '.join(texts)}")
        learns = curve is not None and (curve.step is not None or curve.step_waits)
        self.setToolTip(STEP_TIP if learns else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(300, 250)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that can be read."""
        return QSize(200, 190)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        self._prepare()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was prepared."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for at, entry in self._legend:
                self._paint_entry(painter, at, entry)
            frame, curve = self._frame, self._curve
            if frame is None or curve is None:
                return
            self._paint_axes(painter, frame)
            painter.setClipRect(frame.box.adjusted(-1, -1, 1, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(qcolor(self._palette.cost_curve), 2))
            for piece in self._pieces:
                painter.drawPolyline(piece)
            if curve.slope is not None and math.isfinite(curve.slope):
                self._paint_tangent(painter, frame, curve.original, curve.slope)
            painter.setClipping(False)
            for mark, point in self._points(curve):
                place = frame.place(point)
                if place is not None:
                    self._paint_mark(painter, mark, place, self._color(mark))

    def _points(self, curve: Curve) -> list[tuple[Mark, Point]]:
        """Return the points, the lowest first; one step may end where the dot is."""
        points = [(Mark.RING, curve.original), (Mark.DOT, curve.moved)]
        if curve.step is not None:
            points.append((Mark.DIAMOND, curve.step))
        return points

    def _color(self, mark: Mark) -> RGB:
        palette, curve = self._palette, self._curve
        if mark is Mark.TANGENT:
            falling = curve is not None and (curve.slope or 0) < 0
            return palette.derivative_negative if falling else palette.derivative_positive
        return {
            Mark.CURVE: palette.cost_curve,
            Mark.RING: palette.text,
            Mark.DOT: palette.accent,
            Mark.DIAMOND: palette.text,
        }[mark]

    def _prepare(self) -> None:
        self._frame, self._pieces, self._legend = None, [], []
        curve = self._curve
        if curve is None:
            return
        rows = self._lay_out_legend(self._entries(curve))
        finite = np.isfinite(curve.costs)
        top = (rows + 1) * ROW_PX + 6
        height = self.height() - top - BOTTOM_PX
        if not finite.any() or height < 20:
            return
        points = [point.cost for _, point in self._points(curve) if math.isfinite(point.cost)]
        lowest = min(float(curve.costs[finite].min()), *points, math.inf)
        highest = max(float(curve.costs[finite].max()), *points, -math.inf)
        bottom, ceiling = _with_headroom(lowest, highest)
        costs = even_axis(bottom, ceiling, max(2, round(height / PX_PER_TICK)))
        metrics = QFontMetricsF(mono_font(TEXT_PX))
        left = max((metrics.horizontalAdvance(text) for text in costs.texts), default=0) + LEFT_PX
        box = QRectF(left, top, self.width() - left - RIGHT_PX, height)
        low, high = float(curve.values[0]), float(curve.values[-1])
        if box.width() < 20 or not high > low or not math.isfinite(ceiling - bottom):
            return
        self._axes = (even_axis(low, high, MOST_TICKS), costs)
        self._frame = frame = _Frame(box, low, high, bottom, ceiling)
        self._pieces = _pieces(curve, frame)

    def _entries(self, curve: Curve) -> list[_Entry]:
        shown = [_Entry(Mark.RING, f"before {number(curve.original.value, self._digits)}",
                        self._color(Mark.RING))]  # fmt: skip
        now = f"now {number(curve.moved.value, self._digits)}"
        shown.append(_Entry(Mark.DOT, now, self._color(Mark.DOT)))
        if curve.step is not None or curve.step_waits:
            after = None if curve.step is None else curve.step.value
            text = f"one learning step {number(after, self._digits)}"
            if after is not None and not curve.values[0] <= after <= curve.values[-1]:
                text += " (outside)"
            shown.append(_Entry(Mark.DIAMOND, text, self._color(Mark.DIAMOND)))
        if curve.slope is not None:
            text = f"tangent, slope {number(curve.slope, self._digits)}"
            shown.append(_Entry(Mark.TANGENT, text, self._color(Mark.TANGENT)))
        return shown

    def _lay_out_legend(self, entries: list[_Entry]) -> int:
        """Place the entries, row by row; return how many rows they take."""
        metrics = QFontMetricsF(text_font(TEXT_PX))
        x, row = 4.0, 0
        for entry in entries:
            width = MARK_PX + 5 + metrics.horizontalAdvance(entry.text)
            if x > 4 and x + width > self.width():
                x, row = 4.0, row + 1
            self._legend.append((QPointF(x, (row + 0.5) * ROW_PX), entry))
            x += width + 14
        return row + 1

    def _paint_entry(self, painter: QPainter, place: QPointF, entry: _Entry) -> None:
        self._paint_mark(painter, entry.mark, place + QPointF(MARK_PX / 2, 0), entry.color)
        painter.setFont(text_font(TEXT_PX))
        painter.setPen(qcolor(self._palette.muted))
        text = QRectF(place.x() + MARK_PX + 5, place.y() - ROW_PX / 2, self.width(), ROW_PX)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, entry.text)

    def _paint_mark(self, painter: QPainter, mark: Mark, place: QPointF, color: RGB) -> None:
        ink = qcolor(color)
        if mark in (Mark.CURVE, Mark.TANGENT):
            style = Qt.PenStyle.DashLine if mark is Mark.TANGENT else Qt.PenStyle.SolidLine
            painter.setPen(QPen(ink, 2, style))
            half = QPointF(MARK_PX / 2, 0)
            painter.drawLine(place - half, place + half)
            return
        painter.setPen(QPen(ink if mark is Mark.RING else qcolor(self._palette.surface), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush if mark is Mark.RING else ink)
        if mark is Mark.DIAMOND:
            painter.setPen(Qt.PenStyle.NoPen)
            r = DIAMOND_PX
            corners = [QPointF(0, -r), QPointF(r, 0), QPointF(0, r), QPointF(-r, 0)]
            painter.drawPolygon(QPolygonF([place + each for each in corners]))
        else:
            radius = RING_PX if mark is Mark.RING else POINT_PX
            painter.drawEllipse(place, radius, radius)

    def _paint_tangent(
        self, painter: QPainter, frame: _Frame, original: Point, slope: float
    ) -> None:
        if not (math.isfinite(original.cost) and math.isfinite(original.value)):
            return
        ends = [
            QPointF(frame.x(value), frame.y(original.cost + slope * (value - original.value)))
            for value in _tangent_ends(frame, original, slope)
        ]
        painter.setPen(QPen(qcolor(self._color(Mark.TANGENT)), 2, Qt.PenStyle.DashLine))
        painter.drawLine(*ends)

    def _paint_axes(self, painter: QPainter, frame: _Frame) -> None:
        palette, box = self._palette, frame.box
        values, costs = self._axes
        painter.setFont(mono_font(TEXT_PX))
        for cost, words in zip(costs.places, costs.texts, strict=True):
            y = frame.y(cost)
            painter.setPen(QPen(qcolor(palette.border), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(qcolor(palette.muted))
            text = QRectF(0, y - ROW_PX / 2, box.left() - 6, ROW_PX)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(text, right, words)
        for value, words in zip(values.places, values.texts, strict=True):
            x = frame.x(value)
            painter.setPen(QPen(qcolor(palette.border), 1))
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 4))
            painter.setPen(qcolor(palette.muted))
            text = QRectF(x - 40, box.bottom() + 4, 80, 14)
            painter.drawText(text, Qt.AlignmentFlag.AlignHCenter, words)
        painter.setFont(text_font(TEXT_PX))
        below = QRectF(box.left(), self.height() - 16, box.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _titled(self._name, values))
        above = QRectF(0, box.top() - ROW_PX - 2, box.right(), ROW_PX)
        painter.setPen(qcolor(palette.cost_curve))
        painter.drawText(above, Qt.AlignmentFlag.AlignVCenter, _titled("C", costs))


def _with_headroom(lowest: float, highest: float) -> tuple[float, float]:
    """Return the ends of the vertical axis, with some room above and below the curve."""
    height = highest - lowest
    if height <= MARGINAL * max(abs(highest), abs(lowest)):
        height = max(abs(highest), 1.0)
        lowest, highest = lowest - height / 2, highest + height / 2
    return lowest - HEADROOM * height, highest + HEADROOM * height


def _titled(name: str, axis: Axis) -> str:
    return f"{name} (times {axis.factor})" if axis.factor else name


def _pieces(curve: Curve, frame: _Frame) -> list[QPolygonF]:
    """Return the curve as polylines, cut where C is no finite number."""
    finite = np.isfinite(curve.costs)
    cuts = [0, *(np.flatnonzero(np.diff(finite.astype(np.int8))) + 1).tolist(), len(finite)]
    return [
        QPolygonF(
            [
                QPointF(frame.x(float(value)), frame.y(float(cost)))
                for value, cost in zip(
                    curve.values[start:stop], curve.costs[start:stop], strict=True
                )
            ]
        )
        for start, stop in pairwise(cuts)
        if finite[start]
    ]


def _tangent_ends(frame: _Frame, original: Point, slope: float) -> tuple[float, float]:
    """Return between which values the tangent is drawn: Qt overflows far outside the frame."""
    if not slope:
        return frame.low, frame.high
    reach = 2 * (frame.top - frame.bottom) / abs(slope)
    return max(frame.low, original.value - reach), min(frame.high, original.value + reach)
