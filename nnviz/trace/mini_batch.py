"""What each example of a mini-batch wants of one weight or bias, and what they want together."""

import math
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.reveal import Reveal

__all__ = ["Pull", "gradient_norms", "pull_of", "pull_sentence"]


@dataclass(frozen=True, slots=True)
class Pull:
    """The derivative of each example's cost by one parameter, None while unknown.

    ``penalty`` is what the L2 term adds to their mean, 0 without one; ``mean`` is the derivative
    that the update uses, None until it is computed. ``moves`` says whether the update moves it.
    """

    quantity: Quantity
    gradients: tuple[float | None, ...]
    penalty: float
    mean: float | None
    moves: bool = True

    @property
    def known(self) -> tuple[float, ...]:
        """The derivatives of the examples so far."""
        return tuple(each for each in self.gradients if each is not None)

    @property
    def sums(self) -> tuple[float | None, ...]:
        """The sum of the derivatives up to each example, None where its own is unknown."""
        totals = list(accumulate(self.known))
        return tuple(totals) + (None,) * (len(self.gradients) - len(totals))

    @property
    def is_their_mean(self) -> bool:
        """Whether ``mean`` is the mean of the examples' derivatives, with the L2 term."""
        if self.mean is None or not self.is_complete:
            return False
        m, total = len(self.gradients), sum(self.known)
        expected, size = total / m + self.penalty, sum(map(abs, self.known)) / m
        if math.isnan(expected) and math.isnan(self.mean):
            return True
        return math.isclose(self.mean, expected, abs_tol=1e-9 * (size + abs(self.penalty)))

    @property
    def is_complete(self) -> bool:
        """Whether every example has said what it wants."""
        return None not in self.gradients


def pull_of(trace: PassTrace, reveal: Reveal, ref: Ref) -> Pull | None:
    """Return the pull on an edge's weight or a neuron's bias; None for inputs, which have none."""
    if ref.layer == 0:
        return None
    is_weight = isinstance(ref, EdgeRef)
    quantity = Quantity.WEIGHT_GRADIENT if is_weight else Quantity.BIAS_GRADIENT

    def known(example: int | None) -> float | None:
        if not reveal.knows(quantity, ref.layer, ref.neuron, example):
            return None
        return trace.value(quantity, ref, example)

    settings = trace.settings
    return Pull(
        quantity,
        tuple(known(example) for example in range(trace.example_count)),
        settings.decay * trace.value(Quantity.WEIGHT, ref) if is_weight else 0.0,
        known(None),
        moves=is_weight or settings.update_biases,
    )


def pull_sentence(pull: Pull) -> str:
    """Say how many examples pull the parameter up and how many down.

    Descent goes against the gradient, so a negative one pulls up.
    """
    if not pull.known:
        return "No example has come to it yet."
    counts = (
        (sum(each < 0 for each in pull.known), "pull", "up"),
        (sum(each > 0 for each in pull.known), "pull", "down"),
        (sum(each == 0 for each in pull.known), "leave", "as it is"),
    )
    parts = [_counted(*each) for each in counts if each[0]]
    undefined = sum(math.isnan(each) for each in pull.known)
    if undefined:
        parts.append(f"{undefined} {'is' if undefined == 1 else 'are'} NaN")
    first, *others = parts
    number, rest = first.split(" ", 1)
    text = ", ".join([f"{number} example{'' if number == '1' else 's'} {rest}", *others])
    if not pull.is_complete:
        waiting = len(pull.gradients) - len(pull.known)
        return f"So far {text}; {waiting} {'is' if waiting == 1 else 'are'} to come."
    total = sum(pull.known)
    if total == 0 and counts[0][0]:
        text += "; they cancel out exactly"
    if not pull.moves:
        text += "; this network keeps its biases as they are"
    return f"{text}."


def gradient_norms(trace: PassTrace, reveal: Reveal) -> tuple[float | None, ...]:
    """Return the length of each example's whole gradient, without the L2 term; None: unknown."""
    squares: FloatArray = np.zeros(trace.example_count)
    for delta, a in zip(trace.backward.deltas, trace.forward.activations[:-1], strict=True):
        # ‖δ aᵀ‖² = ‖δ‖² ‖a‖²: no example's matrix has to be made.
        squares += (delta**2).sum(axis=1) * (1 + (a**2).sum(axis=1))
    return tuple(
        float(np.sqrt(square)) if reveal.knows(Quantity.WEIGHT_GRADIENT, 1, None, example) else None
        for example, square in enumerate(squares)
    )


def _counted(number: int, verb: str, where: str) -> str:
    return f"{number} {verb}{'s' if number == 1 else ''} it {where}"
