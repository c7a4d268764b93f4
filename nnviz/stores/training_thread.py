"""The worker thread, which lives as long as it runs, whatever becomes of who started it.

Qt aborts the process when a running thread is destroyed. A program that ends by an exception, or
drops its window without closing it, destroys what it owns in any order; so the threads that run
are kept here, and the end of the process waits for them.
"""

import atexit

from PySide6.QtCore import QThread

from nnviz.stores.training_request import TrainingRequest
from nnviz.stores.training_worker import TrainingWorker

__all__ = ["TrainingThread"]

_running: set["TrainingThread"] = set()


class TrainingThread(QThread):
    """One worker and the thread that its slots run in. Used from the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.worker = TrainingWorker()
        self.worker.moveToThread(self)
        self._request: TrainingRequest | None = None

    def begin(self, request: TrainingRequest | None = None) -> None:
        """Run from now on, and know the run that a stop would have to end."""
        self._request = request or self._request
        if not self.isRunning():
            _running.add(self)
            self.start()

    def ask_to_end(self) -> None:
        """End the run and the thread as soon as they can; returns at once."""
        if self._request is not None:
            self._request.control.request_stop()
        self.quit()

    def end(self, timeout_ms: int) -> bool:
        """End the run and the thread; return whether they did in time."""
        self.ask_to_end()
        ended = self.wait(timeout_ms)
        if ended:
            _running.discard(self)
        return ended


def _end_all() -> None:
    for thread in tuple(_running):
        thread.ask_to_end()
        thread.wait()


# PySide destroys whatever Python owns when the process ends, referenced or not. What is registered
# last is called first: this is before, because PySide was imported above.
atexit.register(_end_all)
