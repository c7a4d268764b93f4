"""The equations of the update of one weight or bias: what is remembered, and the step itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.optimizers import Optimizer
from nnviz.trace.expressions import Expression, row, tagged, text
from nnviz.trace.focus import Focus, Part
from nnviz.trace.moments import HAT, Moment, Stage, corrects, moment_place, moments_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import (
    Build,
    Equation,
    Num,
    Shown,
    constant,
    difference,
    equation,
    power,
    product,
    quotient,
    root,
    square,
    total,
    whole,
)
from nnviz.trace.update_formulas import Letters, corrected_moment, descended, moved_moment

__all__ = ["neuron_update", "weight_update"]


def neuron_update(focus: Focus, quantity: Quantity, j: int) -> Part:
    """Return what the update makes of the neuron's strongest weight, and of its bias.

    ``quantity`` is one of weights: the new weight, a moment after the update, or a corrected one.
    """
    k = int(np.abs(focus.values(Quantity.WEIGHT)[j]).argmax())
    weight = weight_update(focus, quantity, j, k)
    node, b = NodeRef(focus.layer, j), focus.notation.scalar("b", focus.layer, j)
    if focus.trace.settings.update_biases:
        bias = _Parameter(focus, node, b).part(quantity)
        return Part((*weight.symbolic, *bias.symbolic), (*weight.numeric, *bias.numeric))
    if quantity is not Quantity.WEIGHT_AFTER:
        return weight
    stays = equation(
        b, focus.value(Quantity.BIAS_AFTER, j), focus.digits,
        quantity=Quantity.BIAS_AFTER, ref=node,
    )  # fmt: skip
    return Part((*weight.symbolic, row(b, text(" stays"))), (*weight.numeric, stays))


def weight_update(focus: Focus, quantity: Quantity, j: int, k: int) -> Part:
    """Return what the update makes of one weight: its new value, or what is remembered of it."""
    return _Parameter(focus, EdgeRef(focus.layer, j, k), focus.weight(j, k)).part(quantity)


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A weight or a bias, with all that its update reads."""

    focus: Focus
    ref: EdgeRef | NodeRef
    symbol: Expression

    def part(self, quantity: Quantity) -> Part:
        """Return one operation of the update; ``quantity`` is one of weights."""
        if quantity is Quantity.WEIGHT_AFTER:
            after = Quantity.WEIGHT_AFTER if self._is_weight else Quantity.BIAS_AFTER
            line = self._line(self.symbol, after, self._step)
            return Part((descended(self._optimizer, self._letters),), (line,))
        moment, stage, _ = moment_place(self._optimizer, quantity)
        own = moment.quantity(stage, self._is_weight)
        if stage is Stage.CORRECTED:
            line = self._line(self._letters.corrected[moment.index], own, self._correction(moment))
            return Part((corrected_moment(self._letters, moment.index),), (line,))
        line = self._line(self._letters.moments[moment.index], own, self._move(moment))
        return Part((moved_moment(self._optimizer, self._letters, moment.index),), (line,))

    @property
    def _is_weight(self) -> bool:
        return isinstance(self.ref, EdgeRef)

    @property
    def _optimizer(self) -> Optimizer:
        return self.focus.trace.optimizer

    @property
    def _letters(self) -> Letters:
        focus, ref = self.focus, self.ref
        if isinstance(ref, EdgeRef):
            gradient = focus.weight_gradient(ref.neuron, ref.source)
        else:
            gradient = focus.derivative(self.symbol)
        moments = moments_of(self._optimizer)
        hats = moments if corrects(self._optimizer) else ()
        return Letters(
            self.symbol, gradient,
            tuple(self._letter(each, Stage.AFTER) for each in moments),
            tuple(self._letter(each, Stage.CORRECTED) for each in hats),
            decays=self._is_weight,
        )  # fmt: skip

    def _letter(self, moment: Moment, stage: Stage) -> Expression:
        """Return the symbol of a moment, with the indices of its weight or bias."""
        name = moment.letter + (HAT if stage is Stage.CORRECTED else "")
        notation, ref = self.focus.notation, self.ref
        if isinstance(ref, EdgeRef):
            symbol = notation.weight(ref.layer, ref.neuron, ref.source, name)
        else:
            symbol = notation.scalar(name, ref.layer, ref.neuron)
        return tagged(symbol, moment.quantity(stage, self._is_weight), ref)

    def _line(self, left: Expression, quantity: Quantity, build: Build) -> Equation:
        return equation(
            left, self._value(quantity), self.focus.digits, build, quantity=quantity, ref=self.ref
        )

    def _value(self, quantity: Quantity) -> float:
        return self.focus.trace.value(quantity, self.ref, self.focus.example)

    def _number(self, quantity: Quantity) -> Callable[[Num], Shown]:
        value = self._value(quantity)
        return lambda num: num(value, quantity, self.ref)

    def _moment(self, index: int, stage: Stage) -> Callable[[Num], Shown]:
        moment = moments_of(self._optimizer)[index]
        return self._number(moment.quantity(stage, self._is_weight))

    @property
    def _gradient(self) -> Callable[[Num], Shown]:
        is_weight = self._is_weight
        return self._number(Quantity.WEIGHT_GRADIENT if is_weight else Quantity.BIAS_GRADIENT)

    def _move(self, moment: Moment) -> Build:
        """Return μ v + g, or the share kept of a running mean and what comes to it."""
        optimizer, gradient = self._optimizer, self._gradient
        before = self._moment(moment.index, Stage.BEFORE)
        if optimizer.name in ("momentum", "nesterov"):
            return lambda num: total(
                product(constant(optimizer.momentum), before(num)), gradient(num)
            )
        share = optimizer.alpha
        if corrects(optimizer):
            share = (optimizer.beta1, optimizer.beta2)[moment.index]
        squares = optimizer.name == "rmsprop" or moment.index == 1

        def build(num: Num) -> Shown:
            kept = constant(share)
            fresh = square(gradient(num)) if squares else gradient(num)
            rest = product(difference(whole(1), kept), fresh)
            return total(product(kept, before(num)), rest)

        return build

    def _correction(self, moment: Moment) -> Build:
        """Return m/(1 − β₁ᵗ)."""
        optimizer, t = self._optimizer, self.focus.trace.update_number
        share = (optimizer.beta1, optimizer.beta2)[moment.index]
        after = self._moment(moment.index, Stage.AFTER)
        return lambda num: quotient(after(num), difference(whole(1), power(constant(share), t)))

    def _step(self, num: Num) -> Shown:
        """Return θ − η times the direction; with AdamW a weight loses its own part first."""
        optimizer, rate = self._optimizer, self.focus.trace.settings.learning_rate
        before = self._number(Quantity.WEIGHT if self._is_weight else Quantity.BIAS)
        left = before(num)
        if "weight_decay" in optimizer.method.settings and self._is_weight:
            decay = constant(optimizer.weight_decay)
            left = difference(left, product(num(rate), decay, before(num)))
        return difference(left, product(num(rate), self._direction(num)))

    def _direction(self, num: Num) -> Shown:
        optimizer = self._optimizer
        match optimizer.name:
            case "sgd":
                return self._gradient(num)
            case "momentum":
                return self._moment(0, Stage.AFTER)(num)
            case "nesterov":
                velocity = self._moment(0, Stage.AFTER)(num)
                looked = product(constant(optimizer.momentum), velocity)
                return total(self._gradient(num), looked)
            case "rmsprop":
                above, below = self._gradient(num), self._moment(0, Stage.AFTER)(num)
            case _:
                above, below = (self._moment(at, Stage.CORRECTED)(num) for at in (0, 1))
        return quotient(above, total(root(below), constant(optimizer.epsilon)))
