"""The run: its state, its history, its newest snapshot, and the thread that it runs on."""

import logging
import weakref
from dataclasses import replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from nnviz.errors import NnvizError
from nnviz.stores.branching import cut, mini_batches_per_epoch, segment_of
from nnviz.stores.epoch_axis import EpochAxis
from nnviz.stores.training_request import TrainingRequest
from nnviz.stores.training_thread import TrainingThread
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.history import ChangeMark, TrainingHistory
from nnviz.training.live import AppliedChange, changed_job, changes_between
from nnviz.training.pacing import FLAT_OUT
from nnviz.training.run_record import KeptMoment, RunRecord
from nnviz.training.snapshot import Mailbox, Outcome, OutcomeStatus, TrainingSnapshot
from nnviz.training.warm_up import cancel_warm_up, warm_up

__all__ = ["TrainingState", "TrainingStore"]

logger = logging.getLogger(__name__)

FRAME_MS = 28


class TrainingState(Enum):
    """What the run is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class TrainingStore(QObject):
    """Drives the worker thread from the GUI thread; every slot runs in the GUI thread."""

    state_changed = Signal(object)
    """Emitted with the new TrainingState."""
    run_started = Signal(object)
    """Emitted with the TrainingJob of a run that begins, before its first mini-batch."""
    about_to_branch = Signal(object)
    """Emitted with the KeptMoment that a run begins at, before the curves are cut there."""
    snapshot_changed = Signal(object)
    """Emitted with a TrainingSnapshot, at most once a frame."""
    epoch_finished = Signal(object)
    """Emitted with the newest EpochReport when the history has more, at most once a frame."""
    run_finished = Signal(object)
    """Emitted with the Outcome of the current run."""
    history_reset = Signal()
    """Emitted when the curves start anew."""
    moment_taken = Signal(object)
    """Emitted with the RunMoment that was asked for; the curves may still lag behind it."""
    change_refused = Signal(str)
    """Emitted with one sentence why a run does not go on with other hyperparameters."""
    speed_limit_changed = Signal(float)
    """Emitted with the mini-batches a second that runs train at most."""
    data_loaded = Signal(object)
    """Emitted with the loaded Mnist."""
    data_failed = Signal(str)
    """Emitted with one sentence."""
    broken = Signal(str, str)
    """Emitted with one sentence and a traceback where a mistake of the program ended something."""

    _run_requested = Signal(object)
    _load_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = TrainingHistory()
        self.epoch_axis = EpochAxis()
        self.record = RunRecord()
        self._state = TrainingState.IDLE
        self._run = self._run_first = 0
        self._request: TrainingRequest | None = None
        self._snapshot: TrainingSnapshot | None = None
        self._outcome: Outcome | None = None
        self._steps_singly = False
        self._speed_limit = FLAT_OUT
        self._thread = TrainingThread()
        # Whoever drops a store that trains ends its run.
        weakref.finalize(self, self._thread.ask_to_end).atexit = False
        worker, queued = self._thread.worker, Qt.ConnectionType.QueuedConnection
        self._run_requested.connect(worker.run, queued)
        self._load_requested.connect(worker.load, queued)
        worker.run_finished.connect(self._on_run_finished, queued)
        worker.data_loaded.connect(self.data_loaded, queued)
        worker.data_failed.connect(self.data_failed, queued)
        worker.broken.connect(self.broken, queued)
        self._frame_timer = QTimer(self)
        self._frame_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame_timer.setInterval(FRAME_MS)
        self._frame_timer.timeout.connect(self._on_frame)

    @property
    def state(self) -> TrainingState:
        """What the run is doing."""
        return self._state

    @property
    def is_active(self) -> bool:
        """Whether a run has been started and not ended, paused or not."""
        return self._state is not TrainingState.IDLE

    @property
    def snapshot(self) -> TrainingSnapshot | None:
        """The newest snapshot of the run, None before the first."""
        return self._snapshot

    @property
    def outcome(self) -> Outcome | None:
        """How the last run ended, None while one is on and once the curves start anew."""
        return self._outcome

    @property
    def job(self) -> TrainingJob | None:
        """The job of the current or last run, with the hyperparameters that it was given last."""
        return self._request.job if self._request else None

    @Slot()
    def prepare(self) -> None:
        """Get the compiled trainer ready in the background; training does not wait for it."""
        warm_up()

    def give_up_preparing(self) -> None:
        """Forget about the compiled trainer: the program ends."""
        cancel_warm_up()

    def load_data(self, folder: Path | None) -> None:
        """Load MNIST in the worker thread; data_loaded or data_failed tells."""
        self._thread.begin()
        self._load_requested.emit(folder)

    def next_run_number(self) -> int:
        """Return the number for the next run; older runs' messages are dropped by it."""
        self._run += 1
        return self._run

    def start(
        self,
        job: TrainingJob,
        *,
        one_mini_batch: bool = False,
        one_epoch: bool = False,
        branch_from: KeptMoment | None = None,
        paused: bool = False,
    ) -> None:
        """Start ``job``; with one of the flags it pauses by itself after that much, or at once.

        With ``branch_from``, a moment of the record that the job starts at, the curves and the
        record go on there, and what came after it is dropped.

        Raises TrainingError or SpecError where the job makes no sense.
        """
        if self.is_active:
            return
        job.check()
        control = TrainingControl()
        control.set_speed_limit(self._speed_limit)
        self._steps_singly = one_mini_batch
        if one_mini_batch:
            control.pause()
            control.run_one_mini_batch()
        elif one_epoch:
            control.pause()
            control.run_one_epoch()
        elif paused:
            control.pause()
        self._snapshot = self._outcome = None
        self._begin_curves(job, branch_from)
        self._request = TrainingRequest(job, control, Mailbox(), self.record)
        self._thread.begin(self._request)
        self.run_started.emit(job)
        self._set_state(TrainingState.RUNNING)
        self._frame_timer.start()
        self._run_requested.emit(self._request)

    def change(self, config: TrainingConfig) -> bool:
        """Let the run go on with other hyperparameters from its next mini-batch on.

        Return whether they are taken, which they are without a run too; ``change_refused`` tells
        why they are not, and then nothing changes.
        """
        if self._request is None or not self.is_active:
            return True
        try:
            job = changed_job(self._request.job, config)
        except NnvizError as error:
            self.change_refused.emit(str(error))
            return False
        self._request = replace(self._request, job=job)
        self._request.control.change(config)
        return True

    @property
    def speed_limit(self) -> float:
        """How many mini-batches a second this run and the next ones train at most."""
        return self._speed_limit

    def set_speed_limit(self, limit: float) -> None:
        """Train at most so many mini-batches a second, from now on; FLAT_OUT is no limit."""
        if limit != self._speed_limit:
            self._speed_limit = limit
            if self._request is not None:
                self._request.control.set_speed_limit(limit)
            self.speed_limit_changed.emit(limit)

    def request_moment(self) -> None:
        """Ask a run for the moment it is at; ``moment_taken`` tells."""
        if self._request is not None:
            self._request.control.request_moment()

    def restore(self, history: TrainingHistory, axis: EpochAxis, record: RunRecord) -> None:
        """Take the curves and the moments of a run that ended with the program."""
        self.clear_history()
        self.history, self.epoch_axis, self.record = history, axis, record
        self._run = max(self._run, *(each.run for each in axis.segments))
        self.history_reset.emit()

    def clear_history(self) -> None:
        """Start the curves anew."""
        self.history = TrainingHistory()
        self.epoch_axis = EpochAxis()
        self.record = RunRecord()
        self._snapshot = self._outcome = None
        self.history_reset.emit()

    @Slot()
    def pause(self) -> None:
        """Ask for a pause at the next mini-batch; the state changes when it has happened."""
        if self._request is not None and self._state is TrainingState.RUNNING:
            self._request.control.pause()

    @Slot()
    def resume(self) -> None:
        """Go on after a pause."""
        if self._request is not None and self._state is TrainingState.PAUSED:
            self._steps_singly = False
            self._request.control.resume()
            self._set_running()

    @property
    def steps_singly(self) -> bool:
        """Whether the run pauses after each mini-batch: another can be asked for meanwhile."""
        return self._steps_singly and self.is_active

    @Slot()
    def run_one_mini_batch(self) -> None:
        """Train one mini-batch more of a paused run, or of one that does single ones."""
        can_step = self._state is TrainingState.PAUSED or (
            self._state is TrainingState.RUNNING and self._steps_singly
        )
        if self._request is not None and can_step:
            self._steps_singly = True
            self._request.control.run_one_mini_batch()
            self._set_running()

    @Slot()
    def run_one_epoch(self) -> None:
        """Train a paused run to the end of its epoch."""
        if self._request is not None and self._state is TrainingState.PAUSED:
            self._steps_singly = False
            self._request.control.run_one_epoch()
            self._set_running()

    @Slot()
    def stop(self) -> None:
        """Ask the run to end; returns at once."""
        if self._request is not None and self.is_active:
            self._request.control.request_stop()
            self._set_state(TrainingState.STOPPING)

    def abandon(self) -> None:
        """End the run at once for everybody here: what it still sends is dropped."""
        if self._request is not None and self.is_active:
            self._request.control.request_stop()
            self._request = None
            self._snapshot = None
            self._frame_timer.stop()
            self._set_state(TrainingState.IDLE)

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End the run and the thread; for the close sequence and for tests.

        A thread that does not end in time is left alone: the process ends after it.
        """
        self._frame_timer.stop()
        ended = self._thread.end(timeout_ms)
        if not ended:
            logger.error("The worker thread did not end within %d ms.", timeout_ms)
        return ended

    def _set_state(self, state: TrainingState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _set_running(self) -> None:
        self._set_state(TrainingState.RUNNING)
        self._frame_timer.start()

    @Slot()
    def _on_frame(self) -> None:
        """Take what the worker has put in the mailbox; notice a pause, or ask for the next."""
        if self._request is None:
            return
        # Asked before the mailbox is emptied: the snapshot of this pause is then in it.
        is_paused = self._request.control.is_paused
        self._take_snapshot()
        self._take_reports()
        moment = self._request.mailbox.take_moment()
        if moment is not None:
            self.moment_taken.emit(moment)
        if self._state is not TrainingState.RUNNING:
            return
        if is_paused:
            self._frame_timer.stop()
            self._set_state(TrainingState.PAUSED)
        else:
            self._request.control.request_snapshot()

    def _take_snapshot(self) -> None:
        if self._request is None:
            return
        snapshot = self._request.mailbox.take()
        if snapshot is None or snapshot.run != self._request.job.run:
            return
        self._snapshot = snapshot
        self.history.append(snapshot.costs)
        for change in snapshot.changes:
            self._mark(self._request.job, change)
        self.snapshot_changed.emit(snapshot)

    def _begin_curves(self, job: TrainingJob, branch_from: KeptMoment | None) -> None:
        """Go on with the curves and the record: at their end, or from an earlier moment."""
        if branch_from is not None:
            self.about_to_branch.emit(branch_from)
            curves = cut(self.history, self.epoch_axis, self.record, branch_from, job)
            self.history, self.epoch_axis, self.record = curves
            self.history_reset.emit()
        else:
            self.epoch_axis = self.epoch_axis.with_run(segment_of(job, len(self.history)))
        self._run_first = len(self.history)
        self.record.begin(job, self._run_first)

    def _mark(self, job: TrainingJob, change: AppliedChange) -> None:
        before, after = change.before, change.after
        first = self._run_first + change.mini_batches
        if before.mini_batch_size != after.mini_batch_size:
            per_epoch = mini_batches_per_epoch(job, after)
            self.epoch_axis = self.epoch_axis.with_size(first, change.left_in_epoch, per_epoch)
        self.history.add_mark(ChangeMark(first, changes_between(before, after)))

    def _take_reports(self) -> None:
        reports = self._request.mailbox.take_reports() if self._request is not None else []
        for report in reports:
            self.history.add_epoch(report)
        if reports:
            self.epoch_finished.emit(reports[-1])

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        if self._request is None or outcome.run != self._request.job.run:
            return
        self._take_snapshot()
        self._take_reports()
        self._frame_timer.stop()
        if outcome.status is OutcomeStatus.FAILED:
            logger.warning("Training failed: %s", outcome.message)
        self._outcome = outcome
        self._set_state(TrainingState.IDLE)
        self.run_finished.emit(outcome)
        if outcome.details:
            self.broken.emit(outcome.message, outcome.details)
