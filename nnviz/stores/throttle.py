"""Work that is asked for often and done at most so often."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

__all__ = ["Throttle"]


class Throttle(QObject):
    """Passes the first request on at once and merges those that follow within the interval."""

    due = Signal()
    """Emitted when the work should be done."""

    def __init__(self, interval_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._on_timeout)

    @Slot(result=bool)
    def request(self) -> bool:
        """Ask for the work: now, or at the end of the interval; return whether it was now."""
        if self._timer.isActive():
            self._wanted = True
            return False
        self._timer.start()
        self.due.emit()
        return True

    def cancel(self) -> None:
        """Forget what was asked for; the next request is passed on at once."""
        self._wanted = False
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if self._wanted:
            self._wanted = False
            self._timer.start()
            self.due.emit()
