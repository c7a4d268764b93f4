"""What C would be if one number of the pass were another one: the curve and its slope.

Apart from the numeric check because it asks for a whole curve, and for inputs and targets too.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_from, penalty
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.reveal import Reveal

__all__ = [
    "Adjustable",
    "Kind",
    "adjustables_of",
    "cost_along",
    "cost_is_known",
    "slope",
    "slope_is_known",
    "step_is_known",
    "target_gradient",
    "value_of",
]


class Kind(Enum):
    """What a number of the pass that can be changed by hand is."""

    WEIGHT = "weight"
    BIAS = "bias"
    INPUT = "input"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A number that can be changed by hand: of an edge its weight, of a neuron one of the rest."""

    kind: Kind
    ref: Ref

    @property
    def is_parameter(self) -> bool:
        """Whether it belongs to the network, not to the example."""
        return self.kind in (Kind.WEIGHT, Kind.BIAS)

    def exists_in(self, spec: NetworkSpec) -> bool:
        """Whether a network of this shape has it."""
        return self.ref.exists_in(spec.sizes) and self in adjustables_of(spec, self.ref)


def adjustables_of(spec: NetworkSpec, ref: Ref) -> tuple[Adjustable, ...]:
    """Return what can be changed at a neuron or edge, the network's own number first."""
    if isinstance(ref, EdgeRef):
        return (Adjustable(Kind.WEIGHT, ref),)
    if ref.layer == 0:
        return (Adjustable(Kind.INPUT, ref),)
    bias = Adjustable(Kind.BIAS, ref)
    if ref.layer == spec.layer_count:
        return (bias, Adjustable(Kind.TARGET, ref))
    return (bias,)


def value_of(trace: PassTrace, adjustable: Adjustable, example: int = 0) -> float:
    """Return the number as the pass has it."""
    ref = adjustable.ref
    match adjustable.kind:
        case Kind.INPUT:
            return float(trace.inputs[example, ref.neuron])
        case Kind.TARGET:
            return float(trace.targets[example, ref.neuron])
    quantity = Quantity.WEIGHT if adjustable.kind is Kind.WEIGHT else Quantity.BIAS
    return trace.value(quantity, ref)


def slope(trace: PassTrace, adjustable: Adjustable, example: int = 0) -> float:
    """Return ∂C/∂θ of the pass; an input or target has its share of the mean over examples."""
    ref = adjustable.ref
    match adjustable.kind:
        case Kind.WEIGHT:
            return trace.value(Quantity.WEIGHT_GRADIENT, ref, None)
        case Kind.BIAS:
            return trace.value(Quantity.BIAS_GRADIENT, ref, None)
        case Kind.INPUT:
            gradient = trace.value(Quantity.ACTIVATION_GRADIENT, ref, example)
        case Kind.TARGET:
            gradient = float(target_gradient(trace)[example, ref.neuron])
    return gradient / trace.example_count


def cost_is_known(trace: PassTrace, reveal: Reveal) -> bool:
    """Whether the steps so far have computed C, of a mini-batch the mean."""
    return reveal.knows(Quantity.COST, trace.spec.layer_count, None, _whole(trace))


def slope_is_known(
    trace: PassTrace, reveal: Reveal, adjustable: Adjustable, example: int = 0
) -> bool:
    """Whether the steps so far have computed ∂C/∂θ; that of a target needs but the cost."""
    ref = adjustable.ref
    match adjustable.kind:
        case Kind.WEIGHT:
            return reveal.knows(Quantity.WEIGHT_GRADIENT, ref.layer, ref.neuron, _whole(trace))
        case Kind.BIAS:
            return reveal.knows(Quantity.BIAS_GRADIENT, ref.layer, ref.neuron, _whole(trace))
        case Kind.INPUT:
            return reveal.knows(Quantity.ACTIVATION_GRADIENT, ref.layer, ref.neuron, example)
        case Kind.TARGET:
            return cost_is_known(trace, reveal)


def step_is_known(reveal: Reveal, adjustable: Adjustable) -> bool:
    """Whether the steps so far have updated the number; inputs and targets never are."""
    ref = adjustable.ref
    match adjustable.kind:
        case Kind.WEIGHT:
            return reveal.knows(Quantity.WEIGHT_AFTER, ref.layer, ref.neuron)
        case Kind.BIAS:
            return reveal.knows(Quantity.BIAS_AFTER, ref.layer, ref.neuron)
    return False


def target_gradient(trace: PassTrace) -> FloatArray:
    """Return ∂C/∂y of each example's own cost, (m, n_L).

    The squares depend on a − y alone, so it is the negative of ∂C/∂a. The cross-entropies are
    linear in y, with ln((1 − a)/a) = −z for the binary one and −ln a for the other; both are
    taken from z, where they stay exact.
    """
    z = trace.forward.preactivations[-1]
    with np.errstate(all="ignore"):
        match trace.spec.cost:
            case "binary_cross_entropy":
                return -z
            case "categorical_cross_entropy":
                shifted = z - z.max(axis=-1, keepdims=True)
                result: FloatArray = np.log(np.exp(shifted).sum(axis=-1, keepdims=True)) - shifted
                return result
        a = trace.forward.activations[-1]
        return -trace.spec.cost_function.gradient(z, a, trace.targets)


def cost_along(
    trace: PassTrace, adjustable: Adjustable, values: FloatArray, example: int = 0
) -> FloatArray:
    """Return C of the pass with the number at each of ``values`` (n,), as (n,).

    Only what follows from the number is computed again, for all values together: n rows per
    example from its layer on. What overflows comes back as an infinity or a NaN.
    """
    values = np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        match adjustable.kind:
            case Kind.TARGET:
                return _along_target(trace, adjustable.ref, values, example)
            case Kind.INPUT:
                return _along_input(trace, adjustable.ref, values, example)
            case Kind.WEIGHT:
                return _along_parameter(trace, adjustable, values) + _penalties(
                    trace, adjustable, values
                )
            case Kind.BIAS:
                return _along_parameter(trace, adjustable, values) + _penalty(trace)


def _along_target(trace: PassTrace, ref: Ref, values: FloatArray, example: int) -> FloatArray:
    y = np.repeat(trace.targets[example][None], len(values), axis=0)
    y[:, ref.neuron] = values
    z = np.broadcast_to(trace.forward.preactivations[-1][example], y.shape)
    a = np.broadcast_to(trace.forward.activations[-1][example], y.shape)
    return _with_others(trace, trace.spec.cost_function.value(z, a, y), example)


def _along_input(trace: PassTrace, ref: Ref, values: FloatArray, example: int) -> FloatArray:
    moved = values - trace.inputs[example, ref.neuron]
    column = trace.before.weights[0][:, ref.neuron]
    z = trace.forward.preactivations[0][example] + moved[:, None] * column
    targets = np.broadcast_to(trace.targets[example], (len(values), trace.targets.shape[1]))
    rows = np.full(len(values), example)
    return _with_others(trace, _costs_above(trace, 1, z, targets, rows), example)


def _along_parameter(trace: PassTrace, adjustable: Adjustable, values: FloatArray) -> FloatArray:
    """Return the mean costs, (n,), without the L2 term: z of one neuron moves in every example."""
    ref = adjustable.ref
    moved = (values - value_of(trace, adjustable))[:, None]
    if adjustable.kind is Kind.BIAS and trace.mistake is Mistake.BIAS_FORGOTTEN:
        moved = 0 * moved
    if isinstance(ref, EdgeRef):
        moved = moved * trace.forward.activations[ref.layer - 1][:, ref.source]
    rows, n = trace.forward.preactivations[ref.layer - 1], len(values)
    z = np.repeat(rows[None], n, axis=0)
    z[:, :, ref.neuron] += moved
    targets = np.broadcast_to(trace.targets, (n, *trace.targets.shape))
    costs = _costs_above(
        trace, ref.layer, z.reshape(-1, rows.shape[1]), targets.reshape(-1, targets.shape[-1]),
        np.tile(np.arange(len(rows)), n),
    )  # fmt: skip
    means: FloatArray = costs.reshape(n, len(rows)).mean(axis=1)
    return means


def _costs_above(
    trace: PassTrace, layer: int, z: FloatArray, targets: FloatArray, examples: IntArray
) -> FloatArray:
    """Return the cost of each row, (rows,), from the preactivations of ``layer`` on.

    ``examples`` says whose row it is: dropout leaves out the same neurons as in the pass.
    """
    spec = trace.spec
    a = spec.activation(layer).value(z)
    if layer < spec.layer_count:
        masks = tuple(mask[examples] for mask in trace.forward.masks)
        a = masks[layer - 1] * a if masks else a
        forward = forward_from(spec, _as_read(trace), layer, a, masks)
        z, a = forward.preactivations[-1], forward.activations[-1]
    return spec.cost_function.value(z, a, targets)


def _with_others(trace: PassTrace, costs: FloatArray, example: int) -> FloatArray:
    """Return the mean over all examples of which one has the given costs, with the L2 term."""
    others = 0.0
    if trace.example_count > 1:
        forward = trace.forward
        every = trace.spec.cost_function.value(
            forward.preactivations[-1], forward.activations[-1], trace.targets
        )
        others = float(np.delete(every, example).sum())
    result: FloatArray = (costs + others) / trace.example_count + _penalty(trace)
    return result


def _penalty(trace: PassTrace) -> float:
    return penalty(trace.before.weights, trace.settings.decay)


def _penalties(trace: PassTrace, adjustable: Adjustable, values: FloatArray) -> FloatArray:
    """Return the L2 term with one weight at each of the values."""
    weight = value_of(trace, adjustable)
    moved: FloatArray = trace.settings.decay / 2 * (values * values - weight * weight)
    return _penalty(trace) + moved


def _whole(trace: PassTrace) -> int | None:
    """Return the example that stands for the whole pass: its only one, or the mean over all."""
    return 0 if trace.example_count == 1 else None


def _as_read(trace: PassTrace) -> Parameters:
    """Return the parameters as the forward pass reads them: one mistake forgets the biases."""
    if trace.mistake is not Mistake.BIAS_FORGOTTEN:
        return trace.before
    return Parameters(
        trace.before.weights, tuple(np.zeros_like(each) for each in trace.before.biases)
    )
