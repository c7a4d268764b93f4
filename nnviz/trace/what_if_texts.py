"""The words of the what-if panel: names in the user's notation, and what a comparison says."""

import math

from nnviz.formatting import signed
from nnviz.trace.notation import LayerPlace, Notation, WeightOrder
from nnviz.trace.refs import EdgeRef
from nnviz.trace.what_if import Adjustable, Kind

__all__ = ["comparison", "long_name", "plain_name", "waiting_for_cost", "waiting_for_slope"]

_LETTERS = {Kind.WEIGHT: "w", Kind.BIAS: "b", Kind.INPUT: "x", Kind.TARGET: "y"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
STRAIGHT = 0.005
"""Relative: below this the numbers of the two changes agree in the first two digits."""


def plain_name(notation: Notation, adjustable: Adjustable) -> str:
    """Return w(1) 0←1, b(2) 0, x 1 or y 0, as plain text."""
    return f"{_letter(notation, adjustable)} {_place(notation, adjustable)}"


def long_name(notation: Notation, adjustable: Adjustable, width: int | None = None) -> str:
    """Return what the number is, in words; ``width`` is that of an input image in pixels."""
    ref = adjustable.ref
    if isinstance(ref, EdgeRef):
        source, neuron = notation.index(ref.source), notation.index(ref.neuron)
        layers = f"neuron {source} of layer {ref.layer - 1} to neuron {neuron} of layer {ref.layer}"
        return f"Weight from {layers}"
    neuron = notation.index(ref.neuron)
    if adjustable.kind is Kind.BIAS:
        return f"Bias of neuron {neuron} of layer {ref.layer}"
    if adjustable.kind is Kind.TARGET:
        return f"Target of output neuron {neuron}"
    if width:
        row, column = map(notation.index, divmod(ref.neuron, width))
        return f"Input {neuron}: pixel in row {row}, column {column}"
    return f"Input {neuron}"


def waiting_for_cost() -> str:
    """Return what to do before the cost is known."""
    return "C is not computed yet. Step to the cost to see how it follows the number."


def waiting_for_slope(notation: Notation, adjustable: Adjustable) -> str:
    """Return what to do before the slope is known, without giving it away.

    That of a target never waits: it is known with the cost.
    """
    layer = max(adjustable.ref.layer, 1)
    return (
        f"A prediction needs the slope ∂C/∂{_LETTERS[adjustable.kind]}, which is not computed yet: "
        f"go on to the step backward through layer {layer}. Can you guess it from the curve?"
    )


def comparison(predicted: float, real: float, noise: float, digits: int) -> str:
    """Return what the straight line predicts, what happens, and what this says of the curve.

    Of changes that differ by no more than ``noise`` nothing can be said.
    """
    if not math.isfinite(real) or not math.isfinite(predicted):
        return "C is no finite number there: the network has diverged, and no line can follow it."
    line = f"The straight line predicts {signed(predicted, digits)}, the real change is"
    said = f"{line} {signed(real, digits)}"
    if real == predicted == 0:
        return "Neither the straight line nor C itself moves: C does not depend on it here."
    apart, scale = abs(real - predicted), max(abs(real), abs(predicted))
    if apart <= STRAIGHT * scale:
        return f"{said}: so near by, the curve is as good as straight."
    if apart <= noise:
        return f"{said}: so small a change drowns in the rounding of C."
    if real * predicted < 0:
        return f"{said}: between the two the curve has turned round."
    if not predicted:
        return f"{said}: the line is level here, but the curve bends."
    if real > predicted:
        return f"{said}: the curve bends upward, away from the line."
    return f"{said}: the curve bends downward, below the line."


def _letter(notation: Notation, adjustable: Adjustable) -> str:
    letter, layer = _LETTERS[adjustable.kind], adjustable.ref.layer
    if not adjustable.is_parameter:
        return letter
    if notation.layers is LayerPlace.SUBSCRIPT:
        return f"{letter}{str(layer).translate(_SUBSCRIPTS)}"
    return f"{letter}({layer})"


def _place(notation: Notation, adjustable: Adjustable) -> str:
    ref = adjustable.ref
    if not isinstance(ref, EdgeRef):
        return str(notation.index(ref.neuron))
    neuron, source = notation.index(ref.neuron), notation.index(ref.source)
    if notation.weight_order is WeightOrder.TO_FROM:
        return f"{neuron}←{source}"
    return f"{source}→{neuron}"
