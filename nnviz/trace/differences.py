"""Where a mistaken pass departs from the right one, and whether its update keeps the rule.

Apart from the mistakes themselves: this only compares numbers, and would find any other mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.engine.updates import OptimizerState, update
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import AFTER, OF_UPDATE, Known, Step

__all__ = [
    "Difference",
    "UpdateCheck",
    "first_difference",
    "is_plain",
    "right_twin",
    "update_error",
]

_ROUNDING = 1e-9
"""Relative to the layer's largest: sums in another order differ by about 1e-16."""
_MOMENTS = OF_UPDATE - set(AFTER)
"""What plain gradient descent does not have; the steps may be those of another optimizer."""
_UPDATE_TOLERANCE = 1e-9
"""Relative to the layer's largest move; subtracting loses some digits."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that the mistake changed, in the step that makes it known; C has no ``ref``.

    ``position`` is the step's in the timeline.
    """

    position: int
    step: Step
    quantity: Quantity
    ref: Ref | None
    right: float
    mistaken: float


@dataclass(frozen=True, slots=True)
class UpdateCheck:
    """The parameter whose update is farthest from what is due, and by which part of its move.

    ``error`` is relative to the layer's largest move: 0 for a right update, 1 for a parameter that
    stayed, 2 for one that went the opposite way.
    """

    ref: Ref
    quantity: Quantity
    expected: float
    actual: float
    error: float
    optimizer: Optimizer

    @property
    def agrees(self) -> bool:
        """Whether every parameter went by the optimizer's rule, as a rule θ − η ∂C/∂θ."""
        return self.error <= _UPDATE_TOLERANCE


def right_twin(trace: PassTrace) -> PassTrace:
    """Return the same pass without its mistake, by plain gradient descent and without dropout.

    That is what a pass with a mistake has; a right pass that has it, too, is its own twin.
    """
    if trace.mistake is None and is_plain(trace):
        return trace
    settings = replace(trace.settings, optimizer=PLAIN)
    return PassTrace.record(trace.spec, trace.before, trace.inputs, trace.targets, settings)


def is_plain(trace: PassTrace) -> bool:
    """Whether the network updates by plain gradient descent, and dropout leaves nobody out."""
    return trace.settings.optimizer.name == "sgd" and not trace.forward.masks


def first_difference(
    right: PassTrace, mistaken: PassTrace, steps: Sequence[Step]
) -> Difference | None:
    """Return the first step whose numbers differ, with the one that differs most; None if none."""
    same: set[Known] = set()  # whole layers: by neuron, each is asked for many times
    for position, step in enumerate(steps):
        for known in step.reveals:
            whole = known._replace(neuron=None)
            if whole in same or known.quantity in _MOMENTS:
                continue
            one, other = (np.asarray(_values(trace, known)) for trace in (right, mistaken))
            differs = _differs(one, other)
            if not differs.any():
                same.add(whole)
                continue
            place = _farthest(one, other, differs, known.neuron)
            if place is not None:
                ref = _ref(known.layer, one.shape, place) if one.ndim else None
                numbers = float(one.flat[place]), float(other.flat[place])
                return Difference(position, step, known.quantity, ref, *numbers)
    return None


def update_error(trace: PassTrace) -> UpdateCheck:
    """Compare the new parameters with what the optimizer makes of the very derivatives.

    With plain gradient descent that is θ − η ∂C/∂θ.
    """
    with np.errstate(all="ignore"):  # a network that has diverged is checked as it is
        return _worst_update(trace)


def _worst_update(trace: PassTrace) -> UpdateCheck:
    state = trace.state or OptimizerState.initial(trace.optimizer, trace.before)
    expected, _ = update(
        trace.optimizer, state, trace.before, trace.backward.gradients,
        trace.settings.learning_rate, trace.settings.update_biases,
    )  # fmt: skip
    worst: UpdateCheck | None = None
    for layer in range(1, trace.spec.layer_count + 1):
        for quantity, before, wanted, actual in (
            (Quantity.WEIGHT_AFTER, trace.before.weights, expected.weights, trace.after.weights),
            (Quantity.BIAS_AFTER, trace.before.biases, expected.biases, trace.after.biases),
        ):
            index = layer - 1
            check = _update_check(
                trace.optimizer, quantity, layer, before[index], wanted[index], actual[index]
            )
            if worst is None or check.error > worst.error:
                worst = check
    assert worst is not None  # a network has at least one layer
    return worst


def _update_check(
    optimizer: Optimizer,
    quantity: Quantity,
    layer: int,
    before: FloatArray,
    wanted: FloatArray,
    actual: FloatArray,
) -> UpdateCheck:
    same = (wanted == actual) | (np.isnan(wanted) & np.isnan(actual))
    apart = np.where(same, 0.0, np.nan_to_num(np.abs(wanted - actual), nan=np.inf, posinf=np.inf))
    place = int(apart.argmax())
    move, largest = float(np.abs(wanted - before).max()), float(apart.flat[place])
    error = largest / move if 0 < move < np.inf else largest
    return UpdateCheck(
        _ref(layer, apart.shape, place), quantity, float(wanted.flat[place]),
        float(actual.flat[place]), error, optimizer,
    )  # fmt: skip


def _values(trace: PassTrace, known: Known) -> FloatArray | float:
    if known.quantity is Quantity.COST:
        return trace.cost_of(known.example)
    return trace.layer_values(known.quantity, known.layer, known.example)


def _differs(one: FloatArray, other: FloatArray) -> BoolArray:
    with np.errstate(all="ignore"):  # a network that has diverged is compared as it is
        largest = max(float(np.abs(one).max()), float(np.abs(other).max()))
        close = np.abs(one - other) <= _ROUNDING * largest
        same = close | (one == other) | (np.isnan(one) & np.isnan(other))
    return np.asarray(~same)


def _farthest(
    one: FloatArray, other: FloatArray, differs: BoolArray, neuron: int | None
) -> int | None:
    """Return the flat position of the largest difference, of one neuron or of all; None if none."""
    if neuron is not None and one.ndim:
        of_neuron = np.zeros_like(differs)
        of_neuron[neuron] = True
        differs = differs & of_neuron
    if not differs.any():
        return None
    with np.errstate(all="ignore"):
        apart = np.nan_to_num(np.abs(one - other), nan=np.inf, posinf=np.inf)
    return int(np.where(differs, apart, -1.0).argmax())


def _ref(layer: int, shape: tuple[int, ...], place: int) -> Ref:
    """Return the address of an entry: of a matrix an edge, of a vector a neuron."""
    if len(shape) == 2:
        neuron, source = divmod(place, shape[1])
        return EdgeRef(layer, neuron, source)
    return NodeRef(layer, place)
