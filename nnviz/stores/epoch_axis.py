"""Where the mini-batches of the curves stand in epochs, over several runs of different kinds.

Apart from the history because a run of other mini-batches may go on where a stopped one ended:
its epochs have another length. So have those after a change of the mini-batch size.
"""

from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.arrays import FloatArray

__all__ = ["EpochAxis", "RunSegment"]

ALMOST = 1e-9
"""By so much of an epoch, sums of shares may miss a whole number."""

ALMOST_ALL = 1e-6
"""By so many mini-batches, the length of an epoch that is put together may miss its own."""


@dataclass(frozen=True, slots=True)
class RunSegment:
    """A run's part of the curves: it began after ``first`` mini-batches of earlier ones.

    ``mini_batches_per_epoch`` is no whole number for the rest of an epoch whose mini-batches
    changed in its middle. The epochs of a branch count from where the run ``began`` that it
    branched off; None: from its own first segment.
    """

    run: int
    first: int
    mini_batches_per_epoch: float
    began: int | None = None


@dataclass(frozen=True, slots=True)
class EpochAxis:
    """The runs behind the curves, oldest first."""

    segments: tuple[RunSegment, ...] = ()

    def with_run(self, segment: RunSegment) -> "EpochAxis":
        """Return the axis with one run more."""
        return EpochAxis((*self._before(segment.first), segment))

    def with_size(self, first: int, left: int, per_epoch: int) -> "EpochAxis":
        """Return the axis with another mini-batch size of the newest run after ``first``.

        ``left`` mini-batches end the epoch; the epochs after it have ``per_epoch``.
        """
        run = self.segments[-1].run
        return self._with(run, first, self._began(run), left, per_epoch)

    def with_branch(self, run: int, first: int, began: int, left: int, per_epoch: int
                    ) -> "EpochAxis":  # fmt: skip
        """Return the axis with a run that goes on after ``first`` with one that began earlier.

        What came after ``first`` is dropped. ``left`` and ``per_epoch`` are those of ``with_size``.
        """
        return self._with(run, first, began, left, per_epoch)

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
        runs = [segment.run for segment in self.segments]
        if run not in runs:
            raise ValueError(f"Run {run} is not one of {runs}.")
        last = len(runs) - runs[::-1].index(run)
        firsts = np.array([segment.first for segment in self.segments[:last]], np.float64)
        begins = self.epochs(firsts)
        goal = float(self.epochs(np.array([self._began(run)], np.float64))[0]) + epoch
        index = max(int(np.searchsorted(begins, goal - ALMOST)) - 1, 0)
        segment = self.segments[index]
        return segment.first + round(float(goal - begins[index]) * segment.mini_batches_per_epoch)

    @property
    def mini_batches_per_epoch(self) -> int:
        """How many mini-batches an epoch of the newest run has, 1 before any."""
        return round(self.segments[-1].mini_batches_per_epoch) if self.segments else 1

    def _began(self, run: int) -> int:
        """Return from which mini-batch of the curves on the epochs of a run count."""
        segment = next(each for each in self.segments if each.run == run)
        return segment.first if segment.began is None else segment.began

    def _with(self, run: int, first: int, began: int, left: int, per_epoch: int) -> "EpochAxis":
        """Return the axis with epochs of another length after ``first``."""
        start, here = self.epochs(np.array([began, first], np.float64))
        share = float(here - start) % 1
        after = RunSegment(run, first, per_epoch, began)
        if min(share, 1 - share) < ALMOST or abs(left / (1 - share) - per_epoch) < ALMOST_ALL:
            return EpochAxis((*self._before(first), after))
        rest = RunSegment(run, first, left / (1 - share), began)
        return EpochAxis((*self._before(first), rest, replace(after, first=first + left)))

    def _before(self, first: int) -> tuple[RunSegment, ...]:
        """Return what has begun before ``first``; what a stopped run never came to is dropped."""
        return tuple(each for each in self.segments if each.first < first)
