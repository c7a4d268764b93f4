"""What a run has summed over an epoch so far: what the epoch's report is made of."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray

__all__ = ["NO_TOTALS", "EpochTotals"]


@dataclass(frozen=True, slots=True)
class EpochTotals:
    """Sums over the mini-batches of one epoch.

    ``cost`` sums the cost over the ``examples``; ``correct`` counts those that were answered right
    when they were seen, None without labels. ``seconds`` is training alone.
    """

    cost: float = 0.0
    examples: int = 0
    correct: int | None = 0
    seconds: float = 0.0

    def plus(
        self, costs: FloatArray, examples: int, correct: int | None, seconds: float
    ) -> "EpochTotals":
        """Return the sums with some mini-batches more.

        ``costs`` are theirs, each summed over its examples, (mini-batches,) float64. They are added
        one after the other, so that the sum has the same bits however a run is cut into slices.
        """
        right = None if self.correct is None or correct is None else self.correct + correct
        cost = float(np.cumsum(np.append(self.cost, costs))[-1])
        return EpochTotals(cost, self.examples + examples, right, self.seconds + seconds)

    @property
    def mean_cost(self) -> float:
        """The mean cost of the examples."""
        return self.cost / self.examples

    @property
    def accuracy(self) -> float | None:
        """Which part of the examples was answered right, 0 … 1; None without labels."""
        return None if self.correct is None else self.correct / self.examples


NO_TOTALS = EpochTotals()
"""Before the first mini-batch of an epoch."""
