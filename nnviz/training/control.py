"""How one thread steers the training loop of another: stop, pause, single steps, snapshots."""

import threading
from enum import Enum

import numpy as np

from nnviz.training.config import TrainingConfig
from nnviz.training.pacing import FLAT_OUT

__all__ = ["Command", "TrainingControl"]


class Command(Enum):
    """What the loop is to do next."""

    RUN = "run"
    STEP = "step"
    PAUSE = "pause"
    STOP = "stop"


class TrainingControl:
    """The requests of the window, read by the loop between slices; every method is thread-safe.

    Requests are not signals because a busy thread does not read its event queue. One control
    serves one run. ``stop_flag``, (1,) int32, becomes 1 with a request to stop: compiled loops
    cannot ask methods.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.stop_flag = np.zeros(1, dtype=np.int32)
        self._pause = False
        self._steps = 0
        self._to_epoch_end = False
        self._snapshot = self._moment = False
        self._is_paused = self._waits = False
        self._config: TrainingConfig | None = None
        self._speed_limit = FLAT_OUT

    def request_stop(self) -> None:
        """End the run at once; a slice that is under way is given up."""
        with self._changed:
            self.stop_flag[0] = 1
            self._changed.notify_all()

    def pause(self) -> None:
        """Pause after the current slice; takes back single steps that have not begun.

        A loop that has not yet noticed that it may go on is still in its pause.
        """
        with self._changed:
            self._pause, self._steps, self._to_epoch_end = True, 0, False
            self._is_paused = self._waits and not self._has_work()
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on until told otherwise."""
        with self._changed:
            self._pause, self._steps, self._to_epoch_end = False, 0, False
            self._is_paused = False
            self._changed.notify_all()

    def run_one_mini_batch(self) -> None:
        """Train exactly one mini-batch more, then pause; two calls make two."""
        with self._changed:
            self._pause = True
            self._steps += 1
            self._is_paused = False
            self._changed.notify_all()

    def run_one_epoch(self) -> None:
        """Train to the end of the current epoch (of the next one, between two), then pause."""
        with self._changed:
            self._pause = self._to_epoch_end = True
            self._is_paused = False
            self._changed.notify_all()

    def request_snapshot(self) -> None:
        """Ask for a snapshot after the current slice; a paused loop has already given one."""
        with self._changed:
            self._snapshot = True
            self._changed.notify_all()

    def request_moment(self) -> None:
        """Ask for the moment after the current slice, with all that the run needs to go on."""
        with self._changed:
            self._moment = True

    def set_speed_limit(self, limit: float) -> None:
        """Train at most so many mini-batches a second from now on; FLAT_OUT is no limit."""
        with self._changed:
            self._speed_limit = limit
            self._changed.notify_all()

    @property
    def speed_limit(self) -> float:
        """How many mini-batches a second are trained at most."""
        with self._changed:
            return self._speed_limit

    def change(self, config: TrainingConfig) -> None:
        """Go on with other hyperparameters from the next mini-batch on; the newest ones count."""
        with self._changed:
            self._config = config

    @property
    def is_paused(self) -> bool:
        """Whether the loop has really paused, waits, and has put the snapshot of this pause."""
        with self._changed:
            return self._is_paused

    @property
    def stop_requested(self) -> bool:
        """Whether the run is to end."""
        return bool(self.stop_flag[0])

    def next_command(self) -> Command:
        """Return what to do next, and count a single step as begun; for the loop alone."""
        with self._changed:
            if self.stop_requested:
                return Command.STOP
            if self._pause and self._steps:
                self._steps -= 1
                return Command.STEP
            if self._pause and not self._to_epoch_end:
                return Command.PAUSE
            return Command.RUN

    def take_snapshot_request(self) -> bool:
        """Return whether a snapshot is wanted, and forget it; for the loop alone."""
        with self._changed:
            wanted, self._snapshot = self._snapshot, False
            return wanted

    def take_moment_request(self) -> bool:
        """Return whether a moment is wanted, and forget it; for the loop alone."""
        with self._changed:
            wanted, self._moment = self._moment, False
            return wanted

    def take_config(self) -> TrainingConfig | None:
        """Return the hyperparameters to change to, and forget them; for the loop alone."""
        with self._changed:
            config, self._config = self._config, None
            return config

    def note_epoch_end(self) -> None:
        """Count a request for one epoch as fulfilled; for the loop alone."""
        with self._changed:
            self._to_epoch_end = False

    def confirm_pause(self) -> None:
        """Say that the loop now pauses, unless there is work again; for the loop alone."""
        with self._changed:
            self._waits = True
            self._is_paused = not self._has_work()
            self._changed.notify_all()

    def wait_while_paused(self) -> None:
        """Wait for a stop, a resume or a single step; for the loop alone."""
        with self._changed:
            self._changed.wait_for(self._has_work)
            self._is_paused = self._waits = False

    def wait_for_turn(self, seconds: float, limit: float, has_news: bool) -> None:
        """Wait so long, or until a request or another limit than this; for the loop alone.

        A request for a snapshot counts only if there is news since the last one.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self.stop_requested
                    or (self._pause and not self._to_epoch_end)
                    or self._steps > 0
                    or (has_news and self._snapshot)
                    or self._speed_limit != limit
                ),
                seconds,
            )

    def _has_work(self) -> bool:
        """Whether a paused loop has something to do; called with the lock."""
        return self.stop_requested or not self._pause or self._steps > 0 or self._to_epoch_end
