"""The formula of each activation function: in symbols, and with the numbers put in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.engine.arrays import FloatArray
from nnviz.formatting import number
from nnviz.trace.shown import (
    Build,
    Num,
    Shown,
    difference,
    elided_sum,
    exponential,
    numeral,
    power_ratio,
    product,
    quotient,
    square,
    whole,
)

__all__ = ["ACTIVATION_FORMULAS", "ActivationFormula", "softmax_build"]

_LEAKY = number(LEAKY_SLOPE, 1)
_LARGEST_EXPONENT = 600.0
"""Softmax is written with z as it is up to here; beyond, e^z leaves the range of float64."""


@dataclass(frozen=True, slots=True)
class ActivationFormula:
    """How an activation function is written.

    ``symbol`` is the name in front of (z), ``definition`` its formula, ``slope`` that of the
    derivative. The builds take z of one neuron, or its a; None where one number is not enough or
    there is nothing to work out.
    """

    symbol: str
    definition: str
    slope: str
    value_build: Callable[[float], Build] | None
    slope_build: Callable[[float], Build] | None = None


def _sigmoid(z: float) -> Build:
    return lambda num: power_ratio(num(-z))


def _sigmoid_slope(a: float) -> Build:
    return lambda num: product(num(a), difference(whole(1), num(a)))


def _tanh(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        value = float(np.tanh(shown.value))
        return Shown(f"tanh({shown.text})", value, abs(value))

    return build


def _tanh_slope(a: float) -> Build:
    return lambda num: difference(whole(1), square(num(a)))


def _relu(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        return Shown(f"max(0, {shown.text})", max(0.0, shown.value), shown.scale)

    return build


def _leaky_relu(z: float) -> Build:
    def build(num: Num) -> Shown:
        shown = num(z)
        small = product(numeral(LEAKY_SLOPE, 1), shown)
        value = max(small.value, shown.value)
        return Shown(f"max({small.text}, {shown.text})", value, shown.scale)

    return build


def _identity(z: float) -> Build:
    return lambda num: num(z)


ACTIVATION_FORMULAS: dict[str, ActivationFormula] = {
    "sigmoid": ActivationFormula(
        "σ", "σ(z) = 1/(1 + e<sup>−z</sup>)", "σ′(z) = σ(z)(1 − σ(z)) = a(1 − a)",
        _sigmoid, _sigmoid_slope,
    ),
    "tanh": ActivationFormula(
        "tanh", "tanh(z) = (e<sup>z</sup> − e<sup>−z</sup>)/(e<sup>z</sup> + e<sup>−z</sup>)",
        "tanh′(z) = 1 − tanh<sup>2</sup>(z) = 1 − a<sup>2</sup>", _tanh, _tanh_slope,
    ),
    "relu": ActivationFormula(
        "ReLU", "ReLU(z) = max(0, z)", "ReLU′(z) = 1 if z &gt; 0, else 0", _relu,
    ),
    "leaky_relu": ActivationFormula(
        "LReLU", f"LReLU(z) = max({_LEAKY} z, z)", f"LReLU′(z) = 1 if z &gt; 0, else {_LEAKY}",
        _leaky_relu,
    ),
    "identity": ActivationFormula("f", "f(z) = z", "f′(z) = 1", _identity),
    "softmax": ActivationFormula(
        "softmax", "softmax(z)<sub>j</sub> = e<sup>z<sub>j</sub></sup>/"
        "Σ<sub>i</sub> e<sup>z<sub>i</sub></sup>",
        "∂a<sub>i</sub>/∂z<sub>j</sub> = a<sub>i</sub>(1 − a<sub>i</sub>) if i = j, "
        "else −a<sub>i</sub> a<sub>j</sub>", None,
    ),
}  # fmt: skip


def softmax_build(z: FloatArray, neuron: int) -> Build:
    """Return e^z_j / Σ e^z_i; with the largest z taken from each where e^z would overflow."""
    if not np.abs(z).max() <= _LARGEST_EXPONENT:  # NaN, too
        z = z - z.max()
    exponents = [float(value) for value in z]
    powers = [float(value) for value in np.exp(z)]
    whole = elided_sum(powers, lambda num, index: exponential(num(exponents[index])))
    return lambda num: quotient(exponential(num(exponents[neuron])), whole(num))
