"""Guessing a number before its step: which one is asked for, and which answers are right.

Apart from the store that counts the answers, because it needs no Qt.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.trace.moments import moment_symbol
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import AFTER, OF_UPDATE, Known, Phase, StepKind
from nnviz.trace.timeline import Timeline

__all__ = [
    "TOLERANCE",
    "Question",
    "Verdict",
    "draw_question",
    "judge_sign",
    "judge_value",
    "renewed",
]

TOLERANCE = 0.05
"""A value is right within this part of the true one; below this part of the layer's largest value
it is tiny, and right within this part of that largest value."""
_INTERESTING = 0.1
"""Drawn values are at least this part of the layer's largest, where there are any."""

_EDGE_QUANTITIES = (
    Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER,
    Quantity.WEIGHT_FIRST_AFTER, Quantity.WEIGHT_SECOND_AFTER,
    Quantity.WEIGHT_FIRST_CORRECTED, Quantity.WEIGHT_SECOND_CORRECTED,
)  # fmt: skip
_SQUARES = (
    Quantity.WEIGHT_SECOND_AFTER, Quantity.BIAS_SECOND_AFTER,
    Quantity.WEIGHT_SECOND_CORRECTED, Quantity.BIAS_SECOND_CORRECTED,
)  # fmt: skip
_NEVER_NEGATIVE = ("sigmoid", "softmax")


@dataclass(frozen=True, slots=True)
class Question:
    """A number that the next step reveals; C has no ``ref``.

    ``example`` is the example of a mini-batch, None for what belongs to all together. ``largest``
    is the largest absolute value of its layer. Where ``has_sign`` is false every such number is
    positive, and only its value is worth asking for.
    """

    quantity: Quantity
    layer: int
    ref: Ref | None
    example: int | None
    value: float
    largest: float
    has_sign: bool
    symbol: str = ""
    """The symbol of a moment, which differs between optimizers."""

    @property
    def is_tiny(self) -> bool:
        """Whether the value is so small beside its layer's largest that the rule is another."""
        return abs(self.value) < TOLERANCE * self.largest

    @property
    def tolerance(self) -> float:
        """How far a right answer may lie from the value."""
        return TOLERANCE * (self.largest if self.is_tiny else abs(self.value))


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer beside the true number; ``answer`` is −1, 0 or 1 where the sign was asked for.

    ``relative_error`` is |answer − value| / |value|, None for a sign and where the value is 0.
    """

    question: Question
    answer: float
    by_sign: bool
    right: bool
    relative_error: float | None = None


def judge_sign(question: Question, sign: int) -> Verdict:
    """Return whether the value has the sign −1, 0 or 1; 0 means exactly 0."""
    return Verdict(question, sign, True, bool(np.sign(question.value) == sign))


def judge_value(question: Question, answer: float) -> Verdict:
    """Return whether the answer is within the tolerance, the bound included."""
    apart = abs(answer - question.value)
    error = apart / abs(question.value) if question.value else None
    allowed = question.tolerance * (1 + 1e-12)  # 1.05 is within 5 % of 1, whatever float64 says
    return Verdict(question, answer, False, apart <= allowed, error)


def draw_question(
    trace: PassTrace, timeline: Timeline, selected: Ref | None, rng: np.random.Generator
) -> Question | None:
    """Return what to ask before the next step, None if it computes nothing to ask for.

    The selection's number, if the step makes it known for the first time; else one of the
    selected neuron's edges; else one that is drawn among those that are not small.
    """
    if timeline.at_end:
        return None
    step = timeline.steps[timeline.position + 1]
    if step.phase is Phase.INPUT or step.kind is StepKind.INPUT:
        return None  # the example is read, not computed
    reveal = timeline.reveal()
    single = {known._replace(neuron=None) for known in step.reveals if known.neuron is not None}
    # A layer's last neuron makes the whole layer known, whose others are no news.
    fresh = [each for each in step.reveals if each not in single and not reveal.knows(*each)]
    return _of_selection(trace, fresh, selected, rng) or _drawn(trace, fresh, rng)


def renewed(trace: PassTrace, question: Question) -> Question | None:
    """Return the same question about another pass of the same layers, None for a NaN."""
    neuron = None if question.ref is None else question.ref.neuron
    known = Known(question.quantity, question.layer, neuron, question.example)
    return _finite(_question(trace, known, question.ref))


def _of_selection(
    trace: PassTrace, fresh: Iterable[Known], selected: Ref | None, rng: np.random.Generator
) -> Question | None:
    if selected is None or not selected.exists_in(trace.spec.sizes):
        return None
    wanted = [known for known in _by_interest(fresh) if known.layer == selected.layer]
    on_edges = isinstance(selected, EdgeRef)
    for known in wanted:
        if (known.quantity in _EDGE_QUANTITIES) != on_edges or known.quantity is Quantity.COST:
            continue
        if known.neuron is None or known.neuron == selected.neuron:
            return _finite(_question(trace, known, selected))
    if on_edges:
        return None
    for known in wanted:
        if known.quantity in _EDGE_QUANTITIES and known.neuron in (None, selected.neuron):
            return _draw(trace, known._replace(neuron=selected.neuron), rng)
    return None


def _drawn(trace: PassTrace, fresh: Iterable[Known], rng: np.random.Generator) -> Question | None:
    questions = (_draw(trace, known, rng) for known in _by_interest(fresh))
    return next((each for each in questions if each is not None), None)


def _by_interest(fresh: Iterable[Known]) -> list[Known]:
    """Return the error signal first, then gradients of weights, then the others; ∂C/∂x last."""
    order = (
        Quantity.COST, Quantity.BIAS_GRADIENT, Quantity.PREACTIVATION, Quantity.WEIGHT_GRADIENT,
        Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER,
    )  # fmt: skip
    ranks = {quantity: rank for rank, quantity in enumerate(order)}
    return sorted(fresh, key=lambda known: ranks.get(known.quantity, len(order)))


def _draw(trace: PassTrace, known: Known, rng: np.random.Generator) -> Question | None:
    """Return one of a layer's numbers, or of one neuron's, that is neither 0 nor small."""
    if known.quantity is Quantity.COST:
        return _finite(_question(trace, known, None))
    values = trace.layer_values(known.quantity, known.layer, known.example)
    first = 0 if known.neuron is None else known.neuron
    rows = values if known.neuron is None else values[first : first + 1]
    places = _interesting(rows)
    if not len(places):
        return None
    place = int(rng.choice(places))
    ref: Ref = NodeRef(known.layer, first + place)
    if values.ndim == 2:
        row, source = divmod(place, values.shape[1])
        ref = EdgeRef(known.layer, first + row, source)
    return _finite(_question(trace, known, ref))


def _interesting(values: FloatArray) -> IntArray:
    """Return the flat positions of the values that are not small; of none that is not finite."""
    sizes = np.abs(values)
    finite = np.isfinite(sizes)
    largest = float(sizes[finite].max(initial=0.0))
    return np.flatnonzero(finite & (sizes > 0) & (sizes >= _INTERESTING * largest))


def _question(trace: PassTrace, known: Known, ref: Ref | None) -> Question:
    quantity, layer, _, example = known
    if ref is None:
        cost = trace.cost_of(example)
        return Question(quantity, layer, None, example, cost, abs(cost), has_sign=False)
    values = np.abs(trace.layer_values(quantity, layer, example))
    largest = float(values[np.isfinite(values)].max(initial=0.0))
    has_sign = quantity is not Quantity.ACTIVATION or (
        trace.spec.activations[layer - 1] not in _NEVER_NEGATIVE
    )
    value, symbol = trace.value(quantity, ref, example), ""
    if quantity in OF_UPDATE and quantity not in AFTER:
        symbol = moment_symbol(trace.optimizer, quantity)
        has_sign = quantity not in _SQUARES
    return Question(quantity, layer, ref, example, value, largest, has_sign, symbol)


def _finite(question: Question) -> Question | None:
    return question if math.isfinite(question.value) else None
