"""The pixels behind a painter, where edges can be drawn by compiled loops that hold no GIL."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.visual.density import Window

__all__ = ["EdgePixels", "pixels_of", "windows_around"]

FORMATS = (QImage.Format.Format_ARGB32_Premultiplied, QImage.Format.Format_RGB32)


@dataclass(frozen=True, slots=True, eq=False)
class EdgePixels:
    """Pixels (rows, columns), uint32, premultiplied 0xAARRGGBB, of ``image``, which stays theirs.

    Widget px times ``ratio`` plus the offset are pixels.
    """

    array: IntArray
    image: QImage
    ratio: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def points(self, points: FloatArray) -> FloatArray:
        """Map (n, 2) or (n, 4) widget coordinates, x and y in turn."""
        return points * self.ratio + (self.x, self.y) * (points.shape[1] // 2)

    def window(self, area: QRectF, opacity: float = 1.0) -> Window:
        """Return the pixels of which an area in widget px holds the middle."""
        left, right = (round(x * self.ratio + self.x) for x in (area.left(), area.right()))
        top, bottom = (round(y * self.ratio + self.y) for y in (area.top(), area.bottom()))
        return Window(left, top, right, bottom, opacity)

    def whole(self, opacity: float = 1.0) -> Window:
        """Return all pixels."""
        return Window(0, 0, self.array.shape[1], self.array.shape[0], opacity)


def pixels_of(painter: QPainter) -> EdgePixels | None:
    """Return the pixels that ``painter`` paints on; None if it has none, or turns or clips."""
    image, transform = painter.device(), painter.deviceTransform()
    if not isinstance(image, QImage) or image.format() not in FORMATS or painter.hasClipping():
        return None
    turns = transform.isRotating() or transform.m11() != transform.m22() or transform.m11() <= 0
    if turns or painter.opacity() != 1.0:
        return None
    array = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), -1)  # 32 bits a pixel
    return EdgePixels(array, image, transform.m11(), transform.dx(), transform.dy())


def windows_around(whole: Window, hole: Window) -> tuple[Window, ...]:
    """Return what of ``whole`` lies outside ``hole``: beside it, above it and below it."""
    left, right = max(hole.left, whole.left), min(hole.right, whole.right)
    top, bottom = max(hole.top, whole.top), min(hole.bottom, whole.bottom)
    if left >= right or top >= bottom:
        return (whole,)
    parts = (
        Window(whole.left, whole.top, left, whole.bottom, whole.opacity),
        Window(right, whole.top, whole.right, whole.bottom, whole.opacity),
        Window(left, whole.top, right, top, whole.opacity),
        Window(left, bottom, right, whole.bottom, whole.opacity),
    )
    return tuple(part for part in parts if part.left < part.right and part.top < part.bottom)
