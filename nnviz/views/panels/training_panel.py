"""The panel to train from: the run on top, how it trains, and which network."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.panels.advice_card import AdviceCard
from nnviz.views.panels.data_form import DataForm
from nnviz.views.panels.hyperparameter_form import HyperparameterForm
from nnviz.views.panels.network_form import NetworkForm
from nnviz.views.panels.optimizer_form import OptimizerForm
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.run_controls import RunControls
from nnviz.views.panels.validation_form import ValidationForm
from nnviz.views.throttle import Throttle
from nnviz.visual.palette import Palette

__all__ = ["TrainingPanel"]

REFRESH_MS = 230
MARGIN_PX = 12


class TrainingPanel(Panel):
    """The run controls stay in sight; the forms under them scroll."""

    key = "training"
    title = "Training"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.run_controls = RunControls(workspace, self)
        self.advice = AdviceCard(workspace)
        self.hyperparameters = HyperparameterForm(workspace)
        self.validation = ValidationForm(workspace)
        self.optimizer = OptimizerForm(workspace)
        self.data = DataForm(workspace)
        self.network = NetworkForm(workspace)
        self._arrange()
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.due.connect(self._on_changed)
        workspace.training.snapshot_changed.connect(self._throttle.request)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.training.history_reset.connect(self._on_changed)
        workspace.training.change_refused.connect(self._on_changed)
        workspace.config_changed.connect(self._on_changed)
        workspace.run.follow_changed.connect(self._on_changed)
        workspace.travel.changed.connect(self._throttle.request)
        workspace.examples.example_changed.connect(self._throttle.request)
        workspace.examples.problem_changed.connect(self._throttle.request)
        workspace.network_changed.connect(self._on_network_changed)
        workspace.advice.changed.connect(self._on_changed)
        self.network.show_network()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.run_controls.set_theme(palette)
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Show the run and the configuration as they are."""
        self.workspace.advice.watch()
        self.run_controls.synchronize()
        self.advice.synchronize(self.theme)
        self.hyperparameters.synchronize()
        self.validation.synchronize()
        self.optimizer.synchronize()
        self.data.synchronize()
        self.network.synchronize()

    def leave_sight(self) -> None:
        """Cease judging the run: nobody reads it."""
        self.workspace.advice.unwatch()

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    @Slot()
    def _on_network_changed(self) -> None:
        self.network.show_network()
        self.optimizer.forget()
        self.refresh()

    def _arrange(self) -> None:
        forms = QWidget()
        forms.setProperty("panel", True)
        inner = QVBoxLayout(forms)
        inner.setContentsMargins(MARGIN_PX, 4, MARGIN_PX, MARGIN_PX)
        inner.setSpacing(6)
        inner.addWidget(self.advice)
        inner.addWidget(self.hyperparameters)
        inner.addWidget(self.validation)
        inner.addWidget(self.optimizer)
        inner.addWidget(self.data)
        inner.addSpacing(8)
        inner.addWidget(_heading("Network"))
        inner.addWidget(self.network)
        inner.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("training.scroll")
        area.setWidget(forms)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QVBoxLayout()
        top.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 0)
        top.addWidget(self.run_controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(area, 1)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
