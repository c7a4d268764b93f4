"""Undo and redo of the network: states are immutable, so taking back is putting one back."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from nnviz.stores.network_state import NetworkState

__all__ = ["UndoHistory", "UndoneChange"]

LIMIT = 100
"""Changes remembered; states share all that did not change."""


@dataclass(frozen=True, slots=True, eq=False)
class UndoneChange:
    """A change that has been undone or redone: its name and the state to look at now."""

    text: str
    state: NetworkState
    same_pass: bool = False
    """Whether it changed numbers of the pass that is walked through: the moment stays."""


class UndoHistory(QObject):
    """Two stacks of states, each with the name of the change that left it."""

    changed = Signal()
    """Emitted when what can be undone or redone changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo: list[UndoneChange] = []
        self._redo: list[UndoneChange] = []

    @property
    def undo_text(self) -> str:
        """What undo would take back, empty if nothing."""
        return self._undo[-1].text if self._undo else ""

    @property
    def redo_text(self) -> str:
        """What redo would do again, empty if nothing."""
        return self._redo[-1].text if self._redo else ""

    def keep(self, text: str, state: NetworkState, *, same_pass: bool = False) -> None:
        """Remember the state before the change called ``text``."""
        self._undo.append(UndoneChange(text, state, same_pass))
        del self._undo[:-LIMIT]
        self._redo.clear()
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything."""
        self._undo.clear()
        self._redo.clear()
        self.changed.emit()

    def undo(self, current: NetworkState) -> UndoneChange | None:
        """Return the state before the last change, None if there is none."""
        return self._exchange(self._undo, self._redo, current)

    def redo(self, current: NetworkState) -> UndoneChange | None:
        """Return the state that the last undo took back, None if there is none."""
        return self._exchange(self._redo, self._undo, current)

    def _exchange(
        self,
        source: list[UndoneChange],
        target: list[UndoneChange],
        current: NetworkState,
    ) -> UndoneChange | None:
        if not source:
            return None
        change = source.pop()
        target.append(replace(change, state=current))
        self.changed.emit()
        return change
