"""Undo and redo of the network: states are immutable, so taking back is putting one back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from nnviz.stores.edits import ExampleKey, shown_keys
from nnviz.stores.examples_store import ExamplesStore
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingConfig

__all__ = ["UndoHistory", "UndoneChange"]

LIMIT = 100
"""Changes remembered; states share all that did not change."""


@dataclass(frozen=True, slots=True, eq=False)
class UndoneChange:
    """A change that has been undone or redone: its name and the state to look at now."""

    text: str
    state: NetworkState
    shown: tuple[ExampleKey, ...]
    """The examples that were looked at with the state."""
    same_pass: bool = False
    """Whether it changed numbers of the pass that is walked through: the moment stays."""
    exact: bool = False
    """Whether later passes follow from the state: it comes back with its rate and examples."""
    walk: bool = False
    """Whether it only looked at another pass."""

    def config(self, current: TrainingConfig) -> TrainingConfig:
        """Return the hyperparameters to go on with: they are no part of most changes."""
        config = self.state.config
        biases = config.update_biases  # comes with a network, not from the form
        if not self.exact:
            return replace(current, update_biases=biases)
        return replace(
            current, learning_rate=config.learning_rate, l2=config.l2, update_biases=biases
        )

    def has_hidden_edits(self, shown: Sequence[ExampleKey]) -> bool:
        """Whether it edits an example that is not among ``shown``."""
        return any(each.example not in shown for each in self.state.example_edits)


class UndoHistory(QObject):
    """Two stacks of states, each with the name of the change that left it."""

    changed = Signal()
    """Emitted when what can be undone or redone changes."""
    about_to_keep = Signal()
    """Emitted before a change is remembered: what is only looked at becomes what is changed."""

    def __init__(self, examples: ExamplesStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._examples = examples
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

    def keep(
        self,
        text: str,
        state: NetworkState,
        *,
        same_pass: bool = False,
        shown: Sequence[ExampleKey] | None = None,
    ) -> None:
        """Remember the state before the change called ``text``.

        ``shown`` are the examples it was looked at with, by default those of now.
        """
        self.about_to_keep.emit()
        keys = shown_keys(self._examples) if shown is None else tuple(shown)
        exact = bool(state.log.after)
        self._push(UndoneChange(text, state, keys, same_pass, exact))

    def keep_walk(self, text: str, state: NetworkState, goal: int) -> None:
        """Remember the state before a walk to another pass, the one after ``goal`` updates.

        It joins the walk just before. One that leads back to where it began is no change.
        """
        walk = UndoneChange(
            text, state, shown_keys(self._examples), same_pass=True, exact=True, walk=True
        )
        if self._undo and self._undo[-1].walk:
            walk = replace(self._undo.pop(), text=text)
        if walk.state.passes == goal:
            self._redo.clear()
            self.changed.emit()
        else:
            self._push(walk)

    def take_last(self) -> UndoneChange | None:
        """Return the newest change and forget it, for one that ends as if it had never begun."""
        if not self._undo:
            return None
        change = self._undo.pop()
        self.changed.emit()
        return change

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

    def _push(self, change: UndoneChange) -> None:
        self._undo.append(change)
        del self._undo[:-LIMIT]
        self._redo.clear()
        self.changed.emit()

    def _exchange(
        self,
        source: list[UndoneChange],
        target: list[UndoneChange],
        current: NetworkState,
    ) -> UndoneChange | None:
        if not source:
            return None
        change = source.pop()
        shown = shown_keys(self._examples)
        target.append(replace(change, state=current, shown=shown))
        self.changed.emit()
        return change
