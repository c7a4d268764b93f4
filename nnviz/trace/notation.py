"""How symbols and numbers are written: the user's choice among the conventions of the field.

The articles write ∂C/∂b for the error signal, count neurons from 0 and put the layer above; books
differ in each of these, and whoever reads along in one of them switches the notation here.
"""

from dataclasses import dataclass
from enum import Enum

from nnviz.formatting import number
from nnviz.trace.expressions import (
    Expression,
    Face,
    Fraction,
    Scripted,
    Word,
    bold,
    letter,
    row,
    tagged,
)
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

__all__ = ["ErrorSymbol", "Index", "LayerPlace", "Notation", "WeightOrder", "derivative"]

Index = int | str
"""A neuron's number, from 0, or a letter that stands for any."""


class ErrorSymbol(Enum):
    """How the error signal of a neuron is written; of one example all three are the same number."""

    BIAS = "∂C/∂b"
    PREACTIVATION = "∂C/∂z"
    DELTA = "δ"


class LayerPlace(Enum):
    """Where the number of the layer stands."""

    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"


class WeightOrder(Enum):
    """Which neuron a weight names first."""

    TO_FROM = "to-from"
    FROM_TO = "from-to"


@dataclass(frozen=True, slots=True)
class Notation:
    """How symbols and numbers are written.

    ``digits`` are significant digits; ``first_index`` is the number of a layer's first neuron, 0
    or 1. The methods take neurons as the program counts them, from 0.
    """

    error: ErrorSymbol = ErrorSymbol.BIAS
    layers: LayerPlace = LayerPlace.SUPERSCRIPT
    first_index: int = 0
    weight_order: WeightOrder = WeightOrder.TO_FROM
    digits: int = 4

    def number(self, value: float | None) -> str:
        """Return a number with the chosen digits; None is unknown, a dash."""
        return number(value, self.digits)

    def index(self, neuron: int) -> int:
        """Return the number that the reader knows a neuron by."""
        return neuron + self.first_index

    def scalar(self, name: str, layer: int, neuron: Index) -> Expression:
        """Return z of a neuron, or a, or b; y and x have no layer."""
        if name in ("x", "y"):
            return Scripted(letter(name), None, self._word(neuron))
        return self._indexed(letter(name), layer, self._word(neuron))

    def weight(self, layer: int, neuron: Index, source: Index, name: str = "w") -> Expression:
        """Return w of the edge to ``neuron`` from ``source``, or another number of each edge."""
        pair = (neuron, source) if self.weight_order is WeightOrder.TO_FROM else (source, neuron)
        one, other = map(self._word, pair)
        return self._indexed(letter(name), layer, row(one, Word(",", Face.NUMBER), other))

    def vector(self, name: str, layer: int) -> Expression:
        """Return the bold letter of a layer's column of numbers."""
        return self._layered(bold(name), layer)

    def matrix(self, layer: int, name: str = "W") -> Expression:
        """Return W of a layer, or another matrix with a number for each edge."""
        return self._layered(bold(name), layer)

    def error_signal(self, layer: int, neuron: Index, cost: Expression | None = None) -> Expression:
        """Return the error signal of a neuron: ∂C/∂b, ∂C/∂z or δ; ``cost`` in place of C."""
        if self.error is ErrorSymbol.DELTA:
            return self.scalar("δ", layer, neuron)
        return derivative(self.scalar(self.error_letter, layer, neuron), cost)

    def error_vector(self, layer: int, cost: Expression | None = None) -> Expression:
        """Return the error signals of a layer as one column."""
        if self.error is ErrorSymbol.DELTA:
            return self.vector("δ", layer)
        return derivative(self.vector(self.error_letter, layer), cost)

    @property
    def error_letter(self) -> str:
        """The letter below ∂C/∂ of the error signal, δ for itself."""
        return {"∂C/∂b": "b", "∂C/∂z": "z", "δ": "δ"}[self.error.value]

    def edge_symbol(self, edge: EdgeRef, value: float | None = None) -> Expression:
        """Return w of an edge, tagged with it."""
        symbol = self.weight(edge.layer, edge.neuron, edge.source)
        return tagged(symbol, Quantity.WEIGHT, edge, value)

    def node_symbol(self, quantity: Quantity, node: NodeRef, value: float | None = None
                    ) -> Expression:  # fmt: skip
        """Return the symbol of a neuron's quantity, tagged with it."""
        if quantity is Quantity.BIAS_GRADIENT:
            symbol = self.error_signal(node.layer, node.neuron)
        elif quantity is Quantity.ACTIVATION_GRADIENT:
            symbol = derivative(self.scalar("a", node.layer, node.neuron))
        else:
            symbol = self.scalar(quantity.symbol[0], node.layer, node.neuron)
        return tagged(symbol, quantity, node, value)

    def _word(self, index: Index) -> Expression:
        if isinstance(index, int):
            return Word(str(self.index(index)), Face.NUMBER)
        return letter(index)

    def _layered(self, base: Expression, layer: int) -> Expression:
        if self.layers is LayerPlace.SUBSCRIPT:
            return Scripted(base, None, _layer(layer))
        return Scripted(base, row(_sign("("), _layer(layer), _sign(")")), None)

    def _indexed(self, base: Expression, layer: int, lower: Expression) -> Expression:
        if self.layers is LayerPlace.SUBSCRIPT:
            return Scripted(base, None, row(_layer(layer), _sign(";"), lower))
        return Scripted(base, row(_sign("("), _layer(layer), _sign(")")), lower)


def derivative(symbol: Expression, of: Expression | None = None) -> Expression:
    """Return ∂C/∂symbol, or ∂of/∂symbol."""
    return Fraction(row(letter("∂"), letter("C") if of is None else of), row(letter("∂"), symbol))


def _layer(layer: int) -> Word:
    return Word(str(layer), Face.NUMBER)


def _sign(text: str) -> Word:
    return Word(text, Face.NUMBER)
