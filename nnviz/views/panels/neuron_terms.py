"""The two sums around a neuron as tables: what makes its z, and what makes its ∂C/∂a.

Apart from the table itself, which does not know what it sums.
"""

from functools import partial

from PySide6.QtWidgets import QWidget

from nnviz.trace.naming import quantity_symbol
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.views.panels.terms import incoming_terms, outgoing_terms
from nnviz.views.panels.terms_model import Column
from nnviz.views.panels.terms_table import TermsTable
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale

__all__ = ["IncomingTerms", "OutgoingTerms"]

_BAR = Column("", "The products as bars, positive ones to the right")


class IncomingTerms(TermsTable):
    """The terms w·a of a neuron's z."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = _incoming_columns(Notation(), pixels=False)
        super().__init__("incoming", "The terms of z, the largest first", columns, parent)

    def show_neuron(
        self,
        trace: PassTrace,
        reveal: Reveal,
        node: NodeRef,
        shape: tuple[int, int] | None,
        notation: Notation,
        palette: Palette,
        example: int | None = 0,
    ) -> bool:
        """Show the sum of a neuron and return True; False while its terms are not known.

        ``shape`` is that of the image that layer 1 looks at, None for other inputs.
        """
        if node.layer == 0 or not reveal.knows(Quantity.ACTIVATION, node.layer - 1, None, example):
            return False
        terms = incoming_terms(trace, node, example)
        text = f"Σ w·a = {notation.number(terms.total)}"
        if reveal.knows(Quantity.PREACTIVATION, node.layer, node.neuron, example):
            bias = notation.number(trace.value(Quantity.BIAS, node))
            z = notation.number(trace.value(Quantity.PREACTIVATION, node, example))
            plus = f"− {bias[1:]}" if bias.startswith("−") else f"+ {bias}"
            text = f"Σ w·a + b = {notation.number(terms.total)} {plus} = {z} =\u00a0z"
        self.model.set_columns(_incoming_columns(notation, pixels=shape is not None))
        self.show_terms(terms, partial(_source_name, shape, notation), text, palette, notation)
        return True


class OutgoingTerms(TermsTable):
    """The terms w·∂C/∂b of a neuron's ∂C/∂a."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = _outgoing_columns(Notation())
        super().__init__("outgoing", "The terms of ∂C/∂a, the largest first", columns, parent)

    def show_neuron(
        self,
        trace: PassTrace,
        reveal: Reveal,
        node: NodeRef,
        notation: Notation,
        palette: Palette,
        example: int | None = 0,
    ) -> bool:
        """Show the sum of a neuron and return True; False while there is none or it is unknown."""
        if node.layer == trace.spec.layer_count or not reveal.knows(
            Quantity.ACTIVATION_GRADIENT, node.layer, node.neuron, example
        ):
            return False
        terms = outgoing_terms(trace, node, example)
        symbol = "∂C/∂x" if node.layer == 0 else "∂C/∂a"
        error = quantity_symbol(Quantity.BIAS_GRADIENT, notation)
        text = f"Σ w·{error} = {notation.number(terms.total)} =\u00a0{symbol}"
        self.set_title(f"The terms of {symbol}, the largest first")
        self.model.set_columns(_outgoing_columns(notation))
        self.show_terms(terms, partial(_source_name, None, notation), text, palette, notation)
        return True


def _source_name(shape: tuple[int, int] | None, notation: Notation, source: int) -> str:
    """Return the number of a neuron, or the row and column of a pixel."""
    if shape is None:
        return str(notation.index(source))
    row, column = map(notation.index, divmod(source, shape[1]))
    return f"{row}, {column}"


def _incoming_columns(notation: Notation, pixels: bool) -> tuple[Column, ...]:
    first = notation.first_index
    return (
        Column("pixel", f"Row and column of the pixel, from {first}") if pixels
        else Column("k", f"Number of the neuron, from {first}"),
        Column("w", "Weight of the edge to this neuron", Scale.WEIGHT),
        Column("a", "Activation of the neuron that the edge comes from"),
        Column("w·a", "One term of the sum that makes z"),
        _BAR,
    )  # fmt: skip


def _outgoing_columns(notation: Notation) -> tuple[Column, ...]:
    error = quantity_symbol(Quantity.BIAS_GRADIENT, notation)
    return (
        Column("k", f"Number of the neuron, from {notation.first_index}"),
        Column("w", "Weight of the edge from this neuron", Scale.WEIGHT),
        Column(error, "Error signal of the neuron that the edge leads to", Scale.DERIVATIVE),
        Column(f"w·{error}", "One term of the sum that makes ∂C/∂a", Scale.DERIVATIVE),
        _BAR,
    )
