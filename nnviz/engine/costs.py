"""The cost functions C(a, y) of one example, with ∂C/∂a and a stable ∂C/∂z of the last layer.

Apart from the activations because a cost decides which output activation makes sense with it, and
because the cross-entropies are computed from z: from a alone they would overflow once an output
saturates.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import ACTIVATIONS, Activation
from nnviz.engine.arrays import FloatArray
from nnviz.errors import SpecError

__all__ = ["COSTS", "Cost", "cost_named"]

_ANY_OUTPUT = tuple(ACTIVATIONS)


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost function; arrays are (m, n_L), values (m,): one number an example.

    ``value(z, a, y)`` and ``gradient(z, a, y)`` = ∂C/∂a take both z and a of the output layer.
    ``output_delta(a, y)`` is ∂C/∂z where a closed form exists (a cross-entropy with its own
    activation), else None: then ∂C/∂z follows from ∂C/∂a through the activation.
    """

    name: str
    label: str
    outputs: tuple[str, ...]
    probability_targets: bool
    value: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    gradient: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    output_delta: Callable[[FloatArray, FloatArray], FloatArray] | None = None

    def delta(
        self, activation: Activation, z: FloatArray, a: FloatArray, y: FloatArray
    ) -> FloatArray:
        """Return ∂C/∂z of the output layer, (m, n_L)."""
        if self.output_delta is not None:
            return self.output_delta(a, y)
        return activation.delta(z, a, self.gradient(z, a, y))


def _finite_ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide; 0/0 is 0, and what exceeds the floating-point range stays at its end."""
    limits = np.finfo(denominator.dtype)
    with np.errstate(over="ignore", divide="ignore"):
        ratio = numerator / np.maximum(denominator, limits.smallest_subnormal)
    return np.clip(ratio, limits.min, limits.max)


def _quadratic(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return ((a - y) ** 2).sum(axis=-1) / 2


def _quadratic_gradient(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return a - y


def _sum_of_squares(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return ((a - y) ** 2).sum(axis=-1)


def _sum_of_squares_gradient(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return 2 * (a - y)


def _mean_squared_error(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return ((a - y) ** 2).mean(axis=-1)


def _mean_squared_error_gradient(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return 2 * (a - y) / a.shape[-1]


def _binary_cross_entropy(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """−Σ[y ln a + (1 − y) ln(1 − a)] with a = σ(z): Σ[max(z, 0) − yz + ln(1 + e^−|z|)]."""
    return (np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=-1)


def _binary_cross_entropy_gradient(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """−y/a + (1 − y)/(1 − a), with 1 − a taken as σ(−z): exact where a rounds to 1."""
    rest = ACTIVATIONS["sigmoid"].value(-z)
    return _finite_ratio(-y, a) + _finite_ratio(1 - y, rest)


def _sigmoid_delta(a: FloatArray, y: FloatArray) -> FloatArray:
    return a - y


def _categorical_cross_entropy(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """−Σ y ln a with a = softmax(z): Σ y (ln Σ eᶻ − z)."""
    shifted = z - z.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return (y * (log_sum - shifted)).sum(axis=-1)


def _categorical_cross_entropy_gradient(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return _finite_ratio(-y, a)


def _softmax_delta(a: FloatArray, y: FloatArray) -> FloatArray:
    """Return a Σy − y, which is a − y for targets that add up to 1."""
    return a * y.sum(axis=-1, keepdims=True) - y


_TABLE = (
    Cost(
        "quadratic", "Quadratic", _ANY_OUTPUT, False,
        _quadratic, _quadratic_gradient,
    ),
    Cost(
        "sum_of_squares", "Sum of squares", _ANY_OUTPUT, False,
        _sum_of_squares, _sum_of_squares_gradient,
    ),
    Cost(
        "mean_squared_error", "Mean squared error", _ANY_OUTPUT, False,
        _mean_squared_error, _mean_squared_error_gradient,
    ),
    Cost(
        "binary_cross_entropy", "Binary cross-entropy",
        ("sigmoid",), True,
        _binary_cross_entropy, _binary_cross_entropy_gradient, _sigmoid_delta,
    ),
    Cost(
        "categorical_cross_entropy", "Categorical cross-entropy", ("softmax",), True,
        _categorical_cross_entropy, _categorical_cross_entropy_gradient, _softmax_delta,
    ),
)  # fmt: skip
COSTS: dict[str, Cost] = {cost.name: cost for cost in _TABLE}


def cost_named(name: str) -> Cost:
    """Return the cost called ``name``; raises SpecError with the known names."""
    if name not in COSTS:
        raise SpecError(f"There is no cost {name!r}; choose one of {', '.join(COSTS)}.")
    return COSTS[name]
