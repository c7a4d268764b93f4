"""Where a pass leaves the range of float32, in which runs compute: the step that ends a run."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity

__all__ = ["FLOAT32_MAX", "BeyondFloat32", "first_beyond_float32"]

FLOAT32_MAX = float(np.finfo(np.float32).max)
"""3.4 · 10³⁸: what is larger is an infinity there."""


@dataclass(frozen=True, slots=True)
class BeyondFloat32:
    """The first quantity of a pass with a number that float32 does not hold.

    ``value`` is the largest of its layer, an infinity or a NaN where float64 does not hold it
    either. ``quantity`` is None for what the optimizer remembers, and in layer 0 for Σw², the sum
    over all layers in the L2 term.
    """

    quantity: Quantity | None
    layer: int
    value: float

    @property
    def is_finite(self) -> bool:
        """Whether float64 holds it."""
        return bool(np.isfinite(self.value))


def first_beyond_float32(trace: PassTrace) -> BeyondFloat32 | None:
    """Return what leaves float32's range first, in the order of computation; None: nothing does.

    What is only added up on the way, within a sum, is not looked at.
    """
    with np.errstate(over="ignore"):
        numbers = tuple(_in_order(trace))
    for quantity, layer, values in numbers:
        if not np.isfinite(values).all():
            return BeyondFloat32(quantity, layer, float(values[~np.isfinite(values)][0]))
        largest = float(np.abs(values).max())
        if largest > FLOAT32_MAX:
            return BeyondFloat32(quantity, layer, float(values.flat[np.abs(values).argmax()]))
    return None


def _in_order(trace: PassTrace) -> Iterator[tuple[Quantity | None, int, FloatArray]]:
    last = trace.spec.layer_count
    forward, backward = trace.forward, trace.backward
    for layer in range(1, last + 1):
        yield Quantity.PREACTIVATION, layer, forward.preactivations[layer - 1]
        yield Quantity.ACTIVATION, layer, forward.activations[layer]
    if trace.settings.decay:
        yield None, 0, np.array(sum(float((w**2).sum()) for w in trace.before.weights))
    yield Quantity.COST, last, np.array(trace.cost)
    for layer in range(last, 0, -1):
        yield Quantity.ACTIVATION_GRADIENT, layer, backward.activation_gradients[layer]
        yield Quantity.BIAS_GRADIENT, layer, backward.deltas[layer - 1]
        yield Quantity.WEIGHT_GRADIENT, layer, backward.gradients.weights[layer - 1]
    for moment in trace.state_after.moments if trace.state_after else ():
        for layer in range(1, last + 1):
            yield None, layer, moment.weights[layer - 1]
            yield None, layer, moment.biases[layer - 1]
    for layer in range(1, last + 1):
        yield Quantity.WEIGHT_AFTER, layer, trace.after.weights[layer - 1]
        yield Quantity.BIAS_AFTER, layer, trace.after.biases[layer - 1]
