"""The bar over the canvas: which example is looked at, and the network's answer to it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSpinBox, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import number
from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity
from nnviz.views.timeline.timeline_bar import action_button

__all__ = ["ExampleBar"]

_MNIST_SUBSETS = ((Subset.TEST, "Test digits"), (Subset.TRAIN, "Training digits"))
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
        self._subset.setToolTip("Digits that training has not seen, or those it trains on")
        self._index = QSpinBox()
        self._index.setObjectName("example.index")
        self._index.setAccessibleName("Number of the example, from 0")
        self._index.setToolTip("Number of the example in its set, from 0")
        self._index.setKeyboardTracking(False)
        self._index.setPrefix("# ")
        self._index.setMinimumWidth(96)
        self._answer = QLabel()
        self._answer.setObjectName("example.answer")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(6)
        row.addWidget(self._subset)
        row.addWidget(self._index)
        for action in actions:
            row.addWidget(action_button(action))
        row.addSpacing(10)
        row.addWidget(self._answer, 1)
        self._subset.activated.connect(self._on_subset_chosen)
        self._index.valueChanged.connect(self._on_index_chosen)
        workspace.examples.example_changed.connect(self._on_changed)
        workspace.network_changed.connect(self._on_changed)
        workspace.stepper.trace_changed.connect(self._on_changed)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        self.synchronize()

    def synchronize(self) -> None:
        """Show the example's set, number and answer."""
        examples = self._workspace.examples
        dataset = examples.dataset
        with QSignalBlocker(self._subset), QSignalBlocker(self._index):
            self._fill_subsets(examples.subset)
            last = max(len(dataset) - 1, 0) if dataset is not None else 0
            # Setting what is there already would undo what somebody is typing.
            if self._index.maximum() != last:
                self._index.setRange(0, last)
            if self._index.value() != examples.index:
                self._index.setValue(examples.index)
        self._subset.setEnabled(dataset is not None and self._subset.count() > 1)
        self._index.setEnabled(dataset is not None and len(dataset) > 1)
        self._show_answer()

    def _fill_subsets(self, current: Subset) -> None:
        wanted: tuple[tuple[Subset, str], ...] = _MNIST_SUBSETS
        if current is Subset.SAMPLES:
            wanted = ((Subset.SAMPLES, "Samples"),)
        if [self._subset.itemData(row) for row in range(self._subset.count())] != [
            subset for subset, _ in wanted
        ]:
            self._subset.clear()
            for subset, text in wanted:
                self._subset.addItem(text, subset)
        self._subset.setCurrentIndex(self._subset.findData(current))

    def _show_answer(self) -> None:
        """Say the truth and the answer of classes, or the numbers of a small example."""
        workspace = self._workspace
        trace = workspace.stepper.trace
        label, answer = workspace.examples.label, workspace.answer()
        text, good, bad = "", False, False
        if trace is None or workspace.stepper.locked:
            text = ""
        elif label is not None and answer is not None:
            good, bad = answer == label, answer != label
            mark = "✓" if good else "✗"
            text = f"This is a {label}.  The network answers {answer} {mark}"
            if workspace.stepper.timeline.reveal().knows(
                Quantity.ACTIVATION, trace.spec.layer_count
            ):
                a = trace.layer_values(Quantity.ACTIVATION, trace.spec.layer_count)[answer]
                text += f"  (a = {number(float(a), 3)})"
        else:
            inputs, targets = _values(trace.inputs[0]), _values(trace.targets[0])
            text = f"x = {inputs}  →  y = {targets}"
        self._answer.setText(text)
        for name, value in (("good", good), ("bad", bad)):
            self._answer.setProperty(name, value)
        self._answer.style().unpolish(self._answer)
        self._answer.style().polish(self._answer)

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot(int)
    def _on_subset_chosen(self, row: int) -> None:
        self._workspace.examples.show(self._subset.itemData(row), 0)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self._workspace.examples.show(self._workspace.examples.subset, index)


def _values(values: FloatArray) -> str:
    numbers = [float(value) for value in values]
    shown = ", ".join(f"{value:g}".replace("-", "−") for value in numbers[:_SHOWN_VALUES])
    return f"({shown}{', …' if len(numbers) > _SHOWN_VALUES else ''})"
