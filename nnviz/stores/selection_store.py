"""The one selection that all views share."""

from PySide6.QtCore import QObject, Signal

from nnviz.trace.refs import Ref

__all__ = ["SelectionStore"]


class SelectionStore(QObject):
    """The selected neuron or edge; a view asks for a change and hears of it like all others."""

    selection_changed = Signal(object)
    """Emitted with the new Ref, or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selected: Ref | None = None

    @property
    def selected(self) -> Ref | None:
        """What is selected, None for nothing."""
        return self._selected

    def select(self, ref: Ref | None) -> None:
        """Select ``ref``; None clears."""
        if ref != self._selected:
            self._selected = ref
            self.selection_changed.emit(ref)
