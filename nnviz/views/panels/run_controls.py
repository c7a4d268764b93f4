"""The buttons of a run, its progress, and whether the pass follows it."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.ending import best_text
from nnviz.views.panels.progress import ended_text, run_share, run_text
from nnviz.views.panels.run_slider import RunSlider
from nnviz.views.panels.speed_control import SpeedControl
from nnviz.views.theme import text_font
from nnviz.visual.palette import Palette

__all__ = ["RunControls"]

STATUS_PX = 12

_TRAIN_TEXTS = {
    TrainingState.IDLE: "Train",
    TrainingState.RUNNING: "Pause",
    TrainingState.PAUSED: "Resume",
    TrainingState.STOPPING: "Stopping…",
}
_TRAIN_TIPS = {
    TrainingState.IDLE: "Train from these weights on",
    TrainingState.RUNNING: "Pause after the current mini-batches",
    TrainingState.PAUSED: "Go on with the run",
    TrainingState.STOPPING: "The run is ending",
}
BRANCH_TIP = "Go on with the run from the moment that is shown"
READY = "Ready to train."
BEST = "Use best weights"
BEST_TIP = (
    "Take the weights of the epoch that did best on the validation examples; undo goes back.\n"
    "Never chosen by the test: what is chosen by it, it would flatter."
)


class RunControls(QWidget):
    """Train, pause, resume, stop, and single steps; sends requests to the workspace."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.train_button = self._button("train", "Train")
        self.train_button.setProperty("primary", True)
        self.stop_button = self._button("stop", "Stop")
        self.mini_batch_button = self._button("mini-batch", "One mini-batch")
        self.epoch_button = self._button("epoch", "One epoch")
        self.progress_bar = QProgressBar()
        self.progress_bar.setObjectName("training.progress")
        self.progress_bar.setAccessibleName("Progress of the run")
        self.progress_bar.setToolTip("Progress of the whole run")
        self.progress_bar.setRange(0, 100)
        self.progress_bar.setTextVisible(False)
        self.status_label = QLabel()
        self.status_label.setObjectName("training.status")
        self.status_label.setProperty("muted", True)
        self.status_label.setFont(text_font(STATUS_PX))
        self.status_label.setWordWrap(True)
        self.status_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.best_button = self._button("use-best", BEST)
        self.follow_box = QCheckBox("Pass follows training")
        self.follow_box.setObjectName("training.follow")
        self.follow_box.setAccessibleName("Pass follows training")
        self.follow_box.setToolTip(
            "While a run trains, the pass is recorded anew with its newest weights; "
            "stepping through it holds it still"
        )
        self.speed = SpeedControl(workspace.training)
        self.moments = RunSlider(workspace)
        self._arrange()
        self.train_button.clicked.connect(workspace.run.start_or_pause)
        self.stop_button.clicked.connect(workspace.training.stop)
        self.mini_batch_button.clicked.connect(workspace.run.one_mini_batch)
        self.epoch_button.clicked.connect(workspace.run.one_epoch)
        self.follow_box.toggled.connect(self._on_follow_toggled)
        self.best_button.clicked.connect(workspace.best.use)
        workspace.best.changed.connect(self._on_best_changed)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.speed.set_theme(palette)
        self.moments.set_theme(palette)

    def synchronize(self) -> None:
        """Show the run as it is."""
        training = self._workspace.training
        self.moments.synchronize()
        is_past = self._workspace.travel.shown is not None
        state, ready = training.state, self._workspace.training_data is not None
        why = "" if ready or training.is_active else self._workspace.why_no_example()
        branches = is_past and state is TrainingState.IDLE
        self.train_button.setText("Train on" if branches else _TRAIN_TEXTS[state])
        self.train_button.setToolTip(why or (BRANCH_TIP if branches else _TRAIN_TIPS[state]))
        self.train_button.setEnabled(not why and state is not TrainingState.STOPPING)
        self._enable(self.stop_button, state in (TrainingState.RUNNING, TrainingState.PAUSED))
        self.stop_button.setToolTip("End the run and keep its weights")
        standing = state in (TrainingState.IDLE, TrainingState.PAUSED)
        for button, what in (
            (self.mini_batch_button, "Train exactly one mini-batch, then pause"),
            (self.epoch_button, "Train to the end of the epoch, then pause"),
        ):
            self._enable(button, not why and standing)
            button.setToolTip(why or (what if standing else f"{what}; pause the run first"))
        self.progress_bar.setValue(round(100 * run_share(training)))
        status = why or self._run_text() or READY
        self.status_label.setText(status.replace(" %", "\u00a0%"))
        self._show_best()
        with QSignalBlocker(self.follow_box):
            self.follow_box.setChecked(self._workspace.run.follow)

    def _enable(self, button: QPushButton, enabled: bool) -> None:
        """Enable a button or not; the focus of one that is no more goes to nobody.

        Qt would give it to the next control, which then takes the keys that step.
        """
        if button.hasFocus() and not enabled:
            button.clearFocus()
        button.setEnabled(enabled)

    @Slot()
    def _on_best_changed(self) -> None:
        self.synchronize()

    @Slot(bool)
    def _on_follow_toggled(self, checked: bool) -> None:
        self._workspace.run.set_follow(checked)

    def _run_text(self) -> str:
        """Return what the run does or how it ended, and which epoch was its best."""
        training, best = self._workspace.training, self._workspace.best
        text = ended_text(training) or run_text(training)
        if best.epoch is None:
            return text
        return f"{text.rstrip('.')}; {best_text(best.epoch, best.in_use)}"

    def _show_best(self) -> None:
        """Offer the weights of the best epoch where the run did not end with them."""
        best, outcome = self._workspace.best, self._workspace.training.outcome
        epoch = best.epoch
        self._enable(self.best_button, best.can_use)
        self.best_button.setVisible(
            epoch is not None and not (outcome is not None and outcome.kept_best)
        )
        self.best_button.setText(BEST if epoch is None else f"{BEST} (epoch {epoch.epoch})")
        self.best_button.setToolTip(BEST_TIP if best.can_use else best.why_not)

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"training.{name}")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _arrange(self) -> None:
        buttons = QGridLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.train_button, 0, 0)
        buttons.addWidget(self.stop_button, 0, 1)
        buttons.addWidget(self.mini_batch_button, 1, 0)
        buttons.addWidget(self.epoch_button, 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(buttons)
        layout.addWidget(self.progress_bar)
        layout.addWidget(self.moments)
        layout.addWidget(self.status_label)
        layout.addWidget(self.best_button)
        layout.addWidget(self.speed)
        layout.addWidget(self.follow_box)
