"""What is checked at a moment: the selection's newest derivative, and all of the step's layer."""

import math
from dataclasses import dataclass

from nnviz.formatting import number
from nnviz.trace.layer_check import DERIVATIVES, Part, compare_one
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.trace.timeline import Timeline

__all__ = ["DerivativeCheck", "check_derivative", "checked_parts", "checked_quantity"]


@dataclass(frozen=True, slots=True)
class DerivativeCheck:
    """Both derivatives, and whether they agree, with a verdict in words.

    ``agrees`` is None where nudging cannot tell: both are too small, or ``kink`` is a ReLU whose z
    the nudge carries across its kink. ``numeric`` is None where there is nothing to nudge.
    """

    quantity: Quantity
    analytic: float
    numeric: float | None
    agrees: bool | None
    verdict: str
    kink: NodeRef | None


def checked_quantity(
    trace: PassTrace, reveal: Reveal, ref: Ref, example: int | None = 0
) -> Quantity | None:
    """Return the newest derivative of ``ref`` that is known, None if none is."""
    if isinstance(ref, EdgeRef):
        wanted: tuple[Quantity, ...] = (Quantity.WEIGHT_GRADIENT,)
    elif ref.layer == 0:
        wanted = (Quantity.ACTIVATION_GRADIENT,)
    else:
        wanted = (Quantity.BIAS_GRADIENT, Quantity.ACTIVATION_GRADIENT)
    return next(
        (each for each in wanted if reveal.knows(each, ref.layer, ref.neuron, example)), None
    )


def checked_parts(trace: PassTrace, timeline: Timeline) -> tuple[Part, ...]:
    """Return the derivatives that the current step's layer knows; at the update, those of all.

    ∂C/∂x comes with layer 1. Empty before the backward pass.
    """
    step = timeline.current
    if step is None or step.phase not in (Phase.BACKWARD, Phase.UPDATE):
        return ()
    reveal, last = timeline.reveal(), trace.spec.layer_count
    every = step.phase is Phase.UPDATE or step.example is None
    layers = range(1, last + 1) if every else (step.layer,)
    wanted = [(quantity, layer) for layer in layers for quantity in DERIVATIVES]
    if 1 in layers:
        wanted.append((Quantity.ACTIVATION_GRADIENT, 0))
    parts = []
    for quantity, layer in wanted:
        count = reveal.known_count(quantity, layer, trace.spec.sizes[layer], step.example)
        if count:
            parts.append(Part(quantity, layer, count))
    return tuple(parts)


def check_derivative(
    trace: PassTrace, quantity: Quantity, ref: Ref, example: int | None = None
) -> DerivativeCheck:
    """Compare one derivative of the pass with central differences on the cost."""
    found = compare_one(trace, quantity, ref, example)
    apart = abs(found.recorded - found.numeric)
    scale = max(abs(found.recorded), abs(found.numeric))
    numeric = None if math.isinf(found.noise) else found.numeric
    if numeric is None:
        verdict = "≈ cannot be checked: a is too close to the end of a logarithm"
    elif found.kink is not None:
        verdict = "≈ one-sided"
    elif not math.isfinite(apart):
        verdict = "✗ not a number: the network has diverged"
    elif found.agrees is None:
        verdict = f"≈ too small to check: nudging is exact to about {number(found.noise, 1)}"
    elif not found.agrees:
        verdict = f"✗ differ by {number(apart, 2)}"
    else:
        verdict = f"✓ agree to {number(apart / scale, 1)}" if apart else "✓ the same"
    return DerivativeCheck(quantity, found.recorded, numeric, found.agrees, verdict, found.kink)
