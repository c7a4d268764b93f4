"""Layers, activations, cost, initialiser and seed: a form for another network."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.initialisers import INITIALISERS
from nnviz.engine.network import NetworkSpec
from nnviz.errors import NnvizError, SpecError
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.layer_sizes import pair_problem, parse_sizes, sizes_text
from nnviz.views.run_guard import ask_before_ending_run
from nnviz.views.theme import text_font
from nnviz.views.widgets.fields import add_field, choose, combo_of
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["NetworkForm"]

PROBLEM_PX = 12
SEED = NumberRule("the seed", most=2**31 - 1, whole=True)
HIDDEN_ACTIVATIONS = {key: each for key, each in ACTIVATIONS.items() if each.derivative}
"""Softmax is for the output alone."""


class NetworkForm(QWidget):
    """Shows the network that is looked at; a button makes another one of what it then says."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.layers_field = QLineEdit()
        self.layers_field.setObjectName("training.layers")
        self.layers_field.setPlaceholderText("784, 30, 10")
        self.hidden_combo = combo_of(HIDDEN_ACTIVATIONS, "training.hidden")
        self.output_combo = combo_of(ACTIVATIONS, "training.output")
        self.cost_combo = combo_of(COSTS, "training.cost")
        self.initialiser_combo = combo_of(INITIALISERS, "training.initialiser")
        self.seed_box = NumberField("training.seed", SEED)
        self.seed_problem_label = NumberProblem("training.seed-problem", [self.seed_box])
        self.problem_label = QLabel()
        self.problem_label.setObjectName("training.problem")
        self.problem_label.setProperty("bad", True)
        self.problem_label.setFont(text_font(PROBLEM_PX))
        self.problem_label.setWordWrap(True)
        self.problem_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.new_button = QPushButton("New network")
        self.new_button.setObjectName("training.new-network")
        self.reset_button = QPushButton("Reset weights")
        self.reset_button.setObjectName("training.reset")
        self._arrange()
        self._describe()
        self.layers_field.textChanged.connect(self._on_edited)
        for combo in (self.hidden_combo, self.output_combo, self.cost_combo,
                      self.initialiser_combo):  # fmt: skip
            combo.currentIndexChanged.connect(self._on_edited)
        self.seed_box.valueChanged.connect(self._on_seed_changed)
        self.layers_field.returnPressed.connect(self.new_button.click)
        self.new_button.clicked.connect(self._on_new_network)
        self.reset_button.clicked.connect(workspace.reset_parameters)

    def show_network(self) -> None:
        """Fill the form with the network that is looked at; what was typed is gone."""
        state = self._workspace.state
        spec = state.spec
        with QSignalBlocker(self.layers_field):
            self.layers_field.setText(sizes_text(spec.sizes))
        choose(self.hidden_combo, spec.activations[0] if spec.layer_count > 1 else "sigmoid")
        choose(self.output_combo, spec.activations[-1])
        choose(self.cost_combo, spec.cost)
        choose(self.initialiser_combo, state.initialiser)
        self._check()

    def synchronize(self) -> None:
        """Show what a run allows; the fields keep what was typed."""
        active = self._workspace.training.is_active
        self.seed_box.show_value(self._workspace.config.seed, anew=active)
        self.seed_box.setEnabled(not active)
        self.reset_button.setEnabled(not active)
        self.reset_button.setToolTip(
            "Stop the run first." if active else "Draw the weights and biases anew from the seed"
        )
        self._check()

    def spec(self) -> NetworkSpec:
        """Return the network that the form describes; raises SpecError where there is none."""
        sizes = parse_sizes(self.layers_field.text())
        hidden = self.hidden_combo.currentData()
        output, cost = self.output_combo.currentData(), self.cost_combo.currentData()
        problem = pair_problem(cost, output)
        if problem:
            raise SpecError(problem)
        spec = NetworkSpec(sizes, (hidden,) * (len(sizes) - 2) + (output,), cost)
        self._workspace.check_network(spec)
        return spec

    @Slot()
    def _on_edited(self) -> None:
        self._check()

    @Slot(float)
    def _on_seed_changed(self, seed: float) -> None:
        self._workspace.set_config(replace(self._workspace.config, seed=int(seed)))

    @Slot()
    def _on_new_network(self) -> None:
        try:
            spec = self.spec()
        except NnvizError as error:
            self._show_problem(str(error))
            return
        ask_before_ending_run(
            self, self._workspace.training, f"Making a new {spec}", "Make It",
            partial(self._make, spec, self.initialiser_combo.currentData()),
        )  # fmt: skip

    def _make(self, spec: NetworkSpec, initialiser: str) -> None:
        try:
            self._workspace.new_network(spec, initialiser, self._workspace.config)
        except NnvizError as error:
            self._show_problem(str(error))

    def _check(self) -> None:
        """Say under the form what is wrong with it, and allow the button only if nothing is."""
        try:
            spec = self.spec()
        except NnvizError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        self.new_button.setToolTip(
            f"Make a new {spec} with {spec.parameter_count:,} weights and biases"
            + ("; asks before it ends the run" if self._workspace.training.is_active else "")
        )

    def _show_problem(self, sentence: str) -> None:
        self.problem_label.setText(sentence)
        self.problem_label.setVisible(bool(sentence))
        self.new_button.setEnabled(not sentence)
        if sentence:
            self.new_button.setToolTip(sentence)

    def _describe(self) -> None:
        for field, tip in (
            (self.layers_field, "Neurons of every layer, from the input to the output"),
            (self.hidden_combo, "What the hidden layers make of z"),
            (self.output_combo, "What the output layer makes of z"),
            (self.cost_combo, "What training makes smaller"),
            (self.initialiser_combo, "How the first weights and biases are drawn"),
            (self.seed_box, "Draws the first weights and orders the training examples"),
        ):
            field.setToolTip(tip)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        add_field(grid, 0, 0, "La&yers", self.layers_field, columns=6)
        add_field(grid, 1, 0, "&Hidden activation", self.hidden_combo, columns=3)
        add_field(grid, 1, 3, "&Output activation", self.output_combo, columns=3)
        add_field(grid, 2, 0, "&Cost", self.cost_combo, columns=6)
        add_field(grid, 3, 0, "&Initialiser", self.initialiser_combo, columns=4)
        add_field(grid, 3, 4, "&Seed", self.seed_box, columns=2)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.new_button, 1)
        buttons.addWidget(self.reset_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(grid)
        layout.addWidget(self.seed_problem_label)
        layout.addWidget(self.problem_label)
        layout.addLayout(buttons)
