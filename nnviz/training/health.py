"""What is seen inside a network that trains: gradients, dead neurons, histograms, sizes of updates.

All of it is measured on a probe, a few hundred training examples that stay the same over the run,
by the engine's own passes; no dropout. Two measurements at different times can be compared.
"""

from dataclasses import dataclass, replace

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import BoolArray, FloatArray, IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import BackwardPass, ForwardPass, backward_pass, forward_pass

__all__ = [
    "DEAD_SHARE",
    "FLAT_SHARE",
    "PROBE_SIZE",
    "Histogram",
    "LayerHealth",
    "Probe",
    "histogram_of",
    "measure",
    "movements",
    "next_steps",
    "probe_of",
]

PROBE_SIZE = 500
"""Examples of a probe: enough for 50 of each digit, few enough for some milliseconds."""
FLAT_SHARE = 0.01
"""A slope below this share of the steepest one is flat: σ′(z) < 0.0025, tanh′(z) < 0.01."""
NEARLY_ALL = 0.95
"""Share of the examples on which a saturated neuron is flat."""
DEAD_SHARE = 0.9
"""Share of its own examples on which a dead output is silent and flat."""
SILENT = 0.5
"""An output below it does not say that the example is its own."""
LEAST_OWN = 5
"""With fewer examples of its own nothing is said of an output."""
PROBE_NUMBERS = 20_000_000
PROBE_PRODUCTS = 500_000_000
"""Activations of a probe together, and multiplications of its forward pass, at most: large networks
are looked at with fewer examples."""
BINS = 40

_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "softmax": 0.25}


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How many values lie between each two of the edges: counts (n,), edges (n + 1,), rising.

    Values that are no finite numbers are not in it.
    """

    counts: IntArray
    edges: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LayerHealth:
    """One layer, 1 … L; masks are (n_l,), and None where the word makes no sense for the layer.

    ``weight_gradient`` and ``bias_gradient`` are the L2 norms ‖∂C/∂W‖ and ‖∂C/∂b‖ of the probe's
    mean cost, its L2 term included; ``error`` is the mean of |δ| over the probe and the neurons.

    ``dead``: a ReLU whose z is not above 0 for any example of the probe. At the output, of a
    sigmoid, tanh or softmax whose slope the cost does not cancel: one that, on at least 90 % of
    the examples that are its own (target above 0.5, at least 5 of them), stays below 0.5 where
    its slope is flat, so that almost nothing of its error comes back. None where no output has as
    many examples of its own.

    ``saturated``: a hidden sigmoid or tanh whose slope is below 1 % of the steepest one for at
    least 95 % of the probe. At the output a flat slope does no harm where the answer is right;
    what does harm there counts as dead.
    """

    layer: int
    weight_gradient: float
    bias_gradient: float
    error: float
    weight_norm: float
    dead: BoolArray | None
    saturated: BoolArray | None
    weights: Histogram
    activations: Histogram


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The examples that a network is looked at with: inputs (m, n_0), targets (m, n_L)."""

    inputs: FloatArray
    targets: FloatArray

    def first(self, count: int) -> "Probe":
        """Return the first ``count`` examples."""
        return replace(self, inputs=self.inputs[:count], targets=self.targets[:count])


def probe_of(data: Dataset, spec: NetworkSpec, size: int = PROBE_SIZE) -> Probe:
    """Return ``size`` examples at equal distances, all if there are fewer; always the same ones."""
    most = min(PROBE_NUMBERS // sum(spec.sizes), PROBE_PRODUCTS // spec.edge_count)
    size = max(1, min(size, len(data), most))
    rows = np.linspace(0, len(data) - 1, size).round().astype(np.int64)
    return Probe(data.inputs_at(rows, np.float32), data.targets_at(rows, np.float32))


def measure(
    spec: NetworkSpec, parameters: Parameters, probe: Probe, decay: float = 0.0
) -> tuple[LayerHealth, ...]:
    """Return the health of layers 1 … L; ``decay`` is λ/n of the L2 term.

    Computed in the precision of the parameters. Raises ShapeError where the probe does not fit.
    """
    with np.errstate(all="ignore"):  # a network that grew beyond all numbers is looked at, too
        forward = forward_pass(spec, parameters, probe.inputs)
        backward = backward_pass(spec, parameters, forward, probe.targets, decay)
        return tuple(
            _layer_health(spec, parameters, forward, backward, probe.targets, layer)
            for layer in range(1, spec.layer_count + 1)
        )


def movements(before: Parameters, after: Parameters, mini_batches: int) -> tuple[float, ...]:
    """Return ‖w_after − w_before‖ / ‖w_before‖ of each layer, divided by the mini-batches between.

    That is how far the weights came, a mini-batch: the single updates partly cancel each other
    and are larger. NaN for a layer whose weights were all 0.
    """
    with np.errstate(all="ignore"):
        return tuple(
            _ratio(_norm(new - old), _norm(old)) / mini_batches
            for old, new in zip(before.weights, after.weights, strict=True)
        )


def next_steps(
    spec: NetworkSpec,
    parameters: Parameters,
    mini_batch: Probe,
    learning_rate: float,
    decay: float = 0.0,
) -> tuple[float, ...]:
    """Return ‖η ∂C/∂W‖ / ‖W‖ of each layer: the step that plain descent makes of ``mini_batch``."""
    with np.errstate(all="ignore"):
        forward = forward_pass(spec, parameters, mini_batch.inputs)
        backward = backward_pass(spec, parameters, forward, mini_batch.targets, decay)
        return tuple(
            _ratio(learning_rate * _norm(gradient), _norm(w))
            for gradient, w in zip(backward.gradients.weights, parameters.weights, strict=True)
        )


def histogram_of(values: FloatArray, bins: int = BINS) -> Histogram:
    """Count the finite values between their smallest and their largest one.

    Equal values stand in the middle of a range of width 1.
    """
    flat = values.ravel()
    if not np.isfinite(flat).all():
        flat = flat[np.isfinite(flat)]
    if not flat.size:
        return Histogram(np.zeros(bins, dtype=np.int64), np.linspace(-0.5, 0.5, bins + 1))
    low, high = float(flat.min()), float(flat.max())
    if not high - low > 1e-12 * max(abs(low), abs(high)):  # no room for edges between them
        spare = max(0.5, abs(low) * 1e-6)
        low, high = low - spare, high + spare
    # One product and a count: numpy's own histogram takes four times as long.
    scaled = (flat.astype(np.float64) - low) * (bins / (high - low))
    places = np.minimum(scaled.astype(np.int64), bins - 1)
    return Histogram(np.bincount(places, minlength=bins), np.linspace(low, high, bins + 1))


def _layer_health(
    spec: NetworkSpec,
    parameters: Parameters,
    forward: ForwardPass,
    backward: BackwardPass,
    targets: FloatArray,
    layer: int,
) -> LayerHealth:
    weights = parameters.weights[layer - 1]
    return LayerHealth(
        layer,
        _norm(backward.gradients.weights[layer - 1]),
        _norm(backward.gradients.biases[layer - 1]),
        float(np.abs(backward.deltas[layer - 1]).mean()),
        _norm(weights),
        _dead(spec, forward, targets, layer),
        _saturated(spec, forward, layer),
        histogram_of(weights),
        histogram_of(forward.activations[layer]),
    )


def _dead(
    spec: NetworkSpec, forward: ForwardPass, targets: FloatArray, layer: int
) -> BoolArray | None:
    name, z = spec.activations[layer - 1], forward.preactivations[layer - 1]
    if name == "relu":
        return np.asarray((z <= 0).all(axis=0))
    is_output = layer == spec.layer_count
    if not is_output or name not in _STEEPEST or spec.cost_function.output_delta is not None:
        return None
    own = targets > SILENT
    silent = own & (forward.activations[layer] < SILENT) & _is_flat(spec, forward, layer)
    count = own.sum(axis=0)
    if count.max() < LEAST_OWN:
        return None
    return np.asarray((count >= LEAST_OWN) & (silent.sum(axis=0) >= DEAD_SHARE * count))


def _saturated(spec: NetworkSpec, forward: ForwardPass, layer: int) -> BoolArray | None:
    if layer == spec.layer_count or spec.activations[layer - 1] not in _STEEPEST:
        return None
    return np.asarray(_is_flat(spec, forward, layer).mean(axis=0) >= NEARLY_ALL)


def _is_flat(spec: NetworkSpec, forward: ForwardPass, layer: int) -> BoolArray:
    """Return where the slope is below 1 % of the steepest, (m, n_l); of softmax a(1 − a)."""
    derivative, a = spec.activation(layer).derivative, forward.activations[layer]
    slope = a * (1 - a) if derivative is None else derivative(forward.preactivations[layer - 1])
    return np.asarray(slope < FLAT_SHARE * _STEEPEST[spec.activations[layer - 1]])


def _norm(array: FloatArray) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
