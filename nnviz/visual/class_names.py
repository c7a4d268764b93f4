"""The names of classes where there is little room: inside a disc, or cut, beside it."""

from collections.abc import Sequence

__all__ = ["LONGEST", "cut", "names_beside", "names_width"]

IN_A_DISC = 2
"""Letters that fit into the disc of an output."""
PX_PER_LETTER = 6.6
"""In the largest font of an output's numbers."""
LONGEST = 11
"""Letters of a name beside a disc: more would leave the numbers no room."""


def names_beside(names: Sequence[str]) -> tuple[str, ...]:
    """Return what is written beside the discs: nothing where all names fit into them."""
    if all(len(name) <= IN_A_DISC for name in names):
        return ("",) * len(names)
    return tuple(cut(name, LONGEST) for name in names)


def names_width(names: Sequence[str]) -> float:
    """Return the room in px that the longest name beside a disc takes, 0 if there is none."""
    return PX_PER_LETTER * max(map(len, names_beside(names)), default=0)


def cut(name: str, longest: int) -> str:
    """Return a name of at most ``longest`` letters; an ellipsis says that more belongs to it."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
