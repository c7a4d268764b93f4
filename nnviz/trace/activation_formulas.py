"""The formula of each activation function: in symbols, and with the numbers put in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import LEAKY_SLOPE
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
    digits_of,
    letter,
    operator,
    row,
    text,
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
    exponential,
    function,
    numeral,
    power_ratio,
    product,
    quotient,
    square,
    whole,
)

__all__ = ["ACTIVATION_FORMULAS", "ActivationFormula", "applied", "softmax_build"]

_LARGEST_EXPONENT = 600.0
"""Softmax is written with z as it is up to here; beyond, e^z leaves the range of float64."""


@dataclass(frozen=True, slots=True)
class ActivationFormula:
    """How an activation function is written.

    ``name`` stands in front of (z), ``definition`` is its formula, ``slope`` that of the
    derivative and ``masked_slope`` the same without a, which dropout makes another number than
    f(z). The builds take z of one neuron, or its f(z); None where one number is not enough or there
    is nothing to work out.
    """

    name: Word
    definition: Expression
    slope: Expression
    value_build: Callable[[float], Build] | None
    slope_build: Callable[[float], Build] | None = None
    masked_slope: Expression | None = None

    def slope_with(self, *, masked: bool) -> Expression:
        """Return the formula of the derivative, with or without dropout."""
        return self.slope if not masked or self.masked_slope is None else self.masked_slope


def applied(formula: ActivationFormula, argument: Expression, *, prime: bool = False) -> Expression:
    """Return f(argument), or f′(argument)."""
    mark = (Word("′", Face.NUMBER),) if prime else ()
    return row(formula.name, *mark, Fenced(argument))


def _sigmoid(z: float) -> Build:
    return lambda num: power_ratio(num(-z))


def _sigmoid_slope(a: float) -> Build:
    return lambda num: product(num(a), difference(whole(1), num(a)))


def _tanh(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        value = float(np.tanh(shown.value))
        called = function("tanh", value, shown)
        return Shown(called.expression, value, abs(value))

    return build


def _tanh_slope(a: float) -> Build:
    return lambda num: difference(whole(1), square(num(a)))


def _relu(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        return function("max", max(0.0, shown.value), whole(0), shown)

    return build


def _leaky_relu(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        small = product(numeral(LEAKY_SLOPE, 1), shown)
        return function("max", max(small.value, shown.value), small, shown)

    return build


def _identity(z: float) -> Build:
    return lambda num: num(z)


_Z, _A, _E, _ONE = letter("z"), letter("a"), letter("e"), whole_number(1)
_SIGMA = letter("σ")
_TANH, _RELU, _LRELU, _SOFTMAX = (
    Word(name, Face.FUNCTION) for name in ("tanh", "ReLU", "LReLU", "softmax")
)
_SMALL = digits_of(LEAKY_SLOPE, 1)
_MAX, _COMMA, _SQUARE = Word("max", Face.FUNCTION), Word(", ", Face.NUMBER), Word("2", Face.NUMBER)
_SIGMA_OF_Z = row(_SIGMA, Fenced(_Z))


def _minus(sign: Expression) -> Expression:
    return row(Word("−", Face.NUMBER), sign)


def _is(name: Word, right: Expression, *more: Expression, prime: bool = False) -> Expression:
    mark = (Word("′", Face.NUMBER),) if prime else ()
    return between("=", row(name, *mark, Fenced(_Z)), right, *more)


def _step_slope(name: Word, otherwise: Expression) -> Expression:
    cases = row(_ONE, text(" if "), _Z, operator(">"), whole_number(0), text(", else "), otherwise)
    return _is(name, cases, prime=True)


def _powers(sign: str) -> Expression:
    return between(sign, Scripted(_E, _Z), Scripted(_E, _minus(_Z)))


def _indexed(base: Expression, index: str) -> Expression:
    return Scripted(base, None, letter(index))


def _softmax_slope() -> Expression:
    a_i, a_j = _indexed(_A, "i"), _indexed(_A, "j")
    left = Fraction(row(letter("∂"), a_i), row(letter("∂"), _indexed(_Z, "j")))
    own = row(a_i, Fenced(between("−", _ONE, a_i)), text(" if "), letter("i"), operator("="))
    return row(left, operator("="), own, letter("j"), text(", else "), _minus(a_i), THIN, a_j)


ACTIVATION_FORMULAS: dict[str, ActivationFormula] = {
    "sigmoid": ActivationFormula(
        _SIGMA,
        _is(_SIGMA, Fraction(_ONE, between("+", _ONE, Scripted(_E, _minus(_Z))))),
        _is(
            _SIGMA, row(_SIGMA_OF_Z, THIN, Fenced(between("−", _ONE, _SIGMA_OF_Z))),
            row(_A, THIN, Fenced(between("−", _ONE, _A))), prime=True,
        ),
        _sigmoid, _sigmoid_slope,
        _is(_SIGMA, row(_SIGMA_OF_Z, THIN, Fenced(between("−", _ONE, _SIGMA_OF_Z))), prime=True),
    ),
    "tanh": ActivationFormula(
        _TANH,
        _is(_TANH, Fraction(_powers("−"), _powers("+"))),
        _is(
            _TANH, between("−", _ONE, row(Scripted(_TANH, _SQUARE), Fenced(_Z))),
            between("−", _ONE, Scripted(_A, _SQUARE)), prime=True,
        ),
        _tanh, _tanh_slope,
        _is(
            _TANH, between("−", _ONE, row(Scripted(_TANH, _SQUARE), Fenced(_Z))), prime=True
        ),
    ),
    "relu": ActivationFormula(
        _RELU,
        _is(_RELU, row(_MAX, Fenced(row(whole_number(0), _COMMA, _Z)))),
        _step_slope(_RELU, whole_number(0)),
        _relu,
    ),
    "leaky_relu": ActivationFormula(
        _LRELU,
        _is(_LRELU, row(_MAX, Fenced(row(_SMALL, THIN, _Z, _COMMA, _Z)))),
        _step_slope(_LRELU, _SMALL),
        _leaky_relu,
    ),
    "identity": ActivationFormula(
        letter("f"), _is(letter("f"), _Z), _is(letter("f"), _ONE, prime=True), _identity
    ),
    "softmax": ActivationFormula(
        _SOFTMAX,
        between(
            "=", row(_SOFTMAX, _indexed(Fenced(Word("z", Face.BOLD)), "j")),
            Fraction(
                Scripted(_E, _indexed(_Z, "j")),
                row(Summation(letter("i")), Scripted(_E, _indexed(_Z, "i"))),
            ),
        ),
        _softmax_slope(), None,
    ),
}  # fmt: skip


def softmax_build(z: FloatArray, layer: int, neuron: int) -> Build:
    """Return e^z_j / Σ e^z_i; with the largest z taken from each where e^z would overflow."""
    if not np.abs(z).max() <= _LARGEST_EXPONENT:  # NaN, too
        z = z - z.max()
    exponents = [float(value) for value in z]
    powers = [float(value) for value in np.exp(z)]

    def power(num: Num, index: int) -> Shown:
        return exponential(num(exponents[index], Quantity.PREACTIVATION, NodeRef(layer, index)))

    together = elided_sum(powers, power)
    return lambda num: quotient(power(num, neuron), together(num))
