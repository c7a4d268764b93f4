"""The one formatter of shown numbers: significant digits, true minus sign, unknown as a dash."""

import math

__all__ = ["UNKNOWN", "count", "duration", "number", "rounded", "signed"]

UNKNOWN = "–"
"""What stands where a value has not been computed yet. Never 0."""

_MINUS = "−"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float | None, digits: int = 4) -> str:
    """Return ``value`` with ``digits`` significant digits: 0.2768, −12.40, 3.142×10⁻⁶.

    Powers of ten below 0.0001 and from a million on; None is unknown, a dash. Fewer digits than
    one cannot be: one is written.
    """
    if value is None:
        return UNKNOWN
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    if value == 0:
        return "0"
    digits = max(1, digits)
    mantissa, exponent_text = f"{abs(value):.{digits - 1}e}".split("e")
    exponent = int(exponent_text)
    sign = _MINUS if value < 0 else ""
    if -4 <= exponent < 6:
        return f"{sign}{abs(value):.{max(digits - 1 - exponent, 0)}f}"
    return f"{sign}{mantissa}×10{str(exponent).translate(_SUPERSCRIPTS)}"


def rounded(value: float | None, digits: int = 4) -> str:
    """Return ``number`` without the zeros at its end: 0.05 and 1, for numbers that somebody chose.

    Only what the rounding leaves: 0.7000001 with four digits is 0.7 here.
    """
    text, times, exponent = number(value, digits).partition("×10")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{times}{exponent}"


def signed(value: float | None, digits: int = 4) -> str:
    """Return ``number`` with a plus sign before positive values."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 else text


def count(value: int) -> str:
    """Return a whole number with its thousands in groups: 23,520."""
    return f"{value:,}"


def duration(seconds: float) -> str:
    """Return a time for people: 8 s, 2 min 5 s, 1 h 4 min; a dash for what is not finite."""
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, math.ceil(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    if minutes:
        return f"{minutes} min {left} s" if minutes < 10 and left else f"{minutes} min"
    return f"{left} s"
