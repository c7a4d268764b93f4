"""The formulas of the update in symbols, the same for a number, a column and a matrix.

Apart from the numbers that are put in: every optimizer has its moments, their correction and the
step, of letters that the caller gives; of arrays all is entry by entry.
"""

from dataclasses import dataclass

from nnviz.engine.optimizers import Optimizer
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fenced,
    Fraction,
    Root,
    Scripted,
    Word,
    between,
    letter,
    operator,
    row,
    text,
    whole_number,
)
from nnviz.trace.moments import corrects

__all__ = ["Letters", "corrected_moment", "descended", "moved_moment"]

_ETA, _MU, _ALPHA, _EPSILON = map(letter, ("η", "μ", "α", "ε"))
_TWO = Word("2", Face.NUMBER)


@dataclass(frozen=True, slots=True)
class Letters:
    """How a parameter, its gradient and its moments are written, the moments in their order.

    ``entries`` says that they are arrays, whose products and squares are entry by entry.
    """

    parameter: Expression
    gradient: Expression
    moments: tuple[Expression, ...]
    corrected: tuple[Expression, ...] = ()
    decays: bool = True
    entries: bool = False


def moved_moment(optimizer: Optimizer, letters: Letters, index: int) -> Expression:
    """Return v ← μ v + ∂C/∂w, or how else moment ``index`` moves."""
    moment = letters.moments[index]
    if optimizer.name in ("momentum", "nesterov"):
        right = between("+", row(_MU, THIN, moment), letters.gradient)
    else:
        share = _share(optimizer, index)
        fresh: Expression = letters.gradient
        if optimizer.name == "rmsprop" or index == 1:
            fresh = _squared(letters)
        rest = Fenced(between("−", whole_number(1), share))
        right = between("+", row(share, THIN, moment), row(rest, THIN, fresh))
    return row(moment, operator("←"), right)


def corrected_moment(letters: Letters, index: int) -> Expression:
    """Return m̂ = m/(1 − β₁ᵗ)."""
    power = Scripted(letter("β"), letter("t"), Word(str(index + 1), Face.NUMBER))
    below = between("−", whole_number(1), power)
    return between("=", letters.corrected[index], Fraction(letters.moments[index], below))


def descended(optimizer: Optimizer, letters: Letters) -> Expression:
    """Return w ← w − η ∂C/∂w, or what an optimizer puts in the place of ∂C/∂w."""
    terms = [letters.parameter]
    if "weight_decay" in optimizer.method.settings and letters.decays:
        decay = Scripted(letter("λ"), None, letter("w"))
        terms.append(row(_ETA, THIN, decay, THIN, letters.parameter))
    terms.append(row(_ETA, THIN, _direction(optimizer, letters)))
    step = row(letters.parameter, operator("←"), between("−", *terms))
    # Root and quotient of matrices would be something else.
    divides = "epsilon" in optimizer.method.settings
    return row(step, text(", entry by entry")) if letters.entries and divides else step


def _direction(optimizer: Optimizer, letters: Letters) -> Expression:
    """Return what η is multiplied by."""
    match optimizer.name:
        case "sgd":
            return letters.gradient
        case "momentum":
            return letters.moments[0]
        case "nesterov":
            return Fenced(between("+", letters.gradient, row(_MU, THIN, letters.moments[0])))
        case "rmsprop":
            return Fraction(letters.gradient, between("+", Root(letters.moments[0]), _EPSILON))
    first, second = letters.corrected
    return Fraction(first, between("+", Root(second), _EPSILON))


def _share(optimizer: Optimizer, index: int) -> Expression:
    """Return the share of a running mean that is kept: α, or β with its number."""
    if not corrects(optimizer):
        return _ALPHA
    return Scripted(letter("β"), None, Word(str(index + 1), Face.NUMBER))


def _squared(letters: Letters) -> Expression:
    """Return the square of the gradient; of an array that of each entry, g ⊙ g."""
    if letters.entries:
        return between("⊙", letters.gradient, letters.gradient)
    return Scripted(Fenced(letters.gradient), _TWO)
