"""A short run of the real window by itself, for machines that check the program."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState

__all__ = ["SmokeRun"]

TRAIN_MS = 2000
LIMIT_MS = 60_000


class SmokeRun(QObject):
    """Waits for the data, trains for two seconds, pauses, steps to the end, saves a picture."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        super().__init__(window)
        self.passed = False
        self._window, self._picture = window, picture
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(window.close)

    @Slot()
    def start(self) -> None:
        """Begin; the window closes at the end, or after a minute without one."""
        self._limit.start(LIMIT_MS)
        workspace = self._window.workspace
        if workspace.stepper.locked:
            workspace.stepper.trace_changed.connect(self._on_trace)
        else:
            self._train()

    @Slot()
    def _on_trace(self) -> None:
        if not self._window.workspace.stepper.locked:
            self._window.workspace.stepper.trace_changed.disconnect(self._on_trace)
            self._train()

    def _train(self) -> None:
        self._window.workspace.training.state_changed.connect(self._on_state)
        self._window.workspace.run.start_or_pause()
        QTimer.singleShot(TRAIN_MS, self._window.workspace.training, self._pause)

    def _pause(self) -> None:
        self._window.workspace.training.pause()

    @Slot(object)
    def _on_state(self, state: TrainingState) -> None:
        if state is TrainingState.PAUSED:
            self._window.workspace.stepper.to_end()
            self._window.canvas.settle()
            QTimer.singleShot(300, self, self._save)

    @Slot()
    def _save(self) -> None:
        screen = self._window.screen()
        shot = screen.grabWindow(self._window.winId())
        if shot.isNull():
            shot = self._window.grab()
        self.passed = shot.save(str(self._picture), "PNG")
        self._window.close()
        QApplication.quit()
