"""The bar over the canvas: which example is looked at, and the network's answer to it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSpinBox, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import rounded
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.views.example_words import class_words, parts_tip
from nnviz.views.part_combo import fill_parts
from nnviz.views.timeline.timeline_bar import action_button
from nnviz.views.widgets.elided_label import ElidedLabel

__all__ = ["ExampleBar"]

_SHOWN_VALUES = 6


class ExampleBar(QFrame):
    """Shows the examples store, and asks it for another example."""

    def __init__(
        self, workspace: Workspace, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._workspace = workspace
        self._subset = QComboBox()
        self._subset.setObjectName("example.subset")
        self._subset.setAccessibleName("Set of examples")
        self._index = QSpinBox()
        self._index.setObjectName("example.index")
        self._index.setAccessibleName("Number of the example, from 0")
        self._index.setToolTip("Number of the example in its set, from 0")
        self._index.setKeyboardTracking(False)
        self._index.setPrefix("# ")
        self._index.setMinimumWidth(96)
        self._answer = ElidedLabel()
        self._answer.setObjectName("example.answer")
        self._mini_batch = QSpinBox()
        self._mini_batch.setObjectName("example.mini-batch")
        self._mini_batch.setAccessibleName("Examples of the mini-batch")
        self._mini_batch.setKeyboardTracking(False)
        self._mini_batch.setPrefix("Mini-batch ")
        self._mini_batch.setSpecialValueText("Mini-batch off")
        self._mini_batch.setMinimum(1)
        widest = self._mini_batch.fontMetrics().horizontalAdvance("Mini-batch off")
        self._mini_batch.setFixedWidth(widest + 42)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(6)
        row.addWidget(self._subset)
        row.addWidget(self._index)
        for action in actions:
            row.addWidget(action_button(action))
        row.addWidget(self._mini_batch)
        row.addSpacing(8)
        row.addWidget(self._answer, 1)
        self._subset.activated.connect(self._on_subset_chosen)
        self._index.valueChanged.connect(self._on_index_chosen)
        self._mini_batch.valueChanged.connect(workspace.examples.set_mini_batch)
        for field in (self._index, self._mini_batch):
            field.lineEdit().returnPressed.connect(field.clearFocus)  # keys step again
        workspace.examples.example_changed.connect(self._on_changed)
        workspace.network_changed.connect(self._on_changed)
        workspace.stepper.trace_changed.connect(self._on_changed)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_changed)
        self.synchronize()

    def synchronize(self) -> None:
        """Show the example's set, number and answer."""
        examples = self._workspace.examples
        dataset = examples.dataset
        with QSignalBlocker(self._subset), QSignalBlocker(self._index):
            fill_parts(self._subset, self._workspace, examples.subset)
            last = max(len(dataset) - 1, 0) if dataset is not None else 0
            # Setting what is there already would undo what somebody is typing.
            if self._index.maximum() != last:
                self._index.setRange(0, last)
            number = self._number()
            if self._index.value() != number:
                self._index.setValue(number)
        self._subset.setToolTip(parts_tip(self._workspace))
        self._subset.setEnabled(dataset is not None and self._subset.count() > 1)
        self._index.setEnabled(dataset is not None and len(dataset) > 1)
        self._show_mini_batch()
        self._show_answer()

    def _number(self) -> int:
        """Return the number of the example that is stepped through, or of the first of all."""
        numbers = self._workspace.examples.indices
        example = self._workspace.stepper.timeline.example or 0
        return int(numbers[example if example < len(numbers) else 0])  # a pass follows its examples

    def _show_mini_batch(self) -> None:
        """Offer no more examples than there are."""
        examples = self._workspace.examples
        most = max(examples.largest_mini_batch, examples.mini_batch)  # a run's may be larger
        with QSignalBlocker(self._mini_batch):
            if self._mini_batch.maximum() != most:
                self._mini_batch.setMaximum(most)
            if self._mini_batch.value() != examples.mini_batch:
                self._mini_batch.setValue(examples.mini_batch)
        can_choose = most > 1 and not self._workspace.stepper.locked
        self._mini_batch.setEnabled(can_choose)
        self._mini_batch.setToolTip(
            f"Step through 2 to {most} examples, from this one on, with one update at the end"
            if can_choose
            else "A mini-batch needs two examples or more; this network has no more than one"
        )

    def _show_answer(self) -> None:
        """Say the truth and the answer of classes, or the numbers of a small example."""
        text, good = self._answer_text()
        if text and self._workspace.what_if.example_is_edited:
            text = f"Edited by hand: {text}"
        self._answer.show_text(text)
        for name, value in (("good", good is True), ("bad", good is False)):
            self._answer.setProperty(name, value)
        self._answer.style().unpolish(self._answer)
        self._answer.style().polish(self._answer)

    def _answer_text(self) -> tuple[str, bool | None]:
        """Return what there is to say of the example, and whether the answer is right."""
        workspace = self._workspace
        trace, timeline = workspace.stepper.trace, workspace.stepper.timeline
        if trace is None or workspace.stepper.locked:
            return "", None
        example = timeline.example
        if example is None:
            return self._mini_batch_text(trace), None
        many = trace.example_count > 1
        which = f"{example + 1} of {trace.example_count}: " if many else ""
        label, answer = workspace.examples.label_of(example), workspace.answer(example)
        if label is None or answer is None:
            digits = workspace.display.notation.digits
            inputs = _values(trace.inputs[example], digits)
            targets = _values(trace.targets[example], digits)
            return f"{which}x = {inputs}  →  y = {targets}", None
        mark = "✓" if answer == label else "✗"
        said = "" if many else "This is "
        names = workspace.class_names
        answered = class_words(names, answer).removeprefix("a ")
        text = f"{which}{said}{class_words(names, label)}.  The network answers {answered} {mark}"
        last = trace.spec.layer_count
        if timeline.reveal().knows(Quantity.ACTIVATION, last, answer, example):
            a = trace.value(Quantity.ACTIVATION, NodeRef(last, answer), example)
            text += f"  (a = {workspace.display.notation.number(a)})"
        return text, answer == label

    def _mini_batch_text(self, trace: PassTrace) -> str:
        """Say how the network answers all examples of the mini-batch together."""
        workspace, count = self._workspace, trace.example_count
        labels = [workspace.examples.label_of(example) for example in range(count)]
        answers = [workspace.answer(example) for example in range(count)]
        if None in labels or None in answers:
            return f"All {count} examples together"
        right = sum(one == other for one, other in zip(labels, answers, strict=True))
        return f"All {count} examples together: {right} answered correctly"

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot(int)
    def _on_subset_chosen(self, row: int) -> None:
        self._workspace.examples.show(self._subset.itemData(row), 0)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self._workspace.examples.show(self._workspace.examples.subset, index)


def _values(values: FloatArray, digits: int) -> str:
    numbers = [float(value) for value in values]
    shown = ", ".join(rounded(value, digits) for value in numbers[:_SHOWN_VALUES])
    return f"({shown}{', …' if len(numbers) > _SHOWN_VALUES else ''})"
