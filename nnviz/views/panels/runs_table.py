"""The view of the table of runs: quiet rows, columns that fit, keys for its acts."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from nnviz.views.panels.runs_model import COLUMNS, NAME, SWATCH_PX, RunsModel
from nnviz.views.theme import qcolor
from nnviz.visual.palette import Palette

__all__ = ["RunsTable"]

ROW_PX = 22
HEADER_PX = 20
LEAST_PX = 92
"""The narrowest that a column without a width becomes."""
NAME_SHARE = 0.55
"""Of what the columns with a width leave."""
SELECTED = 70
"""Opacity of the ground of selected rows, 0 … 255."""


class RunsTable(QTableView):
    """Any rows may be selected; names and checks are edited in place."""

    delete_requested = Signal()
    """Emitted when Del is pressed."""

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs_model = model
        self.setModel(model)
        model.modelReset.connect(self._share_width)
        model.dataChanged.connect(self._share_width)
        self.setObjectName("runs.table")
        self.setAccessibleName("Runs of this session")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_PX)
        rows.setDefaultSectionSize(ROW_PX)
        columns.setFixedHeight(HEADER_PX)
        columns.setMinimumSectionSize(10)
        columns.setSectionsClickable(False)
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @property
    def is_editing(self) -> bool:
        """Whether a name is being typed: what the model tells meanwhile would overwrite it."""
        return self.state() is QAbstractItemView.State.EditingState

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        super().resizeEvent(event)
        self._share_width()

    def set_theme(self, palette: Palette) -> None:
        """Mark selected rows quietly: the swatches must keep their colours."""
        roles, colours = QPalette.ColorRole, self.palette()
        colours.setColor(roles.Highlight, qcolor(palette.accent, SELECTED))
        colours.setColor(roles.HighlightedText, qcolor(palette.text))
        self.setPalette(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask to delete what is selected; Space draws the row's run or not, in any column."""
        name = self.currentIndex().siblingAtColumn(NAME)
        if event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        elif event.key() == Qt.Key.Key_Space and name.isValid():
            role = Qt.ItemDataRole.CheckStateRole
            drawn = Qt.CheckState(name.data(role)) is Qt.CheckState.Checked
            other = Qt.CheckState.Unchecked if drawn else Qt.CheckState.Checked
            self._runs_model.setData(name, other, role)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _share_width(self) -> None:
        """Give what the columns with a width leave to those without; leave out what can go."""
        model = self._runs_model
        shown = {
            index
            for index, column in enumerate(COLUMNS)
            if not column.spare or model.is_known(index)
        }
        sharing = sum(not column.width for column in COLUMNS)
        rest = self.viewport().width() - sum(COLUMNS[index].width for index in shown)
        for index in sorted(shown, key=lambda index: -COLUMNS[index].spare):
            if rest < LEAST_PX * sharing and COLUMNS[index].spare:
                shown.remove(index)
                rest += COLUMNS[index].width
        name = max(min(round(NAME_SHARE * rest), rest - LEAST_PX), LEAST_PX)
        for index, column in enumerate(COLUMNS):
            self.setColumnHidden(index, index not in shown)
            shared = name if index == NAME else max(rest - name, LEAST_PX)
            self.setColumnWidth(index, column.width or shared)
