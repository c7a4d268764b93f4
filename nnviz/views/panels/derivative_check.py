"""The newest derivative of the selection beside its numeric twin, and whether they agree."""

import math
from dataclasses import dataclass

import numpy as np

from nnviz.formatting import number
from nnviz.trace.numeric_check import (
    numeric_activation_gradient,
    numeric_bias_gradient,
    numeric_weight_gradient,
)
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal

__all__ = ["DerivativeCheck", "check_derivative", "checked_quantity"]

_TOLERANCE = 1e-6
"""Relative; a wrong formula is off by far more, a right one by about 1e-10."""
_ROUNDING = 5e-12
"""Absolute, times C: differences of costs over a step of 1e-3 are not known better in float64."""
_KINK = 1e-2
"""A nudge of 1e-3, amplified by a few weights, may carry a z this small across the kink."""
_KINKED = ("relu", "leaky_relu")


@dataclass(frozen=True, slots=True)
class DerivativeCheck:
    """Both derivatives, and whether they agree, with a verdict in words.

    ``agrees`` is None where both are too small for nudging to tell. If they do not agree,
    ``kink`` is a ReLU whose z is so near 0 that it may be the reason, None without one.
    """

    quantity: Quantity
    analytic: float
    numeric: float
    agrees: bool | None
    verdict: str
    kink: NodeRef | None


def checked_quantity(trace: PassTrace, reveal: Reveal, ref: Ref) -> Quantity | None:
    """Return the newest derivative of ``ref`` that is known and can be checked, None if none."""
    if isinstance(ref, EdgeRef):
        wanted: tuple[Quantity, ...] = (Quantity.WEIGHT_GRADIENT,)
    elif ref.layer == 0:
        wanted = (Quantity.ACTIVATION_GRADIENT,)
    elif ref.layer == trace.spec.layer_count:
        wanted = (Quantity.BIAS_GRADIENT,)
    else:
        wanted = (Quantity.BIAS_GRADIENT, Quantity.ACTIVATION_GRADIENT)
    return next((each for each in wanted if reveal.knows(each, ref.layer)), None)


def check_derivative(trace: PassTrace, quantity: Quantity, ref: Ref) -> DerivativeCheck:
    """Compare one derivative of the pass with central differences on the cost."""
    analytic = trace.value(quantity, ref)
    with np.errstate(all="ignore"):  # a network that has diverged is checked as it is
        numeric = _numeric(trace, quantity, ref)
    apart, scale = abs(analytic - numeric), max(abs(analytic), abs(numeric))
    noise = _ROUNDING * max(1.0, abs(trace.cost))
    agrees: bool | None = apart <= _TOLERANCE * scale  # False for NaN, as it should be
    if not agrees and apart <= noise:
        agrees = None if scale <= noise else True
    first = ref.layer + 1 if quantity is Quantity.ACTIVATION_GRADIENT else ref.layer
    kink = _nearest_kink(trace, first) if agrees is False else None
    verdict = _verdict(apart, scale, agrees, noise)
    return DerivativeCheck(quantity, analytic, numeric, agrees, verdict, kink)


def _numeric(trace: PassTrace, quantity: Quantity, ref: Ref) -> float:
    if isinstance(ref, EdgeRef):
        return numeric_weight_gradient(trace, ref)
    if quantity is Quantity.BIAS_GRADIENT:
        return numeric_bias_gradient(trace, ref)
    return numeric_activation_gradient(trace, ref)


def _verdict(apart: float, scale: float, agrees: bool | None, noise: float) -> str:
    if not math.isfinite(apart):
        return "✗ not a number: the network has diverged"
    if agrees is None:
        return f"≈ too small to check: nudging is exact to about {number(noise, 1)}"
    if not agrees:
        return f"✗ differ by {number(apart, 2)}"
    return f"✓ agree to {number(apart / scale, 1)}" if apart else "✓ the same"


def _nearest_kink(trace: PassTrace, first: int) -> NodeRef | None:
    """Return the ReLU of layers ``first`` … L whose z is nearest to 0, None if none is near."""
    nearest, smallest = None, _KINK
    for layer in range(first, trace.spec.layer_count + 1):
        if trace.spec.activations[layer - 1] not in _KINKED:
            continue
        z = np.abs(trace.layer_values(Quantity.PREACTIVATION, layer))
        neuron = int(z.argmin())
        if z[neuron] < smallest:
            nearest, smallest = NodeRef(layer, neuron), float(z[neuron])
    return nearest
