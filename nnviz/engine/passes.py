"""The forward and the backward pass: two pure functions, in the precision of their parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.wording import counted
from nnviz.errors import ShapeError

__all__ = [
    "BackwardPass",
    "ForwardPass",
    "backward_pass",
    "cost_of",
    "descend",
    "forward_from",
    "forward_pass",
    "penalty",
]


@dataclass(frozen=True, slots=True, eq=False)
class ForwardPass:
    """z of layers 1 … L and a of layers 0 … L, each (m, n_l).

    With dropout, ``masks`` has what the activations of layers 1 … L − 1 were multiplied by, and
    those here are the products.
    """

    preactivations: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]
    masks: tuple[FloatArray, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BackwardPass:
    """All derivatives of the cost; per example, but for ``gradients``, the mean over the examples.

    ``activation_gradients`` has layers 0 … L (layer 0 is ∂C/∂x), ``deltas`` layers 1 … L.
    """

    cost: float
    activation_gradients: tuple[FloatArray, ...]
    deltas: tuple[FloatArray, ...]
    gradients: Parameters


def forward_pass(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: FloatArray,
    masks: tuple[FloatArray, ...] = (),
) -> ForwardPass:
    """Feed ``inputs``, (m, n_0) or one example (n_0,), through the network.

    zˡ = Wˡ aˡ⁻¹ + bˡ and aˡ = fˡ(zˡ), as ``a @ w.T + b`` because examples are rows; with ``masks``,
    (m, n_l) for each hidden layer, aˡ = maskˡ ⊙ fˡ(zˡ) there. Raises ShapeError if the inputs do
    not fit the input layer.
    """
    rows = _rows(inputs, spec.sizes[0], "inputs", parameters)
    return forward_from(spec, parameters, 0, rows, masks)


def forward_from(
    spec: NetworkSpec,
    parameters: Parameters,
    layer: int,
    activations: FloatArray,
    masks: tuple[FloatArray, ...] = (),
) -> ForwardPass:
    """Run only the layers after ``layer``, whose activations (m, n_l) are given.

    The pass returned begins there: its first activations are the given ones. ``masks`` are those
    of all hidden layers.
    """
    a = activations
    zs: list[FloatArray] = []
    all_activations: list[FloatArray] = [a]
    for above in range(layer + 1, spec.layer_count + 1):
        z = a @ parameters.weights[above - 1].T + parameters.biases[above - 1]
        a = spec.activation(above).value(z)
        if masks and above < spec.layer_count:
            a = masks[above - 1] * a
        zs.append(z)
        all_activations.append(a)
    return ForwardPass(tuple(zs), tuple(all_activations), masks)


def backward_pass(
    spec: NetworkSpec,
    parameters: Parameters,
    forward: ForwardPass,
    targets: FloatArray,
    decay: float = 0.0,
) -> BackwardPass:
    """Carry the error back from the output to the input.

    The equations BP1 to BP4 of Nielsen, "Neural Networks and Deep Learning", chapter 2, for any
    cost and activation: δᴸ from the cost, then ∂C/∂aˡ⁻¹ = Wˡᵀ δˡ and δˡ = fˡ′(zˡ) ⊙ ∂C/∂aˡ, times
    the mask of dropout if the forward pass had one;
    ∂C/∂bˡ is the mean of δˡ, ∂C/∂Wˡ the mean of δˡ aˡ⁻¹ᵀ plus ``decay`` · Wˡ.

    Parameters
    ----------
    forward : ForwardPass
        The pass to differentiate, with the same parameters.
    targets : (m, n_L) or (n_L,) float array
        What the outputs should have been.
    decay : float
        λ/n of the L2 term λ/(2n) Σw², with n the size of the training set.

    Raises
    ------
    ShapeError
        If the targets are not one row of n_L numbers per example.
    """
    y = _rows(targets, spec.sizes[-1], "targets", parameters)
    if len(y) != len(forward.activations[0]):
        raise ShapeError(
            f"{counted(len(y), 'target')} given for "
            f"{counted(len(forward.activations[0]), 'input')}; "
            "each example needs one."
        )
    cost_function = spec.cost_function
    z, a = forward.preactivations[-1], forward.activations[-1]
    activation_gradients = [cost_function.gradient(z, a, y)]
    deltas = [cost_function.delta(spec.activation(spec.layer_count), z, a, y)]
    for layer in range(spec.layer_count - 1, 0, -1):
        activation_gradients.append(deltas[-1] @ parameters.weights[layer])
        z, a = forward.preactivations[layer - 1], forward.activations[layer]
        delta = spec.activation(layer).delta(z, a, activation_gradients[-1])
        deltas.append(forward.masks[layer - 1] * delta if forward.masks else delta)
    activation_gradients.append(deltas[-1] @ parameters.weights[0])
    activation_gradients.reverse()
    deltas.reverse()
    m = y.shape[0]
    weight_gradients = [
        delta.T @ forward.activations[index] / m + decay * parameters.weights[index]
        for index, delta in enumerate(deltas)
    ]
    bias_gradients = [delta.mean(axis=0) for delta in deltas]
    return BackwardPass(
        cost_of(spec, parameters, forward, y, decay),
        tuple(activation_gradients),
        tuple(deltas),
        Parameters(tuple(weight_gradients), tuple(bias_gradients)),
    )


def cost_of(
    spec: NetworkSpec,
    parameters: Parameters,
    forward: ForwardPass,
    targets: FloatArray,
    decay: float = 0.0,
) -> float:
    """Return the mean cost of the examples plus decay/2 · Σw²."""
    y = _rows(targets, spec.sizes[-1], "targets", parameters)
    costs = spec.cost_function.value(forward.preactivations[-1], forward.activations[-1], y)
    return float(costs.mean()) + penalty(parameters.weights, decay)


def penalty(weights: Sequence[FloatArray], decay: float) -> float:
    """Return the L2 term decay/2 · Σw² (λ/(2n) Σw² for decay = λ/n)."""
    return decay / 2 * sum(float((w * w).sum()) for w in weights) if decay else 0.0


def descend(
    parameters: Parameters,
    gradients: Parameters,
    learning_rate: float,
    update_biases: bool = True,
) -> Parameters:
    """Return the parameters after one step of gradient descent: θ − η ∂C/∂θ."""
    biases = parameters.biases
    if update_biases:
        biases = _descended(parameters.biases, gradients.biases, learning_rate)
    return Parameters.frozen(
        _descended(parameters.weights, gradients.weights, learning_rate), biases
    )


def _descended(
    values: Sequence[FloatArray], gradients: Sequence[FloatArray], learning_rate: float
) -> tuple[FloatArray, ...]:
    return tuple(
        value - learning_rate * gradient for value, gradient in zip(values, gradients, strict=True)
    )


def _rows(array: FloatArray, width: int, name: str, parameters: Parameters) -> FloatArray:
    """Return ``array`` as (m, width) in the parameters' precision."""
    rows = np.atleast_2d(np.asarray(array, dtype=parameters.weights[0].dtype))
    if rows.ndim != 2 or rows.shape[1] != width or rows.shape[0] == 0:
        raise ShapeError(
            f"The {name} have shape {' × '.join(map(str, np.shape(array)))}; "
            f"rows of {counted(width, 'number')} are needed."
        )
    return rows
