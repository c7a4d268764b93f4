"""A sentence about a neuron or an edge: pointing at it lights it, a click or Enter selects it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.stores.selection_store import SelectionStore
from nnviz.trace.refs import Ref

__all__ = ["RefLabel"]


class RefLabel(QLabel):
    """Wraps its text; does nothing special while it speaks of no neuron or edge."""

    def __init__(self, selection: SelectionStore, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._ref: Ref | None = None
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_text(self, text: str, ref: Ref | None) -> None:
        """Show a sentence, and the neuron or edge that it speaks of."""
        if ref != self._ref and self._selection.hovered == self._ref:
            self._light(None)
        self._ref = ref
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if ref is None else Qt.FocusPolicy.TabFocus)
        self.setToolTip("" if ref is None else "Click to select it")
        if ref is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light what the text speaks of."""
        self._light(self._ref)

    def leaveEvent(self, event: QEvent) -> None:
        """Let it go dark."""
        self._light(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light it for the keyboard, too."""
        super().focusInEvent(event)
        self._light(self._ref)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let it go dark."""
        super().focusOutEvent(event)
        self._light(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select it."""
        if event.button() is Qt.MouseButton.LeftButton and self._ref is not None:
            self._selection.select(self._ref)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select it with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._ref is not None:
            self._selection.select(self._ref)
        else:
            super().keyPressEvent(event)

    def _light(self, ref: Ref | None) -> None:
        if self._ref is not None or self._selection.hovered is not None:
            self._selection.hover(ref)
