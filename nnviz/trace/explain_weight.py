"""The equations of weights and biases: their gradients, their means over examples, their update."""

import numpy as np

from nnviz.trace.explain_cost import decay_factor, mean_build, mean_of
from nnviz.trace.expressions import THIN, Expression, Scripted, between, letter, operator, row, text
from nnviz.trace.focus import Focus, Part
from nnviz.trace.notation import derivative
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import Build, Equation, Num, Shown, difference, equation, product, total

__all__ = [
    "mean_gradient",
    "update",
    "weight_gradient",
    "weight_gradient_line",
    "weight_gradient_symbols",
    "weight_step",
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


def update(focus: Focus, j: int) -> Part:
    """Return the step of the neuron's strongest weight, and of its bias."""
    k = int(np.abs(focus.values(Quantity.WEIGHT)[j]).argmax())
    symbolic, line = weight_step(focus, j, k)
    node, b = NodeRef(focus.layer, j), focus.notation.scalar("b", focus.layer, j)
    if not focus.trace.settings.update_biases:
        bias = focus.value(Quantity.BIAS_AFTER, j)
        stays = equation(b, bias, focus.digits, quantity=Quantity.BIAS_AFTER, ref=node)
        return Part((symbolic, row(b, text(" stays"))), (line, stays))
    gradient = focus.derivative(b)
    values = tuple(
        focus.value(quantity, j)
        for quantity in (Quantity.BIAS, Quantity.BIAS_GRADIENT, Quantity.BIAS_AFTER)
    )
    build = _step(focus, (values[0], Quantity.BIAS), (values[1], Quantity.BIAS_GRADIENT), node)
    moved = equation(
        b, values[2], focus.digits, build, quantity=Quantity.BIAS_AFTER, ref=node
    )  # fmt: skip
    return Part((symbolic, _descent(b, gradient)), (line, moved))


def weight_step(focus: Focus, j: int, k: int) -> tuple[Expression, Equation]:
    """Return the update of one weight: in symbols, and with its numbers."""
    edge, symbol = EdgeRef(focus.layer, j, k), focus.weight(j, k)
    before, gradient, after = (
        float(focus.values(quantity)[j, k])
        for quantity in (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER)
    )
    build = _step(focus, (before, Quantity.WEIGHT), (gradient, Quantity.WEIGHT_GRADIENT), edge)
    line = equation(symbol, after, focus.digits, build, quantity=Quantity.WEIGHT_AFTER, ref=edge)
    return _descent(symbol, focus.weight_gradient(j, k)), line


def _descent(symbol: Expression, gradient: Expression) -> Expression:
    right = between("−", symbol, row(letter("η"), THIN, gradient))
    return row(symbol, operator("←"), right)


def _step(
    focus: Focus,
    before: tuple[float, Quantity],
    gradient: tuple[float, Quantity],
    ref: NodeRef | EdgeRef,
) -> Build:
    """Return θ − η ∂C/∂θ."""
    rate = focus.trace.settings.learning_rate

    def build(num: Num) -> Shown:
        moved = product(num(rate), num(*gradient, ref))
        return difference(num(*before, ref), moved)

    return build


def _of_example(symbol: Expression) -> Expression:
    """Return ∂C_x/∂symbol."""
    return derivative(symbol, Scripted(letter("C"), None, letter("x")))
