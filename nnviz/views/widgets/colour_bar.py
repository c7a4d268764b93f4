"""A colour scale with the numbers of its ends, symmetric around 0."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.formatting import number
from nnviz.views.theme import mono_font, qcolor
from nnviz.visual.palette import DARK, RGB, Palette

__all__ = ["ColourBar"]

TEXT_PX = 11
BAR_PX = 8
LONGEST_PX = 220
DIGITS = 3
UNKNOWN_ENDS = ("", "", "")


class ColourBar(QWidget):
    """Paints −limit … 0 … +limit; without a limit, nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(mono_font(TEXT_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._limit: float | None = None
        self._colours: tuple[RGB, RGB, RGB] = (DARK.surface, DARK.surface, DARK.surface)
        self._palette = DARK

    def set_scale(
        self, colours: tuple[RGB, RGB, RGB], limit: float | None, palette: Palette
    ) -> None:
        """Show the colours of −limit, 0 and +limit."""
        self._colours, self._limit, self._palette = colours, limit, palette
        self.setAccessibleName(" … ".join(self.texts) if limit else "")
        self.update()

    @property
    def texts(self) -> tuple[str, str, str]:
        """The numbers at the ends and in the middle."""
        if self._limit is None:
            return UNKNOWN_ENDS
        return number(-self._limit, DIGITS), "0", f"+{number(self._limit, DIGITS)}"

    def sizeHint(self) -> QSize:
        """Return a row of numbers with the bar between them."""
        return QSize(160, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Return that it may shrink."""
        return QSize(90, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint −limit, the bar with its 0 marked, and +limit, from the left."""
        if self._limit is None:
            return
        with QPainter(self) as painter:
            painter.setPen(qcolor(self._palette.muted))
            low, _, high = self.texts
            metrics = self.fontMetrics()
            low_width, high_width = metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)
            length = min(LONGEST_PX, self.width() - low_width - high_width - 12)
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, 0, low_width + 4, self.height()), flags, low)
            bar = QRectF(low_width + 6, (self.height() - BAR_PX) / 2, max(length, 0), BAR_PX)
            end = QRectF(bar.right() + 6, 0, high_width + 4, self.height())
            painter.drawText(end, flags, high)
            gradient = QLinearGradient(bar.topLeft(), bar.topRight())
            for place, colour in zip((0.0, 0.5, 1.0), self._colours, strict=True):
                gradient.setColorAt(place, qcolor(colour))
            painter.fillRect(bar, gradient)
            painter.setPen(QPen(qcolor(self._palette.muted), 1))
            middle = round(bar.center().x())
            painter.drawLine(middle, round(bar.top()) - 2, middle, round(bar.bottom()) + 1)
