"""A small legend in one row: painted marks, so that no font has to have them."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette

__all__ = ["Legend", "LegendEntry", "Mark"]

TEXT_PX = 11
MARK_PX = 14
GAP_PX = 5
ENTRY_GAP_PX = 12


class Mark(Enum):
    """How an entry is drawn in the plot."""

    LINE = "line"
    FAINT_LINE = "faint line"
    DASHED_LINE = "dashed line"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a colour and a mark stand for."""

    text: str
    color: RGB
    mark: Mark = Mark.LINE


class Legend(QWidget):
    """Paints its entries from the left; those that do not fit are left out whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(text_font(TEXT_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._entries: tuple[LegendEntry, ...] = ()
        self._palette = DARK

    def set_entries(self, entries: tuple[LegendEntry, ...], palette: Palette) -> None:
        """Show other entries."""
        self._entries, self._palette = entries, palette
        self.setAccessibleName("Legend: " + ", ".join(entry.text for entry in entries))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a row of text."""
        return QSize(120, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return that it may shrink."""
        return QSize(20, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks and their texts."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x, middle = 0.0, self.height() / 2
            for entry in self._entries:
                width = MARK_PX + GAP_PX + self.fontMetrics().horizontalAdvance(entry.text)
                if x + width > self.width():
                    break
                self._draw_mark(painter, entry, x, middle)
                painter.setPen(qcolor(self._palette.muted))
                place = QRectF(x + MARK_PX + GAP_PX, 0, self.width() - x, self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, entry.text)
                x += width + ENTRY_GAP_PX

    def _draw_mark(self, painter: QPainter, entry: LegendEntry, x: float, middle: float) -> None:
        color = qcolor(entry.color, 110 if entry.mark is Mark.FAINT_LINE else 255)
        if entry.mark is Mark.DOT:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x + MARK_PX / 2, middle), 3, 3)
            return
        style = Qt.PenStyle.SolidLine
        if entry.mark is Mark.DASHED_LINE:
            style = Qt.PenStyle.DotLine
        painter.setPen(QPen(color, 2, style))
        painter.drawLine(QPointF(x, middle), QPointF(x + MARK_PX, middle))
