"""The view of the table of runs: quiet rows, columns that fit, keys for its acts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from nnviz.views.panels.runs_model import COLUMNS, RunsModel

__all__ = ["RunsTable"]

ROW_PX = 22
HEADER_PX = 20
LEAST_PX = 84
"""The narrowest that the column without a width becomes."""


class RunsTable(QTableView):
    """Any rows may be selected; names and checks are edited in place."""

    delete_requested = Signal()
    """Emitted when Del is pressed."""

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width: what the columns with a width leave is for the one without."""
        super().resizeEvent(event)
        rest = self.viewport().width() - sum(column.width for column in COLUMNS)
        for index, column in enumerate(COLUMNS):
            self.setColumnWidth(index, column.width or max(rest, LEAST_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask to delete what is selected."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)
