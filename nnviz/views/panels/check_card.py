"""Backpropagation's derivative above the one from nudging, and whether the two agree."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.formatting import UNKNOWN, number
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.views.panels.derivative_check import (
    DerivativeCheck,
    check_derivative,
    checked_quantity,
)
from nnviz.views.theme import text_font
from nnviz.views.widgets.value_cell import CELL_PADDING, ValueCell
from nnviz.visual.palette import DARK, RGB, Palette
from nnviz.visual.scales import Scale

__all__ = ["CheckCard"]

DIGITS = 9


class CheckCard(QWidget):
    """The numeric check of the newest known derivative of the selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.check")
        self._title = QLabel(self)
        self._title.setProperty("heading", True)
        self._title.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        self.analytic = ValueCell(DIGITS, self)
        self.analytic.setObjectName("inspector.check.analytic")
        self.numeric = ValueCell(DIGITS, self)
        self.numeric.setObjectName("inspector.check.numeric")
        self.verdict = QLabel(self)
        self.verdict.setObjectName("inspector.check.verdict")
        self.verdict.setFont(text_font(13))
        self.verdict.setWordWrap(True)
        self.verdict.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for widget in (self._title, self.analytic, self.numeric, self.verdict):
            layout.addWidget(widget)

    def show_check(self, trace: PassTrace, reveal: Reveal, ref: Ref, palette: Palette) -> None:
        """Check what is known of ``ref``; dashes while there is nothing to check."""
        quantity = checked_quantity(trace, reveal, ref)
        check = None if quantity is None else check_derivative(trace, quantity, ref)
        symbol = _symbol(quantity or _awaited(ref), ref)
        self._title.setText(f"Numeric check of {symbol}")
        self.analytic.set_value(
            "by backpropagation", f"{symbol} from the chain rule",
            check.analytic if check else None, Scale.DERIVATIVE, palette,
        )  # fmt: skip
        self.numeric.set_value(
            "by nudging", f"{symbol} from central differences: the pass run again with the value "
            "a little higher and a little lower",
            check.numeric if check else None, Scale.DERIVATIVE, palette,
        )  # fmt: skip
        self._show_verdict(trace, check, palette)

    def _show_verdict(
        self, trace: PassTrace, check: DerivativeCheck | None, palette: Palette = DARK
    ) -> None:
        if check is None:
            text, colour = f"{UNKNOWN} not computed yet", palette.muted
        else:
            text = check.verdict
            colour = palette.good if check.agrees else palette.bad
            if check.agrees is None:
                colour = palette.muted
            if check.kink is not None:
                z = trace.value(Quantity.PREACTIVATION, check.kink)
                text += (
                    f". Neuron {check.kink.neuron} of layer {check.kink.layer} is close to the "
                    f"kink of its ReLU (z = {number(z, 2)}): there the slope jumps, and nudging "
                    "sees both sides."
                )
        self.verdict.setAccessibleName(text)
        self.verdict.setText(f'<span style="color: {_css(colour)}">{text}</span>')


def _awaited(ref: Ref) -> Quantity:
    if isinstance(ref, EdgeRef):
        return Quantity.WEIGHT_GRADIENT
    return Quantity.ACTIVATION_GRADIENT if ref.layer == 0 else Quantity.BIAS_GRADIENT


def _symbol(quantity: Quantity, ref: Ref) -> str:
    if quantity is Quantity.ACTIVATION_GRADIENT and ref.layer == 0:
        return "∂C/∂x"
    return quantity.symbol


def _css(rgb: RGB) -> str:
    return f"rgb({rgb[0]}, {rgb[1]}, {rgb[2]})"
