"""The whole training loop, without Qt: slices, and between them control, snapshots and reports."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import Parameters
from nnviz.errors import DivergedError, NnvizError
from nnviz.training.config import RunMoment, TrainingConfig, TrainingJob
from nnviz.training.control import Command, TrainingControl
from nnviz.training.early_stopping import NOTHING_VALIDATED, EarlyStopping
from nnviz.training.epoch_totals import NO_TOTALS, EpochTotals
from nnviz.training.evaluation import Evaluation, evaluate
from nnviz.training.live import AppliedChange
from nnviz.training.pacing import Pace
from nnviz.training.run_record import RunRecord
from nnviz.training.snapshot import (
    EpochReport,
    Mailbox,
    Outcome,
    OutcomeStatus,
    TrainingSnapshot,
)
from nnviz.training.trainer import Interrupted, SliceResult, Trainer
from nnviz.training.warm_up import best_trainer

__all__ = ["TrainerFactory", "run_training"]

logger = logging.getLogger(__name__)

SLICE_SECONDS = 0.010
"""Aim for one slice: short enough that a stop or a pause feels immediate, long enough that what
happens between two slices does not count."""

FIRST_SLICE = 1
"""Mini-batches of the first slice, before any has been timed: a single one can take seconds."""

RATE_MEMORY = 0.9
"""Share of the old value in the running mean of the training speed, per slice."""


SETTLING_SECONDS = 1.0
"""So long a run trains before its speed says when it ends: the first slices warm up."""


TrainerFactory = Callable[[TrainingJob, Trainer | None], Trainer]
"""Called with None for a job's first trainer, and between slices with the current one, which it
returns or replaces by one that goes on from there."""


def run_training(
    job: TrainingJob,
    control: TrainingControl,
    mailbox: Mailbox,
    on_epoch: Callable[[EpochReport], None],
    trainer_factory: TrainerFactory = best_trainer,
    record: RunRecord | None = None,
) -> Outcome:
    """Train until the job is done, stopped or has failed; never raises.

    A snapshot goes into the mailbox when one was asked for, when the loop pauses, and at the end.
    ``on_epoch`` is called in the thread that this runs in. ``record``, which has begun with the
    job, keeps moments on the way.
    """
    loop = _Loop(job, control, mailbox, on_epoch, trainer_factory, record)
    try:
        return loop.ended(loop.run())
    except NnvizError as error:
        return loop.failed(str(error), diverged=isinstance(error, DivergedError))
    except MemoryError:
        return loop.failed(
            f"There is not enough memory for {job.spec} with a mini-batch size of "
            f"{loop.config.mini_batch_size:,}; choose a smaller network or mini-batch."
        )
    except Exception as error:  # the border: whoever waits for the end of a run must be told
        logger.exception("The training loop failed.")
        message = (
            f"Training stopped because of an unexpected error, {error!r}; the weights up to then "
            "are kept."
        )
        return loop.failed(message, traceback.format_exc())


class _Loop:
    """One run of ``run_training``."""

    def __init__(
        self,
        job: TrainingJob,
        control: TrainingControl,
        mailbox: Mailbox,
        on_epoch: Callable[[EpochReport], None],
        trainer_factory: TrainerFactory,
        record: RunRecord | None,
    ) -> None:
        self._job = job
        self._control = control
        self._mailbox = mailbox
        self._on_epoch = on_epoch
        self._trainer_factory = trainer_factory
        self._record = record
        self._trainer: Trainer | None = None
        self._slice_size = FIRST_SLICE
        self._pace = Pace()
        self._progress = _Progress(job)
        self._totals = job.start.totals if job.start else NO_TOTALS
        self._stopping = EarlyStopping(
            job.config.patience, job.start.validated if job.start else NOTHING_VALIDATED
        )
        self._stops_early = False
        start = job.start
        self._epochs = start.epoch if start is not None else 0
        self._known = (start.parameters if start else job.parameters), start

    def run(self) -> OutcomeStatus:
        """Train; returns completed or stopped, raises what went wrong."""
        self._job.check()
        self._trainer = self._trainer_factory(self._job, None)
        while not (self._trainer.is_done or self._stops_early):
            command = self._control.next_command()
            if command is Command.STOP:
                self._publish(self._trainer)
                return OutcomeStatus.STOPPED
            if command is Command.PAUSE:
                self._pause(self._trainer)
                continue
            if command is Command.RUN and self._waits(self._trainer):
                continue
            self._trainer = self._trainer_factory(self._job, self._trainer)
            self._change(self._trainer)
            self._train_slice(self._trainer, single=command is Command.STEP)
        self._publish(self._trainer)
        return OutcomeStatus.COMPLETED

    @property
    def config(self) -> TrainingConfig:
        """The hyperparameters that the run has now."""
        return self._trainer.job.config if self._trainer else self._job.config

    def ended(self, status: OutcomeStatus) -> Outcome:
        """Return how a run ended that did not fail, with its parameters or the best epoch's."""
        assert self._trainer is not None  # run() made it
        moment = self._moment(self._trainer)
        return self._outcome(status, moment.parameters, moment)

    def failed(self, message: str, details: str = "", *, diverged: bool = False) -> Outcome:
        """Return why the run failed, with its last good parameters or the best epoch's.

        Of a trainer that cannot even be asked for them, those of the last snapshot. The costs that
        nobody was told yet are published.
        """
        at_end: RunMoment | None = None
        try:
            if self._trainer is not None:
                self._publish(self._trainer, ended=True)
                at_end = self._known[1]
        except Exception:  # too little memory for a copy, too
            logger.exception("A failed trainer does not tell its parameters.")
        ended = self._outcome(OutcomeStatus.FAILED, *self._known)
        return replace(
            ended, message=message, details=details, diverged=at_end if diverged else None
        )

    def _outcome(
        self, status: OutcomeStatus, parameters: Parameters, moment: RunMoment | None
    ) -> Outcome:
        """Return how the run ended; ``moment`` is where it had come to with ``parameters``."""
        best = self._stopping.best
        if moment is not None and self._record is not None:
            self._record.keep_newest(moment)
        if best is not None and self._job.config.keep_best:
            parameters = best.parameters
            if moment is not None and (moment.epoch, moment.examples_done) != (best.epoch, 0):
                moment = None
        early = self._stops_early and status is OutcomeStatus.COMPLETED
        return Outcome(self._job.run, status, "", parameters, moment, self._epochs, early, best)

    def _waits(self, trainer: Trainer) -> bool:
        """Wait for the next slice's turn where the speed is limited; False if it is its turn."""
        limit = self._control.speed_limit
        seconds = self._pace.seconds_to_wait(limit)
        if not seconds:
            return False
        if self._control.take_snapshot_request():  # the run is shown at its new speed
            self._publish(trainer)
        self._control.wait_for_turn(seconds, limit, self._progress.has_news)
        return True

    def _change(self, trainer: Trainer) -> None:
        """Go on with other hyperparameters, if they were asked for."""
        config, before = self._control.take_config(), self.config
        if config is None or config == before:
            return
        trainer.reconfigure(config)
        self._progress.note_change(trainer, before)
        # A slice stays as short as it was.
        slice_examples = self._slice_size * before.mini_batch_size
        self._slice_size = max(1, slice_examples // config.mini_batch_size)

    def _train_slice(self, trainer: Trainer, single: bool) -> None:
        limit = self._control.speed_limit
        size = 1 if single else self._pace.largest_slice(limit, self._slice_size)
        if self._record is not None:
            size = min(size, self._record.mini_batches_until_wanted(trainer.place))
        self._pace.begin(limit, size)
        try:
            result = trainer.advance(size, self._control.stop_flag)
        except Interrupted:
            return
        if not single:
            self._slice_size = _next_size(self._slice_size, result)
        self._progress.add(result)
        self._totals = self._totals.plus(
            result.cost_totals, result.examples, result.correct, result.seconds
        )
        if result.epoch_done:
            self._end_epoch(trainer, result.epoch)
        if self._record is not None and self._record.wants(trainer.place):
            self._record.keep(self._moment(trainer))
        if self._control.take_moment_request():
            self._mailbox.put_moment(self._moment(trainer))
        if self._control.take_snapshot_request():
            self._publish(trainer)

    def _end_epoch(self, trainer: Trainer, epoch: int) -> None:
        """Evaluate and report; a stop interrupts the evaluation, not the report."""
        self._control.note_epoch_end()
        self._epochs = epoch + 1
        started, parameters = perf_counter(), trainer.parameters
        validation = self._evaluate(parameters, self._job.validation)
        test = self._evaluate(parameters, self._job.test)
        self._progress.evaluation_seconds = perf_counter() - started
        done, self._totals = self._totals, NO_TOTALS
        if validation is not None:
            self._stopping.add(self._epochs, validation, parameters)
            self._stops_early = self._stopping.is_over and not trainer.is_done
        self._on_epoch(_report(self._job.run, self._epochs, done, validation, test))

    def _evaluate(self, parameters: Parameters, data: Dataset | None) -> Evaluation | None:
        """Return how the parameters do on some data; None without it, or if stopped meanwhile."""
        if data is None:
            return None
        decay = self.config.l2 / len(self._job.train)
        return evaluate(
            self._job.spec, parameters, data, decay, lambda: self._control.stop_requested
        )

    def _pause(self, trainer: Trainer) -> None:
        # First the snapshot, then the confirmation: who sees the pause finds its parameters.
        self._control.take_snapshot_request()
        self._publish(trainer, paused=True)
        self._control.confirm_pause()
        self._control.wait_while_paused()

    def _moment(self, trainer: Trainer) -> RunMoment:
        """Return where the run stands, with the sums of its epoch and its best one."""
        return replace(trainer.moment, totals=self._totals, validated=self._stopping.validated)

    def _publish(self, trainer: Trainer, paused: bool = False, ended: bool = False) -> None:
        most = self._control.speed_limit * trainer.job.config.mini_batch_size
        moment = self._moment(trainer) if paused or ended else None
        if moment is not None and self._record is not None:
            self._record.keep_newest(moment)
        parameters = moment.parameters if moment else trainer.parameters
        self._known = parameters, moment
        self._mailbox.put(self._progress.snapshot(parameters, moment if paused else None, most))


def _next_size(size: int, result: SliceResult) -> int:
    """Return the slice size that would have taken SLICE_SECONDS, at most doubled or halved."""
    per_mini_batch = result.seconds / len(result.costs)
    wanted = SLICE_SECONDS / max(per_mini_batch, 1e-9)
    return max(1, round(min(max(wanted, size / 2), size * 2)))


class _Progress:
    """Where the run stands and how fast it goes: what snapshots are made of."""

    def __init__(self, job: TrainingJob) -> None:
        start, epoch_size = job.start, len(job.train)
        self._job = job
        self._epoch = start.epoch if start else 0
        self._mini_batch = start.mini_batch if start else 0
        left = epoch_size - (start.examples_done if start else 0)
        self._per_epoch = self._mini_batch - (-left // job.config.mini_batch_size)
        self._mini_batches_done = 0
        self._sequence = 0
        self._examples_done = start.epoch * epoch_size + start.examples_done if start else 0
        self._examples_per_second = 0.0
        self._seconds = 0.0
        self._costs: list[FloatArray] = []
        self._changes: list[AppliedChange] = []
        self.evaluation_seconds = 0.0

    def add(self, result: SliceResult) -> None:
        """Count a slice."""
        self._epoch, self._mini_batch = result.epoch, result.mini_batch
        self._per_epoch = result.mini_batches_per_epoch
        self._mini_batches_done += len(result.costs)
        self._examples_done += result.examples
        self._costs.append(result.costs)
        self._seconds += result.seconds
        rate = result.examples / max(result.seconds, 1e-9)
        old = self._examples_per_second
        self._examples_per_second = RATE_MEMORY * old + (1 - RATE_MEMORY) * rate if old else rate

    @property
    def has_news(self) -> bool:
        """Whether mini-batches were trained since the last snapshot."""
        return bool(self._costs)

    def note_change(self, trainer: Trainer, before: TrainingConfig) -> None:
        """Count a change of the hyperparameters that the trainer has just made."""
        self._changes.append(
            AppliedChange(
                self._mini_batches_done, trainer.mini_batches_left, before, trainer.job.config
            )
        )

    def snapshot(
        self, parameters: Parameters, moment: RunMoment | None, most: float
    ) -> TrainingSnapshot:
        """Return the state now, with the costs since the last snapshot.

        ``moment`` is where a pause holds; ``most`` is how many examples a second the speed limit
        allows.
        """
        rate = min(self._examples_per_second, most)
        costs = np.concatenate([np.empty(0), *self._costs]).astype(np.float32)
        costs.setflags(write=False)
        changes = tuple(self._changes)
        self._costs.clear()
        self._changes.clear()
        self._sequence += 1
        return TrainingSnapshot(
            self._job.run,
            self._sequence,
            self._epoch,
            self._mini_batch,
            self._per_epoch,
            rate,
            costs,
            self._seconds_left(rate),
            parameters,
            moment is not None,
            changes,
            moment,
        )

    def _seconds_left(self, rate: float) -> float | None:
        """Return an estimate; None until the speed has settled, unless it is limited anyway."""
        is_settled = self._seconds >= SETTLING_SECONDS or rate < self._examples_per_second
        if not rate or not is_settled:
            return None
        examples = len(self._job.train) * self._job.config.epochs - self._examples_done
        epochs = -(-examples // len(self._job.train))
        return examples / rate + epochs * self.evaluation_seconds


def _report(
    run: int,
    epoch: int,
    totals: EpochTotals,
    validation: Evaluation | None,
    test: Evaluation | None,
) -> EpochReport:
    return EpochReport(
        run,
        epoch,
        totals.mean_cost,
        totals.accuracy,
        None if test is None else test.accuracy,
        totals.seconds,
        None if validation is None else validation.accuracy,
        None if validation is None else validation.cost,
        None if test is None else test.cost,
    )
