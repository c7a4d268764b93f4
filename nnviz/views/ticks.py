"""Where the numbers of an axis stand: even steps, and decades that do not crowd."""

import math

from nnviz.formatting import number

__all__ = ["Tick", "decade_ticks", "even_step", "whole_step"]

Tick = tuple[float, str]
"""A place on the axis and its text."""

_MULTIPLES = ((1, 2, 5), (1, 3), (1,))
_ALL_MULTIPLES = (1, 2, 3, 4, 5, 6, 7, 8, 9)
_ROUNDING = 1e-9
"""0.3 cut by 0.1 is a little more than 3 parts."""
_NARROW = 0.6
"""In a stretch of fewer decades than this all multiples stand apart."""


def even_step(span: float, most: int) -> float:
    """Return the smallest of …, 0.2, 0.5, 1, 2, 5, … that cuts ``span`` into at most ``most``."""
    exponent = math.floor(math.log10(span / most)) if span > 0 else 0
    steps = [multiple * 10.0**exponent for multiple in (1, 2, 5, 10, 20)]
    return next((step for step in steps if span / step <= most * (1 + _ROUNDING)), steps[-1])


def whole_step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that cuts ``span`` into at most ``most`` parts."""
    return max(1, round(even_step(span, most)))


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
