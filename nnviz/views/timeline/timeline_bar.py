"""The bar under the canvas: transport, what the current step does, and the chips."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.stores.workspace import Workspace
from nnviz.trace.explain import heading
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import STEPPED_EXAMPLES, Granularity, Step, StepKind
from nnviz.views.timeline.chips import StepChips
from nnviz.views.timeline.pass_switcher import PassSwitcher
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import Palette

__all__ = ["TimelineBar", "action_button"]

_GRANULARITIES = (
    (Granularity.LAYER, "By layer"),
    (Granularity.OPERATION, "By operation"),
    (Granularity.NEURON, "By neuron"),
)


def action_button(action: QAction, parent: QWidget | None = None, *, text: bool = False
                  ) -> QToolButton:  # fmt: skip
    """Return a tool button that is nothing but its action."""
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setIconSize(QSize(18, 18))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.toolTip())
    if text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


COMMIT = "Commit Update lets the run train exactly this mini-batch, in its own float32."


class TimelineBar(QFrame):
    """Shows the stepper's timeline, and asks it to move."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Sequence[QAction],
        next_pass: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._workspace = workspace
        self._title = QLabel()
        self._title.setObjectName("timeline.title")
        self._title.setProperty("heading", True)
        self._sentence = ElidedLabel()
        self._sentence.setObjectName("timeline.sentence")
        self._sentence.setProperty("muted", True)
        self._granularity = QComboBox()
        self._granularity.setObjectName("timeline.granularity")
        self._granularity.setAccessibleName("Granularity")
        self._granularity.setToolTip("How much one step does (O)")
        for granularity, text in _GRANULARITIES:
            self._granularity.addItem(text, granularity)
        self._chips = StepChips()
        self.pass_switcher = PassSwitcher(workspace)
        self._next_pass = action_button(next_pass, text=True)
        self._next_pass.setProperty("primary", True)
        row = QHBoxLayout()
        row.setSpacing(4)
        for action in transport:
            row.addWidget(action_button(action))
        row.addSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._sentence, 1)
        row.addSpacing(8)
        row.addWidget(self._granularity)
        row.addWidget(self.pass_switcher)
        row.addWidget(self._next_pass)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._chips)
        self._chips.position_requested.connect(workspace.stepper.move_to)
        self._granularity.activated.connect(self._on_granularity_chosen)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.stepper.trace_changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_changed)
        self.synchronize()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._chips.set_theme(palette)
        self.pass_switcher.set_theme(palette)

    def synchronize(self) -> None:
        """Show the stepper's state."""
        stepper = self._workspace.stepper
        self._chips.show_timeline(stepper.timeline, self._workspace.display.notation)
        self._chips.setEnabled(not stepper.locked)
        with QSignalBlocker(self._granularity):
            self._granularity.setCurrentIndex(self._granularity.findData(stepper.granularity))
        self._show_sentence()

    def _show_sentence(self) -> None:
        stepper = self._workspace.stepper
        step = stepper.timeline.current
        title, sentence = "", ""
        if stepper.trace is not None and not stepper.locked:
            title, sentence = "Ready", "Press → to read the example, or Space to play the pass."
            if step is not None:
                title, sentence = _words(stepper.trace, step, self._workspace.display.notation)
            if stepper.timeline.at_end and self._workspace.frozen.is_open:
                sentence = self._workspace.frozen.why_no_commit or COMMIT
            elif stepper.timeline.at_end and self._workspace.training.is_active:
                sentence = "Stop the run to keep this update; it goes on from its own weights."
            if self._workspace.state.passes:
                title = f"Pass {self._workspace.state.passes + 1}: {title}"
        self._title.setText(title)
        self._sentence.show_text(sentence)

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot(int)
    def _on_granularity_chosen(self, index: int) -> None:
        self._workspace.stepper.set_granularity(self._granularity.itemData(index))


def _words(trace: PassTrace, step: Step, notation: Notation) -> tuple[str, str]:
    """Return what a step is called and does, in plain words."""
    if step.kind is StepKind.MEAN_GRADIENT:
        count, others = trace.example_count, trace.example_count - STEPPED_EXAMPLES
        at_once = f"The other {others} examples are computed at once. " if others > 0 else ""
        return f"Mean of {count} examples", (
            f"{at_once}The gradients of the {count} examples are added up and divided by {count}; "
            "the one update that follows uses this mean."
        )
    return heading(trace, step, notation)
