"""Where the mini-batches of the curves stand in epochs, over several runs of different kinds.

Apart from the history because a run of other mini-batches may go on where a stopped one ended:
its epochs have another length.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray

__all__ = ["EpochAxis", "RunSegment"]


@dataclass(frozen=True, slots=True)
class RunSegment:
    """A run's part of the curves: it began after ``first`` mini-batches of earlier runs."""

    run: int
    first: int
    mini_batches_per_epoch: int


@dataclass(frozen=True, slots=True)
class EpochAxis:
    """The runs behind the curves, oldest first."""

    segments: tuple[RunSegment, ...] = ()

    def with_run(self, segment: RunSegment) -> "EpochAxis":
        """Return the axis with one run more."""
        return EpochAxis((*self.segments, segment))

    def epochs(self, mini_batches: FloatArray) -> FloatArray:
        """Return how many epochs are over after so many mini-batches, fractions included."""
        if not self.segments:
            return np.asarray(mini_batches, np.float64)
        firsts = np.array([segment.first for segment in self.segments], np.float64)
        rates = np.array([1 / segment.mini_batches_per_epoch for segment in self.segments])
        offsets = np.concatenate(([0.0], np.cumsum(np.diff(firsts) * rates[:-1])))
        index = np.maximum(np.searchsorted(firsts, mini_batches, side="right") - 1, 0)
        return offsets[index] + (mini_batches - firsts[index]) * rates[index]

    def epoch_end(self, run: int, epoch: int) -> int:
        """Return the number of the last mini-batch of a run's epoch (from 1)."""
        for segment in self.segments:
            if segment.run == run:
                return segment.first + epoch * segment.mini_batches_per_epoch
        raise ValueError(f"Run {run} is not one of {[each.run for each in self.segments]}.")

    @property
    def mini_batches_per_epoch(self) -> int:
        """How many mini-batches an epoch of the newest run has, 1 before any."""
        return self.segments[-1].mini_batches_per_epoch if self.segments else 1
