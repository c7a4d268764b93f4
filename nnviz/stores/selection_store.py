"""The one selection that all views share, what is pinned, and what the pointer is over."""

from PySide6.QtCore import QObject, Signal

from nnviz.trace.refs import Ref

__all__ = ["SelectionStore"]


class SelectionStore(QObject):
    """The selected neuron or edge; a view asks for a change and hears of it like all others."""

    selection_changed = Signal(object)
    """Emitted with the new Ref, or None."""
    hovered_changed = Signal(object)
    """Emitted with the Ref under the pointer, on the canvas or in an equation, or None."""
    pinned_changed = Signal(object)
    """Emitted with the tuple of pinned Refs, in the order in which they were pinned."""

    lit_changed = Signal(object)
    """Emitted with the frozenset of Refs that are lit together: the paths from a weight to C."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selected: Ref | None = None
        self._hovered: Ref | None = None
        self._pinned: tuple[Ref, ...] = ()
        self._lit: frozenset[Ref] = frozenset()

    @property
    def selected(self) -> Ref | None:
        """What is selected, None for nothing."""
        return self._selected

    @property
    def hovered(self) -> Ref | None:
        """What the pointer is over, in whatever view; None for nothing."""
        return self._hovered

    @property
    def pinned(self) -> tuple[Ref, ...]:
        """The neurons and edges whose numbers stay in sight, the first one pinned first."""
        return self._pinned

    @property
    def lit(self) -> frozenset[Ref]:
        """The neurons and edges that are lit together; empty for none."""
        return self._lit

    def select(self, ref: Ref | None) -> None:
        """Select ``ref``; None clears."""
        if ref != self._selected:
            self._selected = ref
            self.selection_changed.emit(ref)

    def hover(self, ref: Ref | None) -> None:
        """Light ``ref`` in every view; None ends it."""
        if ref != self._hovered:
            self._hovered = ref
            self.hovered_changed.emit(ref)

    def toggle_pin(self, ref: Ref) -> None:
        """Pin ``ref``; take the pin off where it has one."""
        if ref in self._pinned:
            self._set_pinned(tuple(each for each in self._pinned if each != ref))
        else:
            self._set_pinned((*self._pinned, ref))

    def unpin_all(self) -> None:
        """Take all pins off."""
        self._set_pinned(())

    def clear(self) -> None:
        """Select, pin, hover and light nothing: other neurons come."""
        self.select(None)
        self.unpin_all()
        self.hover(None)
        self.light(frozenset())

    def _set_pinned(self, refs: tuple[Ref, ...]) -> None:
        if refs != self._pinned:
            self._pinned = refs
            self.pinned_changed.emit(refs)

    def light(self, refs: frozenset[Ref]) -> None:
        """Light several neurons and edges on the canvas; an empty set ends it."""
        if refs != self._lit:
            self._lit = refs
            self.lit_changed.emit(refs)
