"""Where the mini-batches of the curves stand in epochs, over several runs of different kinds.

Apart from the history because a run of other mini-batches may go on where a stopped one ended:
its epochs have another length. So have those after a change of the mini-batch size.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnviz.engine.arrays import FloatArray

__all__ = ["EpochAxis", "RunSegment"]

ALMOST = 1e-9
"""By so much of an epoch, sums of shares may miss a whole number."""


@dataclass(frozen=True, slots=True)
class RunSegment:
    """A run's part of the curves: it began after ``first`` mini-batches of earlier ones.

    ``mini_batches_per_epoch`` is no whole number for the rest of an epoch whose mini-batches
    changed in its middle. ``begun`` is how many epochs the run counts as over before its first
    mini-batch: more than 0 if it goes on from a moment of another run.
    """

    run: int
    first: int
    mini_batches_per_epoch: float
    begun: float = 0.0


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
        begin = next(each for each in self.segments if each.run == run)
        start, here = self.epochs(np.array([begin.first, first], np.float64))
        share = float(begin.begun + here - start) % 1
        if min(share, 1 - share) < ALMOST:
            return EpochAxis((*self._before(first), RunSegment(run, first, per_epoch, begin.begun)))
        rest = RunSegment(run, first, left / (1 - share), begin.begun)
        return EpochAxis((*self._before(first), rest, RunSegment(run, first + left, per_epoch)))

    def epochs(self, mini_batches: FloatArray) -> FloatArray:
        """Return how many epochs are over after so many mini-batches, fractions included."""
        if not self.segments:
            return np.asarray(mini_batches, np.float64)
        firsts = np.array([segment.first for segment in self.segments], np.float64)
        rates = np.array([1 / segment.mini_batches_per_epoch for segment in self.segments])
        offsets = np.concatenate(([0.0], np.cumsum(np.diff(firsts) * rates[:-1])))
        index = np.maximum(np.searchsorted(firsts, mini_batches, side="right") - 1, 0)
        return offsets[index] + (mini_batches - firsts[index]) * rates[index]

    def mini_batches(self, epochs: FloatArray) -> FloatArray:
        """Return after how many mini-batches so many epochs are over: ``epochs`` the other way."""
        if not self.segments:
            return np.asarray(epochs, np.float64)
        firsts = np.array([segment.first for segment in self.segments], np.float64)
        sizes = np.array([segment.mini_batches_per_epoch for segment in self.segments], np.float64)
        begins = self.epochs(firsts)
        index = np.maximum(np.searchsorted(begins, epochs, side="right") - 1, 0)
        return firsts[index] + (epochs - begins[index]) * sizes[index]

    def epoch_end(self, run: int, epoch: int) -> int:
        """Return the number of the last mini-batch of a run's epoch (from 1)."""
        return int(self._ends(run, np.array([epoch], np.float64))[0])

    def epoch_ends(self, runs: FloatArray, epochs: FloatArray) -> FloatArray:
        """Return ``epoch_end`` of epochs of any runs, (epochs,), as quickly for very many."""
        ends = np.empty(len(epochs), np.float64)
        for run in np.unique(runs):
            own = runs == run
            ends[own] = self._ends(int(run), epochs[own])
        return ends

    @property
    def mini_batches_per_epoch(self) -> int:
        """How many mini-batches an epoch of the newest run has, 1 before any."""
        return round(self.segments[-1].mini_batches_per_epoch) if self.segments else 1

    def _ends(self, run: int, epochs: FloatArray) -> FloatArray:
        own = [segment for segment in self.segments if segment.run == run]
        if not own:
            raise ValueError(f"Run {run} is not one of {[each.run for each in self.segments]}.")
        left = epochs - own[0].begun
        ends = np.full(len(left), np.nan)
        for segment, after in pairwise(own):
            share = (after.first - segment.first) / segment.mini_batches_per_epoch
            open_ = np.isnan(ends)
            here = open_ & (left <= share + ALMOST)
            ends[here] = segment.first + np.round(left[here] * segment.mini_batches_per_epoch)
            left = np.where(here, left, left - share)
        open_ = np.isnan(ends)
        ends[open_] = own[-1].first + np.round(left[open_] * own[-1].mini_batches_per_epoch)
        return ends

    def _before(self, first: int) -> tuple[RunSegment, ...]:
        """Return what has begun before ``first``; what a stopped run never came to is dropped."""
        return tuple(each for each in self.segments if each.first < first)
