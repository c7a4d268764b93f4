"""The plane of the inputs with its axes, painted by hand: ground, curves, points, rings."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.views.panels.plane_marks import draw_mark, draw_ring
from nnviz.views.panels.plane_picture import PlanePicture
from nnviz.views.panels.what_if_axes import Axis, even_axis
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import ByteArray

__all__ = ["PlaneView"]

TEXT_PX = 11
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 46, 10, 6, 30
PX_PER_TICK, PX_PER_X_TICK = 30, 38
REACH_PX = 12.0
"""How far from a point a click still means it."""
WIDEST = 1.8
"""How much the plane is stretched sideways at most, to use the room."""


class PlaneView(QWidget):
    """Shows a PlanePicture; says where it is pointed at, and which point is clicked."""

    chosen = Signal(object)
    """Emitted with the ExampleKey of a point that is clicked."""
    pointed = Signal(object)
    """Emitted with the values (x, y) under the pointer, None when it has left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture: PlanePicture | None = None
        self._palette = DARK
        self._ground: QImage | None = None
        self._points: QPixmap | None = None
        self._axes = (Axis(), Axis())
        self._box = QRectF()

    @property
    def picture(self) -> PlanePicture | None:
        """What is shown."""
        return self._picture

    @property
    def box(self) -> QRectF:
        """Where the plane is, in px of the widget."""
        return self._box

    def show_picture(self, picture: PlanePicture, palette: Palette) -> None:
        """Show another picture; the points are drawn anew only where they are others."""
        before = self._picture
        same = before is not None and before.points is picture.points
        if (
            not same
            or before is None
            or before.bounds != picture.bounds
            or palette != self._palette
        ):
            self._points = None
        self._picture, self._palette = picture, palette
        self._ground = None if picture.ground is None else _image(picture.ground)
        self._arrange()
        self.update()

    def wanted_width(self, height: int) -> int:
        """Return how wide the view likes to be at a height."""
        if self._picture is None or not self._picture.is_plane:
            return 3 * height
        inner = max(height - TOP_PX - BOTTOM_PX, 1)
        return math.ceil(inner * self._aspect() * WIDEST) + LEFT_PX + RIGHT_PX

    def place_of(self, x: float, y: float) -> QPointF:
        """Return where values are, in px of the widget."""
        assert self._picture is not None
        bounds, box = self._picture.bounds, self._box
        return QPointF(
            box.left() + (x - bounds.left) / (bounds.right - bounds.left) * box.width(),
            box.bottom() - (y - bounds.bottom) / (bounds.top - bounds.bottom) * box.height(),
        )

    def values_at(self, place: QPointF) -> tuple[float, float] | None:
        """Return the values at a place, None outside the plane."""
        if self._picture is None or not self._box.contains(place):
            return None
        bounds, box = self._picture.bounds, self._box
        across = (place.x() - box.left()) / box.width()
        up = (box.bottom() - place.y()) / box.height()
        return (
            bounds.left + across * (bounds.right - bounds.left),
            bounds.bottom + up * (bounds.top - bounds.bottom),
        )

    def nearest(self, place: QPointF) -> int | None:
        """Return the number of the point at a place, None if there is none."""
        if self._picture is None or not len(self._picture.points):
            return None
        places = self._places(self._picture.points.places)
        distances = np.hypot(places[:, 0] - place.x(), places[:, 1] - place.y())
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= REACH_PX else None

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size in which something can be seen."""
        return QSize(140, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the plane for the new size."""
        self._points = None
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where the pointer is."""
        place = event.position()
        over = self.nearest(place) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor)
        self.pointed.emit(self.values_at(place))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer is gone."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point that is clicked."""
        point = self.nearest(event.position())
        if event.button() is Qt.MouseButton.LeftButton and point is not None:
            assert self._picture is not None
            self.chosen.emit(self._picture.points.keys[point])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, axes, curves, points and rings."""
        picture = self._picture
        if picture is None or self._box.width() < 20 or self._box.height() < 20:
            return
        if self._points is None:
            self._points = self._drawn_points(picture)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            if self._ground is not None:
                painter.drawImage(self._box, self._ground)
            self._paint_axes(painter, picture)
            painter.setClipRect(self._box)
            painter.drawPixmap(0, 0, self._points)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for curve in picture.curves:
                painter.setPen(QPen(qcolor(curve.color), 2.2))
                places = self._places(np.stack([curve.x, curve.y], axis=1))
                painter.drawPolyline(_polygon(places[np.isfinite(places).all(axis=1)]))
            for x, y in picture.rings.tolist():
                if math.isfinite(x) and math.isfinite(y):
                    draw_ring(painter, self.place_of(x, y), self._palette)

    def _places(self, values: FloatArray) -> FloatArray:
        """Return where values (n, 2) are, in px of the widget."""
        assert self._picture is not None
        bounds, box = self._picture.bounds, self._box
        x = box.left() + (values[:, 0] - bounds.left) / (bounds.right - bounds.left) * box.width()
        up = (values[:, 1] - bounds.bottom) / (bounds.top - bounds.bottom) * box.height()
        return np.stack([x, box.bottom() - up], axis=1)

    def _aspect(self) -> float:
        """Return the width of the plane for one of height 1, both axes alike; within reason."""
        assert self._picture is not None
        bounds = self._picture.bounds
        return min(max((bounds.right - bounds.left) / (bounds.top - bounds.bottom), 0.5), 2.0)

    def _arrange(self) -> None:
        picture = self._picture
        if picture is None:
            return
        whole = QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)
        if picture.is_plane:
            widest = whole.height() * self._aspect() * WIDEST
            whole.setWidth(min(whole.width(), widest))
            tallest = whole.width() / self._aspect()
            whole.setHeight(min(whole.height(), tallest))
        self._box = whole
        bounds = picture.bounds
        self._axes = (
            even_axis(bounds.left, bounds.right, max(2, int(whole.width() / PX_PER_X_TICK))),
            even_axis(bounds.bottom, bounds.top, max(2, int(whole.height() / PX_PER_TICK))),
        )

    def _drawn_points(self, picture: PlanePicture) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        points = picture.points
        places = self._places(points.places).tolist()
        rows = zip(
            places, points.marks.tolist(), points.colours.tolist(), points.filled.tolist(),
            strict=True,
        )  # fmt: skip
        outline = self._palette.muted if points.on_scale else None
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for (x, y), mark, (red, green, blue), filled in rows:
                draw_mark(
                    painter, QPointF(x, y), mark, (red, green, blue), bool(filled), self._palette,
                    outline,
                )  # fmt: skip
        return pixmap

    def _paint_axes(self, painter: QPainter, picture: PlanePicture) -> None:
        box, palette = self._box, self._palette
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(qcolor(palette.border), 1))
        painter.drawRect(box)
        font = mono_font(TEXT_PX)
        painter.setFont(font)
        rule = QFontMetricsF(font)
        painter.setPen(qcolor(palette.muted))
        across, up = self._axes
        for value, text in zip(across.places, across.texts, strict=True):
            x, width = self.place_of(value, picture.bounds.bottom).x(), rule.horizontalAdvance(text)
            painter.drawText(QPointF(x - width / 2, box.bottom() + 13), text)
        for value, text in zip(up.places, up.texts, strict=True):
            y, width = self.place_of(picture.bounds.left, value).y(), rule.horizontalAdvance(text)
            painter.drawText(QPointF(box.left() - width - 6, y + TEXT_PX * 0.36), text)
        painter.setFont(text_font(TEXT_PX))
        middle = QRectF(box.left(), box.bottom() + 14, box.width(), 15)
        painter.drawText(middle, Qt.AlignmentFlag.AlignHCenter, _named(picture.x_name, across))
        left = QRectF(0, box.top() - 2, box.left() - 4, 15)
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft, _named(picture.y_name, up))


def _named(name: str, axis: Axis) -> str:
    return f"{name} / {axis.factor}" if axis.factor else name


def _polygon(places: FloatArray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places.tolist()])


def _image(colours: ByteArray) -> QImage:
    """Return (rows, columns, 3) bytes as an image of its own."""
    rows, columns = colours.shape[:2]
    pixels = np.full((rows, columns, 4), 255, np.uint8)
    pixels[..., :3] = colours[..., ::-1]
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
