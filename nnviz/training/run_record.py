"""The moments of a run that are kept, so that it can be looked at as it was and go on from there.

Apart from the loop, which only asks it where to stop for a moment: what is kept is decided here,
in bounded memory, and depends on the places alone, so that the same run keeps the same moments.
"""

import threading
from collections import deque
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.updates import OptimizerState
from nnviz.training.config import RunMoment, TrainingJob
from nnviz.training.run_place import RunPlace

__all__ = ["BUDGET_BYTES", "DIVISIONS", "KeptMoment", "RunRecord"]

BUDGET_BYTES = 12_000_000
"""Of all kept parameters and optimizer states: 40 moments of 784-30-10 with Adam, 120 without.
Start and end are kept whatever they take."""

MOST = 512
"""Moments, however small: a slider has no room for more, and small networks train no slower."""

DIVISIONS = 8
"""Moments per epoch, as long as there is room. A finer grid would cost the run its speed."""

RECENT = 8
"""Moments before the newest that are kept more densely than the others."""

FINER = 4
"""By so much more densely."""

LONG_EPOCH = 64
"""Mini-batches from which on an epoch is long enough to look back at its parts."""

EARLY = 20
"""The moments after 1, 2, 4, 8 … mini-batches of the first epoch, at most."""

SHARE = 4
"""The early moments and the recent ones may each be this part of all, no more."""


NO_DATA = Dataset("no data", np.zeros((1, 1)), np.zeros((1, 1)))
"""What nothing is trained on, before the first run."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a run begins: after ``place`` mini-batches of the curves, at ``unit`` of the record.

    ``train`` is what it trains on.
    """

    place: int
    unit: int
    train: Dataset


@dataclass(frozen=True, slots=True, eq=False)
class KeptMoment:
    """A moment of a run, read-only, and where it lies.

    ``origin`` is where its run begins, ``unit`` counts eighths of epochs over all runs of the
    record, and ``serial`` its moments.
    """

    moment: RunMoment
    origin: Origin
    unit: int
    serial: int

    @property
    def place(self) -> int:
        """How many mini-batches of the curves come before it."""
        return self.origin.place + self.moment.mini_batches


class RunRecord:
    """Keeps moments along the runs of one curve; every method is thread-safe.

    The loop's thread asks where to stop, and hands over moments; the window's reads ``kept``.
    Neither ever waits for more than some bookkeeping.

    Kept are the start, the newest, and what lies on a grid: every eighth of an epoch at first. When
    memory or ``most`` is used up the grid becomes coarser by two, as often as needed: quarters,
    halves, whole epochs, every second epoch. So what is kept is evenly spaced. Beside the grid are
    the moments after 1, 2, 4, 8 … mini-batches, because a network changes most at first, and the
    last few on a finer grid.
    """

    def __init__(self, budget: int = BUDGET_BYTES, most: int = MOST) -> None:
        self._budget, self._most = budget, most
        self._lock = threading.Lock()
        self._even: list[KeptMoment] = []
        self._early: list[KeptMoment] = []
        self._recent: deque[KeptMoment] = deque()
        self._kept: tuple[KeptMoment, ...] | None = ()
        self._step = 1
        self._nbytes = self._serial = self._last_unit = 0
        self._origin = Origin(0, 0, NO_DATA)

    @property
    def kept(self) -> tuple[KeptMoment, ...]:
        """The moments in the order of the run."""
        with self._lock:
            if self._kept is None:
                self._kept = tuple(sorted(self._every(), key=lambda each: each.serial))
            return self._kept

    @property
    def epochs_between(self) -> float:
        """How many epochs lie between two moments of the grid: 0.125, 0.25, 0.5, 1, 2 and so on."""
        with self._lock:
            return self._step / DIVISIONS

    @property
    def nbytes(self) -> int:
        """How much memory the moments take."""
        with self._lock:
            return self._nbytes

    @property
    def origin_place(self) -> int:
        """How many mini-batches of the curves come before the newest run."""
        with self._lock:
            return self._origin.place

    def begin(self, job: TrainingJob, place: int) -> None:
        """Begin a run whose first mini-batch follows ``place`` mini-batches of the curves.

        A job that starts at a moment goes on with the run of that moment, where the record ends;
        an empty record begins with the moment.
        """
        with self._lock:
            if job.start is not None and self._even:
                self._origin = replace(self._origin, train=job.train)
                return
            if job.start is not None:
                self._origin = Origin(place - job.start.mini_batches, 0, job.train)
                self._add(job.start)
                self._last_unit = self._even[0].unit
                return
            state = OptimizerState.initial(job.config.optimizer, job.parameters)
            start = RunMoment(0, 0, 0, 0, job.parameters, state, job.config)
            newest, grid = self._newest(), max(self._step, DIVISIONS)
            unit = 0 if newest is None else -(-newest.unit // grid) * grid
            if newest is not None and newest.place == place and _same(newest.moment, start):
                self._forget(newest)  # the same weights at the same place
            self._origin, self._last_unit = Origin(place, unit, job.train), unit
            self._add(start)

    def first_of(self, kept: KeptMoment) -> KeptMoment:
        """Return the first moment of a moment's run that is still there."""
        begin = kept.origin.unit
        return next((each for each in self.kept if each.origin.unit == begin), kept)

    def until(self, last: KeptMoment) -> "RunRecord":
        """Return another record with the moments up to ``last``, with whose run it goes on."""
        record = RunRecord(self._budget, self._most)
        with self._lock:
            record._even = [each for each in self._even if each.serial <= last.serial]
            record._early = [each for each in self._early if each.serial <= last.serial]
            record._recent.extend(each for each in self._recent if each.serial <= last.serial)
            record._step, record._serial = self._step, self._serial
        if all(each is not last for each in record._every()):
            record._recent.append(last)  # it was left out meanwhile
        record._nbytes = sum(each.moment.nbytes for each in record._every())
        record._kept = None
        record._origin, record._last_unit = last.origin, last.unit
        return record

    def mini_batches_until_wanted(self, place: RunPlace) -> int:
        """Return after how many mini-batches from ``place`` on a moment is wanted, at least 1.

        It does not look beyond the end of the epoch: a slice ends there anyway.
        """
        with self._lock:
            grid = self._grid(place)
            unit = self._unit(place.epoch, place.examples_done)
            wanted = (unit // grid + 1) * grid - self._unit(place.epoch, 0)
            examples = -(-min(wanted, DIVISIONS) * place.examples // DIVISIONS)
            count = max(1, -(-(examples - place.examples_done) // place.mini_batch_size))
            if self._keeps_early(place):
                next_power = 1 << place.mini_batches.bit_length()
                return min(count, next_power - place.mini_batches)
            return count

    def wants(self, place: RunPlace) -> bool:
        """Whether the moment at ``place``, the end of a slice, is to be kept."""
        with self._lock:
            if self._is_too_large:
                return False
            grid, before = self._grid(place), self._last_unit
            self._last_unit = self._unit(place.epoch, place.examples_done)
            is_early = self._keeps_early(place) and _is_power(place.mini_batches)
            return is_early or self._last_unit // grid > before // grid

    def keep(self, moment: RunMoment) -> None:
        """Keep a moment that was wanted; it is the newest."""
        with self._lock:
            self._add(moment)

    def keep_newest(self, moment: RunMoment) -> None:
        """Keep the moment at which a run pauses or ends, unless it is kept already."""
        with self._lock:
            newest, place = self._newest(), self._origin.place + moment.mini_batches
            if newest is None or newest.place != place:
                self._add(moment)

    def _unit(self, epoch: int, examples_done: int) -> int:
        """Return how many whole eighths of epochs of the record are over."""
        return (
            self._origin.unit
            + DIVISIONS * epoch
            + DIVISIONS * examples_done // len(self._origin.train)
        )

    def _grid(self, place: RunPlace) -> int:
        """Return every how many units a moment is wanted: the last few are kept more densely."""
        dense = _is_long(place) and self._room_beside >= RECENT
        return max(1, self._step // FINER) if dense else self._step

    def _keeps_early(self, place: RunPlace) -> bool:
        return _is_long(place) and place.epoch == 0 and self._room_beside >= EARLY

    @property
    def _is_too_large(self) -> bool:
        """Whether no two moments fit: then start and end are kept alone, which are there anyway."""
        return bool(self._even) and 2 * self._even[0].moment.nbytes > self._budget

    @property
    def _room_beside(self) -> int:
        """How many moments beside the grid there is room for, of either kind."""
        each = self._even[0].moment.nbytes if self._even else 1
        return min(self._most, self._budget // max(each, 1)) // SHARE

    def _add(self, moment: RunMoment) -> None:
        unit = self._unit(moment.epoch, moment.examples_done)
        kept = KeptMoment(moment, self._origin, unit, self._serial)
        self._serial += 1
        self._nbytes += moment.nbytes
        self._kept = None
        size = moment.config.mini_batch_size
        place = RunPlace(moment.epoch, moment.examples_done, moment.mini_batches,
                         len(self._origin.train), size)  # fmt: skip
        if self._keeps_early(place) and _is_power(moment.mini_batches):
            self._early.append(kept)
        elif not self._even or unit // self._step > self._even[-1].unit // self._step:
            self._even.append(kept)
        else:
            self._recent.append(kept)
        while len(self._recent) > max(1, min(RECENT, self._room_beside)):
            self._nbytes -= self._recent.popleft().moment.nbytes
        while self._is_full and self._thin():
            continue

    @property
    def _is_full(self) -> bool:
        count = len(self._even) + len(self._early) + len(self._recent)
        return count > self._most or self._nbytes > self._budget

    def _thin(self) -> bool:
        """Make the grid coarser, or where that frees nothing leave out what is beside it.

        Return whether there is still something to leave out: start and newest stay.
        """
        newest = self._newest()
        assert newest is not None
        if self._step <= newest.unit:
            self._step *= 2
            self._even = _first_of_cells(self._even, self._step)
        elif self._early:
            self._early.clear()
        elif len(self._recent) > 1:
            self._recent.popleft()
        else:
            return False
        if newest not in self._every():
            self._recent.append(newest)
        self._nbytes = sum(each.moment.nbytes for each in self._every())
        return True

    def _newest(self) -> KeptMoment | None:
        return max(self._every(), key=lambda each: each.serial, default=None)

    def _every(self) -> list[KeptMoment]:
        return [*self._even, *self._early, *self._recent]

    def _forget(self, kept: KeptMoment) -> None:
        for moments in (self._even, self._early, self._recent):
            if kept in moments:
                moments.remove(kept)
        self._nbytes -= kept.moment.nbytes


def _is_power(number: int) -> bool:
    """Whether it is 1, 2, 4, 8 and so on."""
    return number > 0 and number & (number - 1) == 0


def _is_long(place: RunPlace) -> bool:
    """Whether an epoch lasts long enough for a look at its parts."""
    return place.examples >= LONG_EPOCH * place.mini_batch_size


def _first_of_cells(moments: list[KeptMoment], step: int) -> list[KeptMoment]:
    """Return the first moment of each ``step`` units."""
    cells: dict[int, KeptMoment] = {}
    for each in moments:
        cells.setdefault(each.unit // step, each)
    return list(cells.values())


def _same(one: RunMoment, other: RunMoment) -> bool:
    """Whether two moments have the same weights and biases."""
    pairs = zip(
        chain(one.parameters.biases, one.parameters.weights),
        chain(other.parameters.biases, other.parameters.weights),
        strict=True,
    )
    return all(a is b or np.array_equal(a, b) for a, b in pairs)
