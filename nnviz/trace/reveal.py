"""Which values the steps so far have made known. Unknown is a different thing from 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Known, Step

__all__ = ["Reveal"]

_ALWAYS_KNOWN = (Quantity.WEIGHT, Quantity.BIAS)


@dataclass(frozen=True, slots=True)
class Reveal:
    """The quantities known per layer. Weights and biases are known from the start."""

    known: frozenset[Known]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Return what ``steps`` together reveal."""
        return cls(frozenset(known for step in steps for known in step.reveals))

    def knows(self, quantity: Quantity, layer: int) -> bool:
        """Whether ``quantity`` of ``layer`` has been computed."""
        return quantity in _ALWAYS_KNOWN or (quantity, layer) in self.known

    def knows_all(self, wanted: Iterable[Known]) -> bool:
        """Whether each of ``wanted`` has been computed."""
        return all(self.knows(quantity, layer) for quantity, layer in wanted)
