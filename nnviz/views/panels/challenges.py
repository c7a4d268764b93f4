"""The panel of both challenges: predict the next number, find the mistake in a pass."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.panels.bug_card import BugCard
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.predict_card import PredictCard

__all__ = ["Challenges"]

MARGIN_PX = 12


class Challenges(Panel):
    """Two cards, one above the other; they scroll together."""

    key = "challenges"
    title = "Challenges"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setAccessibleName("Challenges")
        self.predict = PredictCard(workspace)
        self.bug = BugCard(workspace)
        self._arrange()
        stepper = workspace.stepper
        stepper.trace_changed.connect(self._on_changed)
        stepper.timeline_changed.connect(self._on_changed)
        workspace.selection.selection_changed.connect(self._on_changed)
        workspace.challenges.changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_changed)
        workspace.examples.problem_changed.connect(self._on_changed)

    def synchronize(self) -> None:
        """Show both challenges as they stand."""
        self.predict.synchronize()
        self.bug.synchronize()

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    def _arrange(self) -> None:
        body = QWidget()
        body.setProperty("panel", True)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, MARGIN_PX)
        inner.setSpacing(14)
        inner.addWidget(self.predict)
        line = QWidget()
        line.setFixedHeight(1)
        line.setAutoFillBackground(True)
        line.setBackgroundRole(QPalette.ColorRole.Mid)
        inner.addWidget(line)
        inner.addWidget(self.bug)
        inner.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("challenges.scroll")
        area.setAccessibleName("Challenges")
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
