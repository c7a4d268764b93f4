"""The numeric derivative beside the analytic one: central differences on the very pass shown."""

import numpy as np

from nnviz.engine.gradient_check import central_difference
from nnviz.engine.network import Parameters
from nnviz.engine.passes import cost_of, forward_from, forward_pass
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef

__all__ = ["numeric_activation_gradient", "numeric_bias_gradient", "numeric_weight_gradient"]


def numeric_bias_gradient(trace: PassTrace, ref: NodeRef) -> float:
    """Return ∂C/∂b of a neuron of layer 1 … L, by nudging that bias and running the pass again."""
    biases = list(trace.before.biases)
    moved = np.array(biases[ref.layer - 1])
    biases[ref.layer - 1] = moved

    def cost(value: float) -> float:
        moved[ref.neuron] = value
        return _cost(trace, Parameters(trace.before.weights, tuple(biases)))

    return central_difference(cost, float(moved[ref.neuron]))


def numeric_weight_gradient(trace: PassTrace, ref: EdgeRef) -> float:
    """Return ∂C/∂w of an edge, by nudging that weight and running the pass again."""
    weights = list(trace.before.weights)
    moved = np.array(weights[ref.layer - 1])
    weights[ref.layer - 1] = moved

    def cost(value: float) -> float:
        moved[ref.neuron, ref.source] = value
        return _cost(trace, Parameters(tuple(weights), trace.before.biases))

    return central_difference(cost, float(moved[ref.neuron, ref.source]))


def numeric_activation_gradient(trace: PassTrace, ref: NodeRef, example: int = 0) -> float:
    """Return ∂C/∂a of a neuron of layer 0 … L − 1 (hidden or input).

    Nudges that activation of one example and runs the layers after it again. For the output
    layer the cost itself is a function of a; see ``numeric_bias_gradient`` for a check there.
    """
    moved = np.array(trace.forward.activations[ref.layer][example : example + 1])
    targets = trace.targets[example : example + 1]

    def cost(value: float) -> float:
        moved[0, ref.neuron] = value
        forward = forward_from(trace.spec, trace.before, ref.layer, moved)
        return cost_of(trace.spec, trace.before, forward, targets, trace.settings.decay)

    return central_difference(cost, float(moved[0, ref.neuron]))


def _cost(trace: PassTrace, parameters: Parameters) -> float:
    forward = forward_pass(trace.spec, parameters, trace.inputs)
    return cost_of(trace.spec, parameters, forward, trace.targets, trace.settings.decay)
