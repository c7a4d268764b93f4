"""Python's garbage is collected in the GUI thread alone.

A cycle can hold a QObject. Collected by whatever thread happens to allocate, its destructor takes
Qt's lock of connections there and waits for the GIL, which the GUI thread holds while it waits for
that lock: both stand still for ever.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

__all__ = ["GarbageCollector"]

INTERVAL_MS = 500


class GarbageCollector(QObject):
    """Turns Python's own collector off while it lives, and collects when the event loop has time.

    To be made in the GUI thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(INTERVAL_MS)

    @Slot()
    def collect(self) -> None:
        """Collect what Python would: the young often, the old seldom."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [
            generation
            for generation, (count, threshold) in enumerate(zip(counts, thresholds, strict=True))
            if count > threshold
        ]
        if due and not sys.is_finalizing():
            gc.collect(due[-1] if due == list(range(len(due))) else 0)
