"""The whole network small in a corner while only a part of it is in sight."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor
from nnviz.visual.layout import LayerLayout, Rect
from nnviz.visual.overview import Overview, content_of, overview_of
from nnviz.visual.scales import ByteArray

__all__ = ["Minimap"]

WIDTH, TALLEST, SHORTEST = 180, 124, 64
MARGIN = 9.0
FROM_RIGHT, FROM_BOTTOM = 12, 82
STRONGEST = 40
"""So many edges of a layer are drawn, as hints of where the layers are tied together."""
DOT = 1.6


class Minimap(QWidget):
    """Shows what is in sight as a rectangle; a press or drag in it moves the view there.

    The picture below is kept and made anew only with another scene, while it is shown.
    """

    centre_wanted = Signal(float, float)
    """Emitted with the scene point that is to stand in the middle of the view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.minimap")
        self.setAccessibleName("Minimap")
        self.setToolTip("Click or drag to look elsewhere")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._overview = Overview(1.0, 0.0, 0.0)
        self._image: QImage | None = None
        self._scene: Scene | None = None
        self._window = Rect(0, 0, 1, 1)
        self.hide()

    @property
    def overview(self) -> Overview:
        """How the small picture shows the scene."""
        return self._overview

    @property
    def window_box(self) -> Rect:
        """The rectangle of what is in sight, in px of the minimap."""
        return self._window

    def synchronize(self, scene: Scene) -> None:
        """Show the scene, or hide while all of it is in sight anyway."""
        canvas = self._canvas.size()
        content = content_of(scene.layout)
        left, top = scene.viewport.to_scene(0, 0)
        right, bottom = scene.viewport.to_scene(canvas.width(), canvas.height())
        in_sight = Rect(left, top, right - left, bottom - top)
        if _covers(in_sight, content):
            self.hide()
            self._image = self._scene = None
            return
        height = WIDTH * content.height / content.width + MARGIN
        height = round(min(TALLEST, max(SHORTEST, height)))
        x, y = canvas.width() - WIDTH - FROM_RIGHT, canvas.height() - height - FROM_BOTTOM
        self.setGeometry(QRect(x, y, WIDTH, height))
        self._overview = overview_of(content, WIDTH, height, MARGIN)
        self._window = self._overview.to_small(in_sight)
        if self._image is None or not _same_picture(self._scene, scene):
            self._image = self._made(scene)
        self._scene = scene
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Put the kept picture on the screen, and what is in sight over it."""
        if self._image is None or self._scene is None:
            return
        with QPainter(self) as painter:
            painter.drawImage(0, 0, self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            seen = _clipped(self._window, self.width(), self.height())
            painter.setPen(QPen(qcolor(self._scene.palette.accent), 1.5))
            painter.setBrush(qcolor(self._scene.palette.accent, 36))
            painter.drawRoundedRect(QRectF(seen.x, seen.y, seen.width, seen.height), 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the place that was pressed."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._ask(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the release from the canvas below."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Keep the second click from the canvas below."""
        event.accept()

    def _ask(self, place: QPointF) -> None:
        x = min(max(place.x(), 0.0), float(self.width()))
        y = min(max(place.y(), 0.0), float(self.height()))
        self.centre_wanted.emit(*self._overview.to_scene(x, y))

    def _made(self, scene: Scene) -> QImage:
        """Draw a ground, the strongest edges, the image, and a dot for each neuron."""
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(qcolor(scene.palette.border), 1))
            painter.setBrush(qcolor(scene.palette.raised, 240))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            self._draw_edges(painter, scene)
            for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True):
                if layout.image is not None:
                    self._draw_image(painter, scene, layout, frame.fill)
                else:
                    self._draw_dots(painter, scene, layout, frame.fill)
            x, y = scene.layout.cost
            box = self._overview.to_small(Rect(x - 46, y - 24, 92, 48))
            painter.setPen(QPen(qcolor(scene.palette.muted), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 1.5, 1.5)
        return image

    def _draw_edges(self, painter: QPainter, scene: Scene) -> None:
        for edges in scene.frame.edges:
            before, after = scene.layout.layers[edges.layer - 1], scene.layout.layers[edges.layer]
            starts = before.centres[edges.sources[-STRONGEST:]].tolist()
            ends = after.centres[edges.neurons[-STRONGEST:]].tolist()
            colours = edges.rgb[-STRONGEST:].tolist()
            for start, end, (red, green, blue) in zip(starts, ends, colours, strict=True):
                painter.setPen(QPen(QColor(red, green, blue, 150), 0.7))
                painter.drawLine(self._point(*start), self._point(*end))

    def _draw_image(
        self, painter: QPainter, scene: Scene, layout: LayerLayout, fill: ByteArray | None
    ) -> None:
        if layout.image is None or layout.image_shape is None:
            return
        box = self._overview.to_small(layout.image)
        target = QRectF(box.x, box.y, box.width, box.height)
        if fill is not None:
            rows, columns = layout.image_shape
            pixels = np.ascontiguousarray(fill)
            image = QImage(pixels.data, columns, rows, columns * 3, QImage.Format.Format_RGB888)
            painter.drawImage(target, image)
        painter.setPen(QPen(qcolor(scene.palette.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target)

    def _draw_dots(
        self, painter: QPainter, scene: Scene, layout: LayerLayout, fill: ByteArray | None
    ) -> None:
        radius = max(layout.radius * self._overview.scale, DOT)
        hollow = qcolor(scene.palette.raised)
        colours = [] if fill is None else fill.tolist()
        painter.setPen(QPen(qcolor(scene.palette.muted), 0.7))
        for neuron in layout.shown.nonzero()[0].tolist():
            x, y = layout.centres[neuron].tolist()
            painter.setBrush(QColor(*colours[neuron]) if neuron < len(colours) else hollow)
            painter.drawEllipse(self._point(x, y), radius, radius)

    def _point(self, x: float, y: float) -> QPointF:
        scale = self._overview.scale
        return QPointF(x * scale + self._overview.x, y * scale + self._overview.y)


def _same_picture(old: Scene | None, new: Scene) -> bool:
    """Whether a scene of another zoom shows the same network at the same moment."""
    return old is not None and (old.frame, old.layout, old.palette) == (
        new.frame, new.layout, new.palette,
    )  # fmt: skip


def _covers(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and outer.x + outer.width >= inner.x + inner.width
        and outer.y + outer.height >= inner.y + inner.height
    )


def _clipped(box: Rect, width: float, height: float) -> Rect:
    """Return the part of a box inside the minimap, at least a sliver of it."""
    left, top = min(max(box.x, 2.0), width - 6), min(max(box.y, 2.0), height - 6)
    right = max(min(box.x + box.width, width - 2), left + 4)
    bottom = max(min(box.y + box.height, height - 2), top + 4)
    return Rect(left, top, right - left, bottom - top)
