"""The compiled updates of the optimizers that remember something; see ``kernels``.

The formulas are those of ``optimizers``, and ``updates`` has them in numpy. The gradient of a
mini-batch is complete when these loops come: they go once over all parameters.

What is remembered of an input that is hardly ever lit fades, and would stay a subnormal number for
good, with which processors are some hundred times slower: momentum on MNIST took twice as long.
Below ``FAINT`` it becomes 0; a weight would have to be smaller still to feel the difference.
"""

import numpy as np

from nnviz.compiling.jit import uncounted
from nnviz.engine.arrays import FloatArray
from nnviz.training import layout as codes
from nnviz.training.layout import Descent, Layout

__all__ = ["update_all"]

f4 = np.float32
ZERO, FAINT = f4(0), f4(1e-36)


@uncounted
def update_all(
    layout: Layout,
    parameters: FloatArray,
    gradient: FloatArray,
    moments: FloatArray,
    descent: Descent,
    rate: float,
    step: int,
) -> None:
    """Update all parameters with ``gradient``, which is left zeroed for the next mini-batch.

    ``moments`` is (1 or 2, layout.length); ``rate`` is η, and ``step`` counts from 1. L2 and
    weight decay are for the weights.
    """
    for index in range(layout.sizes.shape[0]):
        start, end = layout.weight_starts[index], layout.bias_starts[index]
        _update(
            parameters[start:end], gradient[start:end], moments[:, start:end], descent, rate, step,
            f4(descent.decay), f4(rate * descent.weight_decay),
        )  # fmt: skip
        if descent.update_biases:
            start, end = end, end + layout.sizes[index]
            _update(
                parameters[start:end], gradient[start:end], moments[:, start:end], descent, rate,
                step, ZERO, ZERO,
            )  # fmt: skip


@uncounted
def _update(
    w: FloatArray,
    g: FloatArray,
    moments: FloatArray,
    descent: Descent,
    rate: float,
    step: int,
    decay: np.float32,
    lost: np.float32,
) -> None:
    """Update some parameters; ``decay`` · w is L2's gradient, ``lost`` AdamW's share of w."""
    code = descent.optimizer
    if code in (codes.MOMENTUM, codes.NESTEROV):
        _momentum(w, g, moments[0], f4(rate), f4(descent.momentum), code == codes.NESTEROV, decay)
    elif code == codes.RMSPROP:
        _rmsprop(w, g, moments[0], f4(rate), descent, decay)
    else:
        _adam(w, g, moments[0], moments[1], rate, step, descent, decay, lost)


@uncounted
def _normal(value: np.float32) -> np.float32:
    """Return the value or, of a faint one, 0; a NaN stays one."""
    return ZERO if abs(value) < FAINT else value


@uncounted
def _momentum(
    w: FloatArray,
    g: FloatArray,
    v: FloatArray,
    rate: np.float32,
    mu: np.float32,
    nesterov: bool,
    decay: np.float32,
) -> None:
    """Momentum: v ← μ v + g; then w ← w − η v, or w ← w − η (g + μ v)."""
    if nesterov:
        for j in range(w.shape[0]):
            slope = g[j] + decay * w[j]
            v[j] = _normal(mu * v[j] + slope)
            w[j] -= rate * (slope + mu * v[j])
            g[j] = ZERO
    else:
        for j in range(w.shape[0]):
            v[j] = _normal(mu * v[j] + (g[j] + decay * w[j]))
            w[j] -= rate * v[j]
            g[j] = ZERO


@uncounted
def _rmsprop(
    w: FloatArray,
    g: FloatArray,
    s: FloatArray,
    rate: np.float32,
    descent: Descent,
    decay: np.float32,
) -> None:
    """RMSprop: s ← α s + (1 − α) g²; w ← w − η g / (√s + ε)."""
    kept, added, epsilon = f4(descent.alpha), f4(1.0 - descent.alpha), f4(descent.epsilon)
    for j in range(w.shape[0]):
        slope = g[j] + decay * w[j]
        s[j] = _normal(kept * s[j] + added * (slope * slope))
        w[j] -= rate * (slope / (np.sqrt(s[j]) + epsilon))
        g[j] = ZERO


@uncounted
def _adam(
    w: FloatArray,
    g: FloatArray,
    m: FloatArray,
    v: FloatArray,
    rate: float,
    step: int,
    descent: Descent,
    decay: np.float32,
    lost: np.float32,
) -> None:
    """Adam: running means m of g and v of g², corrected for their start at 0, and the step."""
    kept1, added1 = f4(descent.beta1), f4(1.0 - descent.beta1)
    kept2, added2 = f4(descent.beta2), f4(1.0 - descent.beta2)
    epsilon = f4(descent.epsilon)
    corrected_rate = f4(rate / (1.0 - descent.beta1**step))
    root = f4(1.0 / np.sqrt(1.0 - descent.beta2**step))
    for j in range(w.shape[0]):
        slope = g[j] + decay * w[j]
        m[j] = _normal(kept1 * m[j] + added1 * slope)
        v[j] = _normal(kept2 * v[j] + added2 * (slope * slope))
        w[j] = (w[j] - lost * w[j]) - corrected_rate * (m[j] / (np.sqrt(v[j]) * root + epsilon))
        g[j] = ZERO
