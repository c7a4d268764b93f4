"""The formula of each cost and of its slope: in symbols, and with the numbers put in."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fenced,
    Fraction,
    Scripted,
    Summation,
    Word,
    between,
    letter,
    row,
    whole_number,
)
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.shown import (
    Build,
    Num,
    Shown,
    difference,
    elided_sum,
    logarithm,
    product,
    quotient,
    speaking,
    square,
    total,
    whole,
)

__all__ = ["COST_FORMULAS", "CostFormula", "gradient_builds", "share_builds", "shares"]


@dataclass(frozen=True, slots=True)
class CostFormula:
    """How a cost is written, of one example.

    ``value`` and ``share`` are the whole cost and one output's part of it, ``gradient`` is ∂C/∂a;
    they take the symbols of a and y, and the number of outputs. ``factor`` stands before the sum
    of the ``term``s, made from a number writer, z, a, y, and ln Σ eᶻ; ``exact`` are their values,
    from z where a rounds to 0 or 1. ``only_targets``: outputs with y = 0 add nothing to the cost.
    """

    value: Callable[[int], Expression]
    share: Callable[[Expression, Expression, int], Expression]
    gradient: Callable[[Expression, Expression, int], Expression]
    factor: Callable[[int], Shown | None]
    term: Callable[[Num, float, float, float, float], Shown]
    gradient_term: Callable[[Num, float, float, float, int], Shown]
    exact: Callable[[FloatArray, FloatArray, FloatArray, float], FloatArray]
    only_targets: bool = False


def shares(formula: CostFormula, z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """Return the terms of the cost of one example, before ``factor``; all arrays (n_L,)."""
    largest = z.max()
    log_sum = largest + np.log(np.exp(z - largest).sum())
    return formula.exact(z, a, y, log_sum)


def share_builds(
    formula: CostFormula,
    z: FloatArray,
    a: FloatArray,
    y: FloatArray,
    outputs: tuple[NodeRef, ...],
) -> tuple[Build, Build]:
    """Return the cost of some outputs of one example: as a formula, and as plain numbers."""
    exact = [float(value) for value in shares(formula, z, a, y)]
    log_sum = float(np.log(np.exp(z - z.max()).sum()) + z.max())

    def term(num: Num, index: int) -> Shown:
        at = outputs[index].neuron
        shown = formula.term(num, float(z[at]), float(a[at]), float(y[at]), log_sum)
        return speaking(shown, Quantity.ACTIVATION, outputs[index])

    def plain(num: Num, index: int) -> Shown:
        return speaking(num(exact[outputs[index].neuron]), Quantity.ACTIVATION, outputs[index])

    chosen = [exact[output.neuron] for output in outputs]
    factor = formula.factor(len(a))
    return _times(factor, elided_sum(chosen, term)), _times(factor, elided_sum(chosen, plain))


def _times(factor: Shown | None, build: Build) -> Build:
    return build if factor is None else lambda num: product(factor, build(num))


def gradient_builds(
    formula: CostFormula, z: FloatArray, a: FloatArray, y: FloatArray, neuron: int, exact: float
) -> tuple[Build, ...]:
    """Return ∂C/∂a of one output; nothing where it is cut off at the end of float64's range."""
    if abs(exact) >= sys.float_info.max:
        return ()
    numbers = float(z[neuron]), float(a[neuron]), float(y[neuron])
    return (lambda num: formula.gradient_term(num, *numbers, len(a)),)


def _squared_error(num: Num, z: float, a: float, y: float, log_sum: float) -> Shown:
    return square(difference(num(a), num(y)))


def _exact_squared_error(z: FloatArray, a: FloatArray, y: FloatArray, log_sum: float) -> FloatArray:
    return (a - y) ** 2


def _quadratic_gradient(num: Num, z: float, a: float, y: float, outputs: int) -> Shown:
    return difference(num(a), num(y))


def _sum_of_squares_gradient(num: Num, z: float, a: float, y: float, outputs: int) -> Shown:
    return product(whole(2), difference(num(a), num(y)))


def _mean_squared_error_gradient(num: Num, z: float, a: float, y: float, outputs: int) -> Shown:
    return product(quotient(whole(2), whole(outputs)), difference(num(a), num(y)))


def _rest(num: Num, z: float) -> Shown:
    """Return 1 − a of a sigmoid as one number, σ(−z), which does not round to 0."""
    e = float(np.exp(-abs(z)))
    return num(e / (1 + e) if z >= 0 else 1 / (1 + e))


def _minus_log(num: Num, share: float, argument: Shown, log: float) -> Shown:
    """Return −share · ln(argument), with ``log`` itself where the argument is shown as 0."""
    logged = logarithm(argument) if argument.value > 0 else num(log)
    return product(num(-share), logged)


def _binary_term(num: Num, z: float, a: float, y: float, log_sum: float) -> Shown:
    """−y ln a − (1 − y) ln(1 − a), without the part that is 0."""
    parts = []
    if y != 0:
        parts.append(_minus_log(num, y, num(a), z))
    if y != 1:
        parts.append(_minus_log(num, 1 - y, _rest(num, z), -z))
    return total(*parts)


def _exact_binary(z: FloatArray, a: FloatArray, y: FloatArray, log_sum: float) -> FloatArray:
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


def _binary_gradient(num: Num, z: float, a: float, y: float, outputs: int) -> Shown:
    parts = []
    if y != 0:
        parts.append(quotient(num(-y), num(a)))
    if y != 1:
        parts.append(quotient(num(1 - y), _rest(num, z)))
    return total(*parts)


def _categorical_term(num: Num, z: float, a: float, y: float, log_sum: float) -> Shown:
    return _minus_log(num, y, num(a), z - log_sum) if y else num(0.0)


def _exact_categorical(z: FloatArray, a: FloatArray, y: FloatArray, log_sum: float) -> FloatArray:
    return y * (log_sum - z)


def _categorical_gradient(num: Num, z: float, a: float, y: float, outputs: int) -> Shown:
    return quotient(num(-y), num(a)) if y else num(0.0)


_HALF = Word("½", Face.NUMBER)
_ONE = whole_number(1)
_A_J, _Y_J = (Scripted(letter(name), None, letter("j")) for name in "ay")


def _all(term: Expression, *before: Expression) -> Expression:
    room = (THIN,) if before else ()
    return row(*before, *room, Summation(letter("j")), term)


def _error(a: Expression, y: Expression) -> Expression:
    return Scripted(Fenced(between("−", a, y)), Word("2", Face.NUMBER))


def _minus(term: Expression) -> Expression:
    return row(Word("−", Face.NUMBER), term)


def _log(argument: Expression) -> Expression:
    return row(Word("ln", Face.FUNCTION), THIN, argument)


def _two_logs(a: Expression, y: Expression) -> Expression:
    rest = row(Fenced(between("−", _ONE, y)), THIN, Word("ln", Face.FUNCTION))
    both = between("+", row(y, THIN, _log(a)), row(rest, Fenced(between("−", _ONE, a))))
    return Fenced(both, "[", "]")


def _over(outputs: int, numerator: int) -> Expression:
    return Fraction(whole_number(numerator), whole_number(outputs))


def _two_fractions(a: Expression, y: Expression) -> Expression:
    return between(
        "+",
        _minus(Fraction(y, a)),
        Fraction(between("−", _ONE, y), between("−", _ONE, a)),
    )


COST_FORMULAS: dict[str, CostFormula] = {
    "quadratic": CostFormula(
        lambda n: _all(_error(_A_J, _Y_J), _HALF),
        lambda a, y, n: row(_HALF, THIN, _error(a, y)),
        lambda a, y, n: between("−", a, y),
        lambda outputs: Shown(_HALF, 0.5, 0.5), _squared_error, _quadratic_gradient,
        _exact_squared_error,
    ),
    "sum_of_squares": CostFormula(
        lambda n: _all(_error(_A_J, _Y_J)),
        lambda a, y, n: _error(a, y),
        lambda a, y, n: row(whole_number(2), THIN, Fenced(between("−", a, y))),
        lambda outputs: None, _squared_error, _sum_of_squares_gradient,
        _exact_squared_error,
    ),
    "mean_squared_error": CostFormula(
        lambda n: _all(_error(_A_J, _Y_J), _over(n, 1)),
        lambda a, y, n: row(_over(n, 1), THIN, _error(a, y)),
        lambda a, y, n: row(_over(n, 2), THIN, Fenced(between("−", a, y))),
        lambda outputs: quotient(whole(1), whole(outputs)),
        _squared_error, _mean_squared_error_gradient, _exact_squared_error,
    ),
    "binary_cross_entropy": CostFormula(
        lambda n: _minus(_all(_two_logs(_A_J, _Y_J))),
        lambda a, y, n: _minus(_two_logs(a, y)),
        lambda a, y, n: _two_fractions(a, y),
        lambda outputs: None, _binary_term, _binary_gradient, _exact_binary,
    ),
    "categorical_cross_entropy": CostFormula(
        lambda n: _minus(_all(row(_Y_J, THIN, _log(_A_J)))),
        lambda a, y, n: _minus(row(y, THIN, _log(a))),
        lambda a, y, n: _minus(Fraction(y, a)),
        lambda outputs: None, _categorical_term, _categorical_gradient, _exact_categorical,
        only_targets=True,
    ),
}  # fmt: skip
