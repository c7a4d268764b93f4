"""The optimizer with its hyperparameters, and the schedule of the learning rate."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.engine.optimizers import OPTIMIZERS, SETTINGS, Optimizer
from nnviz.stores.workspace import Workspace
from nnviz.training.schedules import SCHEDULES, Schedule
from nnviz.views.panels.hyperparameter_form import tip_while_training
from nnviz.views.widgets.fields import FieldRow, choose, combo_of
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["OptimizerForm"]

STEPPING = (
    "Stepping uses it, too: it remembers from pass to pass. A run, and what follows one, begins "
    "without memory."
)
CAPTIONS = {
    "momentum": "Momentum μ",
    "alpha": "Memory α",
    "beta1": "Memory β₁",
    "beta2": "Memory β₂",
    "weight_decay": "Weight decay",
}
"""The hyperparameters that are shown: ε hardly ever matters, the command line has it."""
BESIDE = ("momentum", "alpha")
"""Those that stand beside their optimizer, being its only ones."""
LIVE = "momentum"
"""The one that may change while a run is on."""
WARM_UP = NumberRule("the warm-up", most=1, first_step=0.05)
FACTOR = NumberRule("the factor", most=1, above=True)
EVERY = NumberRule("the epochs between steps", least=1, most=100_000, whole=True)


class OptimizerForm(QWidget):
    """Shows what the chosen optimizer and the chosen schedule have, and nothing else.

    Every finished change goes to the workspace at once. With another optimizer comes a learning
    rate of the size of its steps: the one it had here last, or its usual one.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._rates: dict[str, float] = {}
        self.optimizer_combo = combo_of(OPTIMIZERS, "training.optimizer")
        self.setting_boxes = {name: _setting_box(name) for name in CAPTIONS}
        self.schedule_combo = combo_of(SCHEDULES, "training.schedule")
        self.warm_up_box = NumberField("training.warm-up", WARM_UP)
        self.factor_box = NumberField("training.step-factor", FACTOR)
        self.every_box = NumberField("training.step-every", EVERY)
        boxes = [*self.setting_boxes.values(), self.warm_up_box, self.factor_box, self.every_box]
        self.problem_label = NumberProblem("training.optimizer-problem", boxes)
        self._optimizer_row, self._settings_row, self._steps_row = (FieldRow() for _ in range(3))
        self._arrange()
        self.optimizer_combo.currentIndexChanged.connect(self._on_optimizer_chosen)
        self.schedule_combo.currentIndexChanged.connect(self._on_schedule_changed)
        for box in self.setting_boxes.values():
            box.valueChanged.connect(self._on_setting_changed)
        for box in (self.warm_up_box, self.factor_box, self.every_box):
            box.valueChanged.connect(self._on_schedule_changed)

    def synchronize(self) -> None:
        """Show the configuration; all but the momentum is fixed while a run is on."""
        config, active = self._workspace.config, self._workspace.training.is_active
        optimizer, schedule = config.optimizer, config.schedule
        choose(self.optimizer_combo, optimizer.name)
        choose(self.schedule_combo, schedule.name)
        for name, box in self.setting_boxes.items():
            box.show_value(getattr(optimizer, name), anew=active and name != LIVE)
        self.warm_up_box.show_value(schedule.warm_up, anew=active)
        self.factor_box.show_value(schedule.factor, anew=active)
        self.every_box.show_value(schedule.every, anew=active)
        self._show_settings(optimizer.method.settings)
        steps = (self.factor_box, self.every_box) if schedule.name == "step" else ()
        self._steps_row.show_only(*steps)
        for field, tip in self._tips().items():
            fixed = field is not self.setting_boxes[LIVE]
            field.setEnabled(not (active and fixed))
            field.setToolTip(tip_while_training(tip, fixed) if active else tip)

    def forget(self) -> None:
        """Forget the learning rates that optimizers had: another network is looked at."""
        self._rates.clear()

    def _show_settings(self, names: tuple[str, ...]) -> None:
        boxes = {name: box for name, box in self.setting_boxes.items() if name in names}
        beside = [box for name, box in boxes.items() if name in BESIDE]
        self._optimizer_row.show_only(self.optimizer_combo, *beside)
        self._settings_row.show_only(*(each for each in boxes.values() if each not in beside))

    @Slot()
    def _on_optimizer_chosen(self) -> None:
        config, name = self._workspace.config, self.optimizer_combo.currentData()
        self._rates[config.optimizer.name] = config.learning_rate
        rate = self._rates.get(name, OPTIMIZERS[name].learning_rate)
        optimizer = replace(config.optimizer, name=name)
        self._workspace.set_config(replace(config, learning_rate=rate, optimizer=optimizer))

    @Slot()
    def _on_setting_changed(self) -> None:
        config = self._workspace.config
        values = {name: box.value() for name, box in self.setting_boxes.items()}
        optimizer = Optimizer(config.optimizer.name, **values, epsilon=config.optimizer.epsilon)
        self._workspace.set_config(replace(config, optimizer=optimizer))

    @Slot()
    def _on_schedule_changed(self) -> None:
        schedule = Schedule(
            self.schedule_combo.currentData(), self.warm_up_box.value(), self.factor_box.value(),
            int(self.every_box.value()),
        )  # fmt: skip
        self._workspace.set_config(replace(self._workspace.config, schedule=schedule))

    def _tips(self) -> dict[QWidget, str]:
        config = self._workspace.config
        method, course = config.optimizer.method, SCHEDULES[config.schedule.name]
        tips: dict[QWidget, str] = {
            box: f"{_sentence(SETTINGS[name].description)}."
            for name, box in self.setting_boxes.items()
        }
        return tips | {
            self.optimizer_combo: f"{method.description}.\n{STEPPING}",
            self.schedule_combo: f"{course.description}.\nStepping uses η as it is.",
            self.warm_up_box: "Share of the run, 0 to 1, in which the rate rises at first.",
            self.factor_box: "What a step multiplies the learning rate by.",
            self.every_box: "How many epochs there are from one step to the next.",
        }

    def _arrange(self) -> None:
        course = FieldRow()
        self._optimizer_row.add("Optimi&zer", self.optimizer_combo, stretch=2)
        for name, box in self.setting_boxes.items():
            row = self._optimizer_row if name in BESIDE else self._settings_row
            row.add(CAPTIONS[name], box)
        course.add("Sche&dule of η", self.schedule_combo, stretch=2)
        course.add("&Warm-up", self.warm_up_box)
        self._steps_row.add("Factor", self.factor_box)
        self._steps_row.add("Every … epochs", self.every_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for row in (self._optimizer_row, self._settings_row, course, self._steps_row):
            layout.addWidget(row)
        layout.addWidget(self.problem_label)


def _setting_box(name: str) -> NumberField:
    setting = SETTINGS[name]
    rule = NumberRule(f"the {setting.label}", first_step=0.01)
    if setting.share:
        rule = replace(rule, most=1, below=True)
    return NumberField(f"training.{name.replace('_', '-')}", rule)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
