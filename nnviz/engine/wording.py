"""Words of the messages."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, whose plural ends in s: "1 target", "3 targets"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
