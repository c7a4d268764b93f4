"""The scene as a picture made in another thread: the GUI thread only puts it on the screen."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from nnviz.trace.what_if import Adjustable
from nnviz.views.scene.number_places import NumberPlace
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_painter import draw_scene
from nnviz.views.scene.viewport import Viewport
from nnviz.views.theme import qcolor
from nnviz.visual.layout import Rect

__all__ = ["ScenePicture"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """A picture that is wanted; ``number`` counts the requests."""

    number: int
    scene: Scene
    size: QSize
    pixel_ratio: float


_Made = tuple[QImage, tuple[NumberPlace, ...]]
"""A picture, and where numbers stand outside the discs in it, in widget px."""


class ScenePicture(QObject):
    """The newest picture of the scene; made off the GUI thread, one at a time, newest wins."""

    picture_changed = Signal()
    """Emitted in the GUI thread when a newer picture can be drawn."""
    _made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nnviz-picture")
        self._image: QImage | None = None
        self._image_viewport = Viewport()
        self._number_places: tuple[NumberPlace, ...] = ()
        self._image_number = 0
        self._newest_number = 0
        self._wanted: _Request | None = None
        self._busy = False
        self._closed = False
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)

    def request(self, scene: Scene, size: QSize, pixel_ratio: float) -> None:
        """Ask for a picture of ``scene``; only the newest request is carried out."""
        self._wanted = self._numbered(scene, size, pixel_ratio)
        self._start()

    def finish(self, scene: Scene, size: QSize, pixel_ratio: float) -> None:
        """Make the picture now, in this thread: for screenshots and exports."""
        self._wanted = None
        request = self._numbered(scene, size, pixel_ratio)
        self._show(request, *_picture(request))

    def forget(self) -> None:
        """Draw nothing until the next picture: this one has the colours of another theme."""
        self._image = None

    @property
    def is_current(self) -> bool:
        """Whether the picture is the one that was asked for last."""
        return self._image_number == self._newest_number

    def number_boxes(self, viewport: Viewport) -> tuple[Rect, ...]:
        """Return where numbers stand outside the discs, in widget px; none while it is moved."""
        return tuple(each.box for each in self._places(viewport))

    def number_at(self, viewport: Viewport, x: float, y: float) -> Adjustable | None:
        """Return the number at a point, in widget px, that can be changed by hand."""
        for each in self._places(viewport):
            if each.adjustable is not None and each.box.contains(x, y):
                return each.adjustable
        return None

    def fills(self, viewport: Viewport, size: QSize) -> bool:
        """Whether the newest picture covers a widget of ``size``: nothing shows behind it."""
        if self._image is None or viewport != self._image_viewport:
            return False
        return self._image.deviceIndependentSize().toSize() == size

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the newest picture; one of another zoom or place is moved until its own comes."""
        if self._image is None:
            return
        old = self._image_viewport
        ratio = viewport.zoom / old.zoom
        size = self._image.deviceIndependentSize()
        x, y = viewport.x - old.x * ratio, viewport.y - old.y * ratio
        if viewport == old:
            painter.drawImage(QPointF(0, 0), self._image)
        else:
            target = QRectF(x, y, size.width() * ratio, size.height() * ratio)
            painter.drawImage(target, self._image)

    def close(self) -> None:
        """Wait for the picture that is being made, and end the thread."""
        self._wanted = None
        self._closed = True
        self._executor.shutdown(wait=True)

    def _numbered(self, scene: Scene, size: QSize, pixel_ratio: float) -> _Request:
        self._newest_number += 1
        return _Request(self._newest_number, scene, size, pixel_ratio)

    def _start(self) -> None:
        if self._busy or self._closed or self._wanted is None:
            return
        request, self._wanted = self._wanted, None
        self._busy = True
        self._executor.submit(self._make, request)

    def _make(self, request: _Request) -> None:
        """Make a picture in the painting thread; the signal carries it to the GUI thread."""
        made = None
        try:
            made = _picture(request)
        except Exception:  # a border: the executor would swallow it, and no picture would follow
            logger.exception("The picture of the scene failed")
        self._made.emit((request, made))

    @Slot(object)
    def _on_made(self, made: tuple[_Request, _Made | None]) -> None:
        request, picture = made
        self._busy = False
        # One made by ``finish`` in the meantime is newer.
        if picture is not None and request.number > self._image_number:
            self._show(request, *picture)
            self.picture_changed.emit()
        self._start()

    def _places(self, viewport: Viewport) -> tuple[NumberPlace, ...]:
        return self._number_places if viewport == self._image_viewport else ()

    def _show(
        self, request: _Request, image: QImage, number_places: tuple[NumberPlace, ...]
    ) -> None:
        self._image, self._image_viewport = image, request.scene.viewport
        self._number_places = number_places
        self._image_number = request.number


def _picture(request: _Request) -> _Made:
    # On its background, opaque: half the time to put it on the screen.
    image = QImage(request.size * request.pixel_ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(request.pixel_ratio)
    image.fill(qcolor(request.scene.palette.surface))
    with QPainter(image) as painter:
        number_places = draw_scene(painter, request.scene)
    return image, number_places
