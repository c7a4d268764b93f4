"""Neurons, edges and derivatives in words, with the numbers and the symbols that the reader knows.

Apart from ``notation``, which makes formulas: these are for sentences and links.
"""

from nnviz.trace.notation import Notation, WeightOrder
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["edge_name", "neuron_list", "place_of", "quantity_symbol", "symbol_of"]

MOST_LISTED = 8
"""So many neuron numbers are listed; the rest is counted."""


def place_of(ref: Ref, notation: Notation) -> str:
    """Return where a neuron or edge is: neuron 3 of layer 1, input 4, w(3, 4) of layer 1."""
    if isinstance(ref, EdgeRef):
        return f"{edge_name(ref, notation)} of layer {ref.layer}"
    if ref.layer == 0:
        return f"input {notation.index(ref.neuron)}"
    return f"neuron {notation.index(ref.neuron)} of layer {ref.layer}"


def edge_name(edge: EdgeRef, notation: Notation) -> str:
    """Return w(1, 0), with the neurons in the order and the counting of the notation."""
    pair = notation.index(edge.neuron), notation.index(edge.source)
    one, other = pair if notation.weight_order is WeightOrder.TO_FROM else pair[::-1]
    return f"w({one}, {other})"


def quantity_symbol(quantity: Quantity, notation: Notation, example: int | None = 0) -> str:
    """Return the letters of a quantity in one line; the error signal is the reader's.

    The mean of a mini-batch, ``example`` None, is always ∂C/∂b: δ and ∂C/∂z belong to one example.
    """
    if quantity is Quantity.BIAS_GRADIENT and example is not None:
        return notation.error.value
    return quantity.symbol


def symbol_of(quantity: Quantity, ref: Ref, notation: Notation, example: int | None = 0) -> str:
    """Return the symbol of a number of ``ref`` in one line: that of an input is ∂C/∂x."""
    if quantity is Quantity.ACTIVATION_GRADIENT and isinstance(ref, NodeRef) and ref.layer == 0:
        return "∂C/∂x"
    return quantity_symbol(quantity, notation, example)


def neuron_list(neurons: list[int], notation: Notation) -> str:
    """Return the numbers of neurons: 3, 7, 12; a long list ends with how many more there are."""
    shown = ", ".join(str(notation.index(each)) for each in neurons[:MOST_LISTED])
    more = len(neurons) - MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
