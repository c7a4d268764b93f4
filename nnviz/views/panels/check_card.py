"""Backpropagation's derivatives against nudging: the selection's, and all of the step's layer."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.formatting import UNKNOWN
from nnviz.trace.layer_check import nearest_to_kink
from nnviz.trace.naming import place_of, symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.derivative_check import (
    DerivativeCheck,
    check_derivative,
    checked_parts,
    checked_quantity,
)
from nnviz.views.panels.finding_line import FindingLine
from nnviz.views.panels.layer_checker import CheckRequest, LayerChecker
from nnviz.views.panels.layer_verdict import (
    Verdict,
    checking,
    layer_verdict,
    resting,
    update_verdict,
)
from nnviz.views.widgets.value_cell import CELL_PADDING, ValueCell
from nnviz.visual.palette import DARK, RGB, Palette
from nnviz.visual.scales import Scale

__all__ = ["CheckCard"]

DIGITS = 9


class CheckCard(QWidget):
    """The numeric check, continuous: of the selection at once, of the layer when stepping rests.

    It shows and hides itself; without a selection it is only the lines of the layer. While a run
    is followed the layer is not checked: the pass changes too often, and the canvas needs the time.
    """

    ref_requested = Signal(object)
    """Emitted with the neuron or edge whose link was clicked."""
    ref_hovered = Signal(object)
    """Emitted with the neuron or edge whose link the pointer is over, or None."""

    grown = Signal()
    """Emitted when a check came by itself, and its words may need more room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.check")
        self._title = QLabel("Numeric check", self)
        self._title.setProperty("heading", True)
        self._title.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        self.analytic = ValueCell(DIGITS, self)
        self.analytic.setObjectName("inspector.check.analytic")
        self.numeric = ValueCell(DIGITS, self)
        self.numeric.setObjectName("inspector.check.numeric")
        self.verdict = FindingLine(self)
        self.verdict.setObjectName("inspector.check.verdict")
        self.layer = FindingLine(self)
        self.layer.setObjectName("inspector.check.layer")
        self.update_line = FindingLine(self)
        self.update_line.setObjectName("inspector.check.update")
        self.checker = LayerChecker(self)
        self.checker.finished.connect(self._on_finished)
        self._request: CheckRequest | None = None
        self._rests = False
        self._notation, self._palette = Notation(), DARK
        self.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        for widget in (self.analytic, self.numeric):
            layout.addWidget(widget)
        for line in (self.verdict, self.layer, self.update_line):
            layout.addWidget(line)
            line.ref_requested.connect(self.ref_requested)
            line.ref_hovered.connect(self.ref_hovered)

    def show_check(
        self,
        trace: PassTrace,
        timeline: Timeline,
        ref: Ref | None,
        notation: Notation,
        palette: Palette,
        *,
        follows_run: bool = False,
    ) -> None:
        """Check what is known of ``ref`` and, unless a run is followed, of the step's layer."""
        self._rests = follows_run
        self._notation, self._palette = notation, palette
        example = timeline.current.example if timeline.current else 0
        parts = checked_parts(trace, timeline)
        self._request = CheckRequest(trace, parts, example) if parts else None
        self._show_selection(trace, timeline, ref, example)
        self._show_update(trace, timeline)
        self.setVisible(ref is not None or bool(parts))
        self._ask()

    def settle(self) -> None:
        """Finish the check of the layer at once: for screenshots."""
        self.checker.finish()

    def showEvent(self, event: QShowEvent) -> None:
        """Check what changed while hidden."""
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Check nothing that nobody sees."""
        self.checker.cancel()

    @Slot()
    def _on_finished(self) -> None:
        self._show_layer()
        self.grown.emit()

    def _ask(self) -> None:
        if self._request is None or self._rests:
            self.checker.cancel()
        elif self.isVisible():
            self.checker.request(self._request)
        self._show_layer()

    def _show_layer(self) -> None:
        result = None if self._rests else self.checker.result
        idle = self.isVisible() and not self.checker.busy
        failed = result is None and idle and not self._rests
        self.layer.setVisible(self._request is not None and not failed)
        if self._request is None:
            return
        parts = self._request.parts
        if self._rests:
            self._show(self.layer, resting(parts))
        elif result is None:
            self._show(self.layer, checking(parts))
        else:
            trace, example = self._request.trace, self._request.example
            verdict = layer_verdict(trace, parts, result, self._notation, example)
            self._show(self.layer, verdict)

    def _show_update(self, trace: PassTrace, timeline: Timeline) -> None:
        updated = timeline.reveal().knows(Quantity.WEIGHT_AFTER, trace.spec.layer_count)
        self.update_line.setVisible(updated)
        if updated:
            self._show(self.update_line, update_verdict(trace, self._notation))

    def _show_selection(
        self, trace: PassTrace, timeline: Timeline, ref: Ref | None, example: int | None
    ) -> None:
        for widget in (self.analytic, self.numeric, self.verdict):
            widget.setVisible(ref is not None)
        if ref is None:
            self._title.setText("Numeric check")
            return
        quantity = checked_quantity(trace, timeline.reveal(), ref, example)
        check = None if quantity is None else check_derivative(trace, quantity, ref, example)
        symbol = symbol_of(quantity or _awaited(ref), ref, self._notation, example)
        self._title.setText(f"Numeric check of {symbol}")
        self.analytic.set_value(
            "by backpropagation", f"{symbol} from the chain rule",
            check.analytic if check else None, Scale.DERIVATIVE, self._palette,
        )  # fmt: skip
        self.numeric.set_value(
            "by nudging", f"{symbol} from central differences: the pass run again with the value "
            "a little higher and a little lower",
            check.numeric if check else None, Scale.DERIVATIVE, self._palette,
        )  # fmt: skip
        self._show_verdict(trace, check, example)

    def _show_verdict(
        self, trace: PassTrace, check: DerivativeCheck | None, example: int | None
    ) -> None:
        if check is None:
            self._show(self.verdict, Verdict(f"{UNKNOWN} not computed yet", None))
        elif check.kink is None:
            self._show(self.verdict, Verdict(check.verdict, check.agrees))
        else:
            z = nearest_to_kink(trace, check.kink, example)
            details = (
                f"It is on the kink of its ReLU, z = {self._notation.number(z)}: there the slope "
                "jumps, and nudging sees both sides."
            )
            place = place_of(check.kink, self._notation)
            self._show(self.verdict, Verdict(f"{check.verdict}:", None, place, check.kink, details))

    def _show(self, line: FindingLine, verdict: Verdict) -> None:
        link = None if verdict.ref is None else (verdict.link, verdict.ref)
        line.show_line(
            verdict.text, self._colour(verdict.agrees), self._palette, link, verdict.details
        )

    def _colour(self, agrees: bool | None) -> RGB:
        if agrees is None:
            return self._palette.muted
        return self._palette.good if agrees else self._palette.bad


def _awaited(ref: Ref) -> Quantity:
    if isinstance(ref, EdgeRef):
        return Quantity.WEIGHT_GRADIENT
    return Quantity.ACTIVATION_GRADIENT if ref.layer == 0 else Quantity.BIAS_GRADIENT
