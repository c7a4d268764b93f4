"""What happens to an exception that nobody caught: a log entry and a box, and the program goes on.

Slots may raise in any thread; the box is shown in the GUI thread. Ctrl+C in the terminal quits.
"""

import logging
import signal
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from nnviz.app.fault_box import FaultBox

__all__ = ["CrashReporter"]

logger = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Installs itself as ``sys.excepthook`` until ``uninstall``."""

    _reported = Signal(str, str)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._previous = sys.excepthook
        self._box: FaultBox | None = None
        self._reported.connect(self._show)
        sys.excepthook = self._on_exception
        signal.signal(signal.SIGINT, self._on_interrupt)
        # Python looks at signals only between its own instructions: a timer gives it some.
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._breathe)
        self._timer.start(200)

    def uninstall(self) -> None:
        """Put the hooks back."""
        self._timer.stop()
        sys.excepthook = self._previous
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._application.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        logger.error("Uncaught exception\n%s", details)
        self._reported.emit(f"{kind.__name__}: {error}", details)

    @Slot(str, str)
    def _show(self, sentence: str, details: str) -> None:
        if self._box is not None:
            return  # a mistake while painting comes with every frame; the log has them all
        text = "nnviz made a mistake. Your network is still here; you can save it."
        self._box = FaultBox(text, sentence, details, self._application.activeWindow())
        self._box.destroyed.connect(self._on_box_gone)
        self._box.open()

    @Slot()
    def _on_box_gone(self) -> None:
        self._box = None

    @Slot()
    def _breathe(self) -> None:
        pass

    def _on_interrupt(self, *_: object) -> None:
        self._application.quit()
