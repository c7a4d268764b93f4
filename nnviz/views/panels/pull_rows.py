"""A row for each example of a mini-batch: its derivative, a bar to the left or right, the sum."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["PullHeader", "PullRow", "PullRows"]

ROW = 19
NAME, NUMBER = 104, 96
"""Widths of the columns, in px; the bar has the rest."""


@dataclass(frozen=True, slots=True)
class PullRow:
    """One example: ``share``, −1 … 1, is the length of its bar, ``known`` whether there is one."""

    name: str
    value: str
    share: float
    total: str
    known: bool


class PullHeader(QWidget):
    """Paints the headings of the columns; it stands over the rows, which scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._headings = ("", "", "")
        self._palette = DARK

    def sizeHint(self) -> QSize:
        """Return room for a line."""
        return QSize(420, ROW)

    def show_headings(self, headings: tuple[str, str, str], palette: Palette) -> None:
        """Show what the value, the bar and the sum are."""
        self._headings, self._palette = headings, palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the headings."""
        with QPainter(self) as painter:
            painter.setFont(text_font(11))
            painter.setPen(qcolor(self._palette.muted))
            box = QRectF(0, 0, self.width(), ROW)
            value, bar, total = self._headings
            _write(painter, box, "example", value, total)
            painter.drawText(_bar_box(box), Qt.AlignmentFlag.AlignCenter, bar)


class PullRows(QWidget):
    """Paints the rows; click one, or go through them with Up and Down."""

    row_chosen = Signal(int)
    """Emitted with the row that was clicked or moved to by key."""
    pointed = Signal(bool)
    """Emitted when the pointer comes and goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mini-batch.rows")
        self.setAccessibleName("Examples of the mini-batch")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[PullRow, ...] = ()
        self._current: int | None = None
        self._signed = True
        self._palette = DARK

    @property
    def rows(self) -> tuple[PullRow, ...]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        """Return room for all rows."""
        return QSize(420, ROW * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest width at which a bar can be seen."""
        return QSize(NAME + 2 * NUMBER + 40, ROW * len(self._rows))

    def show_rows(
        self,
        rows: tuple[PullRow, ...],
        current: int | None,
        palette: Palette,
        *,
        signed: bool,
    ) -> None:
        """Show these rows; ``signed`` bars start in the middle, the others at the left."""
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows, self._current = rows, current
        self._palette, self._signed = palette, signed
        self.setAccessibleDescription("; ".join(f"{row.name}: {row.value}" for row in rows))
        self.update()

    def row_box(self, row: int) -> QRectF:
        """Return where a row is painted."""
        return QRectF(0, ROW * row, self.width(), ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, row in enumerate(self._rows):
                self._paint_row(painter, self.row_box(index), row, here=index == self._current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the clicked row."""
        row = self._row_at(event.position())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.row_chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the example before or after."""
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() not in moves or not self._rows:
            super().keyPressEvent(event)
            return
        move = moves[Qt.Key(event.key())]
        start = len(self._rows) if move < 0 else -1
        row = (start if self._current is None else self._current) + move
        self.row_chosen.emit(max(0, min(row, len(self._rows) - 1)))

    def enterEvent(self, event: QEvent) -> None:
        """Say that the pointer has come."""
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer has gone."""
        self.pointed.emit(False)

    def _row_at(self, place: QPointF) -> int | None:
        row = int(place.y() // ROW)
        return row if 0 <= row < len(self._rows) else None

    def _paint_row(self, painter: QPainter, box: QRectF, row: PullRow, *, here: bool) -> None:
        palette = self._palette
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(palette.raised))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
        bar = _bar_box(box)
        start = bar.center().x() if self._signed else bar.left()
        room = bar.width() / (2 if self._signed else 1)
        if row.known:
            colour = palette.derivative_positive if row.share > 0 else palette.derivative_negative
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(colour if self._signed else palette.muted))
            length = row.share * room
            painter.drawRoundedRect(
                QRectF(start, bar.top() + 5, length, bar.height() - 10).normalized(), 2, 2
            )
        painter.fillRect(QRectF(round(start), bar.top(), 1, bar.height()), qcolor(palette.border))
        painter.setPen(qcolor(palette.text if row.known else palette.muted))
        painter.setFont(text_font(12, bold=here))
        _write(painter, box, row.name)
        painter.setFont(mono_font(12))
        _write(painter, box, "", row.value, row.total)


def _bar_box(box: QRectF) -> QRectF:
    """Return the bar's part of a row."""
    left = NAME + NUMBER + 14
    return QRectF(left, box.top(), max(box.width() - left - NUMBER - 6, 10), box.height())


def _write(painter: QPainter, box: QRectF, name: str, value: str = "", total: str = "") -> None:
    """Write the texts of a row into their columns."""
    middle = Qt.AlignmentFlag.AlignVCenter
    right = Qt.AlignmentFlag.AlignRight | middle
    painter.drawText(QRectF(6, box.top(), NAME, ROW), middle, name)
    painter.drawText(QRectF(NAME, box.top(), NUMBER, ROW), right, value)
    painter.drawText(QRectF(box.right() - NUMBER - 6, box.top(), NUMBER, ROW), right, total)
