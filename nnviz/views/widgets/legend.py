"""A small legend: painted marks, so that no font has to have them, in as many rows as it needs."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette

__all__ = ["Legend", "LegendEntry", "Mark"]

TEXT_PX = 11
GAP_PX = 5
MOST_ROWS = 2


@dataclass(frozen=True, slots=True)
class _Spacing:
    """The length of marks and the gap between entries, in px."""

    mark: int
    between: int


WIDE, CLOSE = _Spacing(14, 12), _Spacing(11, 7)
"""Of whole texts in one row, and of short ones, which stand closer."""


class Mark(Enum):
    """How an entry is drawn in the plot."""

    LINE = "line"
    FAINT_LINE = "faint line"
    DASHED_LINE = "dashed line"
    DOTTED_LINE = "dotted line"
    DOT = "dot"

    @property
    def pen_style(self) -> Qt.PenStyle:
        """How its line is drawn, in the plot as in the legend."""
        styles = {
            Mark.DASHED_LINE: Qt.PenStyle.DashLine,
            Mark.DOTTED_LINE: Qt.PenStyle.DotLine,
        }
        return styles.get(self, Qt.PenStyle.SolidLine)


PATTERNS = {Mark.DASHED_LINE: [2.0, 1.2], Mark.DOTTED_LINE: [0.7, 1.0]}
"""Shorter than in the plot, in widths of the line: a mark has room for two dashes."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a colour and a mark stand for; ``short`` is written where ``text`` has no room."""

    text: str
    color: RGB
    mark: Mark = Mark.LINE
    short: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """An entry's text where it is painted; ``entry`` None is the number of those left out."""

    entry: LegendEntry | None
    text: str
    x: float
    row: int
    mark_px: int


class Legend(QWidget):
    """Paints its entries from the left, in one row if they fit, else short ones in two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(text_font(TEXT_PX))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._entries: tuple[LegendEntry, ...] = ()
        self._palette = DARK

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What is shown, or would be if there were room."""
        return self._entries

    @property
    def row_width(self) -> int:
        """The width that all entries need in one row."""
        widths = [self._width(each.text, WIDE) for each in self._entries]
        return round(sum(widths) + WIDE.between * max(len(widths) - 1, 0)) + 1

    def set_entries(self, entries: tuple[LegendEntry, ...], palette: Palette) -> None:
        """Show other entries."""
        if (entries, palette) != (self._entries, self._palette):
            self._entries, self._palette = entries, palette
            self.setAccessibleName("Legend: " + ", ".join(entry.text for entry in entries))
            self.updateGeometry()
            self.update()

    def shown_texts(self, width: int) -> tuple[str, ...]:
        """Return what is written if the legend is so wide, in px."""
        return tuple(each.text for each in self._placed(width))

    def sizeHint(self) -> QSize:
        """Return the size of a row of text."""
        return QSize(120, self._row_height)

    def minimumSizeHint(self) -> QSize:
        """Return that it may shrink."""
        return QSize(20, self._row_height)

    def hasHeightForWidth(self) -> bool:
        """Return that a narrow one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the rows that the entries need."""
        rows = max((each.row for each in self._placed(width)), default=0) + 1
        return rows * self._row_height

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height of the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks and their texts."""
        height = self._row_height
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for each in self._placed(self.width()):
                top, x = each.row * height, each.x
                if each.entry is not None:
                    self._draw_mark(painter, each.entry, QRectF(x, top, each.mark_px, height))
                    x += each.mark_px + GAP_PX
                painter.setPen(qcolor(self._palette.muted))
                place = QRectF(x, top, self.width() - x + 1, height)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, each.text)

    @property
    def _row_height(self) -> int:
        return self.fontMetrics().height() + 2

    def _width(self, text: str, spacing: _Spacing) -> float:
        return spacing.mark + GAP_PX + self.fontMetrics().horizontalAdvance(text)

    def _placed(self, width: int) -> list[_Placed]:
        """Return what is painted where: whole texts in a row, else short ones; the rest counted."""
        if self.row_width <= width:
            return self._flow(width, [each.text for each in self._entries], WIDE)
        texts = [each.short or each.text for each in self._entries]
        return self._flow(width, texts, CLOSE)

    def _flow(self, width: int, texts: list[str], spacing: _Spacing) -> list[_Placed]:
        metrics, placed = self.fontMetrics(), list[_Placed]()
        x, row = 0.0, 0
        for number, (entry, text) in enumerate(zip(self._entries, texts, strict=True)):
            left = len(texts) - number - 1
            needed = self._width(text, spacing)
            if left and row == MOST_ROWS - 1:  # the number of those left out has room, too
                needed += spacing.between + metrics.horizontalAdvance(f"+{left}")
            if x and x + needed > width:
                if row == MOST_ROWS - 1:
                    placed.append(_Placed(None, f"+{left + 1}", x, row, 0))
                    break
                x, row = 0.0, row + 1
            room = max(width - round(x) - spacing.mark - GAP_PX, 0)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            placed.append(_Placed(entry, text, x, row, spacing.mark))
            x += self._width(text, spacing) + spacing.between
        return placed

    def _draw_mark(self, painter: QPainter, entry: LegendEntry, place: QRectF) -> None:
        color = qcolor(entry.color, 110 if entry.mark is Mark.FAINT_LINE else 255)
        middle = place.center()
        if entry.mark is Mark.DOT:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(middle, 3, 3)
            return
        pen = QPen(color, 2, entry.mark.pen_style, Qt.PenCapStyle.FlatCap)
        if entry.mark in PATTERNS:
            pen.setDashPattern(PATTERNS[entry.mark])
        painter.setPen(pen)
        painter.drawLine(QPointF(place.left(), middle.y()), QPointF(place.right(), middle.y()))
