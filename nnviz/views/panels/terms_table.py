"""A sum as a table: its terms sorted by size, a bar for each, and what they come to."""

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnviz.formatting import count
from nnviz.trace.copying import exact
from nnviz.trace.notation import Notation
from nnviz.views.copy_menu import open_copy_menu
from nnviz.views.panels.terms import Terms
from nnviz.views.panels.terms_model import BAR, PRODUCT, SHARE_ROLE, Column, TermsModel
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import Scale

__all__ = ["TermsTable"]

ROW_HEIGHT = 21
HEADER_HEIGHT = 20
ROWS_IN_SIGHT = 8
CELL_PADDING = 8
SMALLEST_BAR = 28
LARGEST_BAR = 140
FEWEST_DIGITS = 4
CLICK_MS = 260
"""A click waits so long for a second one: it changes the selection, and with it the table."""


class _BarDelegate(QStyledItemDelegate):
    """Draws a bar for the product: to the right of a line if positive, else to the left."""

    def __init__(self, scale: Scale | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.palette_used = DARK
        self._scale = scale

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the bar, the longest of the table as long as there is room."""
        super().paint(painter, option, index)
        box = QRectF(option.rect)
        share = float(index.data(SHARE_ROLE) or 0.0)
        middle = round(box.center().x())
        length = abs(share) * (box.width() / 2 - 4)
        palette = self.palette_used
        colour = palette.muted
        if self._scale is Scale.DERIVATIVE:
            colour = palette.derivative_positive if share >= 0 else palette.derivative_negative
        painter.save()
        painter.setPen(QPen(qcolor(palette.border), 1))
        painter.drawLine(middle, round(box.top()), middle, round(box.bottom()))
        left = middle + 1 if share >= 0 else middle - length
        painter.fillRect(QRectF(left, box.top() + 5, length, box.height() - 10), qcolor(colour))
        painter.restore()


class _TermsView(QTableView):
    """A quiet table as high as its rows, up to a limit."""

    edge_requested = Signal(int)
    """Emitted with the row whose edge is wanted."""
    neuron_requested = Signal(int)
    """Emitted with the row whose neuron is wanted."""
    row_hovered = Signal(int)
    """Emitted with the row under the pointer, -1 beside all."""

    def __init__(self, model: TermsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms_model = model
        self._needed: list[int] = []
        self.notation = Notation()
        self.setMouseTracking(True)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns.setFixedHeight(HEADER_HEIGHT)
        columns.setMinimumSectionSize(10)
        columns.setSectionsClickable(False)
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setStretchLastSection(False)
        self._pending = -1
        self._click_timer = QTimer(self)
        self._click_timer.setSingleShot(True)
        self._click_timer.setInterval(CLICK_MS)
        self._click_timer.timeout.connect(self._on_single_click)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.entered.connect(self._on_entered)
        self.viewportEntered.connect(self._on_left)

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self.row_hovered.emit(index.row())

    @Slot()
    def _on_left(self) -> None:
        self.row_hovered.emit(-1)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the row."""
        super().leaveEvent(event)
        self._on_left()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy the cell under the pointer, by key that of the current row."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            offers = self._terms_model.offers(index.row(), index.column())
            open_copy_menu(offers, self.notation, event.globalPos(), self)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._pending = index.row()
        self._click_timer.start()

    @Slot()
    def _on_single_click(self) -> None:
        self.edge_requested.emit(self._pending)

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self._click_timer.stop()
        self.neuron_requested.emit(index.row())

    def forget_click(self) -> None:
        """Drop a click that waits: the rows are others now."""
        self._click_timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space asks for the edge of the row, Enter for its neuron; Copy takes the number."""
        row = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_number()
        elif row >= 0 and event.key() == Qt.Key.Key_Space:
            self.edge_requested.emit(row)
        elif row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.neuron_requested.emit(row)
        else:
            super().keyPressEvent(event)

    def _copy_number(self) -> None:
        """Put the number of the current cell, with all digits, on the clipboard."""
        index = self.currentIndex()
        if not index.isValid():
            return
        for _, value in self._terms_model.offers(index.row(), index.column()).values:
            QGuiApplication.clipboard().setText(exact(value))

    def fit_columns(self) -> None:
        """Give each column what its longest text needs; share the rest, the bar gets the most.

        Where all digits have no room, there are fewer; tooltips and copies have all of them.
        """
        model = self._terms_model
        model.set_digits(self.notation.digits)
        self._needed = self._widths()
        while (
            self.isVisible()
            and model.digits > FEWEST_DIGITS
            and sum(self._needed) + SMALLEST_BAR > self.viewport().width()
        ):
            model.set_digits(model.digits - 1)
            self._needed = self._widths()
        self._share_width()

    def _widths(self) -> list[int]:
        metrics = QFontMetricsF(text_font(12))
        model = self._terms_model
        needed = []
        for column in range(BAR):
            texts = model.widest_texts(column)
            longest = max((*texts, model.columns[column].header), key=len)
            needed.append(round(metrics.horizontalAdvance(longest)) + CELL_PADDING)
        return needed

    def _share_width(self) -> None:
        room = self.viewport().width() - sum(self._needed)
        bar = max(SMALLEST_BAR, min(round(room * 0.6), LARGEST_BAR))
        spare = max(room - bar, 0) // (BAR - 1)
        header = self.horizontalHeader()
        for column, needed in enumerate(self._needed):
            header.resizeSection(column, needed + (spare if column else 0))
        header.resizeSection(BAR, max(room - spare * (BAR - 1), SMALLEST_BAR))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width among the columns."""
        super().resizeEvent(event)
        self.fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the columns: nobody could say how much room there is before."""
        super().showEvent(event)
        self.fit_columns()

    def sizeHint(self) -> QSize:
        """Be as high as the rows, at most eight of them."""
        rows = min(self.model().rowCount(), ROWS_IN_SIGHT)
        return QSize(280, HEADER_HEIGHT + rows * ROW_HEIGHT + 1)


class TermsTable(QWidget):
    """A title, the table, how many terms are left out, and the sum written out."""

    edge_requested = Signal(object)
    """Emitted with the EdgeRef of a clicked row."""
    neuron_requested = Signal(object)
    """Emitted with the NodeRef of a double-clicked row."""
    edge_hovered = Signal(object)
    """Emitted with the EdgeRef of the row under the pointer, None beside all."""

    def __init__(
        self, name: str, title: str, columns: tuple[Column, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"inspector.{name}")
        self.model = TermsModel(columns, self)
        self.view = _TermsView(self.model, self)
        self.view.setObjectName(f"inspector.{name}.table")
        self.view.setAccessibleName(title)
        self.view.setToolTip("Click a row for its edge, double-click for its neuron")
        self._title = QLabel(title, self)
        self._title.setProperty("heading", True)
        self._title.setWordWrap(True)
        self.rest = QLabel(self)
        self.rest.setObjectName(f"inspector.{name}.rest")
        self.rest.setProperty("muted", True)
        self.rest.setWordWrap(True)
        self.sum = QLabel(self)
        self.sum.setObjectName(f"inspector.{name}.sum")
        self.sum.setWordWrap(True)
        self.sum.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._delegate = _BarDelegate(columns[PRODUCT].scale, self.view)
        self.view.setItemDelegateForColumn(BAR, self._delegate)
        self.view.edge_requested.connect(self._on_edge)
        self.view.neuron_requested.connect(self._on_neuron)
        self.view.row_hovered.connect(self._on_hovered)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._title, self.view, self.rest, self.sum):
            layout.addWidget(widget)

    def set_title(self, title: str) -> None:
        """Call the sum differently."""
        self._title.setText(title)
        self.view.setAccessibleName(title)

    def show_terms(
        self,
        terms: Terms,
        name: Callable[[int], str],
        sum_text: str,
        palette: Palette,
        notation: Notation | None = None,
    ) -> None:
        """Show a sum; ``name`` says what a neuron is called."""
        notation = notation or self.view.notation
        self.view.notation = notation
        self.view.forget_click()
        self._delegate.palette_used = palette
        rows = len(terms)
        self.model.set_terms(terms, name, palette, notation)
        # Decided here, because the columns must know the width that the scroll bar leaves.
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if rows > ROWS_IN_SIGHT:
            policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.view.setVerticalScrollBarPolicy(policy)
        self.view.setFixedHeight(self.view.sizeHint().height())
        self.view.fit_columns()
        self.rest.setVisible(rows > ROWS_IN_SIGHT)
        none = int((terms.products == 0).sum())
        zeros = f", {count(none)} of them 0" if none else ""
        self.rest.setText(f"All {count(rows)} terms{zeros}; scroll for the smaller ones")
        self.sum.setText(sum_text)

    @Slot(int)
    def _on_edge(self, row: int) -> None:
        terms = self.model.terms
        if terms is not None and row < len(terms):
            self.edge_requested.emit(terms.edge(row))

    @Slot(int)
    def _on_hovered(self, row: int) -> None:
        terms = self.model.terms
        known = terms is not None and 0 <= row < len(terms)
        self.edge_hovered.emit(terms.edge(row) if terms is not None and known else None)

    @Slot(int)
    def _on_neuron(self, row: int) -> None:
        terms = self.model.terms
        if terms is not None and row < len(terms):
            self.neuron_requested.emit(terms.neuron(row))
