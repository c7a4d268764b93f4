"""The examples of a mini-batch as a list of cells: the picture, its number, the answer, the cost.

A list of Qt's own, so that keys, scrolling and screen readers work as everywhere.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nnviz.engine.arrays import FloatArray
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette
from nnviz.visual.scales import Scale, scale_for

__all__ = ["ExampleCell", "ExampleCells", "example_atlas"]

LINE_PX = 15
PADDING_PX = 6
CELL_PX = 3 * LINE_PX + 8
PICTURE_PX = 3 * LINE_PX - 4
GAP_PX = 8

_Index = QModelIndex | QPersistentModelIndex
_DATA = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class ExampleCell:
    """Three lines about an example; ``good`` whether its answer is right, None where none is."""

    title: str
    answer: str
    cost: str
    good: bool | None
    spoken: str


def example_atlas(inputs: FloatArray, shape: tuple[int, int], palette: Palette) -> QImage:
    """Return the pictures of inputs (m, rows · columns) from 0 to 1, one under the other."""
    rows, columns = shape
    colours = scale_for(Scale.ACTIVATION, palette).colours(inputs, 0.0, 1.0)
    pixels = np.ascontiguousarray(colours)
    image = QImage(
        pixels.data, columns, rows * len(inputs), 3 * columns, QImage.Format.Format_RGB888
    )
    return image.copy()  # Qt's own: the array does not outlive this call


class ExampleCells(QListView):
    """Shows cells in the order of training; a click or Enter opens one."""

    cell_opened = Signal(int)
    """Emitted with the place of the example that is to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("next-mini-batch.list")
        self.setAccessibleName("Examples of the mini-batch, in the order of training")
        self.setViewMode(QListView.ViewMode.IconMode)  # all four arrow keys move through it
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._model = _CellModel(self)
        self._delegate = _CellDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.clicked.connect(self._on_clicked)

    @property
    def cells(self) -> tuple[ExampleCell, ...]:
        """What is shown."""
        return self._model.cells

    def show_cells(
        self, cells: tuple[ExampleCell, ...], atlas: QImage | None, opened: int | None,
        palette: Palette,
    ) -> None:  # fmt: skip
        """Show cells, with their pictures if they have some; ``opened`` is in the stepper."""
        delegate = self._delegate
        delegate.atlas, delegate.opened, delegate.palette = atlas, opened, palette
        delegate.width = self._width_of(cells, atlas is not None)
        if cells != self._model.cells:
            row = self.currentIndex().row()
            self._model.show(cells)
            self.setGridSize(QSize(delegate.width, CELL_PX))
            if 0 <= row < len(cells):
                self.setCurrentIndex(self._model.index(row))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current example with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.cell_opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _width_of(self, cells: tuple[ExampleCell, ...], has_pictures: bool) -> int:
        """Return a width in which all lines have room."""
        text, mono = self._delegate.text, self._delegate.mono
        self.setFont(text)
        plain = self.fontMetrics()
        widest = max((plain.horizontalAdvance(each.answer) for each in cells), default=0)
        widest = max(widest, *(plain.horizontalAdvance(each.title) for each in cells), 0, 0)
        self.setFont(mono)
        costs = (self.fontMetrics().horizontalAdvance(each.cost) for each in cells)
        widest = max(widest, max(costs, default=0))
        picture = PICTURE_PX + GAP_PX if has_pictures else 0
        return widest + picture + 2 * PADDING_PX + GAP_PX

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.cell_opened.emit(index.row())


class _CellModel(QAbstractListModel):
    """The cells as Qt asks for them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cells: tuple[ExampleCell, ...] = ()

    def show(self, cells: tuple[ExampleCell, ...]) -> None:
        """Replace all cells."""
        self.beginResetModel()
        self.cells = cells
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many cells there are."""
        return 0 if parent is not None and parent.isValid() else len(self.cells)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what is read out, or the cell itself."""
        if not 0 <= index.row() < len(self.cells):
            return None
        cell = self.cells[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return cell.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return f"{cell.spoken}\nClick or Enter: step through this example"
        return cell if role == _DATA else None


class _CellDelegate(QStyledItemDelegate):
    """Paints a cell: the picture at the left, three lines beside it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.atlas: QImage | None = None
        self.opened: int | None = None
        self.palette: Palette = DARK
        self.width = 150
        self.text, self.mono = text_font(13), mono_font(11)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the one size that all cells have."""
        return QSize(self.width, CELL_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint the cell at ``index``."""
        cell = index.data(_DATA)
        if not isinstance(cell, ExampleCell):
            return
        painter.save()
        box: QRect = option.rect.adjusted(2, 1, -GAP_PX + 2, -1)
        self._paint_frame(painter, box, option, opened=index.row() == self.opened)
        left = box.left() + PADDING_PX
        if self.atlas is not None:
            place = QRect(
                left, box.top() + (box.height() - PICTURE_PX) // 2, PICTURE_PX, PICTURE_PX
            )
            self._paint_picture(painter, place, index.row())
            left += PICTURE_PX + GAP_PX
        lines = QRect(QPoint(left, box.top() + 2), box.bottomRight())
        self._paint_lines(painter, lines, cell)
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, *, opened: bool
    ) -> None:
        palette, flags = self.palette, option.state
        current = bool(flags & QStyle.StateFlag.State_HasFocus)
        under = bool(flags & QStyle.StateFlag.State_MouseOver)
        edge = palette.accent if current else palette.selection if opened else palette.border
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(qcolor(edge), 1.5 if opened or current else 1))
        painter.setBrush(qcolor(palette.raised if under or opened else palette.surface))
        painter.drawRoundedRect(box, 6, 6)

    def _paint_picture(self, painter: QPainter, place: QRect, row: int) -> None:
        atlas = self.atlas
        assert atlas is not None  # asked before
        model = self.parent()
        count = max(len(model.cells), 1) if isinstance(model, ExampleCells) else 1
        rows = atlas.height() // count
        painter.drawImage(place, atlas, QRect(0, row * rows, atlas.width(), rows))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(qcolor(self.palette.border), 1))
        painter.drawRect(place)

    def _paint_lines(self, painter: QPainter, lines: QRect, cell: ExampleCell) -> None:
        palette = self.palette
        ink: RGB = palette.text
        if cell.good is not None:
            ink = palette.good if cell.good else palette.bad
        for line, (text, colour) in enumerate(
            ((cell.title, palette.muted), (cell.answer, ink), (cell.cost, palette.text))
        ):
            painter.setFont(self.mono if line == 2 else self.text)
            painter.setPen(qcolor(colour))
            row = QRect(lines.left(), lines.top() + line * LINE_PX, lines.width(), LINE_PX)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
