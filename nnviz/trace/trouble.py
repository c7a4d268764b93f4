"""Which neurons are dead, saturated or no longer finite: masks over a layer, before any words.

Apart from the sentences (``diagnosis``): the canvas only wants to know where to put a sign.
"""

from enum import Enum

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.reveal import Reveal

__all__ = [
    "FLAT",
    "HUGE",
    "Sign",
    "Trouble",
    "cancels_slope",
    "dropped_neurons",
    "slopes",
    "troubled",
    "troubled_neurons",
]

FLAT = 0.01
"""A slope below this is called saturated: the sigmoid's from |z| = 4.6, tanh's from 3."""
CLOSE = 0.5
"""An output that misses its target by no more need not learn much: flat is fine there."""
HUGE = 1e3
"""Values and derivatives beyond this are called exploding."""

Sign = tuple[NodeRef, "Trouble"]


class Trouble(Enum):
    """What can be wrong with a neuron or a layer."""

    NOT_FINITE = "not finite"
    EXPLODING = "exploding"
    DEAD = "dead"
    SATURATED = "saturated"
    VANISHING = "vanishing"
    ZERO_INPUT = "zero input"
    DROPPED = "dropped"
    """No trouble at all, but worth knowing: dropout leaves the neuron out."""


def cancels_slope(trace: PassTrace, layer: int) -> bool:
    """Whether the cost cancels f′ of this layer: a cross-entropy at the output, where δ = a − y."""
    return layer == trace.spec.layer_count and trace.spec.cost_function.output_delta is not None


def slopes(trace: PassTrace, layer: int, example: int | None) -> FloatArray:
    """Return f′(z) of a layer, (m, n_l) with m = 1 for one example; softmax's own, a(1 − a)."""
    rows = slice(None) if example is None else slice(example, example + 1)
    derivative = trace.spec.activation(layer).derivative
    if derivative is None:
        a = trace.forward.activations[layer][rows]
        return a * (1 - a)
    return derivative(trace.forward.preactivations[layer - 1][rows])


def troubled(
    trace: PassTrace, reveal: Reveal, layer: int, trouble: Trouble, example: int | None = 0
) -> BoolArray:
    """Return which neurons of layer 1 … L are dead, saturated, exploding or not finite, (n_l,).

    Only what is known counts. ``example`` None: dead or saturated in all examples, exploding or
    not finite in any. A flat slope is no trouble where the cost cancels it, nor at an output that
    is close to its target.
    """
    size = trace.spec.sizes[layer]
    needed = Quantity.PREACTIVATION
    if trouble is Trouble.SATURATED and trace.spec.activations[layer - 1] == "softmax":
        needed = Quantity.ACTIVATION
    asked = 0 if example is None else example  # all have been walked through when there is a mean
    known = np.arange(size) < reveal.known_count(needed, layer, size, asked)
    with np.errstate(all="ignore"):
        return known & _mask(trace, layer, trouble, example)


def troubled_neurons(trace: PassTrace, reveal: Reveal, example: int | None = 0) -> tuple[Sign, ...]:
    """Return every neuron that deserves a sign, with its gravest trouble."""
    signs: dict[NodeRef, Trouble] = {}
    for layer in range(1, trace.spec.layer_count + 1):
        for trouble in (Trouble.SATURATED, Trouble.DEAD, Trouble.EXPLODING, Trouble.NOT_FINITE):
            for neuron in np.flatnonzero(troubled(trace, reveal, layer, trouble, example)):
                signs[NodeRef(layer, int(neuron))] = trouble
    return tuple(signs.items())


def dropped_neurons(
    trace: PassTrace, reveal: Reveal, layer: int, example: int | None = 0
) -> BoolArray:
    """Return which neurons dropout leaves out, (n_l,); ``example`` None: in every example.

    It shows in the activation: nobody is left out before that is known.
    """
    size = trace.spec.sizes[layer]
    asked = 0 if example is None else example
    known = np.arange(size) < reveal.known_count(Quantity.ACTIVATION, layer, size, asked)
    return known & _dropped(trace, layer, example).all(axis=0)


def _dropped(trace: PassTrace, layer: int, example: int | None) -> BoolArray:
    """Return whom dropout leaves out, (m, n_l), with m = 1 for one example."""
    rows = slice(None) if example is None else slice(example, example + 1)
    if not trace.forward.masks or not 0 < layer < trace.spec.layer_count:
        return np.zeros(trace.forward.activations[layer][rows].shape, dtype=np.bool_)
    return np.asarray(trace.forward.masks[layer - 1][rows] == 0)


def _mask(trace: PassTrace, layer: int, trouble: Trouble, example: int | None) -> BoolArray:
    rows = slice(None) if example is None else slice(example, example + 1)
    z = trace.forward.preactivations[layer - 1][rows]
    # What dropout leaves out is neither dead nor saturated: it had nothing to say.
    dropped = _dropped(trace, layer, example)
    heard = ~dropped.all(axis=0)
    name = trace.spec.activations[layer - 1]
    match trouble:
        case Trouble.NOT_FINITE:
            return np.asarray(~np.isfinite(z).all(axis=0))
        case Trouble.EXPLODING:
            return np.asarray((np.isfinite(z) & (np.abs(z) > HUGE)).any(axis=0))
        case Trouble.DEAD if name == "relu":
            return np.asarray(((z <= 0) | dropped).all(axis=0) & heard)
        case Trouble.SATURATED if name in ("sigmoid", "tanh", "softmax"):
            if not cancels_slope(trace, layer):
                flat = np.abs(slopes(trace, layer, example)) < FLAT
                if layer == trace.spec.layer_count:
                    miss = np.abs(trace.forward.activations[layer] - trace.targets)[rows]
                    flat &= miss > CLOSE
                return np.asarray((flat | dropped).all(axis=0) & heard)
    return np.zeros(z.shape[1], dtype=np.bool_)
