"""Tells that a long run has ended to somebody who is looking at something else."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from nnviz.app.resources import application_icon
from nnviz.formatting import count, duration
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.training.ending import best_text, early_text
from nnviz.training.snapshot import EpochReport, Outcome, OutcomeStatus

__all__ = ["LONG_SECONDS", "Notifier", "ended_sentence"]

LONG_SECONDS = 20.0
"""A run that takes as long is not waited for: somebody goes and does something else."""
MESSAGE_MS = 10_000


class Notifier(QObject):
    """Watches the runs of a window; says nothing while the window is the active one.

    By a message of the desktop's tray where there is one that shows messages, else by the task
    bar, which then marks the window. The sentence goes to the status bar, too.
    """

    said = Signal(str)
    """Emitted with the sentence, for the status bar."""

    def __init__(self, window: QWidget, training: TrainingStore) -> None:
        super().__init__(window)
        self._window, self._training = window, training
        self._since = QElapsedTimer()
        self._tray: QSystemTrayIcon | None = None
        training.state_changed.connect(self._on_state_changed)
        training.run_finished.connect(self._on_run_finished)
        window.installEventFilter(self)

    @property
    def tray(self) -> QSystemTrayIcon | None:
        """The icon behind the message, only while there is one."""
        return self._tray

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the icon away when somebody comes back to the window."""
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.Close):
            self._take_tray_away()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _on_state_changed(self, state: TrainingState) -> None:
        """Count from where a run begins or goes on: a pause is not waited for."""
        if state is TrainingState.RUNNING:
            self._since.start()

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        seconds = self._since.elapsed() / 1_000 if self._since.isValid() else 0.0
        if outcome.status is OutcomeStatus.STOPPED or seconds < LONG_SECONDS:
            return
        if self._window.isActiveWindow():
            return
        reports = self._training.history.reports
        last = reports[-1] if reports and reports[-1].run == outcome.run else None
        job = self._training.job
        patience = job.config.patience if job is not None else 0
        sentence = ended_sentence(outcome, last, seconds, patience)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self._show_message(sentence)
        else:
            QApplication.alert(self._window)
        self.said.emit(sentence)

    def _show_message(self, sentence: str) -> None:
        self._take_tray_away()
        self._tray = QSystemTrayIcon(application_icon(), self)
        self._tray.setToolTip(sentence)
        self._tray.messageClicked.connect(self._on_clicked)
        self._tray.activated.connect(self._on_clicked)
        self._tray.show()
        title = self._window.windowTitle()
        self._tray.showMessage(title, sentence, application_icon(), MESSAGE_MS)

    @Slot()
    def _on_clicked(self) -> None:
        self._window.raise_()
        self._window.activateWindow()

    def _take_tray_away(self) -> None:
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None


def ended_sentence(
    outcome: Outcome, last: EpochReport | None, seconds: float, patience: int = 0
) -> str:
    """Return how a run ended, in a sentence or two; ``last`` is the report of its last epoch."""
    if outcome.status is OutcomeStatus.FAILED:
        return f"The training failed after {duration(seconds)}: {outcome.message}"
    if outcome.early:
        return f"The training {early_text(outcome.epochs, patience, outcome.best)}{_best(outcome)}."
    if last is None:
        return f"The training is done after {duration(seconds)}."
    epochs = f"{count(last.epoch)} epoch{'s' if last.epoch != 1 else ''}"
    sentence = f"The training is done: {epochs} in {duration(seconds)}"
    if outcome.best is not None or last.test_accuracy is None:
        return f"{sentence}{_best(outcome)}."
    return f"{sentence}, {100 * last.test_accuracy:.1f} % of the test examples are right."


def _best(outcome: Outcome) -> str:
    """Return which epoch validated best, as the end of a sentence; empty without validation."""
    return "" if outcome.best is None else f"; {best_text(outcome.best, outcome.kept_best)}"
