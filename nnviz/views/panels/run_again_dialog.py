"""Run again with one change: the dialog that asks which one, and says what it makes of the run."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import NnvizError
from nnviz.formatting import rounded
from nnviz.stores.run_again import check_again
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.workspace import Workspace
from nnviz.training.differences import config_differences, network_differences
from nnviz.views.panels.run_variations import VARIATIONS, Settings, Variation
from nnviz.views.widgets.fields import choose, combo_of
from nnviz.views.widgets.number_field import NumberField

__all__ = ["RunAgainDialog"]

WIDTH_PX = 420


class RunAgainDialog(QDialog):
    """Offers the settings that the run has, one at a time, each with its own field."""

    chosen = Signal(object, object)
    """Emitted with the RunEntry and the Settings to run it again with."""

    def __init__(self, workspace: Workspace, entry: RunEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._entry = workspace, entry
        self._before = Settings(entry.beginning.config, entry.beginning.spec)
        self.setObjectName("dialog.run-again")
        self.setWindowTitle("Run Again with One Change")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH_PX)
        offered = {key: each for key, each in VARIATIONS.items() if each.has(self._before)}
        self.variation_combo = combo_of(offered, "run-again.what")
        self.variation_combo.setAccessibleName("What is changed")
        self.variation_combo.setToolTip("The one setting that is other than in the run before")
        self.fields = {name: self._field_of(each) for name, each in offered.items()}
        self._stack = QStackedWidget()
        for field in self.fields.values():
            self._stack.addWidget(field)
        self.change_label = QLabel()
        self.change_label.setObjectName("run-again.change")
        self.change_label.setProperty("heading", True)
        self.hint_label = QLabel()
        self.hint_label.setObjectName("run-again.hint")
        self.hint_label.setProperty("muted", True)
        self.problem_label = QLabel()
        self.problem_label.setObjectName("run-again.problem")
        self.problem_label.setProperty("bad", True)
        for label in (self.change_label, self.hint_label, self.problem_label):
            label.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run_button = self.buttons.addButton("Run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.run_button.setObjectName("run-again.run")
        self.run_button.setProperty("primary", True)
        self.run_button.setToolTip("Train anew with this change; the curve of the other run stays")
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setObjectName("run-again.cancel")
        cancel.setToolTip("Change nothing and train nothing")
        self._arrange()
        self.variation_combo.currentIndexChanged.connect(self._on_edited)
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)
        self._on_edited()

    @property
    def variation(self) -> Variation:
        """What is to be changed."""
        return VARIATIONS[self.variation_combo.currentData()]

    def settings(self) -> Settings:
        """Return what the fields say; raises an NnvizError where it cannot be trained."""
        variation = self.variation
        after = variation.write(self._before, self._value(variation))
        check_again(self._workspace, self._entry, after.config, after.spec)
        return after

    @Slot()
    def _on_edited(self) -> None:
        """Say what would be other, and allow the run only if something is."""
        variation = self.variation
        self._stack.setCurrentWidget(self.fields[variation.name])
        self.hint_label.setText(variation.hint)
        problem, texts = "", list[str]()
        try:
            after = self.settings()
        except NnvizError as error:
            problem = str(error)
        else:
            texts = [each.text for each in config_differences(self._before.config, after.config)]
            texts += [each.text for each in network_differences(self._before.spec, after.spec)]
            self._hint_at_rate(after)
        self.change_label.setText(", ".join(texts) or "Nothing is changed yet.")
        self.change_label.setVisible(not problem)
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))
        self.run_button.setEnabled(bool(texts))

    @Slot()
    def _on_accepted(self) -> None:
        try:
            settings = self.settings()
        except NnvizError:
            self._on_edited()
            return
        self.chosen.emit(self._entry, settings)
        self.accept()

    def _hint_at_rate(self, after: Settings) -> None:
        """Say which learning rate another optimizer usually has: it stays what it is here."""
        name = after.config.optimizer.name
        if name != self._before.config.optimizer.name:
            usual, rate = OPTIMIZERS[name].learning_rate, after.config.learning_rate
            self.hint_label.setText(
                f"Only the optimizer changes: η stays {rounded(rate)}; with "
                f"{OPTIMIZERS[name].label} it is usually near {rounded(usual)}."
            )

    def _value(self, variation: Variation) -> float | str:
        field = self.fields[variation.name]
        if isinstance(field, NumberField):
            return field.value()
        return field.text() if isinstance(field, QLineEdit) else field.currentData()  # type: ignore[attr-defined]  # a combo box

    def _field_of(self, variation: Variation) -> QWidget:
        """Return the field of a setting, with the value that the run began with."""
        name, value = f"run-again.{variation.name.replace('_', '-')}", variation.read(self._before)
        if variation.rule is not None:
            number = NumberField(name, variation.rule)
            number.show_value(float(value))
            number.setKeyboardTracking(True)
            number.valueChanged.connect(self._on_edited)
            field: QWidget = number
        elif variation.table is not None:
            combo = combo_of(variation.table, name)
            choose(combo, str(value))
            combo.currentIndexChanged.connect(self._on_edited)
            field = combo
        else:
            line = QLineEdit(str(value))
            line.setObjectName(name)
            line.textChanged.connect(self._on_edited)
            field = line
        field.setAccessibleName(variation.label)
        field.setToolTip(variation.hint)
        return field

    def _arrange(self) -> None:
        name = self._entry.name
        what = QLabel(
            f"“{name}” is run again from its first weights and with its seed, with exactly one "
            "change. Both curves are drawn."
        )
        what.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("&Change", self.variation_combo)
        form.addRow("&To", self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(what)
        layout.addLayout(form)
        layout.addWidget(self.hint_label)
        layout.addWidget(self.change_label)
        layout.addWidget(self.problem_label)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
