"""Where the marks of changed hyperparameters stand over a curve, and where their labels fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nnviz.training.live import Change, joined

__all__ = ["PlacedMark", "PlotMark", "place_marks"]

NEAR_PX = 6.0
"""Marks this close to the first of a group stand as one."""
ROWS = 3
BESIDE_PX = 4.0
GAP_PX = 6.0
MOST_NAMED = 2
"""Changes that a label names; of more it tells the number."""
MOST_TOLD = 6
"""Marks whose details a tooltip tells."""


@dataclass(frozen=True, slots=True)
class PlotMark:
    """A mark at ``x`` of the axis; ``place`` says in words where that is."""

    x: float
    place: str
    changes: tuple[Change, ...]

    @property
    def details(self) -> str:
        """The place and every change, a line each."""
        return "\n".join((self.place, *(each.sentence for each in self.changes)))


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A line at ``x`` px with its label from ``left`` px in a ``row`` from the top.

    ``left`` is None where there is no room for the label; the details are in the tooltip.
    """

    x: float
    text: str
    details: str
    left: float | None
    width: float
    row: int


def place_marks(
    marks: Sequence[PlotMark],
    to_px: Callable[[float], float],
    width_of: Callable[[str], float],
    first_px: float,
    last_px: float,
) -> tuple[PlacedMark, ...]:
    """Return the marks that are in sight, from left to right; no two labels overlap.

    The newest gets its label first. Marks at one place are joined.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]
    placed = []
    for x, group in reversed(_groups(marks, to_px)):
        if not first_px <= x <= last_px:
            continue
        text = _text(group)
        width = width_of(text)
        left, row = None, 0
        for row, start in _places(x, width):
            inside = first_px <= start and start + width <= last_px
            if inside and all(start >= b + GAP_PX or start + width <= a - GAP_PX
                              for a, b in taken[row]):  # fmt: skip
                left = start
                taken[row].append((start, start + width))
                break
        placed.append(PlacedMark(x, text, _details(group), left, width, row))
    return tuple(reversed(placed))


def _groups(
    marks: Sequence[PlotMark], to_px: Callable[[float], float]
) -> list[tuple[float, list[PlotMark]]]:
    groups: list[tuple[float, list[PlotMark]]] = []
    for mark in marks:
        x = to_px(mark.x)
        if groups and x - groups[-1][0] < NEAR_PX:
            groups[-1][1].append(mark)
        else:
            groups.append((x, [mark]))
    return groups


def _places(x: float, width: float) -> list[tuple[int, float]]:
    """Return (row, left) to try, the best first: right of the line, then left of it."""
    sides = (x + BESIDE_PX, x - BESIDE_PX - width)
    return [(row, side) for row in range(ROWS) for side in sides]


def _text(group: list[PlotMark]) -> str:
    changes = joined(tuple(change for mark in group for change in mark.changes))
    if not changes:
        return "there and back"
    if len(changes) > MOST_NAMED:
        return f"{len(changes)} changes"
    return " · ".join(each.text for each in changes)


def _details(group: list[PlotMark]) -> str:
    told = [mark.details for mark in group[-MOST_TOLD:]]
    if len(group) > MOST_TOLD:
        told.insert(0, f"{len(group)} changes here, the last {MOST_TOLD} of them:")
    return "\n\n".join(told)
