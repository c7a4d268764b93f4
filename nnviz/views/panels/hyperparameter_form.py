"""Learning rate, mini-batch size, epochs and L2: how the next run trains."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.widgets.fields import add_field, number_box, whole_box

__all__ = ["HyperparameterForm"]

FIXED_WHILE_TRAINING = "A run keeps the value that it began with; stop it to change this."


class HyperparameterForm(QWidget):
    """Sends every finished change to the workspace at once."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.learning_rate_box = number_box("training.learning-rate", 0.00001, 1000, 5)
        self.mini_batch_box = whole_box("training.mini-batch-size", 1, 60_000)
        self.epochs_box = whole_box("training.epochs", 1, 100_000)
        self.l2_box = number_box("training.l2", 0, 1000, 5)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        add_field(grid, 0, 0, "&Learning rate η", self.learning_rate_box)
        add_field(grid, 0, 1, "&Mini-batch size", self.mini_batch_box)
        add_field(grid, 1, 0, "&Epochs", self.epochs_box)
        add_field(grid, 1, 1, "L&2 λ", self.l2_box)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._tips = {
            self.learning_rate_box: "How far a step goes against the derivative",
            self.mini_batch_box: "How many examples an update averages over",
            self.epochs_box: "How often a run goes through the training data",
            self.l2_box: "Weight decay: the cost gains λ/(2n) Σw², n training examples",
        }
        for whole in (self.mini_batch_box, self.epochs_box):
            whole.valueChanged.connect(self._on_changed)
        for number in (self.learning_rate_box, self.l2_box):
            number.valueChanged.connect(self._on_changed)

    def synchronize(self) -> None:
        """Show the configuration; fixed while a run is on."""
        config, active = self._workspace.config, self._workspace.training.is_active
        for box, value in (
            (self.mini_batch_box, config.mini_batch_size),
            (self.epochs_box, config.epochs),
        ):
            with QSignalBlocker(box):
                box.setValue(value)
        for number, real in ((self.learning_rate_box, config.learning_rate),
                             (self.l2_box, config.l2)):  # fmt: skip
            with QSignalBlocker(number):
                number.setValue(real)
        for field, tip in self._tips.items():
            field.setEnabled(not active)
            field.setToolTip(f"{tip}.\n{FIXED_WHILE_TRAINING}" if active else f"{tip}.")

    @Slot()
    def _on_changed(self) -> None:
        self._workspace.set_config(
            replace(
                self._workspace.config,
                learning_rate=self.learning_rate_box.value(),
                mini_batch_size=self.mini_batch_box.value(),
                epochs=self.epochs_box.value(),
                l2=self.l2_box.value(),
            )
        )
