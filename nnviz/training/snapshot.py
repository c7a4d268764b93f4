"""What the training loop tells: snapshots while it runs, a report per epoch, and how it ended."""

import threading
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import Parameters
from nnviz.training.config import RunMoment
from nnviz.training.early_stopping import BestEpoch
from nnviz.training.live import AppliedChange

__all__ = ["EpochReport", "Mailbox", "Outcome", "OutcomeStatus", "TrainingSnapshot"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSnapshot:
    """The state of a run between two slices; all arrays are read-only.

    ``epoch`` counts from 0 and is the one last trained in; ``mini_batch`` is how many of its
    mini-batches are done. ``costs`` holds every mini-batch's cost since the last snapshot, float32.
    ``seconds_left`` is an estimate, None in the run's first second. With ``paused``, the parameters
    are the very ones that the pause holds, and ``moment`` is where it holds. ``changes`` are those
    of hyperparameters since the last snapshot.
    """

    run: int
    sequence: int
    epoch: int
    mini_batch: int
    mini_batches_per_epoch: int
    examples_per_second: float
    costs: FloatArray
    seconds_left: float | None
    parameters: Parameters
    paused: bool
    changes: tuple[AppliedChange, ...] = ()
    moment: RunMoment | None = None


@dataclass(frozen=True, slots=True)
class EpochReport:
    """How an epoch went.

    ``epoch`` counts from 1. ``cost`` is the mean over the epoch's examples when they were seen,
    and ``train_accuracy`` likewise (0 … 1): while the network was still changing. It is None
    without labels. ``train_seconds`` is training alone. What the parameters after the epoch make of
    the validation and of the test examples is None without such examples, an accuracy also without
    labels, and both when a stop interrupted the evaluation. All costs are of the same function, L2
    term included.
    """

    run: int
    epoch: int
    cost: float
    train_accuracy: float | None
    test_accuracy: float | None
    train_seconds: float
    validation_accuracy: float | None = None
    validation_cost: float | None = None
    test_cost: float | None = None


class OutcomeStatus(Enum):
    """How a run ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The end of a run; ``message`` is one sentence, empty unless the run failed.

    ``parameters`` are the last good ones, or those of the ``best`` validation epoch if the run was
    to keep them; ``best`` is None without validation. ``moment`` is where the run had come to with
    the parameters; None if it failed before its first mini-batch, and where the best epoch is not
    the last thing trained. ``epochs`` is how many were trained whole. ``early`` says that a
    completed run stopped for want of a better epoch. ``diverged`` is where a run had come to that
    failed because the very next mini-batch makes a cost or a parameter something else than a finite
    number; None if it did not fail so. ``details`` is the traceback of a mistake of the program,
    empty where the run ended as it should or the message says all.
    """

    run: int
    status: OutcomeStatus
    message: str
    parameters: Parameters
    moment: RunMoment | None = None
    epochs: int = 0
    early: bool = False
    best: BestEpoch | None = None
    diverged: RunMoment | None = None
    details: str = ""

    @property
    def kept_best(self) -> bool:
        """Whether the parameters are those of the best validation epoch."""
        return self.best is not None and self.parameters is self.best.parameters


class Mailbox:
    """One place for the newest snapshot, between two threads: nothing queues up.

    A snapshot that is replaced before it was taken hands its costs and changes on to the one that
    replaces it, so that no point of the cost curve is lost. Reports of epochs are collected: a
    small network ends thousands a second, more than a signal each could tell of.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: TrainingSnapshot | None = None
        self._moment: RunMoment | None = None
        self._reports: list[EpochReport] = []

    def put(self, snapshot: TrainingSnapshot) -> None:
        """Put in a snapshot in place of the one that is there."""
        with self._lock:
            older = self._snapshot
            if older is not None and older.run == snapshot.run:
                costs = np.concatenate((older.costs, snapshot.costs))
                costs.setflags(write=False)
                changes = older.changes + snapshot.changes
                snapshot = replace(snapshot, costs=costs, changes=changes)
            self._snapshot = snapshot

    def take(self) -> TrainingSnapshot | None:
        """Take out the newest snapshot; None if there is none since the last time."""
        with self._lock:
            snapshot, self._snapshot = self._snapshot, None
            return snapshot

    def put_report(self, report: EpochReport) -> None:
        """Add the report of the next epoch."""
        with self._lock:
            self._reports.append(report)

    def take_reports(self) -> list[EpochReport]:
        """Take out the reports of all epochs since the last time, in order."""
        with self._lock:
            reports, self._reports = self._reports, []
            return reports

    def put_moment(self, moment: RunMoment) -> None:
        """Put in a moment that was asked for, in place of the one that is there."""
        with self._lock:
            self._moment = moment

    def take_moment(self) -> RunMoment | None:
        """Take out the newest moment; None if there is none since the last time."""
        with self._lock:
            moment, self._moment = self._moment, None
            return moment
