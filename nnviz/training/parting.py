"""Where two runs part: the first other cost, and the first place where the curves are apart.

Costs are compared mini-batch by mini-batch, bit for bit. The curves are compared at the same place
in epochs, because runs of other mini-batch sizes have seen as many examples there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.training.history import TrainingHistory
from nnviz.training.smoothing import USUAL

__all__ = ["APART", "Course", "Parting", "part"]

APART = 0.1
"""By more than this share of the first run's smoothed cost, two curves are apart."""
CHUNK = 1 << 16
"""Places compared at once: runs part early, and the rest need not be looked at."""
ALMOST = 1e-6
"""By so much of a mini-batch, places computed from epochs may miss a whole number."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A run's costs, and how its mini-batches and epochs belong together.

    ``epochs`` gives the epochs that are over after so many mini-batches, ``mini_batches`` is the
    other way, ``per_epoch`` how many mini-batches an epoch has.
    """

    history: TrainingHistory
    epochs: Callable[[FloatArray], FloatArray]
    mini_batches: Callable[[FloatArray], FloatArray]
    per_epoch: int

    @property
    def window(self) -> int:
        """How many mini-batches its cost is smoothed over."""
        return USUAL.window(self.per_epoch)

    def epoch_of(self, mini_batches: int) -> float:
        """Return how many epochs are over after so many mini-batches."""
        return float(self.epochs(np.array([mini_batches], np.float64))[0])

    def smoothed_at(self, epochs: FloatArray) -> FloatArray:
        """Return the smoothed cost at places that the run has come to."""
        ends = np.floor(self.mini_batches(epochs) + ALMOST).astype(np.int64)
        return self.history.means(np.clip(ends, 1, len(self.history)), self.window)


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two runs part.

    ``equal`` mini-batches from the first on have the same cost, of ``common`` that both have. The
    smoothed cost of the second run is first more than APART away at ``epoch``; ``is_higher`` says
    to which side. Both are None where it never is, up to the place ``seen``, in epochs.
    """

    common: int
    equal: int
    epoch: float | None = None
    is_higher: bool | None = None
    seen: float = 0.0

    @property
    def equal_throughout(self) -> bool:
        """Whether all costs that both runs have are the same."""
        return self.equal == self.common


def part(first: Course, second: Course, before: Parting | None = None) -> Parting:
    """Return where two runs part, as far as both have come.

    ``before`` is what it was when they had not come so far: what was seen is not looked at again.
    """
    known = before or Parting(0, 0)
    common = min(len(first.history), len(second.history))
    equal = known.equal
    if known.equal_throughout:
        equal += _equal(first.history.costs[equal:common], second.history.costs[equal:common])
    if known.epoch is not None:
        return replace(known, common=common, equal=equal)
    seen = known.seen
    for places in _places(first, second, seen):
        one, other = first.smoothed_at(places), second.smoothed_at(places)
        apart = np.flatnonzero(~(np.abs(other - one) <= APART * np.abs(one)))  # NaN is apart, too
        if len(apart):
            at = apart[0]
            return Parting(common, equal, float(places[at]), bool(other[at] > one[at]))
        seen = float(places[-1])
    return Parting(common, equal, seen=seen)


def _equal(one: FloatArray, other: FloatArray) -> int:
    """Return how many costs from the first on are the same bits."""
    bits = [np.ascontiguousarray(each, np.float32).view(np.uint32) for each in (one, other)]
    for start in range(0, len(one), CHUNK):
        stretch = slice(start, start + CHUNK)
        differ = np.flatnonzero(bits[0][stretch] != bits[1][stretch])
        if len(differ):
            return start + int(differ[0])
    return len(one)


def _places(first: Course, second: Course, after: float) -> Iterator[FloatArray]:
    """Yield the places to compare at, in epochs: after each mini-batch of the coarser run.

    From where both have a whole window to smooth over, or from the place ``after`` on, to where
    the shorter one ends.
    """
    coarse = min(first, second, key=lambda course: course.per_epoch)
    begin = max(after, *(course.epoch_of(course.window) for course in (first, second)))
    end = min(course.epoch_of(len(course.history)) for course in (first, second))
    from_, to = coarse.mini_batches(np.array([begin, end]))
    last = int(np.floor(to + ALMOST))
    for start in range(int(np.ceil(from_ - ALMOST)), last + 1, CHUNK):
        numbers = np.arange(start, min(start + CHUNK, last + 1), dtype=np.float64)
        yield coarse.epochs(numbers)
