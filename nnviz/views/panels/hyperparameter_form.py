"""Learning rate, mini-batch size, images, epochs, L2 and dropout: how a run trains."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.widgets.fields import FieldRow
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["HyperparameterForm", "tip_while_training"]

FIXED_WHILE_TRAINING = "A run keeps the value that it began with; stop it to change this."
LIVE_WHILE_TRAINING = "A run goes on with it from the next mini-batch; the curves mark it."
LEARNING_RATE = NumberRule("the learning rate", above=True)
MINI_BATCH_SIZE = NumberRule("the mini-batch size", least=1, most=60_000, whole=True)
EPOCHS = NumberRule("the number of epochs", least=1, most=100_000, whole=True)
L2 = NumberRule("L2 λ", first_step=0.1)
IMAGES = NumberRule("the number of training images", least=1, most=60_000, whole=True)
DROPOUT = NumberRule("dropout", most=1, first_step=0.1, below=True)


class HyperparameterForm(QWidget):
    """Sends every finished change to the workspace at once, and only what was changed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.learning_rate_box = NumberField("training.learning-rate", LEARNING_RATE)
        self.mini_batch_box = NumberField("training.mini-batch-size", MINI_BATCH_SIZE)
        self.epochs_box = NumberField("training.epochs", EPOCHS)
        self.l2_box = NumberField("training.l2", L2)
        self.dropout_box = NumberField("training.dropout", DROPOUT)
        self.images_box = NumberField("training.images", IMAGES)
        self._tips = {
            self.learning_rate_box: "How far a step goes against the derivative",
            self.mini_batch_box: "How many examples an update averages over",
            self.epochs_box: "How often a run goes through the training data",
            self.l2_box: "Weight decay: the cost gains λ/(2n) Σw², n training examples",
            self.dropout_box: "With this probability, each hidden neuron is left out of an example "
            "while training.\nTests and passes use all of them, but for the mini-batches of a "
            "paused run",
            self.images_box: "How many of MNIST's 60,000 training images a run uses",
        }
        self.problem_label = NumberProblem(
            "training.number-problem",
            [self.learning_rate_box, self.mini_batch_box, self.epochs_box, self.l2_box,
             self.dropout_box, self.images_box],
        )  # fmt: skip
        self._first_row = FieldRow()
        self._arrange()
        self.learning_rate_box.valueChanged.connect(self._on_learning_rate_changed)
        self.mini_batch_box.valueChanged.connect(self._on_mini_batch_size_changed)
        self.epochs_box.valueChanged.connect(self._on_epochs_changed)
        self.l2_box.valueChanged.connect(self._on_l2_changed)
        self.dropout_box.valueChanged.connect(self._on_dropout_changed)
        self.images_box.valueChanged.connect(self._on_images_changed)

    def synchronize(self) -> None:
        """Show the configuration; epochs and images are fixed while a run is on."""
        config, active = self._workspace.config, self._workspace.training.is_active
        self.learning_rate_box.show_value(config.learning_rate)
        self.mini_batch_box.show_value(config.mini_batch_size)
        self.epochs_box.show_value(config.epochs, anew=active)
        self.l2_box.show_value(config.l2)
        self.dropout_box.show_value(config.dropout)
        self.images_box.show_value(config.train_size, anew=active)
        images = (self.images_box,) if self._workspace.state.reads_mnist else ()
        self._first_row.show_only(self.learning_rate_box, self.mini_batch_box, *images)
        for field, tip in self._tips.items():
            fixed = field in (self.epochs_box, self.images_box)
            field.setEnabled(not (active and fixed))
            field.setToolTip(tip_while_training(f"{tip}.", fixed) if active else f"{tip}.")

    @Slot(float)
    def _on_learning_rate_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, learning_rate=value))

    @Slot(float)
    def _on_mini_batch_size_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, mini_batch_size=int(value)))

    @Slot(float)
    def _on_epochs_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, epochs=int(value)))

    @Slot(float)
    def _on_l2_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, l2=value))

    @Slot(float)
    def _on_dropout_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, dropout=value))

    @Slot(float)
    def _on_images_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, train_size=int(value)))

    def _arrange(self) -> None:
        first, second = self._first_row, FieldRow()
        first.add("&Learning rate η", self.learning_rate_box)
        first.add("&Mini-batch size", self.mini_batch_box)
        first.add("Trainin&g images", self.images_box)
        second.add("&Epochs", self.epochs_box)
        second.add("L&2 λ", self.l2_box)
        second.add("Dropo&ut", self.dropout_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(first)
        layout.addWidget(second)
        layout.addWidget(self.problem_label)


def tip_while_training(tip: str, fixed: bool) -> str:
    """Return the tooltip of a field while a run is on: why it is fixed, or when it takes effect."""
    return f"{tip}\n{FIXED_WHILE_TRAINING if fixed else LIVE_WHILE_TRAINING}"
