"""Sums and products as text, with the value that a reader gets from the rounded numbers in them.

Apart from the formulas, because it answers one question: with how many digits must the numbers of
a line be shown so that a reader who works it out arrives at the result shown.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.formatting import count, number

__all__ = [
    "Build",
    "Num",
    "Shown",
    "difference",
    "elided_sum",
    "equation",
    "exponential",
    "logarithm",
    "numeral",
    "power_ratio",
    "product",
    "quotient",
    "read",
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
    """A piece of a formula: its text, what its rounded numbers come to, its largest term.

    ``is_sum`` pieces need parentheses inside a product.
    """

    text: str
    value: float
    scale: float
    terms: int = 1
    is_sum: bool = False


Num = Callable[[float], Shown]
"""Writes one number with the digits of its line."""
Build = Callable[[Num], Shown]
"""Writes an expression with numbers written by the given function."""


def read(text: str) -> tuple[float, float]:
    """Return the value of a formatted number and one unit of its last digit."""
    plain = text.replace("−", "-").replace("∞", "inf")
    mantissa, _, power = plain.partition("×10")
    exponent = int(power.translate(_EXPONENTS)) if power else 0
    decimals = len(mantissa.partition(".")[2])
    unit = 0.0 if float(mantissa) == 0 else float(f"1e{exponent - decimals}")
    return float(f"{mantissa}e{exponent}" if power else mantissa), unit


def numeral(value: float, digits: int) -> Shown:
    """Return one number with ``digits`` significant digits."""
    text = number(value, digits)
    shown = read(text)[0]
    return Shown(text, shown, abs(shown))


def whole(value: int) -> Shown:
    """Return a number that belongs to the formula itself, without decimals."""
    return Shown(count(value), value, abs(value))


def equation(left: str, exact: float, digits: int, *builds: Build) -> str:
    """Return ``left = expression = value``, or ``left = value`` where there is nothing to work out.

    The value has ``digits`` digits. The expression gets as many as it needs to come to that value
    within one unit of its last digit for each term. Of several builds the first that manages with
    a few digits more is taken, else the last one. Where large terms cancel to what is float64's
    rounding, no digits suffice, and they stay few.
    """
    result = number(exact, digits)
    if not builds:
        return f"{left} = {result}"
    for build in builds:
        most = _MOST_DIGITS if build is builds[-1] else digits + _EXTRA_DIGITS
        for shown_digits in range(digits, max(most, digits) + 1):
            shown = build(partial(numeral, digits=shown_digits))
            if _comes_to(shown, result):
                return _line(left, shown.text, result)
    short = builds[-1](partial(numeral, digits=digits))
    is_rounding = _comes_to(short, result, _ROUNDING * short.scale)
    return _line(left, short.text if is_rounding else shown.text, result)


def _comes_to(shown: Shown, result: str, rounding: float = 0.0) -> bool:
    if result in ("NaN", "∞", "−∞"):
        return True
    value, unit = read(result)
    return abs(shown.value - value) <= shown.terms * unit + rounding


def _line(left: str, expression: str, result: str) -> str:
    return " = ".join([left, result] if expression == result else [left, expression, result])


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
            text = f"({count(len(others))} more, together {together.text})"
            terms.append(Shown(text, together.value, together.scale))
        return total(*terms)

    return build


def total(*terms: Shown) -> Shown:
    """Return a + b − c …, each term with its own sign."""
    if len(terms) == 1:
        return terms[0]
    text = terms[0].text
    for term in terms[1:]:
        text += f" − {term.text[1:]}" if term.text.startswith("−") else f" + {term.text}"
    return Shown(
        text,
        sum(term.value for term in terms),
        max(term.scale for term in terms),
        sum(term.terms for term in terms),
        is_sum=True,
    )


def difference(left: Shown, right: Shown) -> Shown:
    """Return left − right."""
    text = f"{left.text} − {_guarded(right)}"
    scale = max(left.scale, right.scale)
    return Shown(text, left.value - right.value, scale, left.terms + 1, is_sum=True)


def product(*factors: Shown) -> Shown:
    """Return the factors, a negative one in parentheses unless it is the first."""
    first = f"({factors[0].text})" if factors[0].is_sum else factors[0].text
    text = " · ".join([first, *(_guarded(factor) for factor in factors[1:])])
    value = math.prod(factor.value for factor in factors)
    return Shown(text, value, math.prod(factor.scale for factor in factors), _most(*factors))


def quotient(numerator: Shown, denominator: Shown) -> Shown:
    """Return numerator/denominator; a reader cannot divide by 0 and gets NaN."""
    value = numerator.value / denominator.value if denominator.value else math.nan
    top = f"({numerator.text})" if numerator.is_sum else numerator.text
    below = f"({denominator.text})" if "×" in denominator.text else _guarded(denominator)
    text = f"{top}/{below}"
    return Shown(text, value, abs(value), _most(numerator, denominator))


def square(base: Shown) -> Shown:
    """Return (base)²."""
    squared = base.value * base.value
    return Shown(f"({base.text})<sup>2</sup>", squared, base.scale * base.scale)


def logarithm(argument: Shown) -> Shown:
    """Return ln(argument)."""
    value = math.log(argument.value) if argument.value > 0 else math.nan
    return Shown(f"ln({argument.text})", value, abs(value))


def exponential(exponent: Shown) -> Shown:
    """Return e to the power of ``exponent``, which is at most 600."""
    value = math.exp(exponent.value)
    return Shown(f"e<sup>{exponent.text}</sup>", value, value)


def power_ratio(exponent: Shown) -> Shown:
    """Return 1/(1 + e to the power of ``exponent``)."""
    minus = np.array([-exponent.value])
    value = float(ACTIVATIONS["sigmoid"].value(minus)[0])
    return Shown(f"1/(1 + e<sup>{exponent.text}</sup>)", value, value)


def _guarded(part: Shown) -> str:
    return f"({part.text})" if part.is_sum or part.text.startswith("−") else part.text


def _most(*parts: Shown) -> int:
    return max(part.terms for part in parts)
