"""The numbers of an axis: where they stand, and how they are written so that they differ."""

import math
from dataclasses import dataclass

from nnviz.formatting import number, rounded

__all__ = ["Axis", "even_axis"]

SMALLEST = 1e-290
"""No axis has numbers for less: their powers of ten would leave the floating-point range."""
MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Axis:
    """The places of the numbers, their texts, and the factor that all texts leave out, or ""."""

    places: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    factor: str = ""


def even_axis(low: float, high: float, most: int) -> Axis:
    """Return at most ``most`` + 1 round numbers from ``low`` to ``high``, evenly spaced."""
    span = high - low
    if not (span > SMALLEST and math.isfinite(span)):
        return Axis()
    tenth = 10.0 ** math.floor(math.log10(span / most))
    step = next((each * tenth for each in (1, 2, 5) if span / (each * tenth) <= most), 10 * tenth)
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    places = tuple(each * step for each in numbers)
    power = _common_power(places)
    texts = tuple(_text(each, step, power) for each in places)
    return Axis(places, texts, number(10.0**power, 1).removeprefix("1×") if power else "")


def _text(value: float, step: float, power: int) -> str:
    """Return a number with as many digits as tell it from its neighbours."""
    if abs(value) < step / 2:
        return "0"
    digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(step * 1.0001)) + 1
    return rounded(value / 10.0**power, min(max(digits, 1), MOST_DIGITS))


def _common_power(places: tuple[float, ...]) -> int:
    """Return the power of ten that is written once for all numbers of an axis, 0 for none."""
    largest = max((abs(each) for each in places), default=0.0)
    if not largest or 1e-3 <= largest < 1e4:
        return 0
    return math.floor(math.log10(largest))
