"""The numbers of a pass with a classic mistake in it, from the engine's own functions.

Apart from the engine, which knows no mistakes, and from the trace, which records them like others.
"""

import numpy as np

from nnviz.engine.activations import Activation
from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import (
    BackwardPass,
    ForwardPass,
    cost_of,
    descend,
    forward_pass,
)
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_settings import PassSettings

__all__ = ["mistaken_backward", "mistaken_descend", "mistaken_forward"]


def mistaken_forward(
    mistake: Mistake | None, spec: NetworkSpec, parameters: Parameters, inputs: FloatArray
) -> ForwardPass:
    """Return the forward pass; only a forgotten bias changes it."""
    if mistake is Mistake.BIAS_FORGOTTEN:
        zeros = tuple(np.zeros_like(bias) for bias in parameters.biases)
        parameters = Parameters(parameters.weights, zeros)
    return forward_pass(spec, parameters, inputs)


def mistaken_backward(
    mistake: Mistake | None,
    spec: NetworkSpec,
    parameters: Parameters,
    forward: ForwardPass,
    targets: FloatArray,
    settings: PassSettings,
) -> BackwardPass:
    """Return the backward pass with ``mistake`` in it; without one it is the engine's.

    ``targets`` are (m, n_L), one row per example of ``forward``.
    """
    error, delta = _output_error(mistake, spec, forward, targets)
    errors, deltas = [error], [delta]
    weight_gradients: list[FloatArray] = []
    bias_gradients: list[FloatArray] = []
    for layer in range(spec.layer_count, 0, -1):
        weights = parameters.weights[layer - 1]
        share = 1 if mistake is Mistake.MEAN_FORGOTTEN else len(targets)
        gradient = delta.T @ forward.activations[layer - 1] / share + settings.decay * weights
        weight_gradients.append(gradient)
        bias_gradients.append(delta.sum(axis=0) / share)
        error = _carried(mistake, delta, weights, settings.learning_rate * gradient)
        errors.append(error)
        if layer > 1:
            z, a = forward.preactivations[layer - 2], forward.activations[layer - 1]
            delta = _hidden_delta(mistake, spec.activation(layer - 1), z, a, error)
            deltas.append(delta)
    return BackwardPass(
        cost_of(spec, parameters, forward, targets, settings.decay),
        tuple(reversed(errors)),
        tuple(reversed(deltas)),
        Parameters(tuple(reversed(weight_gradients)), tuple(reversed(bias_gradients))),
    )


def mistaken_descend(
    mistake: Mistake | None, parameters: Parameters, gradients: Parameters, settings: PassSettings
) -> Parameters:
    """Return the parameters after the update."""
    ascent = mistake is Mistake.GRADIENT_ASCENT
    rate = -settings.learning_rate if ascent else settings.learning_rate
    biases = settings.update_biases and mistake is not Mistake.BIAS_NOT_UPDATED
    return descend(parameters, gradients, rate, biases)


def _output_error(
    mistake: Mistake | None, spec: NetworkSpec, forward: ForwardPass, y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return ∂C/∂a and δ of the output layer, (m, n_L)."""
    activation, cost = spec.activation(spec.layer_count), spec.cost_function
    z, a = forward.preactivations[-1], forward.activations[-1]
    gradient = cost.gradient(z, a, y)
    delta = cost.delta(activation, z, a, y)
    if mistake is Mistake.TARGET_SWAPPED:
        return -gradient, -delta
    if cost.output_delta is None:
        if mistake is Mistake.OUTPUT_DERIVATIVE_FORGOTTEN:
            return gradient, gradient
        if mistake is Mistake.DERIVATIVE_OF_ACTIVATION:
            return gradient, activation.delta(a, a, gradient)
    return gradient, delta


def _carried(
    mistake: Mistake | None, delta: FloatArray, weights: FloatArray, movement: FloatArray
) -> FloatArray:
    """Return ∂C/∂a of the layer below, (m, n); ``movement`` is what the update subtracts."""
    match mistake:
        case Mistake.UPDATED_WEIGHTS:
            return delta @ (weights - movement)
        case Mistake.LAST_TERM_DROPPED:
            return delta[:, :-1] @ weights[:-1]
        case Mistake.NOT_TRANSPOSED:
            return delta @ weights.reshape(weights.shape[::-1]).T
    return delta @ weights


def _hidden_delta(
    mistake: Mistake | None,
    activation: Activation,
    z: FloatArray,
    a: FloatArray,
    error: FloatArray,
) -> FloatArray:
    if mistake is Mistake.HIDDEN_DERIVATIVE_FORGOTTEN:
        return error
    if mistake is Mistake.DERIVATIVE_OF_ACTIVATION:
        return activation.delta(a, a, error)
    return activation.delta(z, a, error)
