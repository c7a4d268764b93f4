"""Painters into vector files, which amend what Qt's own drop: clips, crisp pixels, figures."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPaintDevice, QPainter, QPainterPath, QPen, QRegion

from nnviz.views.figures.line_clipping import clipped_lines

__all__ = ["CLIP_MARK", "CrispPainter", "PdfPainter", "SvgPainter"]

CLIP_MARK = "nnviz-clip:"
"""Begins the text that stands in an unfinished SVG where a clip begins; its number follows."""
ENLARGED = 448
"""Images with fewer pixels a side get at least this many before they are embedded."""


class CrispPainter(QPainter):
    """Draws small images as their pixels are: enlarged, because readers of files smooth them."""

    def drawImage(self, target: Any, image: Any, *rest: Any) -> None:
        """Draw an image; a small one as squares unless smoothing was asked for."""
        smooth = self.testRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        longest = max(image.width(), image.height())
        if not rest and not smooth and isinstance(target, QRectF) and 0 < longest < ENLARGED:
            factor = -(-ENLARGED // longest)
            image = _enlarged(image, factor)
        super().drawImage(target, image, *rest)


class PdfPainter(CrispPainter):
    """Draws with plain figures: readers cannot search for the glyphs of a font feature."""

    def setFont(self, font: QFont | str | Sequence[str]) -> None:
        """Choose a font."""
        plain = QFont(font)
        plain.unsetFeature(QFont.Tag("tnum"))
        super().setFont(plain)


def _enlarged(image: QImage, factor: int) -> QImage:
    """Return an image with every pixel ``factor`` times as wide and high."""
    return image.scaled(
        image.width() * factor,
        image.height() * factor,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation,
    )


class SvgPainter(CrispPainter):
    """Draws into a QSvgGenerator, which knows no clips: it leaves a mark where each begins.

    Lines it cuts itself, so that a reader that knows no clips either shows them rightly.
    ``clips`` are the paths of the marks, in the coordinates of the picture; None: no clip.
    """

    def __init__(self, device: QPaintDevice) -> None:
        super().__init__(device)
        self.clips: list[QPainterPath | None] = []
        self._clip: QPainterPath | None = None
        self._saved: list[QPainterPath | None] = []

    def setClipRect(self, rect: Any, *rest: Any) -> None:
        """Clip to a rectangle."""
        path = QPainterPath()
        path.addRect(QRectF(rect))
        self.setClipPath(path, *rest)

    def setClipRegion(self, region: Any, *rest: Any) -> None:
        """Clip to a region."""
        path = QPainterPath()
        for rect in _rectangles(region):
            path.addRect(QRectF(rect))
        self.setClipPath(path, *rest)

    def setClipPath(self, path: Any, *rest: Any) -> None:
        """Clip to a path, or to what it shares with the clip so far."""
        mapped = self.transform().map(path)
        if Qt.ClipOperation.IntersectClip in rest and self._clip is not None:
            mapped = mapped.intersected(self._clip)
        self._set_clip(mapped)

    def setClipping(self, enable: bool) -> None:
        """End the clip; one that was ended begins anew with its path only."""
        if not enable:
            self._set_clip(None)

    def drawLine(self, *line: Any) -> None:
        """Draw a line, a QLineF or two points, as far as the clip lets it."""
        whole = line[0] if len(line) == 1 else QLineF(*line)
        self.drawLines([QLineF(whole)])

    def drawLines(self, lines: Any, *rest: Any) -> None:
        """Draw lines as far as the clip lets them."""
        if self._clip is not None and not rest:
            back, _ = self.transform().inverted()
            lines = clipped_lines(lines, back.map(self._clip))
        super().drawLines(lines, *rest)

    def save(self) -> None:
        """Remember the clip too."""
        self._saved.append(self._clip)
        super().save()

    def restore(self) -> None:
        """Go back to the remembered clip too."""
        super().restore()
        before = self._saved.pop()
        if before is not self._clip:
            self._set_clip(before)

    def _set_clip(self, clip: QPainterPath | None) -> None:
        self._clip = clip
        pen = self.pen()
        super().setPen(QPen(QColor(0, 0, 0)))  # without a pen no text is written
        super().drawText(QPointF(0, 0), f"{CLIP_MARK}{len(self.clips)}")
        super().setPen(pen)
        self.clips.append(clip)


def _rectangles(region: QRegion) -> list[QRect]:
    return list(region)  # type: ignore[call-overload]  # a region is a sequence of QRects
