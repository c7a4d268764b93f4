"""The compiled activations and costs, example by example; see ``kernels``.

The loops do what the engine's tables of activations and costs do, in float32.
"""

import numpy as np

from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.engine.arrays import FloatArray
from nnviz.training import layout as codes
from nnviz.training.jit import compiled

__all__ = ["activate", "cross_entropy", "squares"]

f4 = np.float32
ZERO, ONE, TWO, FOUR = f4(0), f4(1), f4(2), f4(4)
SLOPE = f4(LEAKY_SLOPE)


@compiled
def activate(code: int, a: FloatArray, slopes: FloatArray, size: int) -> None:
    """Replace z by a = f(z), and fill ``slopes`` with f′(z), through e^−|z| as the engine does."""
    if code == codes.SIGMOID:
        for j in range(size):
            e = np.exp(-abs(a[j]))
            part = ONE / (ONE + e)
            a[j] = part if a[j] >= ZERO else e * part
            slopes[j] = e * part * part
    elif code == codes.TANH:
        for j in range(size):
            e = np.exp(-TWO * abs(a[j]))
            a[j] = np.tanh(a[j])
            slopes[j] = FOUR * e / ((ONE + e) * (ONE + e))
    elif code in (codes.RELU, codes.LEAKY_RELU):
        below = ZERO if code == codes.RELU else SLOPE
        for j in range(size):
            slope = ONE if a[j] > ZERO else below
            a[j] *= slope
            slopes[j] = slope
    elif code == codes.IDENTITY:
        for j in range(size):
            slopes[j] = ONE
    else:
        _softmax(a, size)


@compiled
def _softmax(a: FloatArray, size: int) -> None:
    """Replace z by e^z_j / Σ e^z_i, shifted by the largest z."""
    largest = a[0]
    for j in range(1, size):
        largest = max(largest, a[j])
    total = ZERO
    for j in range(size):
        a[j] = np.exp(a[j] - largest)
        total += a[j]
    for j in range(size):
        a[j] /= total


@compiled
def squares(
    cost: int, softmax: bool, a: FloatArray, y: FloatArray, slopes: FloatArray, delta: FloatArray
) -> float:
    """Fill ``delta`` with ∂C/∂z of a cost from the quadratic family; return the cost."""
    size = y.shape[0]
    factor = TWO
    if cost == codes.QUADRATIC:
        factor = ONE
    elif cost == codes.MEAN_SQUARED_ERROR:
        factor = TWO / f4(size)
    total, weighted = ZERO, ZERO
    for j in range(size):
        error = a[j] - y[j]
        total += error * error
        delta[j] = factor * error
        weighted += a[j] * delta[j]
    for j in range(size):
        delta[j] = a[j] * (delta[j] - weighted) if softmax else slopes[j] * delta[j]
    return float(factor / TWO * total)


@compiled
def cross_entropy(
    cost: int, z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray
) -> float:
    """Fill ``delta`` with ∂C/∂z of a cross-entropy with its own activation; return the cost."""
    size = y.shape[0]
    total = ZERO
    if cost == codes.BINARY_CROSS_ENTROPY:
        for j in range(size):
            total += max(z[j], ZERO) - y[j] * z[j] + np.log1p(np.exp(-abs(z[j])))
            delta[j] = a[j] - y[j]
        return float(total)
    largest, powers, target_sum = z[0], ZERO, ZERO
    for j in range(1, size):
        largest = max(largest, z[j])
    for j in range(size):
        powers += np.exp(z[j] - largest)
        target_sum += y[j]
    log_sum = np.log(powers)
    for j in range(size):
        total += y[j] * (log_sum - (z[j] - largest))
        delta[j] = a[j] * target_sum - y[j]
    return float(total)
