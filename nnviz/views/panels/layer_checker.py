"""Runs the check of a layer beside the window: asked for at each step, done when stepping rests."""

import logging
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.stores.background import Job, Jobs, stop_jobs
from nnviz.trace.layer_check import LayerCheck, Part, check_layer
from nnviz.trace.nudging import CancelledError
from nnviz.trace.pass_trace import PassTrace

__all__ = ["CheckRequest", "LayerChecker"]

logger = logging.getLogger(__name__)

REST_MS = 60
"""A check begins when nothing else was asked for this long: stepping is never made slow."""
LOOK_MS = 15


@dataclass(frozen=True, slots=True, eq=False)
class CheckRequest:
    """What is to be checked."""

    trace: PassTrace
    parts: tuple[Part, ...]
    example: int | None

    def same_as(self, other: "CheckRequest | None") -> bool:
        """Whether the answer to ``other`` answers this, too."""
        return (
            other is not None
            and self.trace is other.trace
            and (self.parts, self.example) == (other.parts, other.example)
        )


class LayerChecker(QObject):
    """The check of the newest request; older ones are given up, their results dropped."""

    finished = Signal()
    """Emitted in the GUI thread when the result of the newest request is there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: CheckRequest | None = None
        self._result: LayerCheck | None = None
        self._jobs = Jobs[_Job]()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer)
        self.destroyed.connect(partial(stop_jobs, self._jobs))

    @property
    def result(self) -> LayerCheck | None:
        """The check of the newest request; None while it is awaited."""
        return self._result

    @property
    def busy(self) -> bool:
        """Whether a check is awaited."""
        return self._timer.isActive()

    def request(self, request: CheckRequest) -> None:
        """Ask for a check; one that is awaited or known already is not begun again."""
        if request.same_as(self._request) and (self.busy or self._result is not None):
            return
        self._jobs.give_up()
        self._request, self._result = request, None
        self._timer.start(REST_MS)

    def cancel(self) -> None:
        """Give up what is awaited, and wait until the thread has ended, a few ms."""
        self._timer.stop()
        self._jobs.stop()

    def finish(self) -> None:
        """Make the awaited check now, in this thread: for screenshots."""
        if self._request is None or not self.busy:
            return
        self.cancel()
        request = self._request
        self._result = check_layer(request.trace, request.parts, request.example)
        self.finished.emit()

    @Slot()
    def _on_timer(self) -> None:
        job = self._jobs.current
        if job is None:
            if self._request is not None and self._jobs.start(_Job(self._request)):
                self._timer.setInterval(LOOK_MS)
        elif job.ended:
            self._timer.stop()
            self._jobs.current = None
            self._result = job.result
            self.finished.emit()


class _Job(Job):
    """One check in a thread of its own."""

    def __init__(self, request: CheckRequest) -> None:
        super().__init__("nnviz-check")
        self._checked = request
        self.result: LayerCheck | None = None

    def run(self) -> None:
        """Check, until done or given up."""
        asked = self._checked
        try:
            self.result = check_layer(asked.trace, asked.parts, asked.example, self.given_up.is_set)
        except CancelledError:
            logger.debug("The check of a layer was given up")
        except Exception:  # a border: nobody above would hear of it
            logger.exception("The check of a layer failed")
