"""A run that ended with its program: found at the next start, continued, looked at or discarded."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLockFile, QObject, Signal, Slot

from nnviz.errors import NnvizError
from nnviz.files.saved_run import SavedRun, read_run
from nnviz.formatting import count
from nnviz.stores.autosave import ENDING, Autosave, lock_of
from nnviz.stores.epoch_axis import EpochAxis, RunSegment
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingJob
from nnviz.training.history import TrainingHistory
from nnviz.training.run_record import KeptMoment, RunRecord

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["Recovery", "offer_text"]

CONTINUE = "Continue the run"


class Recovery(QObject):
    """Offers the newest run that was left behind; what is not answered is offered again."""

    changed = Signal()
    """Emitted when a run is offered, or no longer."""

    def __init__(self, workspace: "Workspace", autosave: Autosave) -> None:
        super().__init__(workspace)
        self._workspace, self._autosave = workspace, autosave
        self._path: Path | None = None
        self._lock: QLockFile | None = None
        self._run: SavedRun | None = None
        self._problem = ""
        self._waiting: tuple[TrainingHistory, bool] | None = None
        workspace.examples.example_changed.connect(self._on_data)
        workspace.examples.problem_changed.connect(self._on_data)

    @property
    def is_offered(self) -> bool:
        """Whether a run was left behind, readable or not."""
        return self._path is not None

    @property
    def run(self) -> SavedRun | None:
        """The run that is offered; None if there is none, or ``problem`` says why not."""
        return self._run

    @property
    def problem(self) -> str:
        """Why the run that was left behind cannot be continued, else empty."""
        return self._problem

    def look_for(self) -> None:
        """Offer the newest run in the folder whose program is no longer there."""
        for path in sorted(self._autosave.path.parent.glob(f"*{ENDING}"), key=_age):
            lock = lock_of(path)
            if lock.tryLock(0):
                self._offer(path, lock)
                return

    @Slot()
    def continue_run(self) -> None:
        """Train on where the run was."""
        self._take(paused=False)

    @Slot()
    def look_at_run(self) -> None:
        """Show the run as it was, paused."""
        self._take(paused=True)

    @Slot()
    def discard(self) -> None:
        """Delete the run."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._workspace.problem.emit(
                f"{self._path}: the run cannot be deleted ({error.strerror or error})."
            )
        self._withdraw()

    def close(self) -> None:
        """Let go of a run that nobody has answered for: it is offered again."""
        self._withdraw()

    def _offer(self, path: Path, lock: QLockFile) -> None:
        self._path, self._lock = path, lock
        try:
            self._run = read_run(path)
        except NnvizError as error:
            self._problem = str(error)
        self.changed.emit()

    def _withdraw(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
        self._forget()

    def _forget(self) -> None:
        self._path = self._lock = self._run = self._waiting = None
        self._problem = ""
        self.changed.emit()

    def _take(self, *, paused: bool) -> None:
        """Open the run's network with its curves, and go on once its data is there."""
        run, workspace = self._run, self._workspace
        if run is None:
            return
        workspace.open_state(CONTINUE, _state_of(run))
        history = _history_of(run)
        segments = tuple(RunSegment(**asdict(each)) for each in run.segments)
        workspace.training.restore(history, EpochAxis(segments), RunRecord())
        self._waiting = history, paused
        self._on_data()

    @Slot()
    def _on_data(self) -> None:
        """Start the run that waits for its data, or say why that cannot be."""
        if self._waiting is None or self._run is None:
            return
        (history, paused), workspace = self._waiting, self._workspace
        if workspace.training.history is not history:
            self._waiting = None  # something else was opened meanwhile
            return
        data = workspace.training_data
        if data is None:
            if not workspace.loading and workspace.examples.problem:
                self._waiting = None
                workspace.problem.emit(
                    f"The run of {self._run.title} is kept, but cannot be continued now: "
                    f"{workspace.examples.problem}"
                )
            return
        self._waiting = None
        try:
            job = workspace.state.training_job(0, data, workspace.examples.mnist)
        except NnvizError as error:
            workspace.problem.emit(str(error))
            return
        kept = _keep(workspace.training.record, job, self._run)
        workspace.run.branch(kept, paused=paused)
        if workspace.training.is_active and self._path is not None and self._lock is not None:
            self._autosave.take_over(self._path, self._lock)
            self._forget()


def offer_text(run: SavedRun, now: datetime) -> str:
    """Return the sentence that offers a run; another day than ``now``'s is told with its date."""
    then = datetime.fromtimestamp(run.saved, now.tzinfo)
    when = f"{then:%H:%M}" if then.date() == now.date() else f"{then.day} {then:%B, %H:%M}"
    epoch, epochs = count(run.moment.epoch + 1), count(run.moment.config.epochs)
    return (
        f"nnviz ended unexpectedly. A run of {run.title} (epoch {epoch} of {epochs}, {when}) "
        "can be continued."
    )


def _age(path: Path) -> float:
    """Return a number that is larger for older files, and for one that has just been removed."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _state_of(run: SavedRun) -> NetworkState:
    return NetworkState(
        run.title, run.spec, run.moment.parameters.astype(np.float64), run.initialiser,
        run.moment.config, run.samples,
    )  # fmt: skip


def _history_of(run: SavedRun) -> TrainingHistory:
    history = TrainingHistory()
    history.append(run.costs)
    for report in run.reports:
        history.add_epoch(report)
    for mark in run.marks:
        history.add_mark(mark)
    return history


def _keep(record: RunRecord, job: TrainingJob, run: SavedRun) -> KeptMoment:
    """Let the record begin with the run's start and its newest moment; return that one."""
    record.begin(TrainingJob(job.run, job.spec, run.parameters, job.train, None, job.config),
                 run.place)  # fmt: skip
    record.keep_newest(run.moment)
    return record.kept[-1]
