"""The pulses of one step: along which edges something runs, how much, which way, where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray, IntArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Step, StepKind
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.scales import Scale

__all__ = ["MOST", "Pulses", "pulses_of"]

MOST = 420
"""Pulses in one step: no more can be told apart, however many edges are drawn."""

_FORWARD = (StepKind.LAYER, StepKind.PREACTIVATION, StepKind.NEURON)
_TO_WEIGHTS = (StepKind.LAYER_GRADIENT, StepKind.WEIGHT_GRADIENT, StepKind.NEURON_GRADIENT)


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """What runs along the edges of one layer in one step, weakest first.

    The edges lead from ``sources`` (P,) to ``neurons`` (P,). ``strengths`` (P,) are the magnitudes
    as parts of the largest, above 0 and up to 1; ``positive`` (P,) the signs that choose the
    colours of ``scale``. ``stopped`` (P,) marks those that end at a dead neuron; ``dead`` are these
    neurons, of the layer ``end``.
    """

    layer: int
    end: int
    scale: Scale
    neurons: IntArray
    sources: IntArray
    strengths: FloatArray
    positive: BoolArray
    stopped: BoolArray
    dead: tuple[int, ...]

    @property
    def backward(self) -> bool:
        """Whether they run from the target of each edge to its source."""
        return self.end < self.layer


def pulses_of(trace: PassTrace, step: Step, edges: Sequence[EdgeFrame]) -> Pulses | None:
    """Return the pulses of ``step`` along the drawn ``edges``, None where nothing runs along edges.

    Of a density, which shows all edges, the strongest have pulses.
    Forward they carry w·a into the layer that is computed, in the colour of the weight's sign.
    Backward they carry w·δ to the layer whose ∂C/∂a is computed, or ∂C/∂w of the layer's own
    edges. What ends at a ReLU with z ≤ 0 is marked, and nothing leaves such a neuron.
    """
    flow = _flow(trace, step)
    if flow is None:
        return None
    frame = edges[flow.layer - 1]
    neurons, sources = frame.neurons, frame.sources
    if frame.density is not None:
        neurons, sources = np.divmod(np.arange(flow.values.size), flow.values.shape[1])
    values = flow.values[neurons, sources]
    magnitudes = np.where(np.isfinite(values), np.abs(values), 0.0)
    if step.neuron is not None:
        magnitudes[neurons != step.neuron] = 0.0
    order = np.arange(len(magnitudes))
    if len(order) > MOST:  # of a density 100,000: sorting them all would take 10 ms
        order = np.argpartition(magnitudes, len(order) - MOST)[-MOST:]
    order = order[np.argsort(magnitudes[order], kind="stable")]
    order = order[magnitudes[order] > 0]
    if not len(order):
        return None
    neurons, sources, magnitudes = neurons[order], sources[order], magnitudes[order]
    signs = flow.values if flow.scale is Scale.DERIVATIVE else flow.weights
    ends = sources if flow.end < flow.layer else neurons
    stopped = _dead(trace, flow, step)[ends]
    return Pulses(
        flow.layer,
        flow.end,
        flow.scale,
        neurons,
        sources,
        magnitudes / magnitudes[-1],
        signs[neurons, sources] > 0,
        stopped,
        tuple(np.unique(ends[stopped]).tolist()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """What runs along the edges of ``layer``, values (n_l, n_l-1), and the layer it runs to."""

    layer: int
    end: int
    scale: Scale
    values: FloatArray
    weights: FloatArray


def _flow(trace: PassTrace, step: Step) -> _Flow | None:
    layer, example = step.layer, step.example
    if example is None:
        return None  # means and updates: nothing runs through the network
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is left out
        if step.kind in _FORWARD:
            weights = trace.layer_values(Quantity.WEIGHT, layer)
            a = trace.layer_values(Quantity.ACTIVATION, layer - 1, example)
            return _Flow(layer, layer, Scale.WEIGHT, weights * a, weights)
        if step.kind in _TO_WEIGHTS:
            gradients = trace.layer_values(Quantity.WEIGHT_GRADIENT, layer, example)
            # An L2 term gives edges of a dead neuron a gradient, too, but none that comes from it.
            delta = trace.backward.deltas[layer - 1][example]
            values = np.where(delta[:, None] == 0, 0.0, gradients)
            return _Flow(layer, layer - 1, Scale.DERIVATIVE, values, values)
        if step.kind is StepKind.ACTIVATION_GRADIENT and layer < trace.spec.layer_count:
            weights = trace.layer_values(Quantity.WEIGHT, layer + 1)
            delta = trace.backward.deltas[layer][example]
            values = weights * delta[:, None]
            return _Flow(layer + 1, layer, Scale.DERIVATIVE, values, weights)
    return None


def _dead(trace: PassTrace, flow: _Flow, step: Step) -> BoolArray:
    """Mark the neurons of the end's layer that let nothing on: a ReLU with z ≤ 0."""
    end = flow.end
    stops = end > 0 and trace.spec.activations[end - 1] == "relu"
    if not stops or step.kind in _TO_WEIGHTS:  # ∂C/∂w stays with its edge
        return np.zeros(trace.spec.sizes[end], np.bool_)
    return trace.layer_values(Quantity.PREACTIVATION, end, step.example) <= 0
