"""The examples of the run's next mini-batch: the network's answer to each, and a way to open it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count, rounded
from nnviz.stores.frozen_mini_batch import MOST_TOGETHER, FrozenMiniBatch
from nnviz.stores.frozen_store import Origin
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import Notation
from nnviz.views.example_words import class_words
from nnviz.views.freeze_texts import place_text, update_text
from nnviz.views.panels.example_cells import ExampleCell, ExampleCells, example_atlas
from nnviz.views.panels.panel import Panel
from nnviz.views.widgets.elided_label import ElidedLabel

__all__ = ["NextMiniBatchPanel"]

IDLE = (
    "Pause a run to see its next mini-batch: each of its examples, and what the network answers "
    "before it is trained on them."
)
RUNNING = "The run trains. Pause it to see its next mini-batch."
NO_NEXT = "The run has trained its last mini-batch."
_VALUES = 3


class NextMiniBatchPanel(Panel):
    """Lists the examples while the run pauses, and opens them in the stepper."""

    title = "Next batch"
    key = "next-mini-batch"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._store = workspace.frozen
        self._listed: tuple[FrozenMiniBatch, Notation, object] | None = None
        self._cells: tuple[ExampleCell, ...] = ()
        self._atlas: QImage | None = None
        self.heading = ElidedLabel()
        self.heading.setObjectName("next-mini-batch.heading")
        self.heading.setProperty("heading", True)
        self.empty = QLabel()
        self.empty.setObjectName("next-mini-batch.empty")
        self.empty.setProperty("muted", True)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = ExampleCells()
        self.open_button = self._button("open", "Open All", "", self._store.open_next)
        self.commit_button = self._button("commit", "Commit Update", "", self._store.commit)
        self.resume_button = self._button(
            "resume", "Resume", "Go on with the run (T)", workspace.run.start_or_pause
        )
        self.freeze_button = self._button(
            "freeze", "Pause and Open", "Pause, and step through the mini-batch that the run "
            "trains next (B)", self._store.open_next,
        )  # fmt: skip
        self._arrange()
        self.list.cell_opened.connect(self._store.open_example)
        for signal in (
            self._store.changed,
            workspace.training.state_changed,
            workspace.stepper.timeline_changed,
            workspace.display.changed,
            workspace.network_changed,
        ):
            signal.connect(self._on_changed)

    def synchronize(self) -> None:
        """List the examples, or say why there are none."""
        batch = self._store.listed
        self.empty.setVisible(batch is None)
        self.freeze_button.setVisible(batch is None and self._is_running)
        for widget in (self.heading, self.list, self.open_button):
            widget.setVisible(batch is not None)
        is_next = batch is not None and batch is self._store.next
        self.commit_button.setVisible(is_next)
        self.resume_button.setVisible(is_next)
        if batch is None:
            self._listed, self._atlas = None, None
            self.empty.setText(self._why_empty())
            return
        self._list(batch)
        self._show_buttons(batch)

    @property
    def _is_running(self) -> bool:
        return self.workspace.training.state is TrainingState.RUNNING

    def _why_empty(self) -> str:
        if not self.workspace.training.is_active:
            return IDLE
        return RUNNING if self._is_running else NO_NEXT

    def _list(self, batch: FrozenMiniBatch) -> None:
        """Show a cell for each example; made anew only for another mini-batch or notation."""
        notation = self.workspace.display.notation
        now = (batch, notation, self.theme)
        if self._listed is None or any(a is not b for a, b in zip(now, self._listed, strict=True)):
            self._listed = now
            self._cells = _cells_of(batch, notation, self.workspace.class_names)
            shape, inputs = batch.train.image_shape, batch.parts.examples[:MOST_TOGETHER]
            self._atlas = (
                None
                if shape is None
                else example_atlas(batch.train.inputs_at(inputs), shape, self.theme)
            )
        opened = self._store.only if self._store.batch is batch else None
        self.heading.show_text(self._heading(batch, notation))
        self.list.show_cells(self._cells, self._atlas, opened, self.theme)

    def _heading(self, batch: FrozenMiniBatch, notation: Notation) -> str:
        place = place_text(batch)
        if batch is self._store.diverged or self._store.origin is Origin.DIVERGED:
            place = f"the run stopped at {place[0].lower()}{place[1:]}"
        size, listed = len(batch), len(self._cells)
        text = "1 example" if size == 1 else f"{count(size)} examples"
        if listed < size:
            text += f", the first {count(listed)} of them here"
        right = [each.good for each in self._cells if each.good is not None]
        if right:
            text += f", {count(sum(right))} answered correctly"
        parts = [text]
        if size > 1:
            parts.append(f"mean C {notation.number(float(batch.preview.costs.mean()))}")
        parts += [place, update_text(batch)]
        return " · ".join(parts)

    def _show_buttons(self, batch: FrozenMiniBatch) -> None:
        whole = len(batch) <= MOST_TOGETHER
        self.open_button.setText("Open All" if len(batch) > 1 else "Open")
        self.open_button.setEnabled(whole)
        self.open_button.setToolTip(
            "Step through the whole mini-batch (B)" if whole
            else f"Up to {count(MOST_TOGETHER)} examples can be stepped through together; open one"
        )  # fmt: skip
        why = self._store.why_no_commit
        self.commit_button.setEnabled(not why)
        self.commit_button.setToolTip(
            why or "Let the run train exactly this mini-batch, and open the one after it"
        )
        self.resume_button.setEnabled(self.workspace.training.state is TrainingState.PAUSED)

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    def _button(self, name: str, text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"next-mini-batch.{name}")
        button.setToolTip(tip)
        button.setAutoDefault(True)
        button.clicked.connect(act)
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.heading, 1)
        for button in (self.open_button, self.commit_button, self.resume_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 10, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addWidget(self.empty)
        column.addWidget(self.freeze_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(0)


def _cells_of(
    batch: FrozenMiniBatch, notation: Notation, class_names: tuple[str, ...]
) -> tuple[ExampleCell, ...]:
    preview, labels = batch.preview, batch.train.labels
    examples = batch.parts.examples[: len(preview.costs)]
    costs = [f"C {notation.number(float(each))}" for each in preview.costs]
    if labels is not None and class_names:
        return tuple(
            _class_cell(
                int(example),
                *_words(class_names, int(labels[example]), int(np.argmax(output))),
                cost,
            )
            for example, output, cost in zip(examples, preview.outputs, costs, strict=True)
        )
    inputs, targets = batch.train.inputs_at(examples), batch.train.targets_at(examples)
    return tuple(
        _number_cell(int(example), x, y, a, cost, notation)
        for example, x, y, a, cost in zip(
            examples, inputs, targets, preview.outputs, costs, strict=True
        )
    )


def _words(names: tuple[str, ...], label: int, answer: int) -> tuple[str, str]:
    """Return what an example is and what the network answers: a 7 and 1, “Bag” and “Coat”."""
    return class_words(names, label), class_words(names, answer).removeprefix("a ")


def _class_cell(example: int, label: str, answer: str, cost: str) -> ExampleCell:
    bare = label.removeprefix("a ")
    good = answer == bare
    said = f"{bare} → {answer} {'✓' if good else '✗'}"
    spoken = (
        f"Example # {example} is {label}, the network answers {answer}, "
        f"{'right' if good else 'wrong'}; {cost}"
    )
    return ExampleCell(f"# {example}", said, cost, good, spoken)


def _number_cell(
    example: int, x: FloatArray, y: FloatArray, a: FloatArray, cost: str, notation: Notation
) -> ExampleCell:
    digits = notation.digits
    inputs, targets, outputs = (_values(each, digits) for each in (x, y, a))
    spoken = f"Example # {example}: x = {inputs}, y = {targets}, the output is {outputs}; {cost}"
    title = f"# {example}   x = {inputs}"
    return ExampleCell(title, f"a = {outputs}, y = {targets}", cost, None, spoken)


def _values(values: FloatArray, digits: int) -> str:
    shown = ", ".join(rounded(float(each), digits) for each in values[:_VALUES])
    return f"({shown}{', …' if len(values) > _VALUES else ''})"
