"""The run in a file, every minute: if the program ends unexpectedly the next start offers it.

Beside the file is a lock that ends with the process, so that several programs at once keep out of
each other's way. The writing is done by a thread of its own, which touches nothing of Qt.
"""

import logging
import secrets
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer, Slot

from nnviz.errors import NnvizError
from nnviz.files.saved_run import SavedRun, Segment, write_run
from nnviz.stores.branching import epochs_before
from nnviz.stores.training_store import TrainingState
from nnviz.training.config import RunMoment

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["ENDING", "EVERY_MS", "Autosave", "lock_of"]

logger = logging.getLogger(__name__)

ENDING = ".nnviz-run"
EVERY_MS = 60_000
MOST_BYTES = 100_000_000
"""Of weights, what the optimizer remembers and the network's own samples: what is more is not
written every minute."""
MOST_EPOCHS = 10_000
"""So many epochs of a small network take seconds: there is nothing to lose."""
PAUSE_MS = 1_500
"""After a pause that lasts so long the run is saved: not after every single mini-batch."""


def lock_of(path: Path) -> QLockFile:
    """Return the lock of a saved run; who holds it is the program that writes it."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # however old: only the end of its process ends it
    return lock


class Autosave(QObject):
    """Writes a run that is on or paused, and removes the file when it has ended."""

    def __init__(self, workspace: "Workspace", folder: Path, every_ms: int = EVERY_MS) -> None:
        super().__init__(workspace)
        self._workspace, self._training = workspace, workspace.training
        self._path = folder / f"{secrets.token_hex(8)}{ENDING}"
        self._lock: QLockFile | None = None
        self._moment: RunMoment | None = None
        self._thread: threading.Thread | None = None
        self._error = ""
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._training.request_moment)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(min(PAUSE_MS, every_ms))
        self._pause.timeout.connect(self._on_long_pause)
        self._training.state_changed.connect(self._on_state)
        self._training.moment_taken.connect(self._on_moment)
        self._training.snapshot_changed.connect(self._on_snapshot)

    @property
    def path(self) -> Path:
        """The file that the run is written to."""
        return self._path

    def take_over(self, path: Path, lock: QLockFile) -> None:
        """Go on with the file of a run that ended with its program, whose lock is held."""
        self._remove()
        self._path, self._lock = path, lock

    def close(self) -> None:
        """Remove the file: the program ends as it should."""
        self._timer.stop()
        self._pause.stop()
        self._remove()

    def wait(self) -> None:
        """Wait until what is being written is written."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @Slot(object)
    def _on_state(self, state: TrainingState) -> None:
        if state is TrainingState.RUNNING and not self._timer.isActive():
            self._timer.start()
        if state is TrainingState.PAUSED:
            self._pause.start()
        else:
            self._pause.stop()
        if state is TrainingState.IDLE:
            self._timer.stop()
            self._moment = None
            self._remove()

    @Slot()
    def _on_long_pause(self) -> None:
        snapshot = self._training.snapshot
        if snapshot is not None and snapshot.moment is not None:
            self._on_moment(snapshot.moment)

    @Slot(object)
    def _on_moment(self, moment: RunMoment) -> None:
        self._moment = moment
        self._on_snapshot()

    @Slot()
    def _on_snapshot(self) -> None:
        """Write the moment that was asked for once the curves have come as far."""
        moment, training = self._moment, self._training
        if moment is None or not training.is_active:
            return
        place = training.record.origin_place + moment.mini_batches
        is_writing = self._thread is not None and self._thread.is_alive()
        if len(training.history) < place or is_writing:
            return
        self._moment = None
        run = self._run(moment)
        if run is not None:
            self.wait()
            self._thread = threading.Thread(target=self._write, args=(run,), name="autosave")
            self._thread.start()

    def _run(self, moment: RunMoment) -> SavedRun | None:
        """Return what is written; None for what is too large, or without a lock."""
        state, training = self._workspace.state, self._training
        samples, job = state.samples, training.job
        parts = () if samples is None else (samples.train, samples.test)
        arrays = [array for each in parts if each for array in (each.inputs, each.targets)]
        size = moment.nbytes + sum(each.nbytes for each in arrays if each is not None)
        if size > MOST_BYTES or len(training.history.reports) > MOST_EPOCHS:
            return None
        if job is None or not self._has_lock():
            return None
        origin = training.record.origin_place
        place = origin + moment.mini_batches
        axis = training.epoch_axis
        epochs = epochs_before(training.history, axis, place)
        history = training.history.truncated(place, epochs)
        return SavedRun(
            time.time(), state.title, job.spec, state.initialiser, origin, job.parameters, moment,
            history.costs, history.reports, history.marks,
            tuple(Segment(**asdict(each)) for each in axis.segments), samples,
        )  # fmt: skip

    def _has_lock(self) -> bool:
        """Hold the lock of the file; False where that cannot be, and then nothing is written."""
        if self._lock is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._complain(f"{self._path.parent}: {error.strerror or error}")
            return False
        lock = lock_of(self._path)
        if not lock.tryLock(0):
            self._complain(f"{self._path.parent} cannot be written to")
            return False
        self._lock = lock
        return True

    def _complain(self, reason: str) -> None:
        """Say once why the run is not saved."""
        if not self._error:
            self._error = reason
            logger.warning("Runs are not saved for the case of a crash: %s", reason)

    def _write(self, run: SavedRun) -> None:
        """Write the file; in a thread of its own."""
        try:
            write_run(self._path, run)
        except NnvizError as error:
            self._complain(str(error))

    def _remove(self) -> None:
        self.wait()
        if self._lock is None:
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._complain(str(error))
        self._lock.unlock()
        self._lock = None
