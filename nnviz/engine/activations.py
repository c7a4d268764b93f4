"""The activation functions a = f(z), their derivatives, and the way back from ∂C/∂a to ∂C/∂z."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.errors import SpecError

__all__ = ["ACTIVATIONS", "LEAKY_SLOPE", "Activation", "activation_named"]

LEAKY_SLOPE = 0.01
"""Slope of the leaky ReLU for z < 0 (Maas, Hannun and Ng, 2013)."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function; every callable keeps the shape and the dtype of z.

    ``derivative`` is f′(z), element by element; it is None for softmax, whose outputs each depend
    on every z of their example.
    """

    name: str
    label: str
    value: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray] | None

    def delta(self, z: FloatArray, a: FloatArray, activation_gradient: FloatArray) -> FloatArray:
        """Return ∂C/∂z from ∂C/∂a, all (m, n).

        Element-wise functions multiply by f′(z). Softmax needs its whole Jacobian
        ∂a_i/∂z_j = a_i(δ_ij − a_j), which gives ∂C/∂z_j = a_j(∂C/∂a_j − Σ_i a_i ∂C/∂a_i).
        """
        if self.derivative is not None:
            return self.derivative(z) * activation_gradient
        weighted = (a * activation_gradient).sum(axis=-1, keepdims=True)
        return a * (activation_gradient - weighted)


def _sigmoid(z: FloatArray) -> FloatArray:
    """1/(1 + e⁻ᶻ), through e^−|z| so that neither side overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def _sigmoid_derivative(z: FloatArray) -> FloatArray:
    """σ(z)(1 − σ(z)) = e^−|z| / (1 + e^−|z|)², exact where 1 − σ(z) would round to 0."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def _tanh_derivative(z: FloatArray) -> FloatArray:
    """1 − tanh²(z) = 4 e^−2|z| / (1 + e^−2|z|)², exact where 1 − tanh² would round to 0."""
    e = np.exp(-2 * np.abs(z))
    return 4 * e / (1 + e) ** 2


def _relu(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0)


def _relu_derivative(z: FloatArray) -> FloatArray:
    """1 where z > 0, else 0; the kink at 0 counts as 0, as in most libraries."""
    return (z > 0).astype(z.dtype)


def _leaky_relu(z: FloatArray) -> FloatArray:
    return np.where(z > 0, z, z.dtype.type(LEAKY_SLOPE) * z)


def _leaky_relu_derivative(z: FloatArray) -> FloatArray:
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(LEAKY_SLOPE))


def _identity(z: FloatArray) -> FloatArray:
    return z.copy()


def _softmax(z: FloatArray) -> FloatArray:
    """e^z_j / Σ_i e^z_i of each example, shifted by the largest z so that nothing overflows."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


_TABLE = (
    Activation("sigmoid", "Sigmoid", _sigmoid, _sigmoid_derivative),
    Activation("tanh", "Tanh", np.tanh, _tanh_derivative),
    Activation("relu", "ReLU", _relu, _relu_derivative),
    Activation("leaky_relu", "Leaky ReLU", _leaky_relu, _leaky_relu_derivative),
    Activation("identity", "Identity", _identity, np.ones_like),
    Activation("softmax", "Softmax", _softmax, None),
)
ACTIVATIONS: dict[str, Activation] = {activation.name: activation for activation in _TABLE}


def activation_named(name: str) -> Activation:
    """Return the activation called ``name``; raises SpecError with the known names."""
    if name not in ACTIVATIONS:
        raise SpecError(f"There is no activation {name!r}; choose one of {', '.join(ACTIVATIONS)}.")
    return ACTIVATIONS[name]
