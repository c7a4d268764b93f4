"""The update of a whole layer as matrices: what is remembered of it, and its new parameters."""

from dataclasses import dataclass

from nnviz.engine.optimizers import Optimizer
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fenced,
    Fraction,
    Matrix,
    Root,
    Scripted,
    Word,
    between,
    digits_of,
    row,
    text,
    whole_number,
)
from nnviz.trace.focus import Focus, Part
from nnviz.trace.matrices import column_of, matrix_of
from nnviz.trace.moments import HAT, Moment, Stage, corrects, moment_place, moments_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef
from nnviz.trace.shown import Equation, constant
from nnviz.trace.update_formulas import Letters, corrected_moment, descended, moved_moment

__all__ = ["layer_update"]


def layer_update(focus: Focus, quantity: Quantity, chosen: int | None, source: int | None) -> Part:
    """Return one operation of the update of a layer's weights, then of its biases.

    ``quantity`` is one of weights: the new ones, a moment after the update, or a corrected one;
    raises KeyError for one that the optimizer does not have. ``chosen`` and ``source`` are the
    neuron and the one of the layer before whose row and column are lit.
    """
    weights = _Array(focus, True, chosen, source).part(quantity)
    if focus.trace.settings.update_biases:
        biases = _Array(focus, False, chosen, source).part(quantity)
        return Part((*weights.symbolic, *biases.symbolic), (*weights.numeric, *biases.numeric))
    if quantity is not Quantity.WEIGHT_AFTER:
        return weights
    stays = row(focus.notation.vector("b", focus.layer), text(" stays"))
    return Part((*weights.symbolic, stays), weights.numeric)


@dataclass(frozen=True, slots=True)
class _Array:
    """All weights of a layer, or all its biases, with what their update reads."""

    focus: Focus
    of_weights: bool
    chosen: int | None
    source: int | None

    def part(self, quantity: Quantity) -> Part:
        """Return one operation of the update; ``quantity`` is one of weights."""
        optimizer, letters = self._optimizer, self._letters
        if quantity is Quantity.WEIGHT_AFTER:
            after = Quantity.WEIGHT_AFTER if self.of_weights else Quantity.BIAS_AFTER
            line = Equation((letters.parameter, self._step(), self._numbers(after)))
            return Part((descended(optimizer, letters),), (line,))
        moment, stage, _ = moment_place(optimizer, quantity)
        result = self._numbers(moment.quantity(stage, self.of_weights))
        if stage is Stage.CORRECTED:
            line = Equation((letters.corrected[moment.index], self._correction(moment), result))
            return Part((corrected_moment(letters, moment.index),), (line,))
        line = Equation((letters.moments[moment.index], self._move(moment), result))
        return Part((moved_moment(optimizer, letters, moment.index),), (line,))

    @property
    def _optimizer(self) -> Optimizer:
        return self.focus.trace.optimizer

    @property
    def _letters(self) -> Letters:
        notation, layer = self.focus.notation, self.focus.layer
        moments = moments_of(self._optimizer)
        hats = moments if corrects(self._optimizer) else ()
        bare = notation.matrix(layer) if self.of_weights else notation.vector("b", layer)
        return Letters(
            bare, self.focus.derivative(bare),
            tuple(self._letter(each.letter) for each in moments),
            tuple(self._letter(each.letter, HAT) for each in hats),
            decays=self.of_weights, entries=True,
        )  # fmt: skip

    def _letter(self, letter: str, hat: str = "") -> Expression:
        """Return a moment's symbol: a capital for that of the weights, as theirs is."""
        notation, layer = self.focus.notation, self.focus.layer
        if self.of_weights:
            return notation.matrix(layer, letter.upper() + hat)
        return notation.vector(letter + hat, layer)

    def _numbers(self, quantity: Quantity) -> Matrix:
        focus, layer = self.focus, self.focus.layer
        values = focus.values(quantity)
        if not self.of_weights:
            return column_of(values, quantity, layer, focus.digits, self.chosen)
        return matrix_of(
            values, focus.digits, lambda j, k: EdgeRef(layer, j, k), quantity,
            chosen_row=self.chosen, chosen_column=self.source,
        )  # fmt: skip

    def _moment(self, index: int, stage: Stage) -> Matrix:
        moment = moments_of(self._optimizer)[index]
        return self._numbers(moment.quantity(stage, self.of_weights))

    @property
    def _gradient(self) -> Matrix:
        return self._numbers(
            Quantity.WEIGHT_GRADIENT if self.of_weights else Quantity.BIAS_GRADIENT
        )

    def _move(self, moment: Moment) -> Expression:
        optimizer, gradient = self._optimizer, self._gradient
        before = self._moment(moment.index, Stage.BEFORE)
        if optimizer.name in ("momentum", "nesterov"):
            return between("+", _times(optimizer.momentum, before), gradient)
        share = optimizer.alpha
        if corrects(optimizer):
            share = (optimizer.beta1, optimizer.beta2)[moment.index]
        rest: list[Expression] = [Fenced(between("−", whole_number(1), _chosen(share))), THIN]
        if optimizer.name == "rmsprop" or moment.index == 1:
            rest.append(between("⊙", gradient, gradient))
        else:
            rest.append(gradient)
        return between("+", _times(share, before), row(*rest))

    def _correction(self, moment: Moment) -> Expression:
        optimizer, t = self._optimizer, self.focus.trace.update_number
        share = (optimizer.beta1, optimizer.beta2)[moment.index]
        power = Scripted(_chosen(share), Word(str(t), Face.NUMBER))
        below = between("−", whole_number(1), power)
        return Fraction(self._moment(moment.index, Stage.AFTER), below)

    def _step(self) -> Expression:
        optimizer = self._optimizer
        before = self._numbers(Quantity.WEIGHT if self.of_weights else Quantity.BIAS)
        rate = digits_of(self.focus.trace.settings.learning_rate, self.focus.digits)
        terms: list[Expression] = [before]
        if "weight_decay" in optimizer.method.settings and self.of_weights:
            decay = _chosen(optimizer.weight_decay)
            terms.append(row(between("·", rate, decay), THIN, before))
        terms.append(row(rate, THIN, self._direction()))
        return between("−", *terms)

    def _direction(self) -> Expression:
        optimizer = self._optimizer
        match optimizer.name:
            case "sgd":
                return self._gradient
            case "momentum":
                return self._moment(0, Stage.AFTER)
            case "nesterov":
                looked = _times(optimizer.momentum, self._moment(0, Stage.AFTER))
                return Fenced(between("+", self._gradient, looked))
            case "rmsprop":
                above, below = self._gradient, self._moment(0, Stage.AFTER)
            case _:
                above, below = (self._moment(at, Stage.CORRECTED) for at in (0, 1))
        return Fraction(above, between("+", Root(below), _chosen(optimizer.epsilon)))


def _chosen(value: float) -> Expression:
    return constant(value).expression


def _times(factor: float, numbers: Matrix) -> Expression:
    return row(_chosen(factor), THIN, numbers)
