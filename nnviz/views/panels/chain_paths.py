"""The list of the paths from the chosen weight to the cost: hover lights one, a click keeps it."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPalette, QResizeEvent
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

from nnviz.trace.chain_paths import Path
from nnviz.trace.chain_texts import PathList
from nnviz.views.panels.chain_paths_model import FACTORS, FONT_PX, PRODUCT, ROUTE, PathsModel
from nnviz.views.theme import text_font
from nnviz.visual.palette import Palette

__all__ = ["ChainPaths"]

ROW_HEIGHT = 19
PADDING = 12
KEPT_SHARE = 0.18
"""Of the accent in the ground of the kept row: more would hide the colours of the signs."""
EMPTY = (
    "Select an edge to see every path from its weight to C, or a neuron for its bias; "
    "the paths are lit on the canvas."
)


def _ground(palette: Palette) -> QColor:
    """Return the ground of the kept row; opaque, for the table paints its own below."""
    pairs = zip(palette.accent, palette.surface, strict=True)
    return QColor(*(round(KEPT_SHARE * over + (1 - KEPT_SHARE) * under) for over, under in pairs))


class _RowDelegate(QStyledItemDelegate):
    """Marks the kept row softly, so that its texts keep their colours: they say the sign."""

    def __init__(self, model: PathsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Give a kept row a quiet ground, and its text the colour that it has without it."""
        super().initStyleOption(option, index)
        palette = option.palette
        text = index.data(Qt.ItemDataRole.ForegroundRole) or palette.text()
        ground = _ground(self._model.palette_used)
        palette.setBrush(QPalette.ColorRole.Highlight, ground)
        palette.setBrush(QPalette.ColorRole.HighlightedText, text)
        option.palette = palette


class _PathsView(QTableView):
    """A quiet table; Escape lets go of the kept row."""

    released = Signal()
    """Emitted when Escape is pressed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let go with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.released.emit()
        else:
            super().keyPressEvent(event)


class ChainPaths(QWidget):
    """A title, the table of paths, and what they come to."""

    path_changed = Signal()
    """Emitted when another path is hovered or kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chain-rule.paths")
        self.model = PathsModel(self)
        self._hovered = -1
        self._kept: Path | None = None
        self.title = QLabel(self)
        self.title.setObjectName("chain-rule.paths.title")
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.total = QLabel(self)
        self.total.setObjectName("chain-rule.paths.total")
        self.total.setWordWrap(True)
        self.view = self._build_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 4)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.total)
        self.show_nothing(EMPTY)

    @property
    def path(self) -> Path | None:
        """The path that is hovered, else the one that is kept."""
        paths = self.model.paths
        return paths[self._hovered] if 0 <= self._hovered < len(paths) else self._kept

    def show_nothing(self, sentence: str) -> None:
        """Say why there are no paths."""
        self._hovered, self._kept = -1, None
        self.model.set_paths((), (), (), ("", "", ""), self.model.palette_used)
        self.title.setText(sentence)
        self.title.setProperty("heading", False)
        for each in (self.view, self.total):
            each.hide()

    def show_paths(self, paths: PathList, palette: Palette) -> None:
        """List paths; the kept one stays kept where it is still listed."""
        if (paths.paths, paths.rows, paths.names, palette) != (
            self.model.paths, self.model.texts, self.model.names, self.model.palette_used,
        ):  # fmt: skip
            self.model.set_paths(paths.paths, paths.rows, paths.names, paths.headers, palette)
            self._fit_columns()
        self.title.setText(paths.title)
        self.total.setText(paths.total)
        for each in (self.view, self.total):
            each.show()
        self._keep(self._row_of(self._kept))

    def _row_of(self, path: Path | None) -> int:
        """Return the row of the same neurons; the product may have changed since."""
        if path is None:
            return -1
        for row, each in enumerate(self.model.paths):
            if (each.start, each.nodes, each.output) == (path.start, path.nodes, path.output):
                return row
        return -1

    def _build_view(self) -> _PathsView:
        view = _PathsView(self)
        view.setModel(self.model)
        view.setItemDelegate(_RowDelegate(self.model, view))
        view.setObjectName("chain-rule.paths.table")
        view.setAccessibleName("Paths to the cost")
        view.setToolTip("Point at a row to light its path, click to keep it lit")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setMouseTracking(True)
        view.viewport().installEventFilter(self)
        view.setMinimumHeight(3 * ROW_HEIGHT)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setTabKeyNavigation(False)
        rows, columns = view.verticalHeader(), view.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns.setFixedHeight(ROW_HEIGHT)
        columns.setSectionsClickable(False)
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.entered.connect(self._on_entered)
        view.clicked.connect(self._on_clicked)
        view.activated.connect(self._on_clicked)
        view.released.connect(self._on_released)
        return view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Forget the hovered row when the pointer leaves; fit when a scroll bar takes room."""
        if event.type() is QEvent.Type.Resize:
            self._fit_columns()
        if event.type() is QEvent.Type.Leave and self._hovered >= 0:
            self._hovered = -1
            self.path_changed.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        if index.row() != self._hovered:
            self._hovered = index.row()
            self.path_changed.emit()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        """Keep the path, or let go of the one that is kept."""
        path = self.model.paths[index.row()]
        again = self._row_of(self._kept) == index.row()
        self._kept = None if again else path
        self._keep(-1 if again else index.row())
        self.path_changed.emit()

    @Slot()
    def _on_released(self) -> None:
        self._kept = None
        self._keep(-1)
        self.path_changed.emit()

    def _keep(self, row: int) -> None:
        """Mark the row as kept, −1 for none."""
        self._kept = self.model.paths[row] if row >= 0 else None
        selection = self.view.selectionModel()
        if row < 0:
            selection.clear()
            return
        selection.setCurrentIndex(
            self.model.index(row, 0),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )

    def _fit_columns(self) -> None:
        """Give route and product what they need, the factors the rest."""
        metrics = QFontMetricsF(text_font(FONT_PX))
        header = self.view.horizontalHeader()
        used = 0
        for column in (ROUTE, PRODUCT):
            texts = [self.model.text(row, column) for row in range(self.model.rowCount())]
            longest = max((*texts, self.model.header(column)), key=len)
            width = round(metrics.horizontalAdvance(longest)) + PADDING
            header.resizeSection(column, width)
            used += width
        header.resizeSection(FACTORS, max(self.view.viewport().width() - used, 40))
