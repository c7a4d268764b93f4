"""The compiled activations, costs and dropout, example by example; see ``kernels``.

The loops do what the engine's tables of activations and costs do, in float32.
"""

import numpy as np

from nnviz.compiling.jit import uncounted
from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.engine.arrays import FloatArray
from nnviz.training import dropout
from nnviz.training import layout as codes
from nnviz.training.layout import Descent

__all__ = ["activate", "cross_entropy", "drop_out", "squares"]

f4 = np.float32
ZERO, ONE, TWO, FOUR = f4(0), f4(1), f4(2), f4(4)
SLOPE = f4(LEAKY_SLOPE)

u8 = np.uint64  # mixed with a signed whole number it becomes a float64
GOLDEN, FACTOR_1, FACTOR_2 = u8(dropout.GOLDEN), u8(dropout.FACTOR_1), u8(dropout.FACTOR_2)
LOWER_BITS = u8(64 - dropout.BITS)
SHIFT_1, SHIFT_2, SHIFT_3 = u8(30), u8(27), u8(31)


@uncounted
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


@uncounted
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


@uncounted
def drop_out(a: FloatArray, slopes: FloatArray, size: int, first: int, descent: Descent) -> None:
    """Leave out some activations of a layer, with their slopes, and scale the others.

    ``first`` is the count of the layer's first neuron; see ``dropout``.
    """
    threshold = u8(descent.dropout_threshold)
    state = descent.dropout_start + u8(first) * GOLDEN
    for j in range(size):
        state += GOLDEN
        z = (state ^ (state >> SHIFT_1)) * FACTOR_1
        z = (z ^ (z >> SHIFT_2)) * FACTOR_2
        z = (z ^ (z >> SHIFT_3)) >> LOWER_BITS
        scale = descent.kept_scale if z >= threshold else ZERO
        a[j] *= scale
        slopes[j] *= scale


@uncounted
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


@uncounted
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
