"""The names of the mistakes as a list: to run one of them, or to name the hidden one."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from nnviz.trace.mistakes import Mistake
from nnviz.views.theme import text_font

__all__ = ["MistakeList"]

_ROW_PX = 24
_FRAME_PX = 4


class MistakeList(QListWidget):
    """As tall as its rows; Enter asks for what the button under it does."""

    mistake_changed = Signal()
    """Emitted when another row is current."""
    entered = Signal()
    """Emitted for Enter on a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("challenges.bug.list")
        self.setAccessibleName("Mistakes")
        self.setToolTip("Mistakes that are often made in programs of backpropagation")
        self.setFont(text_font(13))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._mistakes: tuple[Mistake, ...] = ()
        self.currentItemChanged.connect(self._on_current_changed)

    @property
    def mistake(self) -> Mistake | None:
        """The current mistake, None if no row is."""
        row = self.currentRow()
        return self._mistakes[row] if 0 <= row < len(self._mistakes) else None

    def show_mistakes(self, mistakes: tuple[Mistake, ...], excluded: tuple[Mistake, ...]) -> None:
        """Show these mistakes; the excluded ones struck out and not to be chosen."""
        current = self.mistake
        with QSignalBlocker(self):
            if mistakes != self._mistakes:
                self._fill(mistakes)
            for row, mistake in enumerate(mistakes):
                self._exclude(self.item(row), mistake in excluded)
            keep = current in mistakes and current not in excluded
            self.setCurrentRow(mistakes.index(current) if keep and current else -1)

    def choose_none(self) -> None:
        """Begin without a current row."""
        with QSignalBlocker(self):
            self.setCurrentRow(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose nothing by the focus alone: Qt would make the first row the current one."""
        had_none = self.currentRow() < 0
        with QSignalBlocker(self):
            super().focusInEvent(event)
            if had_none:
                self.setCurrentRow(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter be heard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return room for all rows."""
        return QSize(200, _ROW_PX * max(1, self.count()) + _FRAME_PX)

    @Slot()
    def _on_current_changed(self) -> None:
        self.mistake_changed.emit()

    def _fill(self, mistakes: tuple[Mistake, ...]) -> None:
        self._mistakes = mistakes
        self.clear()
        for mistake in mistakes:
            item = QListWidgetItem(mistake.title)
            item.setSizeHint(QSize(0, _ROW_PX))
            item.setToolTip(mistake.description)
            self.addItem(item)
        self.updateGeometry()

    def _exclude(self, item: QListWidgetItem, excluded: bool) -> None:
        font = text_font(13)
        font.setStrikeOut(excluded)
        item.setFont(font)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(Qt.ItemFlag.NoItemFlags if excluded else flags)
