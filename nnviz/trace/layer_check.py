"""Recorded derivatives against numeric ones, whole layers at a time, and the worst among them.

Apart from how the numeric ones are made (``nudging``), which must know nothing of the recorded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray, IntArray
from nnviz.trace.nudging import Nudger
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = [
    "DERIVATIVES",
    "TOLERANCE",
    "Comparison",
    "LayerCheck",
    "Part",
    "check_layer",
    "compare_one",
    "nearest_to_kink",
]

DERIVATIVES = (Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT)
TOLERANCE = 1e-6
"""Relative; a wrong formula is off by far more, a right one by about 1e-10."""

_WORK = 16_000_000
"""So many numbers a quantity of a layer may cost, some 200 ms; beyond, a sample is checked."""
_OVERHEAD = 16
"""Numbers a nudged pass costs before the layers above are counted."""
_MOST, _FEWEST = 250_000, 100


class Part(NamedTuple):
    """A derivative of the first ``neurons`` neurons of a layer; None: of all."""

    quantity: Quantity
    layer: int
    neurons: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One derivative, recorded and numeric.

    ``agrees`` is None where nudging cannot tell: both are too small, or a ReLU's kink lies within
    the nudge. ``error`` is |difference| relative to the larger of both, but never relative to less
    than what nudging can resolve.
    """

    quantity: Quantity
    ref: Ref
    recorded: float
    numeric: float
    noise: float
    agrees: bool | None
    error: float
    kink: NodeRef | None = None


@dataclass(frozen=True, slots=True)
class LayerCheck:
    """The verdict on all derivatives of a layer.

    ``checked`` of ``total`` were compared, of which ``wrong`` disagree, ``untold`` are too small to
    tell and ``kinked`` lie on the kink of a ReLU, ``kink`` for one. ``worst`` is the one that is
    farthest off among those that tell anything.
    """

    checked: int
    total: int
    wrong: int
    untold: int
    kinked: int
    kink: NodeRef | None
    worst: Comparison | None

    @property
    def agrees(self) -> bool | None:
        """Whether all that can be told agree; None if nothing can be told."""
        return None if self.worst is None else not self.wrong


def check_layer(
    trace: PassTrace,
    known: Iterable[Part],
    example: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LayerCheck:
    """Compare recorded derivatives with central differences of the true cost.

    Parameters
    ----------
    known : parts
        What is checked; ∂C/∂b and ∂C/∂w of layers 1 … L, ∂C/∂a of layers 0 … L.
    example : int or None
        The derivatives of one example's own cost; None: of the mean, with L2.
    cancelled : callable, optional
        Asked every few ms, from the calling thread; once it is true, ``CancelledError`` is raised.

    Notes
    -----
    The work is bounded: of layers that are too large a random sample, always the same, is checked.
    """
    with np.errstate(all="ignore"):  # a network that has diverged is checked as it is
        nudger = Nudger(trace, example, cancelled)
        return _joined([_check(trace, nudger, part, example) for part in known])


def compare_one(
    trace: PassTrace, quantity: Quantity, ref: Ref, example: int | None = None
) -> Comparison:
    """Compare one recorded derivative with central differences of the true cost."""
    neurons = np.array([ref.neuron])
    sources = np.array([ref.source]) if isinstance(ref, EdgeRef) else None
    with np.errstate(all="ignore"):
        nudger = Nudger(trace, example)
        return _compare(trace, nudger, quantity, ref.layer, example, neurons, sources).at(0)


def nearest_to_kink(trace: PassTrace, ref: NodeRef, example: int | None = None) -> float:
    """Return the recorded z of a neuron; of all examples together, the one nearest to 0."""
    z = trace.forward.preactivations[ref.layer - 1][:, ref.neuron]
    if example is not None:
        return float(z[example])
    return float(z[np.abs(z).argmin()])


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """Arrays over the compared derivatives, (R,)."""

    quantity: Quantity
    layer: int
    neurons: IntArray
    sources: IntArray | None
    recorded: FloatArray
    numeric: FloatArray
    noise: FloatArray
    kinked: BoolArray
    kink: NodeRef | None

    @property
    def apart(self) -> FloatArray:
        # Infinite numbers that are equal are not compared either: their difference is NaN.
        return np.abs(self.recorded - self.numeric)

    @property
    def scale(self) -> FloatArray:
        return np.maximum(np.abs(self.recorded), np.abs(self.numeric))

    @property
    def wrong(self) -> BoolArray:
        close = (self.apart <= TOLERANCE * self.scale) | (self.apart <= self.noise)
        return ~close & ~self.kinked & ~np.isinf(self.noise)  # NaN is wrong

    @property
    def untold(self) -> BoolArray:
        small = (self.scale <= self.noise) & (self.recorded != self.numeric)
        return (small | np.isinf(self.noise)) & ~self.wrong & ~self.kinked

    @property
    def errors(self) -> FloatArray:
        """|difference| / larger; what is beyond nudging does not count against it."""
        apart, scale = self.apart, self.scale
        floor = np.where(self.wrong, 0, self.noise / TOLERANCE)
        errors = np.where(apart == 0, 0, apart / np.maximum(scale, floor))
        return np.where(np.isnan(errors), np.inf, errors)

    def at(self, index: int) -> Comparison:
        """Return one comparison."""
        neuron, ref = int(self.neurons[index]), NodeRef(self.layer, int(self.neurons[index]))
        place: Ref = ref
        if self.sources is not None:
            place = EdgeRef(self.layer, neuron, int(self.sources[index]))
        kinked = bool(self.kinked[index])
        agrees = None if kinked or self.untold[index] else not self.wrong[index]
        return Comparison(
            self.quantity, place, float(self.recorded[index]), float(self.numeric[index]),
            float(self.noise[index]), agrees, float(self.errors[index]),
            self.kink if kinked else None,
        )  # fmt: skip


def _check(trace: PassTrace, nudger: Nudger, part: Part, example: int | None) -> LayerCheck:
    neurons, sources, total = _chosen(trace, nudger, part)
    compared = _compare(trace, nudger, part.quantity, part.layer, example, neurons, sources)
    wrong, told = compared.wrong, ~(compared.kinked | compared.untold)
    worst = None
    if told.any():
        # What is wrong comes first, however small its error beside the rounding of the others.
        rank = np.where(told, compared.errors, -1.0)
        if wrong.any():
            rank = np.where(wrong, compared.errors, -1.0)
        worst = compared.at(int(rank.argmax()))
    return LayerCheck(
        len(neurons), total, int(wrong.sum()), int(compared.untold.sum()),
        int(compared.kinked.sum()), compared.kink if compared.kinked.any() else None, worst,
    )  # fmt: skip


def _compare(
    trace: PassTrace,
    nudger: Nudger,
    quantity: Quantity,
    layer: int,
    example: int | None,
    neurons: IntArray,
    sources: IntArray | None,
) -> _Compared:
    values = trace.layer_values(quantity, layer, example)
    recorded = values[neurons] if sources is None else values[neurons, sources]
    nudged = nudger.derivatives(quantity, layer, neurons, sources)
    return _Compared(
        quantity, layer, neurons, sources, recorded, nudged.derivatives, nudged.noise,
        nudged.kinked, nudged.kink,
    )  # fmt: skip


def _chosen(trace: PassTrace, nudger: Nudger, part: Part) -> tuple[IntArray, IntArray | None, int]:
    """Return which neurons, and sources for weights, are checked, and of how many in all."""
    sizes, layer = trace.spec.sizes, part.layer
    weighted = part.quantity is Quantity.WEIGHT_GRADIENT
    size = sizes[layer] if part.neurons is None else part.neurons
    total = size * (sizes[layer - 1] if weighted else 1)
    moved = nudger.share_moved(layer) if weighted else 1.0
    products = sum(a * b for a, b in zip(sizes[layer + 1 :], sizes[layer + 2 :], strict=False))
    cost = 4 * (_OVERHEAD + sum(sizes[layer + 1 :]) + products / 8)
    if layer == trace.spec.layer_count:
        cost += 4 * sizes[layer]
    affordable = _WORK / (cost * nudger.example_count * max(moved, 0.01))
    count = int(min(total, max(_FEWEST, min(_MOST, affordable))))
    places = np.arange(count)
    if count < total:
        places = np.unique(np.random.default_rng(total).integers(total, size=count))
    if not weighted:
        return places, None, total
    return places // sizes[layer - 1], places % sizes[layer - 1], total


def _joined(parts: list[LayerCheck]) -> LayerCheck:
    worst = [each.worst for each in parts if each.worst is not None]
    wrong = [each for each in worst if each.agrees is False]
    return LayerCheck(
        sum(each.checked for each in parts),
        sum(each.total for each in parts),
        sum(each.wrong for each in parts),
        sum(each.untold for each in parts),
        sum(each.kinked for each in parts),
        next((each.kink for each in parts if each.kink is not None), None),
        max(wrong or worst, key=lambda each: each.error, default=None),
    )
