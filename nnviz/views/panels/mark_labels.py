"""Where the marks of changed hyperparameters stand over a curve, and where their labels fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nnviz.training.live import Change, joined

__all__ = ["PlacedMark", "PlotMark", "place_marks"]

NEAR_PX = 6.0
"""Marks this close to the first of a group stand as one."""
BESIDE_PX = 4.0
GAP_PX = 6.0
MOST_NAMED = 2
"""Changes that a label names; of more it tells the number."""
MOST_TOLD = 6
"""Marks whose details a tooltip tells."""


@dataclass(frozen=True, slots=True)
class PlotMark:
    """A mark at ``x`` of the axis; ``place`` says in words where that is.

    ``labels`` are what a mark without changes may say, the fullest first.
    """

    x: float
    place: str
    changes: tuple[Change, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def details(self) -> str:
        """The place and every change, a line each."""
        return "\n".join((self.place, *(each.sentence for each in self.changes)))


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A line at ``x`` px with its label from ``left`` px in a ``row``, counted from the edge.

    ``left`` is None where there is no room for the label; the details are in the tooltip.
    """

    x: float
    text: str
    left: float | None
    width: float
    row: int
    details: str


def place_marks(
    marks: Sequence[PlotMark],
    to_px: Callable[[float], float],
    width_of: Callable[[str], float],
    first_px: float,
    last_px: float,
    rows: int = 3,
) -> tuple[PlacedMark, ...]:
    """Return the marks that are in sight, from left to right; no two labels overlap.

    Nor does a label cross the line of another mark: whose it is would be a riddle. The newest gets
    its label first; where the values do not fit, the symbols alone may. Marks at one place are
    joined.
    """
    groups = _groups(marks, to_px)
    edges = (first_px, *(x for x, _ in groups if first_px < x < last_px), last_px)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    placed = []
    for x, group in reversed(groups):
        if not first_px <= x <= last_px:
            continue
        room = (
            max((edge for edge in edges if edge < x), default=x),
            min((edge for edge in edges if edge > x), default=x),
        )
        label = _fitting(x, _texts(group), width_of, taken, room)
        placed.append(PlacedMark(x, *label, _details(group)))
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


def _fitting(
    x: float,
    texts: list[str],
    width_of: Callable[[str], float],
    taken: list[list[tuple[float, float]]],
    room: tuple[float, float],
) -> tuple[str, float | None, float, int]:
    """Return (text, left, width, row) of the first text that fits somewhere, and take its place.

    The right of the line is tried first, then its left, row by row.
    """
    for text in texts:
        width = width_of(text)
        for row in range(len(taken)):
            for left in (x + BESIDE_PX, x - BESIDE_PX - width):
                right = left + width
                is_free = all(left >= b + GAP_PX or right <= a - GAP_PX for a, b in taken[row])
                if is_free and room[0] <= left and right <= room[1]:
                    taken[row].append((left, right))
                    return text, left, width, row
    return texts[0], None, width_of(texts[0]), 0


def _texts(group: list[PlotMark]) -> list[str]:
    """Return what a label may say, the fullest first."""
    labels = [mark.labels for mark in group if mark.labels]
    changes = joined(tuple(change for mark in group for change in mark.changes))
    if labels and not changes:
        return [" · ".join(each[0] for each in labels), *labels[0], "…"]
    if not changes:
        return ["there and back", "…"]
    full = " · ".join(each.text for each in changes)
    if len(changes) > MOST_NAMED:
        full = f"{len(changes)} changes"
    symbols = [each.symbol for each in changes]
    if len(changes) == 1:
        return [full, *symbols]
    return [full, " · ".join(symbols), f"{symbols[0]} …", "…"]


def _details(group: list[PlotMark]) -> str:
    told = [mark.details for mark in group[-MOST_TOLD:]]
    if len(group) > MOST_TOLD:
        told.insert(0, f"{len(group)} changes here, the last {MOST_TOLD} of them:")
    return "\n\n".join(told)
