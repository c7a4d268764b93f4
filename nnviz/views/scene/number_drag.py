"""A weight or bias dragged up or down in its place: a change by hand, and one way back."""

from nnviz.stores.workspace import Workspace
from nnviz.trace.what_if import Adjustable, value_of
from nnviz.views.scene.cards import Card, card_of, change_card

__all__ = ["HINT", "NumberDrag"]

HINT = "Drag the number up or down to change it."
PER_PX, FINER = 0.01, 0.1
"""How much a px changes a number of size 1 or less, and the share of it while Shift is held."""
DECIMALS = 12


class NumberDrag:
    """One drag of one number; every change on the way is a what-if edit, joined to one."""

    def __init__(self, workspace: Workspace, adjustable: Adjustable) -> None:
        self._workspace = workspace
        self._adjustable = adjustable
        trace = workspace.stepper.trace
        start = 0.0 if trace is None else value_of(trace, adjustable)
        self._before = start, 0.0 if trace is None else trace.cost
        self._value = start
        self._per_px = PER_PX * max(1.0, abs(start))

    def move(self, upward_px: float, *, fine: bool) -> Card:
        """Change the number by so many px, and return the card to show: why not, if it cannot."""
        reason = self._workspace.what_if.why_not
        if reason:
            card = card_of(self._workspace, self._adjustable.ref)
            return Card(card.title, card.rows, (reason,))
        self._value += upward_px * self._per_px * (FINER if fine else 1.0)
        value = round(self._value, DECIMALS)
        self._workspace.what_if.set_value(self._adjustable, value, merge=True)
        return change_card(self._workspace, self._adjustable, self._before)

    def finish(self) -> None:
        """Keep the change, as one entry of the undo history."""
        self._workspace.what_if.finish()

    def cancel(self) -> None:
        """Take the change back, as if there had been none."""
        self._workspace.what_if.cancel()
