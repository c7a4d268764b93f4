"""Many numeric derivatives at once: central differences that know the forward pass and the cost.

Apart from the comparison (``layer_check``) and without a line of backpropagation: that is the point
of a check. Nudging w_jk or b_j moves z_j alone, so only what lies above neuron j is run again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray, IntArray
from nnviz.engine.gradient_check import STEP, differences
from nnviz.engine.passes import forward_from, forward_pass
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef

__all__ = ["KINKED", "CancelledError", "Nudged", "Nudger"]

KINKED = ("relu", "leaky_relu")
"""Activations with a kink at z = 0."""

_ROUNDING = 5e-12
"""Times the size of the cost: differences of costs over a step of 1e-3 are not known better."""
_TRUNCATION = 1e-3
"""Times D(h/2) − D(h), the h² term: the h⁴ term that is left is some thousand times smaller."""
_NEAREST = 1e-9
"""An activation this near to where a logarithm ends is not known well enough to be nudged."""
_CHUNK = 200_000
"""So many numbers per array: a few MB, and some ms until ``cancelled`` is asked again."""


class CancelledError(Exception):
    """Raised out of a computation that nobody waits for any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Nudged:
    """Numeric derivatives, (R,), each with how far it may be off and whether a kink lies within.

    Infinite ``noise`` means that there is nothing to nudge: the derivative is a dummy.

    ``kink`` is the ReLU nearest to its kink among those whose z a nudge carried across, None
    without one.
    """

    derivatives: FloatArray
    noise: FloatArray
    kinked: BoolArray
    kink: NodeRef | None


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """One nudge per row: of z of ``neurons`` of ``layer``, or of a, by t · ``rates``."""

    layer: int
    examples: IntArray
    neurons: IntArray
    rates: FloatArray
    of_activation: bool


class Nudger:
    """Differentiates the true cost of a pass numerically, whatever the pass has recorded.

    ``example`` chooses the cost C_x of one example, without L2; None, or a pass of one example,
    their mean with L2. ``cancelled`` is asked every few ms; once it is true, ``CancelledError`` is
    raised.
    """

    def __init__(
        self,
        trace: PassTrace,
        example: int | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._spec, self._parameters = trace.spec, trace.before
        # With the neurons that dropout left out: C is the cost of that thinned network.
        self._forward = forward_pass(trace.spec, trace.before, trace.inputs, trace.forward.masks)
        self._targets = trace.targets
        alone = example is not None and trace.example_count > 1
        self._examples = np.array([example]) if alone else np.arange(trace.example_count)
        self._decay = 0.0 if alone else trace.settings.decay
        self._cancelled = cancelled
        outputs = np.abs(self._forward.activations[-1]).max(axis=-1)
        self._largest_outputs = np.maximum(1, outputs)
        self._nearest: tuple[float, NodeRef] | None = None

    def derivatives(
        self,
        quantity: Quantity,
        layer: int,
        neurons: IntArray,
        sources: IntArray | None = None,
    ) -> Nudged:
        """Return ∂C/∂a, ∂C/∂b or, with ``sources`` (R,), ∂C/∂w of ``neurons`` (R,) of a layer.

        Raises CancelledError.
        """
        of_activation = quantity is Quantity.ACTIVATION_GRADIENT
        rates = np.ones((len(neurons), len(self._examples)))
        if sources is not None:
            inputs = self._forward.activations[layer - 1][self._examples]
            rates = inputs.T[sources]
        # A weight whose input is 0 moves nothing: four fifths of a digit's pixels.
        row, column = np.nonzero(rates)
        batch = _Batch(
            layer, self._examples[column], neurons[row], rates[row, column], of_activation
        )
        derivatives, noise, kinked = self._differentiate(batch)

        def gathered(values: FloatArray) -> FloatArray:
            return np.bincount(row, values, len(neurons)) / len(self._examples)

        derivatives, noise = gathered(derivatives), gathered(noise)
        if sources is not None and self._decay:
            weights = self._parameters.weights[layer - 1][neurons, sources]
            slope, doubt = self._penalty_slope(weights)
            derivatives += slope
            noise += doubt
        kink = None if self._nearest is None else self._nearest[1]
        return Nudged(derivatives, noise, gathered(kinked.astype(np.float64)) > 0, kink)

    def share_moved(self, layer: int) -> float:
        """Return which part of the weights of a layer moves anything: their input is not 0."""
        return float((self._forward.activations[layer - 1][self._examples] != 0).mean())

    @property
    def example_count(self) -> int:
        """Of how many examples the cost is the mean."""
        return len(self._examples)

    def _rounded(self, costs: FloatArray, largest_outputs: FloatArray) -> FloatArray:
        """Return how large the numbers are whose rounding shows in costs.

        Squares of a − y lose what a loses; ln Σ eᶻ is never known better than 1 is.
        """
        if self._spec.cost == "categorical_cross_entropy":
            return np.maximum(1, costs)
        return costs + np.sqrt(costs) * largest_outputs

    def _differentiate(self, batch: _Batch) -> tuple[FloatArray, FloatArray, BoolArray]:
        if batch.of_activation and batch.layer == self._spec.layer_count:
            derivatives, noise = self._output_slopes(batch)
            return derivatives, noise, np.zeros(len(noise), dtype=np.bool_)
        derivatives, noise = np.empty(len(batch.rates)), np.empty(len(batch.rates))
        kinked = np.zeros(len(batch.rates), dtype=np.bool_)
        for part in self._parts(batch):
            piece = _Batch(
                batch.layer, batch.examples[part], batch.neurons[part], batch.rates[part],
                batch.of_activation,
            )  # fmt: skip
            derivatives[part], noise[part] = self._slopes(piece, kinked[part])
        return derivatives, noise, kinked

    def _parts(self, batch: _Batch) -> Iterator[slice]:
        """Cut the rows into pieces that fit the processor's cache."""
        above = self._spec.sizes[batch.layer + 1 :] or self._spec.sizes[-1:]
        size = max(1, _CHUNK // max(above))
        for start in range(0, len(batch.rates), size):
            if self._cancelled is not None and self._cancelled():
                raise CancelledError
            yield slice(start, start + size)

    def _slopes(self, batch: _Batch, kinked: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return derivatives and their noise; notes in ``kinked`` where a kink was crossed."""
        # Where the input is large, a smaller step: z moves by no more than h.
        stretch = np.maximum(1, np.abs(batch.rates))
        gentle = batch.rates / stretch

        largest = np.zeros(len(gentle))

        def cost(step: float) -> FloatArray:
            costs = self._costs(batch, step * gentle, kinked)
            np.maximum(largest, costs, out=largest)
            return costs

        coarse, fine = differences(cost, 0.0, STEP)
        rounded = self._rounded(largest, self._largest_outputs[batch.examples])
        noise = _ROUNDING * rounded + _TRUNCATION * np.abs(fine - coarse)
        doubt = np.where(np.isfinite(noise), noise, 0)  # what has diverged has no excuse
        return (4 * fine - coarse) / 3 * stretch, doubt * stretch

    def _costs(self, batch: _Batch, moves: FloatArray, kinked: BoolArray) -> FloatArray:
        """Return the cost of each row's example with one z or a moved."""
        spec, forward, layer = self._spec, self._forward, batch.layer
        rows, last = np.arange(len(moves)), spec.layer_count
        masks = tuple(mask[batch.examples] for mask in forward.masks)
        before = forward.activations[layer][batch.examples, batch.neurons]
        moved: FloatArray
        if batch.of_activation:
            moved = before + moves
        else:
            z_before = forward.preactivations[layer - 1][batch.examples, batch.neurons]
            z = z_before + moves
            mask = masks[layer - 1][rows, batch.neurons] if masks and layer < last else None
            self._note_kinks(layer, z[:, None], z_before[:, None], kinked, mask, batch.neurons)
            if layer == last:
                all_z: FloatArray = forward.preactivations[-1][batch.examples]
                all_z[rows, batch.neurons] = z
                return self._cost_at(all_z, spec.activation(last).value(all_z), batch)
            moved = spec.activation(layer).value(z)
            if mask is not None:
                moved = mask * moved
        above = layer + 1
        columns = self._parameters.weights[above - 1].T[batch.neurons]
        base_z = forward.preactivations[above - 1][batch.examples]
        z_above = base_z + columns * (moved - before)[:, None]
        a_above = spec.activation(above).value(z_above)
        if masks and above < last:
            a_above = masks[above - 1] * a_above
        rest = forward_from(spec, self._parameters, above, a_above, masks)
        zs = (z_above, *rest.preactivations)
        for at, each in enumerate(zs, above):
            base = forward.preactivations[at - 1][batch.examples]
            self._note_kinks(at, each, base, kinked, masks[at - 1] if at <= len(masks) else None)
        return self._cost_at(zs[-1], rest.activations[-1], batch)

    def _cost_at(self, z: FloatArray, a: FloatArray, batch: _Batch) -> FloatArray:
        return self._spec.cost_function.value(z, a, self._targets[batch.examples])

    def _note_kinks(
        self,
        layer: int,
        z: FloatArray,
        before: FloatArray,
        kinked: BoolArray,
        mask: FloatArray | None,
        neurons: IntArray | None = None,
    ) -> None:
        """Note the rows whose z, (R, n), came to the other side of a ReLU's kink.

        Of a neuron that dropout leaves out, ``mask`` 0, nobody notices.
        """
        if self._spec.activations[layer - 1] not in KINKED:
            return
        crossed = (z > 0) != (before > 0)
        if mask is not None:
            crossed &= mask.reshape(crossed.shape) != 0
        if not crossed.any():
            return
        kinked |= crossed.any(axis=1)
        rows, columns = np.nonzero(crossed)
        distances = np.abs(before[rows, columns])
        nearest = int(distances.argmin())
        neuron = columns[nearest] if neurons is None else neurons[rows[nearest]]
        found = float(distances[nearest]), NodeRef(layer, int(neuron))
        self._nearest = found if self._nearest is None else min(self._nearest, found)

    def _output_slopes(self, batch: _Batch) -> tuple[FloatArray, FloatArray]:
        """Return ∂C/∂a of outputs: all costs are sums over them, and a appears in its own term.

        The logarithms of the cross-entropies are taken of a itself, with steps that stay inside
        0 … 1; where a has come too near an end, the noise is infinite.
        """
        cost, outputs = self._spec.cost, self._spec.sizes[-1]
        a = self._forward.activations[-1][batch.examples, batch.neurons]
        y = self._targets[batch.examples, batch.neurons]
        room = _room(cost, a, y)
        untold = room <= _NEAREST
        steps = np.where(untold, 1, np.minimum(1, room / 100 / STEP))
        largest = np.zeros(len(a))

        def term(step: float) -> FloatArray:
            terms = _cost_term(cost, a + step * steps, y, outputs)
            np.maximum(largest, np.abs(terms), out=largest)
            return terms

        coarse, fine = differences(term, 0.0, STEP)
        noise = _ROUNDING * (largest + np.sqrt(largest) * np.maximum(1, np.abs(a)))
        noise = (noise + _TRUNCATION * np.abs(fine - coarse)) / steps
        return (4 * fine - coarse) / 3 / steps, np.where(untold, np.inf, noise)

    def _penalty_slope(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the derivative of decay/2 · w², with its noise."""
        coarse, fine = differences(lambda step: self._decay / 2 * (weights + step) ** 2, 0.0, STEP)
        return (4 * fine - coarse) / 3, _ROUNDING * self._decay / 2 * (1 + weights**2)


def _cost_term(cost: str, a: FloatArray, y: FloatArray, outputs: int) -> FloatArray:
    """Return what one output adds to the cost, as the books write it, with a and not z."""
    match cost:
        case "quadratic":
            return (a - y) ** 2 / 2
        case "sum_of_squares":
            return (a - y) ** 2
        case "mean_squared_error":
            return (a - y) ** 2 / outputs
        case "binary_cross_entropy":
            return -_times_log(y, a) - _times_log(1 - y, 1 - a)
        case "categorical_cross_entropy":
            return -_times_log(y, a)
    raise KeyError(cost)


def _times_log(factor: FloatArray, of: FloatArray) -> FloatArray:
    """Return factor · ln(of), 0 where the factor is."""
    safe = np.where(factor == 0, 1, of)
    return factor * np.log(safe)


def _room(cost: str, a: FloatArray, y: FloatArray) -> FloatArray:
    """Return how far a may move before a logarithm of the cost ends."""
    room: FloatArray = np.full_like(a, np.inf)
    if cost in ("binary_cross_entropy", "categorical_cross_entropy"):
        room = np.where(y != 0, np.abs(a), room)
    if cost == "binary_cross_entropy":
        room = np.where(y != 1, np.minimum(room, np.abs(1 - a)), room)
    return room
