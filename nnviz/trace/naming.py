"""Neurons, edges and derivatives in words, with the numbers and the symbols that the reader knows.

Apart from ``notation``, which makes formulas: these are for sentences and links.
"""

from nnviz.trace.notation import Notation, WeightOrder
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["neuron_list", "place_of", "symbol_of"]

MOST_LISTED = 8
"""So many neuron numbers are listed; the rest is counted."""


def place_of(ref: Ref, notation: Notation) -> str:
    """Return where a neuron or edge is: neuron 3 of layer 1, input 4, weight (3, 4) of layer 1."""
    if isinstance(ref, EdgeRef):
        neuron, source = notation.index(ref.neuron), notation.index(ref.source)
        to_from = notation.weight_order is WeightOrder.TO_FROM
        one, other = (neuron, source) if to_from else (source, neuron)
        return f"weight ({one}, {other}) of layer {ref.layer}"
    if ref.layer == 0:
        return f"input {notation.index(ref.neuron)}"
    return f"neuron {notation.index(ref.neuron)} of layer {ref.layer}"


def symbol_of(quantity: Quantity, ref: Ref, notation: Notation, example: int | None = 0) -> str:
    """Return a derivative's symbol in one line, as the notation has it.

    The mean of a mini-batch, ``example`` None, is always ∂C/∂b: δ and ∂C/∂z belong to one example.
    """
    if quantity is Quantity.BIAS_GRADIENT and example is not None:
        return notation.error.value
    if quantity is Quantity.ACTIVATION_GRADIENT and isinstance(ref, NodeRef) and ref.layer == 0:
        return "∂C/∂x"
    return quantity.symbol


def neuron_list(neurons: list[int], notation: Notation) -> str:
    """Return the numbers of neurons: 3, 7, 12; a long list ends with how many more there are."""
    shown = ", ".join(str(notation.index(each)) for each in neurons[:MOST_LISTED])
    more = len(neurons) - MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
