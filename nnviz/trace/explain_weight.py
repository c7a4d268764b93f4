"""The equations of weights and biases: their gradients, and their means over examples."""

import numpy as np

from nnviz.trace.explain_cost import decay_factor, mean_build, mean_of
from nnviz.trace.expressions import THIN, Expression, Scripted, between, letter, row
from nnviz.trace.focus import Focus, Part
from nnviz.trace.notation import derivative
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import Build, Equation, Num, Shown, equation, product, total

__all__ = [
    "mean_gradient",
    "weight_gradient",
    "weight_gradient_line",
    "weight_gradient_symbols",
]

_WRITTEN_OUT = 4
_SHOWN_WEIGHTS = 3


def weight_gradient(focus: Focus, j: int) -> Part:
    """Return a line for each of the neuron's weights, or for the three of the largest gradients."""
    gradients = focus.values(Quantity.WEIGHT_GRADIENT)[j]
    sources = list(range(focus.sources))
    if len(sources) > _WRITTEN_OUT:
        by_size = np.argsort(-np.abs(gradients), kind="stable")
        sources = by_size[:_SHOWN_WEIGHTS].tolist()
    lines = tuple(weight_gradient_line(focus, j, k) for k in sources)
    general: int | str = "k" if focus.sources > 1 else 0
    return Part((weight_gradient_symbols(focus, j, general),), lines)


def weight_gradient_symbols(focus: Focus, j: int, k: int | str) -> Expression:
    """Return ∂C/∂w = δ a in symbols; of several examples their mean, with the L2 term."""
    if focus.example is None and focus.examples > 1:
        right = mean_of(_of_example(focus.notation.weight(focus.layer, j, k)))
    else:
        right = between(
            "·", focus.symbol(Quantity.BIAS_GRADIENT, j),
            focus.symbol(Quantity.ACTIVATION, k, focus.layer - 1),
        )  # fmt: skip
    if focus.own_decay:
        right = between("+", right, row(decay_factor(), THIN, focus.weight(j, k)))
    return between("=", focus.weight_gradient(j, k), right)


def weight_gradient_line(focus: Focus, j: int, k: int) -> Equation:
    """Return ∂C/∂w of an edge with the numbers put in."""
    edge = EdgeRef(focus.layer, j, k)
    return equation(
        focus.weight_gradient(j, k), float(focus.values(Quantity.WEIGHT_GRADIENT)[j, k]),
        focus.digits, _gradient_build(focus, edge),
        quantity=Quantity.WEIGHT_GRADIENT, ref=edge,
    )  # fmt: skip


def _gradient_build(focus: Focus, edge: EdgeRef) -> Build:
    trace, layer = focus.trace, edge.layer
    deltas = trace.backward.deltas[layer - 1][:, edge.neuron]
    activations = trace.forward.activations[layer - 1][:, edge.source]
    w = float(trace.before.weights[layer - 1][edge.neuron, edge.source])
    mean = mean_build(deltas * activations)
    signal, activation = float(deltas[focus.row]), float(activations[focus.row])
    together = focus.example is None and focus.examples > 1

    def build(num: Num) -> Shown:
        gradient = mean(num) if together else product(
            num(signal, Quantity.BIAS_GRADIENT, edge.target_node),
            num(activation, Quantity.ACTIVATION, edge.source_node),
        )  # fmt: skip
        if not focus.own_decay:
            return gradient
        return total(gradient, product(num(focus.own_decay), num(w, Quantity.WEIGHT, edge)))

    return build


def mean_gradient(focus: Focus, j: int) -> Part:
    """Return ∂C/∂b of a mini-batch: the mean of its examples'."""
    b = focus.derivative(focus.notation.scalar("b", focus.layer, j))
    each = _of_example(focus.notation.scalar("b", focus.layer, j))
    deltas = focus.trace.backward.deltas[focus.layer - 1][:, j]
    exact = focus.value(Quantity.BIAS_GRADIENT, j)
    line = equation(
        b, exact, focus.digits, mean_build(deltas),
        quantity=Quantity.BIAS_GRADIENT, ref=NodeRef(focus.layer, j),
    )  # fmt: skip
    return Part((between("=", b, mean_of(each)),), (line,))


def _of_example(symbol: Expression) -> Expression:
    """Return ∂C_x/∂symbol."""
    return derivative(symbol, Scripted(letter("C"), None, letter("x")))
