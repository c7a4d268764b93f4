"""Which values the steps so far have made known. Unknown is a different thing from 0."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from nnviz.trace.moments import MOMENTS_BEFORE
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import OF_UPDATE, Known, Step

__all__ = ["Reveal", "schedule_of"]

_ALWAYS_KNOWN = (Quantity.WEIGHT, Quantity.BIAS, *MOMENTS_BEFORE)


def schedule_of(steps: Iterable[Step]) -> Mapping[Known, int]:
    """Return the position of the step that first reveals each value."""
    schedule: dict[Known, int] = {}
    for position, step in enumerate(steps):
        for known in step.reveals:
            schedule.setdefault(known, position)
    return schedule


@dataclass(frozen=True, slots=True)
class Reveal:
    """What the steps up to ``position`` have made known; weights and biases are from the start.

    So is what the optimizer remembered of them before the update.

    Asking is a look into the ``schedule`` of all steps, so that a position costs nothing to make:
    a mini-batch by neuron has thousands of steps.
    """

    schedule: Mapping[Known, int]
    position: int

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Return what ``steps`` together reveal."""
        done = tuple(steps)
        return cls(schedule_of(done), len(done) - 1)

    @property
    def known(self) -> frozenset[Known]:
        """All that is known, as it was revealed."""
        return frozenset(each for each, at in self.schedule.items() if at <= self.position)

    def knows(
        self,
        quantity: Quantity,
        layer: int,
        neuron: int | None = None,
        example: int | None = 0,
    ) -> bool:
        """Whether ``quantity`` has been computed: of the whole layer, or of that very neuron.

        ``example`` None asks for the mean over a mini-batch; what the update computes is the
        same for all examples.
        """
        if quantity in _ALWAYS_KNOWN:
            return True
        first = position_in(self.schedule, Known(quantity, layer, neuron, example))
        return first is not None and first <= self.position

    def knows_all(self, wanted: Iterable[Known]) -> bool:
        """Whether each of ``wanted`` has been computed."""
        return all(self.knows(*each) for each in wanted)

    def known_count(
        self, quantity: Quantity, layer: int, size: int, example: int | None = 0
    ) -> int:
        """Return of how many of the layer's ``size`` neurons ``quantity`` has been computed.

        They are the first ones, because steps take the neurons in ascending order.
        """
        if self.knows(quantity, layer, None, example):
            return size
        return bisect_left(
            range(size), True, key=lambda neuron: not self.knows(quantity, layer, neuron, example)
        )


def position_in(schedule: Mapping[Known, int], wanted: Known) -> int | None:
    """Return where a value becomes known, by itself or with its whole layer; None if nowhere."""
    quantity, layer, neuron, example = wanted
    if quantity in OF_UPDATE:
        example = None
    whole = schedule.get(Known(quantity, layer, None, example))
    if neuron is None:
        return whole
    alone = schedule.get(Known(quantity, layer, neuron, example))
    return whole if alone is None else alone
