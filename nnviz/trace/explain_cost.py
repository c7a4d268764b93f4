"""The equation of the cost: of one example, of one output's share, of several examples."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.cost_formulas import COST_FORMULAS, share_builds, shares
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fraction,
    Scripted,
    Summation,
    Word,
    between,
    letter,
    row,
    text,
    whole_number,
)
from nnviz.trace.focus import Focus, Part
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
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

__all__ = [
    "cost_part",
    "decay_factor",
    "mean_build",
    "mean_cost_part",
    "mean_of",
    "share_part",
]

_HALF = Word("½", Face.NUMBER)


def cost_part(focus: Focus) -> Part:
    """Return C of the example; with the L2 term, if it is the only one and there is one."""
    costs = focus.example_costs()
    z, a, y = _output(focus)
    formula = COST_FORMULAS[focus.spec.cost]
    outputs = tuple(
        NodeRef(focus.layer, j) for j in range(len(a)) if y[j] != 0 or not formula.only_targets
    )
    builds = share_builds(formula, z, a, y, outputs) if outputs else ()
    alone = not focus.own_decay
    left = focus.cost if alone else _example_cost()
    symbolic = between("=", left, formula.value(len(a)))
    line = equation(left, float(costs[focus.row]), focus.digits, *builds)
    if alone:
        return Part((symbolic,), (line,))
    squares = row(
        _HALF, THIN, decay_factor(), THIN, Summation(letter("w")),
        Scripted(letter("w"), Word("2", Face.NUMBER)),
    )  # fmt: skip
    whole_cost = equation(letter("C"), focus.trace.cost, focus.digits, _with_decay(focus))
    return Part(
        (symbolic, between("=", letter("C"), between("+", _example_cost(), squares))),
        (line, whole_cost),
    )


def mean_cost_part(focus: Focus) -> Part:
    """Return C of a mini-batch: the mean of its examples' costs, plus the L2 term."""
    symbolic = mean_of(_example_cost())
    if focus.decay:
        symbolic = between("+", symbolic, row(_HALF, THIN, decay_factor(), text("Σ w²")))
    line = equation(letter("C"), focus.trace.cost, focus.digits, _with_decay(focus))
    return Part((between("=", letter("C"), symbolic),), (line,))


def share_part(focus: Focus, j: int) -> Part:
    """Return the part of the example's cost that comes from output ``j``."""
    z, a, y = _output(focus)
    formula = COST_FORMULAS[focus.spec.cost]
    left = Scripted(letter("C"), None, Word(f"x,{focus.notation.index(j)}", Face.NUMBER))
    share = formula.share(
        focus.symbol(Quantity.ACTIVATION, j), focus.notation.scalar("y", focus.layer, j), len(a)
    )
    factor = formula.factor(len(a))
    exact = float(shares(formula, z, a, y)[j]) * (1 if factor is None else factor.value)
    builds = share_builds(formula, z, a, y, (NodeRef(focus.layer, j),))
    return Part((between("=", left, share),), (equation(left, exact, focus.digits, *builds),))


def decay_factor() -> Expression:
    """Return λ/n."""
    return Fraction(letter("λ"), letter("n"))


def mean_of(term: Expression) -> Expression:
    """Return the mean over the examples x of a mini-batch."""
    return row(Fraction(whole_number(1), letter("m")), THIN, Summation(letter("x")), term)


def mean_build(values: FloatArray) -> Build:
    """Return 1/m times the sum of the examples' numbers: unlike a fraction it can be broken."""
    listed = [float(value) for value in values]
    terms = elided_sum(listed, lambda num, at: num(listed[at]))
    if len(listed) == 1:
        return terms
    return lambda num: product(quotient(whole(1), whole(len(listed))), terms(num))


def _example_cost() -> Expression:
    return Scripted(letter("C"), None, letter("x"))


def _output(focus: Focus) -> tuple[FloatArray, FloatArray, FloatArray]:
    quantities = (Quantity.PREACTIVATION, Quantity.ACTIVATION)
    z, a = (focus.values(quantity) for quantity in quantities)
    return z, a, focus.target


def _with_decay(focus: Focus) -> Build:
    """Return the mean of the examples' costs and ½ (λ/n) Σ w²."""
    mean = mean_build(focus.example_costs())
    squares = sum(float(np.sum(w * w)) for w in focus.trace.before.weights)

    def build(num: Num) -> Shown:
        if not focus.decay:
            return mean(num)
        half = Shown(_HALF, 0.5, 0.5)
        return total(mean(num), product(half, num(focus.decay), num(squares)))

    return build
