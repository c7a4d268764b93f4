"""Asking before another network, or other data, ends the run that is on.

The workspace itself does not ask: programs that use it know what they do. Every control of the
window that looks at something else goes through ``ask_before_ending_run``.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from nnviz.formatting import count
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.views.throttle import Throttle

__all__ = ["RunQuestion", "ask_before_ending_run"]

REFRESH_MS = 250


def ask_before_ending_run(
    asker: QWidget, training: TrainingStore, doing: str, verb: str, act: Callable[[], object]
) -> None:
    """Call ``act`` at once where no run is on; else ask first, without blocking.

    ``doing`` is what would end the run, as a sentence begins ("Opening digits.json"), ``verb`` what
    the button calls it ("Open").
    """
    if training.state in (TrainingState.IDLE, TrainingState.STOPPING):
        act()
        return
    window = asker.window()
    for older in window.findChildren(RunQuestion):
        older.reject()
    RunQuestion(training, doing, verb, act, window).open()


class RunQuestion(QMessageBox):
    """The run goes on while the question is open; Enter agrees, Esc keeps training."""

    def __init__(
        self,
        training: TrainingStore,
        doing: str,
        verb: str,
        act: Callable[[], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._training, self._doing, self._verb, self._act = training, doing, verb, act
        self.setObjectName("dialog.end-run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle("A run is on")
        self.agree_button = self.addButton("", QMessageBox.ButtonRole.AcceptRole)
        self.agree_button.setObjectName("end-run.agree")
        self.keep_button = self.addButton("", QMessageBox.ButtonRole.RejectRole)
        self.keep_button.setObjectName("end-run.keep")
        self.setDefaultButton(self.agree_button)
        self.setEscapeButton(self.keep_button)
        self.finished.connect(self._on_finished)
        training.state_changed.connect(self.synchronize)
        # Small networks finish thousands of epochs a second, and boxes are slow to say it.
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.due.connect(self.synchronize)
        training.snapshot_changed.connect(self._throttle.request)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Say how far the run is, and ask only for what there is still to ask."""
        training = self._training
        ended = not training.is_active
        self.setText("The run has ended meanwhile." if ended else f"A run is {_place(training)}.")
        self.setInformativeText(
            f"{self._doing} takes its place; its weights stay in undo."
            if ended
            else f"{self._doing} stops it; its weights so far stay in undo."
        )
        self.agree_button.setText(self._verb if ended else f"Stop and {self._verb}")
        self.keep_button.setText("Cancel" if ended else "Keep Training")

    @Slot(int)
    def _on_finished(self, _: int) -> None:
        if self.clickedButton() == self.agree_button:
            self._act()


def _place(training: TrainingStore) -> str:
    """Return whether a run is on or paused, and how far it is."""
    word = "paused" if training.state is TrainingState.PAUSED else "on"
    snapshot, job = training.snapshot, training.job
    if snapshot is None or job is None:
        return word
    return f"{word} (epoch {count(snapshot.epoch + 1)} of {count(job.config.epochs)})"
