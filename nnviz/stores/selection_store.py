"""The one selection that all views share, what is pinned, and what the pointer is over."""

from PySide6.QtCore import QObject, Signal

from nnviz.trace.refs import Ref

__all__ = ["SelectionStore"]


class SelectionStore(QObject):
    """The selected neuron or edge; a view asks for a change and hears of it like all others.

    Only what the network has can be selected, hovered or lit: a view that draws at its own pace
    may still show the network before.
    """

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
        self._sizes: tuple[int, ...] | None = None

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

    def use_layers(self, sizes: tuple[int, ...]) -> None:
        """Know the layers of the network, the input first; clear what belonged to other ones."""
        if sizes != self._sizes:
            self._sizes = sizes
            self.clear()

    def select(self, ref: Ref | None) -> None:
        """Select ``ref``, if the network has it; None clears."""
        if ref != self._selected and self._exists(ref):
            self._selected = ref
            self.selection_changed.emit(ref)

    def hover(self, ref: Ref | None) -> None:
        """Light ``ref`` in every view, if the network has it; None ends it."""
        if ref != self._hovered and self._exists(ref):
            self._hovered = ref
            self.hovered_changed.emit(ref)

    def toggle_pin(self, ref: Ref) -> None:
        """Pin ``ref``, if the network has it; take the pin off where it has one."""
        if ref in self._pinned:
            self._set_pinned(tuple(each for each in self._pinned if each != ref))
        elif self._exists(ref):
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
        if refs != self._lit and all(map(self._exists, refs)):
            self._lit = refs
            self.lit_changed.emit(refs)

    def _exists(self, ref: Ref | None) -> bool:
        return ref is None or self._sizes is None or ref.exists_in(self._sizes)
