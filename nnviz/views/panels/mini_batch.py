"""Which examples of the mini-batch pull the selected weight or bias up, and which down."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.formatting import signed
from nnviz.stores.workspace import Workspace
from nnviz.trace.mini_batch import Pull, gradient_norms, pull_of, pull_sentence
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.views.example_words import class_words
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.pull_rows import PullHeader, PullRow, PullRows
from nnviz.views.scene.describe import name_of

__all__ = ["MiniBatch"]


class MiniBatch(Panel):
    """Shows the pull of each example; a click on one goes to the step that computes it."""

    title = "Mini-batch"
    key = "mini-batch"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._heading = QLabel()
        self._heading.setObjectName("mini-batch.heading")
        self._heading.setProperty("heading", True)
        self._summary = QLabel()
        self._summary.setObjectName("mini-batch.summary")
        self._summary.setWordWrap(True)
        self._empty = QLabel()
        self._empty.setObjectName("mini-batch.empty")
        self._empty.setProperty("muted", True)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._header = PullHeader()
        self._rows = PullRows()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 10, 4)
        column.setSpacing(2)
        column.addWidget(self._heading)
        column.addWidget(self._header)
        column.addWidget(self._area, 1)
        column.addWidget(self._summary)
        column.addWidget(self._empty, 1)
        self._rows.row_chosen.connect(self._on_row_chosen)
        self._rows.pointed.connect(self._on_pointed)
        for signal in (
            workspace.stepper.trace_changed,
            workspace.stepper.timeline_changed,
            workspace.selection.selection_changed,
            workspace.display.changed,
        ):
            signal.connect(self._on_changed)

    def synchronize(self) -> None:
        """Show the pull on what is selected, or what there is to do first."""
        trace = self.workspace.stepper.trace
        sentence = self._what_to_do(trace)
        self._empty.setVisible(bool(sentence))
        self._empty.setText(sentence)
        for widget in (self._heading, self._header, self._area, self._summary):
            widget.setVisible(not sentence)
        if trace is None or sentence:
            return
        pull = self._pull(trace)
        if pull is None:
            self._show_norms(trace)
        else:
            self._show_pull(trace, pull)
        example = self.workspace.stepper.timeline.example
        if example is not None:
            box = self._rows.row_box(example)
            self._area.ensureVisible(0, round(box.center().y()), 0, round(box.height()))

    def _what_to_do(self, trace: PassTrace | None) -> str:
        """Return why there is nothing to show, empty if there is something."""
        if trace is None or self.workspace.stepper.locked:
            return "There is no example to step through yet."
        if trace.example_count > 1:
            return ""
        if self.workspace.examples.largest_mini_batch < 2:
            return "This network has a single example; a mini-batch needs two or more."
        return (
            "Choose a mini-batch of two or more examples over the canvas to see which of them "
            "pull a weight up and which down."
        )

    def _pull(self, trace: PassTrace) -> Pull | None:
        """Return the pull on the selection, None where nothing with a gradient is selected."""
        selected = self.workspace.selection.selected
        if selected is None or not selected.exists_in(trace.spec.sizes):
            return None
        return pull_of(trace, self.workspace.stepper.timeline.reveal(), selected)

    def _show_pull(self, trace: PassTrace, pull: Pull) -> None:
        selected = self.workspace.selection.selected
        assert selected is not None  # there is a pull on it
        notation = self.workspace.display.notation
        what = "weight" if pull.quantity is Quantity.WEIGHT_GRADIENT else "bias"
        self._heading.setText(
            f"{pull.quantity.symbol} · {what} of {name_of(self.workspace, selected)}"
        )
        limit = max((abs(each) for each in pull.known if abs(each) < float("inf")), default=0.0)
        rows = tuple(
            PullRow(
                self._name(example),
                signed(gradient, notation.digits),
                _share(gradient, limit),
                signed(total, notation.digits),
                gradient is not None,
            )
            for example, (gradient, total) in enumerate(zip(pull.gradients, pull.sums, strict=True))
        )
        self._show_rows(rows, (pull.quantity.symbol, "← pulls up · pulls down →", "sum"))
        self._summary.setText(f"{pull_sentence(pull)} {self._mean_text(trace, pull)}".strip())

    def _mean_text(self, trace: PassTrace, pull: Pull) -> str:
        """Say how the sum becomes the derivative that the update uses, once it is computed."""
        if not pull.is_complete:
            return ""
        write, count = self.workspace.display.notation.number, trace.example_count
        total = sum(pull.known)
        if pull.mean is None:
            return f"Sum {write(total)}."
        if not pull.is_their_mean:
            return f"Sum {write(total)}. The mean as this pass has it: {write(pull.mean)}."
        if pull.penalty:
            text = f"Sum {write(total)} ÷ {count} = {write(total / count)}"
            return f"{text}, with the L2 term {write(pull.penalty)}: {write(pull.mean)}."
        return f"Sum {write(total)} ÷ {count} = {write(pull.mean)}."

    def _show_norms(self, trace: PassTrace) -> None:
        """Without a selection, show how long each example's whole gradient is."""
        self._heading.setText("Length of the whole gradient ‖∇C‖ of each example")
        norms = gradient_norms(trace, self.workspace.stepper.timeline.reveal())
        limit = max((each for each in norms if each is not None and each < float("inf")), default=0)
        write = self.workspace.display.notation.number
        rows = tuple(
            PullRow(self._name(index), write(norm), _share(norm, limit), "", norm is not None)
            for index, norm in enumerate(norms)
        )
        self._show_rows(rows, ("‖∇C‖", "", ""), is_signed=False)
        self._summary.setText(
            "Select a weight or a neuron to see which examples pull it up and which down."
        )

    def _show_rows(
        self, rows: tuple[PullRow, ...], headings: tuple[str, str, str], *, is_signed: bool = True
    ) -> None:
        timeline = self.workspace.stepper.timeline
        current = None if timeline.at_start else timeline.example
        self._header.show_headings(headings, self.theme)
        self._rows.show_rows(rows, current, self.theme, signed=is_signed)

    def _name(self, example: int) -> str:
        """Return an example's name: its number in the mini-batch, and its class or its own."""
        label = self.workspace.examples.label_of(example)
        if label is not None:
            words = class_words(self.workspace.class_names, label).removeprefix("a ")
            return f"{example + 1} · {words if words.startswith('“') else f'digit {words}'}"
        return f"{example + 1} · # {int(self.workspace.examples.indices[example])}"

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    @Slot(int)
    def _on_row_chosen(self, example: int) -> None:
        """Go to the step that computes the example's derivative of the selection, else its last."""
        stepper, selected = self.workspace.stepper, self.workspace.selection.selected
        trace = stepper.trace
        pull = None if trace is None else self._pull(trace)
        quantity, layer, neuron = Quantity.WEIGHT_GRADIENT, 1, None
        if pull is not None and selected is not None:
            quantity, layer, neuron = pull.quantity, selected.layer, selected.neuron
        position = stepper.timeline.position_of(quantity, layer, neuron, example)
        if position is not None:
            stepper.move_to(position)

    @Slot(bool)
    def _on_pointed(self, here: bool) -> None:
        """Light the selection on the canvas while the pointer is over its rows."""
        selection = self.workspace.selection
        selection.hover(selection.selected if here else None)


def _share(value: float | None, limit: float) -> float:
    """Return the value as a part of the largest, −1 … 1; nothing for what is no number."""
    if value is None or value != value or not limit:
        return 0.0
    return max(-1.0, min(value / limit, 1.0))
