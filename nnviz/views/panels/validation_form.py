"""How many examples are held back to validate with, and what their verdict does to a run."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.panels.hyperparameter_form import tip_while_training
from nnviz.views.widgets.fields import FieldRow
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["ValidationForm"]

VALIDATION = NumberRule("the number of validation examples", most=59_999, whole=True)
PATIENCE = NumberRule("the patience", most=100_000, whole=True)
SIZE_TIP = (
    "How many examples are held back: they are not trained on, but say after each epoch how the "
    "network does on examples it has not seen.\n{}; 0: none"
)
IMAGES_TIP = "Of MNIST, those after the training images: 50,000 and 10,000 are usual"
SAMPLES_TIP = "A random part of the samples, chosen by the seed"
PATIENCE_TIP = (
    "Early stopping: the run ends once so many epochs in a row brought no better validation.\n"
    "Better is a higher accuracy, or a lower cost where there are no classes; 0: never stop early"
)
KEEP_TIP = (
    "The run ends with the weights of the epoch that did best on the validation examples, "
    "else with its last.\nThe test never chooses: what is chosen by it, it would flatter"
)
NOTHING_HELD_BACK = "Hold some validation examples back first."


class ValidationForm(QWidget):
    """Sends every finished change to the workspace; all of it is fixed while a run is on."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.validation_box = NumberField("training.validation-size", VALIDATION)
        self.patience_box = NumberField("training.patience", PATIENCE)
        self.keep_best_box = QCheckBox("&Keep")
        self.keep_best_box.setObjectName("training.keep-best")
        self.problem_label = NumberProblem(
            "training.validation-problem", [self.validation_box, self.patience_box]
        )
        self._arrange()
        self.validation_box.valueChanged.connect(self._on_validation_changed)
        self.patience_box.valueChanged.connect(self._on_patience_changed)
        self.keep_best_box.toggled.connect(self._on_keep_best_toggled)

    def synchronize(self) -> None:
        """Show the configuration."""
        config, active = self._workspace.config, self._workspace.training.is_active
        self.validation_box.show_value(config.validation_size, anew=active)
        self.patience_box.show_value(config.patience, anew=active)
        with QSignalBlocker(self.keep_best_box):
            self.keep_best_box.setChecked(config.keep_best)
        part = IMAGES_TIP if self._workspace.state.reads_mnist else SAMPLES_TIP
        self._show_tip(self.validation_box, SIZE_TIP.format(part))
        for field, tip in ((self.patience_box, PATIENCE_TIP), (self.keep_best_box, KEEP_TIP)):
            self._show_tip(field, tip, needs_validation=True)

    def _show_tip(self, field: QWidget, tip: str, needs_validation: bool = False) -> None:
        """Enable a field where it can be changed; else its tooltip says why not."""
        active = self._workspace.training.is_active
        lacks = needs_validation and not self._workspace.config.validation_size
        field.setEnabled(not (active or lacks))
        if active:
            tip = tip_while_training(f"{tip}.", fixed=True)
        else:
            tip = f"{tip}.\n{NOTHING_HELD_BACK}" if lacks else f"{tip}."
        field.setToolTip(tip)

    @Slot(float)
    def _on_validation_changed(self, value: float) -> None:
        self._workspace.set_config(self._workspace.state.config_validating(int(value)))

    @Slot(float)
    def _on_patience_changed(self, value: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, patience=int(value)))

    @Slot(bool)
    def _on_keep_best_toggled(self, checked: bool) -> None:
        self._workspace.set_config(replace(self._workspace.config, keep_best=checked))

    def _arrange(self) -> None:
        row = FieldRow()
        row.add("Valid&ation", self.validation_box)
        row.add("Patie&nce", self.patience_box)
        row.add("Best epoch", self.keep_best_box)
        self.keep_best_box.setAccessibleName("Keep the best epoch")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(row)
        layout.addWidget(self.problem_label)
