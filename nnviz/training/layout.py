"""How the compiled trainer stores a network: one flat float32 buffer and a table of offsets.

Numba indexes neither lists of arrays of different shapes nor tuples by a run-time number; offsets
into one buffer need one compilation for every network. Apart from ``kernels`` so that reading it
does not import numba.

Rows are padded with zeros to a multiple of ``LANES`` numbers: whole vector instructions without a
rest. The padding takes part in every sum and stays zero.
"""

from typing import NamedTuple

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training.config import TrainingConfig
from nnviz.training.dropout import start_of, threshold_of

__all__ = [
    "Descent",
    "Layout",
    "Scratch",
    "descent_of",
    "lay_out",
    "pack",
    "scratch_for",
    "unpack",
]

LANES = 8
"""float32 numbers of one 256-bit vector."""

STOPPED = -1
"""The answer of the loops when they were interrupted."""

SIGMOID, TANH, RELU, LEAKY_RELU, IDENTITY, SOFTMAX = range(6)
QUADRATIC, SUM_OF_SQUARES, MEAN_SQUARED_ERROR, BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY = (
    range(5)
)

ACTIVATION_CODES = {
    "sigmoid": SIGMOID,
    "tanh": TANH,
    "relu": RELU,
    "leaky_relu": LEAKY_RELU,
    "identity": IDENTITY,
    "softmax": SOFTMAX,
}
COST_CODES = {
    "quadratic": QUADRATIC,
    "sum_of_squares": SUM_OF_SQUARES,
    "mean_squared_error": MEAN_SQUARED_ERROR,
    "binary_cross_entropy": BINARY_CROSS_ENTROPY,
    "categorical_cross_entropy": CATEGORICAL_CROSS_ENTROPY,
}
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM, ADAMW = range(6)
OPTIMIZER_CODES = {
    "sgd": SGD,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAMW,
}


class Layout(NamedTuple):
    """Where everything of layers 1 … L lies; position ``l - 1`` of each int64 array is layer l.

    The first layer's weights have one row per *input*, so that the row of a lit pixel is
    contiguous; the other layers have one row per neuron. ``rows`` and ``widths`` are the shapes
    of these matrices, padding included. ``neuron_starts`` has one more entry: the end.
    """

    sizes: IntArray
    activations: IntArray
    rows: IntArray
    widths: IntArray
    weight_starts: IntArray
    bias_starts: IntArray
    neuron_starts: IntArray

    @property
    def length(self) -> int:
        """How many numbers the buffer has: the biases of the last layer end it."""
        return int(self.bias_starts[-1] + self.neuron_starts[-1] - self.neuron_starts[-2])


class Descent(NamedTuple):
    """The settings that stay over a run; ``decay`` is λ/n of the L2 term.

    ``optimizer`` is its code; what follows are its hyperparameters. ``dropout_threshold`` and
    ``dropout_start`` are those of ``dropout``, and ``kept_scale`` is 1/(1 − p).
    """

    mini_batch_size: int
    decay: float
    cost: int
    update_biases: bool
    optimizer: int
    momentum: float
    alpha: float
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    dropout_threshold: int
    dropout_start: np.uint64
    kept_scale: np.float32


class Scratch(NamedTuple):
    """Working memory of the compiled loops, reused by every mini-batch.

    ``activations`` and ``deltas`` have a row per example of the mini-batch and a column per
    (padded) neuron of layers 1 … L; ``total`` sums over them, the others serve one example at a
    time. ``every`` counts 0, 1, 2, …: the row numbers of a dense matrix. ``gradient`` is laid out
    like the parameters, and empty for plain descent, which needs none. ``column`` has one δ of
    every example.
    """

    activations: FloatArray
    deltas: FloatArray
    slopes: FloatArray
    total: FloatArray
    output: FloatArray
    columns: IntArray
    values: FloatArray
    every: IntArray
    gradient: FloatArray
    column: FloatArray


def lay_out(spec: NetworkSpec) -> Layout:
    """Return the layout of a network."""
    sizes = np.array(spec.sizes[1:], dtype=np.int64)
    padded = (sizes + LANES - 1) // LANES * LANES
    rows = np.array([spec.sizes[0], *sizes[1:]], dtype=np.int64)
    widths = np.array([padded[0], *padded[:-1]], dtype=np.int64)
    lengths = rows * widths + padded
    weight_starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return Layout(
        sizes,
        np.array([ACTIVATION_CODES[name] for name in spec.activations], dtype=np.int64),
        rows,
        widths,
        weight_starts,
        weight_starts + rows * widths,
        np.concatenate(([0], np.cumsum(padded))),
    )


def descent_of(config: TrainingConfig, examples: int, cost: str) -> Descent:
    """Return the settings of a run on that many examples."""
    optimizer = config.optimizer
    settings = optimizer.method.settings
    return Descent(
        config.mini_batch_size, config.l2 / examples, COST_CODES[cost], config.update_biases,
        OPTIMIZER_CODES[optimizer.name],
        # A whole number in one of their places would be another type: compiled anew, for seconds.
        float(optimizer.momentum), float(optimizer.alpha),
        float(optimizer.beta1), float(optimizer.beta2), float(optimizer.epsilon),
        float(optimizer.weight_decay) if "weight_decay" in settings else 0.0,
        threshold_of(config.dropout), start_of(config.seed), np.float32(1 / (1 - config.dropout)),
    )  # fmt: skip


def scratch_for(
    spec: NetworkSpec, layout: Layout, mini_batch_size: int, has_gradient: bool = False
) -> Scratch:
    """Return zeroed working memory for mini-batches of up to ``mini_batch_size`` examples."""
    neurons = int(layout.neuron_starts[-1])
    return Scratch(
        np.zeros((mini_batch_size, neurons), dtype=np.float32),
        np.zeros((mini_batch_size, neurons), dtype=np.float32),
        np.zeros(neurons, dtype=np.float32),
        np.zeros(neurons, dtype=np.float32),
        np.zeros(spec.sizes[-1], dtype=np.float32),
        np.zeros(spec.sizes[0], dtype=np.uint64),
        np.zeros(spec.sizes[0], dtype=np.float32),
        np.arange(max(*spec.sizes[1:], mini_batch_size), dtype=np.uint64),
        np.zeros(layout.length if has_gradient else 0, dtype=np.float32),
        np.zeros(mini_batch_size, dtype=np.float32),
    )


def pack(parameters: Parameters, layout: Layout) -> FloatArray:
    """Return the parameters as one float32 buffer, padded with zeros."""
    buffer = np.zeros(layout.length, dtype=np.float32)
    pairs = zip(parameters.weights, parameters.biases, strict=True)
    for index, (w, b) in enumerate(pairs):
        _weights(buffer, layout, index)[...] = w
        _biases(buffer, layout, index)[...] = b
    return buffer


def unpack(buffer: FloatArray, layout: Layout) -> Parameters:
    """Return the parameters in a buffer as read-only copies in the engine's shapes."""
    layers = range(len(layout.sizes))
    return Parameters.frozen(
        [_weights(buffer, layout, index) for index in layers],
        [_biases(buffer, layout, index) for index in layers],
    )


def _weights(buffer: FloatArray, layout: Layout, index: int) -> FloatArray:
    """Return a view of the weights as (n_l, n_l-1), without padding."""
    start, rows, width = layout.weight_starts[index], layout.rows[index], layout.widths[index]
    matrix = buffer[start : start + rows * width].reshape(rows, width)
    if index == 0:
        return matrix[:, : layout.sizes[0]].T
    return matrix[:, : layout.sizes[index - 1]]


def _biases(buffer: FloatArray, layout: Layout, index: int) -> FloatArray:
    start = layout.bias_starts[index]
    return buffer[start : start + layout.sizes[index]]
