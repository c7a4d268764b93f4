"""The passes made by stepping, as one immutable value: what is needed to look at each again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.stores.edits import ExampleKey, ExampleNumber, ParameterEdits
from nnviz.stores.memory import Memory

__all__ = ["MOST_BYTES", "MOST_PASSES", "NO_PASSES", "PassLog", "PassRecord"]

MOST_PASSES = 500
MOST_BYTES = 64_000_000
"""Of weights and biases. A 784-30-10 network has 190 kB of them, so this is some 330 passes."""


@dataclass(frozen=True, slots=True, eq=False)
class PassRecord:
    """One pass: all that it was computed from, and its cost.

    ``number`` counts the passes from 1. ``examples`` are those that were shown. ``cost`` is None
    while no step has computed it.
    """

    number: int
    parameters: Parameters
    parameter_edits: ParameterEdits
    example_edits: tuple[ExampleNumber, ...]
    learning_rate: float
    l2: float
    update_biases: bool
    optimizer: Optimizer
    memory: Memory | None
    examples: tuple[ExampleKey, ...]
    cost: float | None

    @property
    def byte_count(self) -> int:
        """How much memory its weights and biases take, and what the optimizer remembers of them."""
        arrays = (*self.parameters.weights, *self.parameters.biases)
        remembered = 0 if self.memory is None else self.memory.byte_count
        return sum(int(each.nbytes) for each in arrays) + remembered


@dataclass(frozen=True, slots=True, eq=False)
class PassLog:
    """The passes before the one that is looked at, and those after it, in their order.

    ``cost`` is what a step has computed in this pass when it was looked at before, None if none.
    """

    before: tuple[PassRecord, ...] = ()
    after: tuple[PassRecord, ...] = ()
    cost: float | None = None

    @property
    def forgotten(self) -> int:
        """How many passes were dropped for lack of room: those after the first."""
        return 0 if len(self.before) < 2 else self.before[1].number - self.before[0].number - 1

    def advanced(self, current: PassRecord) -> Self:
        """Return the log in the pass after ``current``, a new one: the later passes are dropped."""
        return replace(self, before=_bounded((*self.before, current)), after=(), cost=None)

    def without_later(self) -> Self:
        """Return the log of a pass from which no later one follows."""
        return replace(self, after=()) if self.after else self

    def gone_back(self, current: PassRecord) -> Self:
        """Return the log in the pass before ``current``."""
        return replace(
            self,
            before=self.before[:-1],
            after=(current, *self.after),
            cost=self.before[-1].cost,
        )

    def gone_on(self, current: PassRecord) -> Self:
        """Return the log in the pass after ``current``, one that has been looked at before."""
        return replace(
            self,
            before=(*self.before, current),
            after=self.after[1:],
            cost=self.after[0].cost,
        )


NO_PASSES = PassLog()
"""At the first pass."""


def _bounded(records: Sequence[PassRecord]) -> tuple[PassRecord, ...]:
    """Keep the first record, as the way back to the start, and as many of the last as fit."""
    most = min(MOST_PASSES - 1, MOST_BYTES // max(records[-1].byte_count, 1))
    if len(records) <= most:
        return tuple(records)
    kept = max(most - 1, 1)
    return (records[0], *records[1:][-kept:])
