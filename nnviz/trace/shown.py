"""Sums and products as expressions, with the value that a reader gets from the numbers in them.

Apart from the formulas, because it answers one question: with how many digits must the numbers of
a line be shown so that a reader who works it out arrives at the result shown.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.formatting import number, rounded
from nnviz.trace.expression_text import plain
from nnviz.trace.expressions import (
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
    tagged,
    text,
    whole_number,
)
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref

__all__ = [
    "Build",
    "Equation",
    "Num",
    "Shown",
    "constant",
    "difference",
    "elided_sum",
    "equation",
    "exponential",
    "function",
    "logarithm",
    "numeral",
    "power",
    "power_ratio",
    "product",
    "quotient",
    "read",
    "root",
    "speaking",
    "square",
    "total",
    "whole",
]

_MOST_TERMS = 4
_LARGEST_TERMS = 3
_MOST_DIGITS = 17
"""Enough for any float64 to come back as itself."""
_EXTRA_DIGITS = 3
"""How many more digits a formula may take before a plainer way to write it is preferred."""
_ROUNDING = 1e-13
"""Relative to the largest term: float64's own error in sums of some thousand terms."""
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a formula: its expression, what its rounded numbers come to, its largest term.

    ``is_sum`` pieces need parentheses inside a product. ``positive`` is the expression without
    its leading minus, None if it has none.
    """

    expression: Expression
    value: float
    scale: float
    terms: int = 1
    is_sum: bool = False
    positive: Expression | None = None


class Num(Protocol):
    """Writes one number with the digits of its line; the number may speak of something."""

    def __call__(
        self, value: float, quantity: Quantity | None = None, ref: Ref | None = None
    ) -> Shown:
        """Return the number."""


Build = Callable[[Num], Shown]
"""Writes an expression with numbers written by the given function."""


@dataclass(frozen=True, slots=True)
class Equation:
    """Sides with equals signs between them; the last is what the others come to."""

    sides: tuple[Expression, ...]

    @property
    def expression(self) -> Expression:
        """The equation as one expression."""
        return between("=", *self.sides)

    def __str__(self) -> str:
        return plain(self.expression)


def read(text: str) -> tuple[float, float]:
    """Return the value of a formatted number and one unit of its last digit."""
    plain_text = text.replace("−", "-").replace("∞", "inf")
    mantissa, _, power = plain_text.partition("×10")
    exponent = int(power.translate(_EXPONENTS)) if power else 0
    decimals = len(mantissa.partition(".")[2])
    unit = 0.0 if float(mantissa) == 0 else float(f"1e{exponent - decimals}")
    return float(f"{mantissa}e{exponent}" if power else mantissa), unit


def numeral(
    value: float, digits: int, quantity: Quantity | None = None, ref: Ref | None = None
) -> Shown:
    """Return one number with ``digits`` significant digits."""
    written = number(value, digits)
    shown = read(written)[0]

    def word(letters: str) -> Expression:
        inside = Word(letters, Face.NUMBER)
        return inside if ref is None else tagged(inside, quantity, ref, value)

    positive = word(written[1:]) if written.startswith("−") else None
    return Shown(word(written), shown, abs(shown), positive=positive)


def speaking(shown: Shown, quantity: Quantity, ref: Ref) -> Shown:
    """Return a piece that speaks of a neuron or an edge as a whole."""
    positive = None if shown.positive is None else tagged(shown.positive, quantity, ref)
    return replace(shown, expression=tagged(shown.expression, quantity, ref), positive=positive)


def whole(value: int) -> Shown:
    """Return a number that belongs to the formula itself, without decimals."""
    return Shown(whole_number(value), value, abs(value))


def constant(value: float) -> Shown:
    """Return a number that somebody chose, as short as it is exact: 0.9, 1×10⁻⁸."""
    texts = (rounded(value, digits) for digits in range(1, _MOST_DIGITS + 1))
    written = next(each for each in texts if read(each)[0] == value)
    return Shown(Word(written, Face.NUMBER), value, abs(value))


def equation(
    left: Expression | None,
    exact: float,
    digits: int,
    *builds: Build,
    quantity: Quantity | None = None,
    ref: Ref | None = None,
) -> Equation:
    """Return ``left = expression = value``, or ``left = value`` where there is nothing to work out.

    Without ``left`` it begins with the expression. The value has ``digits`` digits and speaks of
    ``quantity`` and ``ref``. The expression gets as many digits as it needs to come to that value
    within one unit of its last digit for each term. Of several builds the first that manages with
    a few digits more is taken, else the last one.
    Where large terms cancel to what is float64's rounding, no digits suffice, and they stay few.
    """
    result = number(exact, digits)
    last = numeral(exact, digits, quantity, ref).expression
    shown = _fitting(result, digits, builds)
    head = () if left is None else (left,)
    if shown is None or plain(shown.expression) == result:
        return Equation((*head, last))
    return Equation((*head, shown.expression, last))


def _fitting(result: str, digits: int, builds: Sequence[Build]) -> Shown | None:
    """Return the expression with the fewest digits that comes to ``result``."""
    shown = None
    for build in builds:
        most = _MOST_DIGITS if build is builds[-1] else digits + _EXTRA_DIGITS
        for shown_digits in range(digits, max(most, digits) + 1):
            shown = build(_writer(shown_digits))
            if _comes_to(shown, result):
                return shown
    if not builds:
        return None
    short = builds[-1](_writer(digits))
    return short if _comes_to(short, result, _ROUNDING * short.scale) else shown


def _writer(digits: int) -> Num:
    def write(value: float, quantity: Quantity | None = None, ref: Ref | None = None) -> Shown:
        return numeral(value, digits, quantity, ref)

    return write


def _comes_to(shown: Shown, result: str, rounding: float = 0.0) -> bool:
    if result in ("NaN", "∞", "−∞"):
        return True
    value, unit = read(result)
    return abs(shown.value - value) <= shown.terms * unit + rounding


def elided_sum(values: Sequence[float], term: Callable[[Num, int], Shown]) -> Build:
    """Return the sum of ``term(num, index)``, whose exact values are ``values``.

    Up to four terms are all shown; of more, the three largest and what the others come to.
    """
    chosen = list(range(len(values)))
    others: list[int] = []
    if len(values) > _MOST_TERMS:
        by_size = np.argsort(-np.abs(np.asarray(values)), kind="stable").tolist()
        chosen, others = by_size[:_LARGEST_TERMS], by_size[_LARGEST_TERMS:]
    rest = sum(values[index] for index in others)

    def build(num: Num) -> Shown:
        terms = [term(num, index) for index in chosen]
        if others:
            together = num(rest)
            words = row(whole_number(len(others)), text(" more, together "), together.expression)
            terms.append(Shown(Fenced(words), together.value, together.scale))
        return total(*terms)

    return build


def total(*terms: Shown) -> Shown:
    """Return a + b − c …, each term with its own sign."""
    if len(terms) == 1:
        return terms[0]
    parts = [terms[0].expression]
    for term in terms[1:]:
        if term.positive is None:
            parts += [operator("+"), term.expression]
        else:
            parts += [operator("−"), term.positive]
    return Shown(
        row(*parts),
        sum(term.value for term in terms),
        max(term.scale for term in terms),
        sum(term.terms for term in terms),
        is_sum=True,
    )


def difference(left: Shown, right: Shown) -> Shown:
    """Return left − right."""
    scale = max(left.scale, right.scale)
    expression = row(left.expression, operator("−"), _guarded(right))
    return Shown(expression, left.value - right.value, scale, left.terms + 1, is_sum=True)


def product(*factors: Shown) -> Shown:
    """Return the factors, a negative one in parentheses unless it is the first."""
    first, others = factors[0], [_guarded(factor) for factor in factors[1:]]
    head = Fenced(first.expression) if first.is_sum else first.expression
    positive = None if first.is_sum else first.positive
    return Shown(
        between("·", head, *others),
        math.prod(factor.value for factor in factors),
        math.prod(factor.scale for factor in factors),
        _most(*factors),
        positive=None if positive is None else between("·", positive, *others),
    )


def quotient(numerator: Shown, denominator: Shown) -> Shown:
    """Return a fraction; a reader cannot divide by 0 and gets NaN."""
    value = numerator.value / denominator.value if denominator.value else math.nan
    below = denominator.expression
    positive = numerator.positive
    return Shown(
        Fraction(numerator.expression, below),
        value,
        abs(value),
        _most(numerator, denominator),
        positive=None if positive is None else Fraction(positive, below),
    )


def square(base: Shown) -> Shown:
    """Return (base)²."""
    squared = Scripted(Fenced(base.expression), Word("2", Face.NUMBER))
    return Shown(squared, base.value * base.value, base.scale * base.scale)


def root(inside: Shown) -> Shown:
    """Return √inside; of a negative number there is none, and the reader gets NaN."""
    value = math.sqrt(inside.value) if inside.value >= 0 else math.nan
    return Shown(Root(inside.expression), value, abs(value))


def power(base: Shown, exponent: int) -> Shown:
    """Return base to a whole power; the base is no sum and has no sign."""
    raised = Scripted(base.expression, Word(str(exponent), Face.NUMBER))
    value = base.value**exponent
    return Shown(raised, value, abs(value))


def function(name: str, value: float, *arguments: Shown) -> Shown:
    """Return name(arguments), which comes to ``value``."""
    inside = [arguments[0].expression]
    for argument in arguments[1:]:
        inside += [Word(", ", Face.NUMBER), argument.expression]
    called = row(Word(name, Face.FUNCTION), Fenced(row(*inside)))
    return Shown(called, value, max(abs(value), arguments[-1].scale))


def logarithm(argument: Shown) -> Shown:
    """Return ln(argument)."""
    value = math.log(argument.value) if argument.value > 0 else math.nan
    called = row(Word("ln", Face.FUNCTION), Fenced(argument.expression))
    return Shown(called, value, abs(value))


def exponential(exponent: Shown) -> Shown:
    """Return e to the power of ``exponent``, which is at most 600."""
    value = math.exp(exponent.value)
    return Shown(Scripted(letter("e"), exponent.expression), value, value)


def power_ratio(exponent: Shown) -> Shown:
    """Return 1/(1 + e to the power of ``exponent``)."""
    minus = np.array([-exponent.value])
    value = float(ACTIVATIONS["sigmoid"].value(minus)[0])
    one = whole_number(1)
    below = between("+", one, Scripted(letter("e"), exponent.expression))
    return Shown(Fraction(one, below), value, value)


def _guarded(part: Shown) -> Expression:
    """Return a factor or subtrahend, in parentheses where its signs would be misread."""
    return Fenced(part.expression) if part.is_sum or part.positive is not None else part.expression


def _most(*parts: Shown) -> int:
    return max(part.terms for part in parts)
