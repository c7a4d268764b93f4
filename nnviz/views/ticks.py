"""Where the numbers of an axis stand: whole epochs, and decades that do not crowd."""

import math

from nnviz.formatting import number

__all__ = ["Tick", "decade_ticks", "whole_step"]

Tick = tuple[float, str]
"""A place on the axis and its text."""

_MULTIPLES = ((1, 2, 5), (1, 3), (1,))
_ALL_MULTIPLES = (1, 2, 3, 4, 5, 6, 7, 8, 9)
_NARROW = 0.6
"""In a stretch of fewer decades than this all multiples stand apart."""


def whole_step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that cuts ``span`` into at most ``most`` parts."""
    step = 1
    while span / step > most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def decade_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return the ticks of a logarithmic axis, places as log₁₀, at most ``most`` if possible.

    Few decades get 1, 2, 5 within each, many only every second or third power.
    """
    exponents = range(math.floor(low), math.ceil(high) + 1)
    choices = (_ALL_MULTIPLES, *_MULTIPLES) if high - low < _NARROW else _MULTIPLES
    for multiples in choices:
        values = [multiple * 10.0**exponent for exponent in exponents for multiple in multiples]
        ticks = [(math.log10(value), _text(value)) for value in values]
        ticks = [tick for tick in ticks if low <= tick[0] <= high]
        if len(ticks) <= most:
            return ticks
    return ticks[:: -(-len(ticks) // most)]


def _text(value: float) -> str:
    return number(value, 1)
