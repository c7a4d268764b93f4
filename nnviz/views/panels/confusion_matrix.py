"""Which class is taken for which: a square of cells, true classes in rows, answers in columns."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.engine.wording import counted
from nnviz.formatting import count
from nnviz.training.class_report import ClassReport
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["ConfusionMatrix", "least_side", "most_side"]

LABEL_PX = 16
"""Room for the names of the classes, left and above."""
MOST_CELL_PX = 44
NUMBERS_FROM_PX = 20
"""Cells of this size have room for their numbers."""
LEAST_CELL_PX = 7
FAINT = 22
"""Opacity, of 255, of a cell with a single example: it must be seen."""
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_PRESSES = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})

Cell = tuple[int, int]


class ConfusionMatrix(QWidget):
    """Right answers have the colour of what is right, on the diagonal; others that of wrong ones.

    The stronger the colour, the larger the share of the true class; its root, so that rare
    confusions are seen, too.
    """

    cell_chosen = Signal(int, int)
    """Emitted with the true class and the answer of a cell that was clicked, or entered by key."""
    cell_pointed = Signal(str)
    """Emitted with what the cell under the pointer or at the keys says, empty beside all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ClassReport | None = None
        self._palette = DARK
        self._current: Cell = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def current(self) -> Cell:
        """The cell that the keys are at: true class, answer."""
        return self._current

    def show_report(self, report: ClassReport, palette: Palette) -> None:
        """Show another count."""
        if self._report is None or len(report.names) != len(self._report.names):
            self._current = (0, 0)
        self._report, self._palette = report, palette
        side = least_side(len(report.names))
        self.setMinimumSize(side, side)
        self.setAccessibleDescription(self.text_of(self._current))
        self.update()

    def text_of(self, cell: Cell) -> str:
        """Return what a cell says, in words."""
        report = self._report
        if report is None:
            return ""
        true, answer = cell
        number = int(report.confusion[cell])
        of = int(report.counts[true])
        share = f" ({100 * number / of:.1f} %)" if of else ""
        if true == answer:
            words = f"{report.names[true]}, answered correctly"
        else:
            words = f"{report.names[true]}, taken for {report.names[answer]}"
        return f"{words}: {count(number)} of {counted(of, 'example')}{share}"

    def cell_at(self, place: QPointF) -> Cell | None:
        """Return the cell at a place, None beside all."""
        size, report = self._cell_size, self._report
        if report is None:
            return None
        row, column = (place.y() - LABEL_PX) // size, (place.x() - LABEL_PX) // size
        classes = len(report.names)
        if 0 <= row < classes and 0 <= column < classes:
            return int(row), int(column)
        return None

    def rectangle(self, cell: Cell) -> QRectF:
        """Return where a cell stands."""
        size = self._cell_size
        return QRectF(LABEL_PX + cell[1] * size, LABEL_PX + cell[0] * size, size - 1, size - 1)

    def sizeHint(self) -> QSize:
        """Return the least square: more room is given, but never scrolled for."""
        return self.minimumSize().expandedTo(QSize(1, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names and the cells."""
        report, palette = self._report, self._palette
        if report is None:
            return
        with QPainter(self) as painter:
            size = self._cell_size
            painter.setFont(text_font(min(11, size)))
            painter.setPen(qcolor(palette.muted))
            for index, name in enumerate(report.names):
                short = name if len(name) < 3 else name[:2]
                left = QRectF(0, LABEL_PX + index * size, LABEL_PX - 3, size - 1)
                painter.drawText(left, _RIGHT, short)
                above = QRectF(LABEL_PX + index * size, 0, size - 1, LABEL_PX - 2)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, short)
            counts = report.counts.tolist()
            for true, row in enumerate(report.confusion.tolist()):
                for answer, number in enumerate(row):
                    self._draw_cell(painter, (true, answer), number, counts[true])
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(qcolor(palette.selection), 2))
                painter.drawRect(self.rectangle(self._current).adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the cell under the pointer is, and that it can be clicked."""
        cell = self.cell_at(event.position())
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if cell and self._count(cell)
            else Qt.CursorShape.ArrowCursor
        )  # fmt: skip
        self.cell_pointed.emit(self.text_of(cell) if cell else "")

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing of a cell any more."""
        self.cell_pointed.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell that is clicked."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self._go_to(cell)
            self.cell_chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell with the arrow keys; Enter or Space chooses one."""
        key = Qt.Key(event.key())
        if self._report is None or key not in _MOVES.keys() | _PRESSES:
            super().keyPressEvent(event)
        elif key in _PRESSES:
            self.cell_chosen.emit(*self._current)
        else:
            last = len(self._report.names) - 1
            true, answer = (
                min(max(at + by, 0), last)
                for at, by in zip(self._current, _MOVES[key], strict=True)
            )  # fmt: skip
            self._go_to((true, answer))

    def event(self, event: QEvent) -> bool:
        """Claim its keys before shortcuts see them; describe the cell under the pointer."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and Qt.Key(event.key()) in _MOVES.keys() | _PRESSES
        ):
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(QPointF(event.pos()))
            text = f"{self.text_of(cell)}.\nClick shows the next of them." if cell else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    @property
    def _cell_size(self) -> float:
        classes = len(self._report.names) if self._report is not None else 1
        room = min(self.width(), self.height()) - LABEL_PX
        return float(min(max(room // classes, LEAST_CELL_PX), MOST_CELL_PX))

    def _count(self, cell: Cell) -> int:
        return 0 if self._report is None else int(self._report.confusion[cell])

    def _go_to(self, cell: Cell) -> None:
        self._current = cell
        self.setAccessibleDescription(self.text_of(cell))
        self.cell_pointed.emit(self.text_of(cell))
        self.update()

    def _draw_cell(self, painter: QPainter, cell: Cell, number: int, of: int) -> None:
        palette, box = self._palette, self.rectangle(cell)
        painter.fillRect(box, qcolor(palette.raised))
        if not number:
            return
        colour = palette.good if cell[0] == cell[1] else palette.bad
        strength = (number / of) ** 0.5
        painter.fillRect(box, qcolor(colour, round(FAINT + (255 - FAINT) * strength)))
        if box.width() >= NUMBERS_FROM_PX:
            painter.setPen(qcolor(palette.on_accent if strength > 0.6 else palette.text))
            text = count(number)
            fits = painter.fontMetrics().horizontalAdvance(text) <= box.width()
            if fits:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def least_side(classes: int) -> int:
    """Return the px that so many classes need at least, in each direction."""
    return LABEL_PX + LEAST_CELL_PX * classes


def most_side(classes: int) -> int:
    """Return the px that so many classes can fill, in each direction."""
    return LABEL_PX + MOST_CELL_PX * classes
