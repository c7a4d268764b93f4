"""The equation of the cost: of one example, of one output's share, of several examples."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count
from nnviz.trace.cost_formulas import COST_FORMULAS, share_builds, shares
from nnviz.trace.focus import Focus, Part
from nnviz.trace.markup_notation import scalar
from nnviz.trace.quantities import Quantity
from nnviz.trace.shown import (
    Build,
    Num,
    Shown,
    elided_sum,
    equation,
    product,
    quotient,
    total,
    whole,
)

__all__ = ["cost_part", "share_part"]

_EXAMPLE_COST = "C<sub>x</sub>"


def cost_part(focus: Focus) -> Part:
    """Return C: of the example, then the mean over all examples and the L2 term, if there are."""
    costs = focus.example_costs()
    z, a, y = _output(focus)
    formula = COST_FORMULAS[focus.spec.cost]
    outputs = tuple(j for j in range(len(a)) if y[j] != 0 or not formula.only_targets)
    builds = share_builds(formula, z, a, y, outputs) if outputs else ()
    alone = focus.examples == 1 and not focus.decay
    left = "C" if alone else _EXAMPLE_COST
    symbolic = f"{left} = {formula.value.format(n=count(len(a)))}"
    line = equation(left, float(costs[focus.example]), focus.digits, *builds)
    if alone:
        return Part(symbolic, (line,))
    whole_cost = equation("C", focus.trace.cost, focus.digits, _whole_cost(focus))
    return Part(f"{symbolic}<br>C = {_in_symbols(focus)}", (line, whole_cost))


def share_part(focus: Focus, j: int) -> Part:
    """Return the part of the example's cost that comes from output ``j``."""
    z, a, y = _output(focus)
    formula = COST_FORMULAS[focus.spec.cost]
    left = f"C<sub>x,{j}</sub>"
    share = formula.share.format(
        a=scalar("a", focus.layer, j), y=f"y<sub>{j}</sub>", n=count(len(a))
    )
    factor = formula.factor(len(a))
    exact = float(shares(formula, z, a, y)[j]) * (1 if factor is None else factor.value)
    line = equation(left, exact, focus.digits, *share_builds(formula, z, a, y, (j,)))
    return Part(f"{left} = {share}", (line,))


def _output(focus: Focus) -> tuple[FloatArray, FloatArray, FloatArray]:
    quantities = (Quantity.PREACTIVATION, Quantity.ACTIVATION)
    z, a = (focus.values(quantity) for quantity in quantities)
    return z, a, focus.target


def _in_symbols(focus: Focus) -> str:
    text = _EXAMPLE_COST
    if focus.examples > 1:
        text = f"mean of {_EXAMPLE_COST} over {count(focus.examples)} examples"
    return f"{text} + ½ (λ/n) Σ w<sup>2</sup>" if focus.decay else text


def _whole_cost(focus: Focus) -> Build:
    costs = [float(value) for value in focus.example_costs()]
    terms = elided_sum(costs, lambda num, at: num(costs[at]))
    squares = sum(float(np.sum(w * w)) for w in focus.trace.before.weights)

    def build(num: Num) -> Shown:
        mean = terms(num) if focus.examples == 1 else quotient(terms(num), whole(focus.examples))
        if not focus.decay:
            return mean
        half = Shown("½", 0.5, 0.5)
        return total(mean, product(half, num(focus.decay), num(squares)))

    return build
