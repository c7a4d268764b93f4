"""The run at a glance, in the tool bar: a bar, and epoch, rate and time left beside it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from nnviz.formatting import count
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.views.panels.progress import run_share, run_text
from nnviz.views.throttle import Throttle
from nnviz.views.widgets.elided_label import ElidedLabel

__all__ = ["ProgressStrip"]

INTERVAL_MS = 250


class ProgressStrip(QWidget):
    """Shows a training store's progress; takes the room that is left."""

    def __init__(self, training: TrainingStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._bar = QProgressBar()
        self._bar.setObjectName("toolbar.progress")
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(170)
        self._text = ElidedLabel()
        self._text.setObjectName("toolbar.progress-text")
        self._text.setProperty("muted", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        row.addWidget(self._bar)
        row.addWidget(self._text, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        # A progress bar paints itself at once whenever it is told a value.
        self._throttle = Throttle(INTERVAL_MS, self)
        self._throttle.due.connect(self.synchronize)
        training.state_changed.connect(self.synchronize)
        training.snapshot_changed.connect(self._throttle.request)
        training.history_reset.connect(self.synchronize)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Show the run as it is now; without one, what it reached."""
        job, snapshot = self._training.job, self._training.snapshot
        if job is None or snapshot is None:
            self._bar.setValue(0)
            self._text.show_text("")
            return
        epochs, outcome = job.config.epochs, self._training.outcome
        self._bar.setValue(round(1000 * run_share(self._training)))
        if self._training.state is TrainingState.IDLE:
            done = snapshot.epoch + (snapshot.mini_batch == snapshot.mini_batches_per_epoch)
            early = outcome is not None and outcome.early
            how = "early stop, epoch" if early else "ended after"
            of = count(epochs)
            self._text.show_text(f"{how} {count(done)} of {of}{'' if early else ' epochs'}")
        else:
            self._text.show_text(run_text(self._training))
