"""The numbers of one neuron's incoming edges as the image that they look at."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import UNKNOWN, number
from nnviz.trace.copying import Numbers, Offers
from nnviz.trace.notation import Notation
from nnviz.views.copy_menu import open_copy_menu
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import Scale, largest, scale_for

__all__ = ["WeightImage"]

TITLE_PX = 18.0
ENDS_PX = 18.0
END_DIGITS = 3
"""Significant digits at the ends of a scale, or fewer if the reader wants so."""


class WeightImage(QWidget):
    """One value per pixel on a scale symmetric around 0, its ends written below; or hollow."""

    pixel_clicked = Signal(int)
    """Emitted with the number of the pixel, row by row from 0."""

    def __init__(self, title: str, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._scale = scale
        self._palette = DARK
        self._values: FloatArray | None = None
        self._shape = (28, 28)
        self._image: QImage | None = None
        self._limit = 0.0
        self._notation = Notation()
        self._offers: Callable[[int], Offers] | None = None
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def values(self) -> FloatArray | None:
        """What is shown, one value per pixel; None while unknown."""
        return self._values

    @property
    def ends(self) -> tuple[str, str]:
        """What is written at the ends of the scale."""
        if self._values is None:
            return UNKNOWN, UNKNOWN
        text = number(self._limit, min(END_DIGITS, self._notation.digits))
        return (f"−{text}", f"+{text}") if self._limit else ("0", "0")

    def set_values(
        self, values: FloatArray | None, shape: tuple[int, int], palette: Palette,
        notation: Notation | None = None, offers: Callable[[int], Offers] | None = None,
    ) -> None:  # fmt: skip
        """Show ``values`` (rows · columns,), None for values that are not computed yet.

        ``offers`` says, when it is asked, what can be copied with a pixel's number.
        """
        self._values, self._shape, self._palette = values, shape, palette
        self._notation, self._offers = notation or self._notation, offers
        self._image = None
        if values is not None:
            self._limit = largest(values)
            colours = scale_for(self._scale, palette).diverging(values, self._limit)
            pixels = np.ascontiguousarray(colours)
            rows, columns = shape
            kind = QImage.Format.Format_RGB888
            # The copy is Qt's own: the array behind the first image does not outlive this call.
            self._image = QImage(pixels.data, columns, rows, 3 * columns, kind).copy()
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer two side by side in a narrow dock."""
        return QSize(130, self.heightForWidth(130))

    def minimumSizeHint(self) -> QSize:
        """Stay recognisable."""
        return QSize(96, self.heightForWidth(96))

    def heightForWidth(self, width: int) -> int:
        """Return the height of the image with its two lines of text, at most 200 px wide."""
        rows, columns = self._shape
        return round(min(width, 200) * rows / columns + TITLE_PX + ENDS_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, the image and the ends of its scale."""
        with QPainter(self) as painter:
            box = self._box()
            painter.setFont(text_font(12))
            painter.setPen(qcolor(self._palette.muted))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(box.x(), 0, box.width(), TITLE_PX - 2), left, self._title)
            if self._image is None:
                painter.setPen(QPen(qcolor(self._palette.muted), 1, Qt.PenStyle.DashLine))
                painter.drawRect(box)
                painter.setPen(qcolor(self._palette.muted))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{UNKNOWN}\nnot computed yet")
                return
            painter.drawImage(box, self._image)
            painter.setPen(QPen(qcolor(self._palette.border), 1))
            painter.drawRect(box)
            self._draw_ends(painter, QRectF(box.x(), box.bottom() + 2, box.width(), ENDS_PX - 2))

    def _draw_ends(self, painter: QPainter, row: QRectF) -> None:
        palette = self._palette
        low, high = palette.weight_negative, palette.weight_positive
        if self._scale is Scale.DERIVATIVE:
            low, high = palette.derivative_negative, palette.derivative_positive
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(mono_font(11))
        for colour, side, text in (
            (low, Qt.AlignmentFlag.AlignLeft, self.ends[0]),
            (high, Qt.AlignmentFlag.AlignRight, self.ends[1]),
        ):
            painter.setPen(qcolor(colour))
            painter.drawText(row, side | middle, text)

    def _box(self) -> QRectF:
        """Return where the image is: as large as fits, at the left."""
        rows, columns = self._shape
        width = min(self.width() - 1.0, (self.height() - TITLE_PX - ENDS_PX) * columns / rows)
        return QRectF(0.5, TITLE_PX, width, width * rows / columns)

    def _pixel_at(self, point: QPointF) -> int | None:
        box, (rows, columns) = self._box(), self._shape
        if self._values is None or not box.contains(point):
            return None
        row = min(int((point.y() - box.y()) / box.height() * rows), rows - 1)
        column = min(int((point.x() - box.x()) / box.width() * columns), columns - 1)
        return row * columns + column

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say the number under the mouse."""
        pixel = self._pixel_at(event.position())
        if pixel is None or self._values is None:
            self.unsetCursor()
            QToolTip.hideText()
            return
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row, column = map(self._notation.index, divmod(pixel, self._shape[1]))
        value = self._notation.number(float(self._values[pixel]))
        text = f"pixel row {row}, column {column}: {value}"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the pixel's number, the neuron's row, the layer, and the image itself."""
        pixel = self._pixel_at(QPointF(event.pos()))
        if pixel is None or self._values is None:
            return
        offers = self._offers(pixel) if self._offers else Offers()
        image = Numbers(f"{self._title}, as an image", self._values.reshape(self._shape))
        offers = Offers(offers.values, offers.rows, (*offers.matrices, image))
        open_copy_menu(offers, self._notation, event.globalPos(), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the edge from the pixel."""
        pixel = self._pixel_at(event.position())
        if pixel is not None and event.button() is Qt.MouseButton.LeftButton:
            self.pixel_clicked.emit(pixel)
