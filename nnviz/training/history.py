"""The curves of a run: every mini-batch's cost, a report per epoch, marks where it changed."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.training.live import Change
from nnviz.training.snapshot import EpochReport

__all__ = ["ChangeMark", "IndexArray", "TrainingHistory"]

IndexArray = np.ndarray[tuple[int], np.dtype[np.int64]]

FIRST_CAPACITY = 1_024
REPORT_BYTES = 250
"""Of one report with its numbers: those of a million epochs are more than all weights."""


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """Hyperparameters that were changed while a run was on, after ``mini_batch`` of the curves.

    With ``is_branch`` another run goes on from there; its hyperparameters may be the same.
    """

    mini_batch: int
    changes: tuple[Change, ...]
    is_branch: bool = False


class TrainingHistory:
    """Grows with the training; belongs to one thread.

    Mini-batches are counted from 1. Beside the costs (float32) it keeps their running sum
    (float64): the mean of any stretch is then one subtraction, and a curve of 150,000 points
    costs what the points on the screen cost.
    """

    def __init__(self) -> None:
        self._costs = np.zeros(FIRST_CAPACITY, dtype=np.float32)
        self._sums = np.zeros(FIRST_CAPACITY + 1, dtype=np.float64)
        self._count = 0
        self._reports: list[EpochReport] = []
        self._columns: dict[str, _Column] = {}
        self._marks: list[ChangeMark] = []

    def __len__(self) -> int:
        return self._count

    @property
    def costs(self) -> FloatArray:
        """The cost of every mini-batch so far, a read-only view."""
        view = self._costs[: self._count]
        view.setflags(write=False)
        return view

    @property
    def reports(self) -> tuple[EpochReport, ...]:
        """The reports of all epochs so far."""
        return tuple(self._reports)

    def reported(self, field: str) -> FloatArray:
        """Return a number of all reports, NaN where it is not known, (reports,); read-only.

        Reading it again costs what the newer reports cost.
        """
        column = self._columns.setdefault(field, _Column())
        for report in self._reports[column.count :]:
            column.add(getattr(report, field))
        return column.values

    @property
    def marks(self) -> tuple[ChangeMark, ...]:
        """Where hyperparameters were changed, in order."""
        return tuple(self._marks)

    @property
    def nbytes(self) -> int:
        """How much memory its numbers and reports take."""
        columns = sum(each.nbytes for each in self._columns.values())
        reports = REPORT_BYTES * len(self._reports)
        return self._costs.nbytes + self._sums.nbytes + columns + reports

    def means(self, ends: IndexArray, window: int) -> FloatArray:
        """Return the mean costs of the ``window`` mini-batches up to each of ``ends``, from 1.

        At the beginning, where there are fewer, it is the mean of those there are.
        """
        return self._means(np.maximum(ends - window, 0), ends)

    def append(self, costs: FloatArray) -> None:
        """Add the costs of the next mini-batches."""
        end = self._count + len(costs)
        self._reserve(end)
        self._costs[self._count : end] = costs
        running = np.cumsum(costs, dtype=np.float64) + self._sums[self._count]
        self._sums[self._count + 1 : end + 1] = running
        self._count = end

    def add_epoch(self, report: EpochReport) -> None:
        """Add the report of the next epoch."""
        self._reports.append(report)

    def add_mark(self, mark: ChangeMark) -> None:
        """Add a mark at or after the last one; one without changes is none, but for a branch."""
        if mark.changes or mark.is_branch:
            self._marks.append(mark)

    def truncated(self, mini_batches: int, epochs: int) -> "TrainingHistory":
        """Return another history with the first so many costs and reports.

        A change of hyperparameters right after them is left out: what follows has its own.
        """
        history = TrainingHistory()
        history.append(self._costs[: min(mini_batches, self._count)])
        history._reports = self._reports[:epochs]
        history._marks = [mark for mark in self._marks if mark.mini_batch < mini_batches]
        return history

    def mean_before(self, mini_batch: int, window: int) -> float | None:
        """Return the mean cost of the last ``window`` mini-batches up to one; None for none."""
        end = min(mini_batch, self._count)
        start = max(end - window, 0)
        return float(self._sums[end] - self._sums[start]) / (end - start) if end > start else None

    def decimated(self, max_points: int) -> tuple[FloatArray, FloatArray]:
        """Return (mini-batch numbers, costs) with at most that many points.

        Each point is the mean of a bucket, drawn at its middle. Buckets hold a power of two
        mini-batches and begin at the first, so that old points stay where they are while the
        curve grows.
        """
        edges = self._edges(max_points)
        return (edges[:-1] + edges[1:] + 1) / 2, self._means(edges[:-1], edges[1:])

    def smoothed(self, window: int, max_points: int) -> tuple[FloatArray, FloatArray]:
        """Return (mini-batch numbers, mean costs of the ``window`` mini-batches up to each)."""
        ends = self._edges(max_points)[1:]
        return ends.astype(np.float64), self.means(ends, window)

    def _edges(self, max_points: int) -> IndexArray:
        """Return where the buckets begin, and the end of the last one."""
        size = 1
        while -(-self._count // size) > max_points:
            size *= 2
        starts = np.arange(0, self._count, size, dtype=np.int64)
        return np.append(starts, self._count) if self._count else np.zeros(1, dtype=np.int64)

    def _means(self, starts: IndexArray, ends: IndexArray) -> FloatArray:
        return (self._sums[ends] - self._sums[starts]) / (ends - starts)

    def _reserve(self, count: int) -> None:
        """Double the buffers until ``count`` costs fit."""
        capacity = len(self._costs)
        if count <= capacity:
            return
        while capacity < count:
            capacity *= 2
        costs, sums = self._costs, self._sums
        self._costs = np.zeros(capacity, dtype=np.float32)
        self._sums = np.zeros(capacity + 1, dtype=np.float64)
        self._costs[: len(costs)] = costs
        self._sums[: len(sums)] = sums


class _Column:
    """One number of every report."""

    def __init__(self) -> None:
        self.count = 0
        self._buffer = np.zeros(FIRST_CAPACITY, np.float64)

    @property
    def values(self) -> FloatArray:
        """The numbers so far, a read-only view."""
        view = self._buffer[: self.count]
        view.setflags(write=False)
        return view

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self._buffer.nbytes

    def add(self, value: float | None) -> None:
        """Add the number of the next report."""
        if self.count == len(self._buffer):
            self._buffer = np.concatenate((self._buffer, np.zeros(self.count, np.float64)))
        self._buffer[self.count] = np.nan if value is None else value
        self.count += 1
