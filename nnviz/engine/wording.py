"""Words of the messages, and how grave what they say is."""

from enum import IntEnum

__all__ = ["Severity", "counted", "listed"]


class Severity(IntEnum):
    """How much a finding matters; also its order."""

    ERROR = 0
    WARNING = 1
    NOTE = 2


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, whose plural ends in s: "1 target", "3 targets"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence: "2", "2 and 8", "2, 5 and 8"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
