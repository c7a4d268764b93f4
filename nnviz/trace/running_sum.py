"""The sum of one neuron term by term, as it grows: what a step of a single neuron shows."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.expressions import Fenced, row, text, whole_number
from nnviz.trace.focus import Focus
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import Build, Equation, Num, Shown, equation, product, total

__all__ = ["MOST_TERMS", "SUMS", "running_sum"]

SUMS = (Quantity.PREACTIVATION, Quantity.ACTIVATION_GRADIENT)
"""The quantities of a neuron that are sums over other neurons."""
MOST_TERMS = 6
"""Of longer sums so many terms, the largest ones, each have a line; the others share one."""


def running_sum(quantity: Quantity, focus: Focus, neuron: int) -> tuple[Equation, ...]:
    """Return a line for each term: what the sum was, the term, what the sum is now.

    Nothing for the gradient of an output's activation, which is no sum.
    """
    if quantity is Quantity.ACTIVATION_GRADIENT and focus.is_output:
        return ()
    products, terms = _terms(quantity, focus, neuron)
    if quantity is Quantity.PREACTIVATION:
        bias = focus.value(Quantity.BIAS, neuron)
        node = NodeRef(focus.layer, neuron)
        products.append(bias)
        terms.append(lambda num: num(bias, Quantity.BIAS, node))
    lines, before = [], None
    for value, term in zip(products, terms, strict=True):
        after = value if before is None else before + value
        lines.append(equation(None, after, focus.digits, _grown(before, term)))
        before = after
    return tuple(lines)


def _grown(before: float | None, term: Build) -> Build:
    if before is None:
        return term
    return lambda num: total(num(before), term(num))


def _terms(quantity: Quantity, focus: Focus, neuron: int) -> tuple[list[float], list[Build]]:
    """Return the terms to show: their values, and how they are written."""
    if quantity is Quantity.PREACTIVATION:
        weights = focus.values(Quantity.WEIGHT)[neuron]
        factors = focus.values(Quantity.ACTIVATION, focus.layer - 1)
        of = Quantity.ACTIVATION
    else:
        weights = focus.values(Quantity.WEIGHT, focus.layer + 1)[:, neuron]
        factors, of = focus.delta(focus.layer + 1), Quantity.BIAS_GRADIENT
    products = weights * factors
    chosen = _chosen(products)
    builds = [
        _product(float(weights[at]), float(factors[at]), *_refs(quantity, focus, neuron, at), of)
        for at in chosen
    ]
    values = [float(products[at]) for at in chosen]
    if len(chosen) < len(products):
        rest = float(products.sum()) - sum(values)
        values.append(rest)
        builds.append(_others(len(products) - len(chosen), rest))
    return values, builds


def _chosen(products: FloatArray) -> list[int]:
    """Return the terms with a line of their own, in the order of the neurons."""
    if len(products) <= MOST_TERMS:
        return list(range(len(products)))
    by_size = np.argsort(-np.abs(products), kind="stable")
    return sorted(by_size[:MOST_TERMS].tolist())


def _refs(quantity: Quantity, focus: Focus, neuron: int, at: int) -> tuple[EdgeRef, NodeRef]:
    if quantity is Quantity.PREACTIVATION:
        return EdgeRef(focus.layer, neuron, at), NodeRef(focus.layer - 1, at)
    return EdgeRef(focus.layer + 1, at, neuron), NodeRef(focus.layer + 1, at)


def _product(weight: float, factor: float, edge: EdgeRef, node: NodeRef, of: Quantity) -> Build:
    return lambda num: product(num(weight, Quantity.WEIGHT, edge), num(factor, of, node))


def _others(count: int, rest: float) -> Build:
    def build(num: Num) -> Shown:
        together = num(rest)
        words = row(whole_number(count), text(" more, together "), together.expression)
        return Shown(Fenced(words), together.value, together.scale)

    return build
