"""Wide layers fold: which neurons are shown, and which are folded away behind a ⋮."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import BoolArray

__all__ = ["Fold", "FoldedColumn", "fold_column", "fold_slots"]

FOLD_PITCH = 26.0
"""Px from disc to disc in a folded layer, at least, where the canvas is not tiny."""
FEWEST_SLOTS = 5
"""One neuron, a ⋮, the kept one, a ⋮, one neuron."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Neurons ``first`` … ``last`` of one layer are folded away; their ⋮ stands at x, y in px."""

    first: int
    last: int
    x: float = 0.0
    y: float = 0.0

    @property
    def count(self) -> int:
        """How many neurons are folded away here."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, eq=False)
class FoldedColumn:
    """A folded layer as one column: the slot (n,) of each neuron from the top, who is shown (n,).

    The neurons of a fold share its slot; there are ``slot_count`` slots.
    """

    slots: np.ndarray[tuple[int], np.dtype[np.int64]]
    shown: BoolArray
    folds: tuple[tuple[int, int], ...]
    slot_count: int


def fold_slots(room: float) -> int:
    """Return how many discs and ⋮ have room in a column of ``room`` px."""
    return max(FEWEST_SLOTS, int(room / FOLD_PITCH))


def fold_column(size: int, slot_count: int, kept: Sequence[int] = ()) -> FoldedColumn:
    """Fold ``size`` neurons into ``slot_count`` slots: the first few, around ``kept``, the last.

    The middle turns over page by page, and the first and last few never move: what is clicked
    stays where it is. A ⋮ hides two neurons or more. ``kept`` counts from 0; where there is no
    room for all of them, the first ones win.
    """
    if size <= slot_count:
        return _column(np.ones(size, np.bool_))
    ends = max(1, slot_count // 4)
    shown = np.zeros(size, np.bool_)
    shown[:ends] = shown[size - ends :] = True
    between = slot_count - 2 * ends
    for neuron in dict.fromkeys(kept):
        windows = min(len(dict.fromkeys(kept)), max(1, (between - 1) // 2))
        page = max(1, (between - 1 - windows) // windows)
        start = min(ends + (neuron - ends) // page * page, size - ends - page)
        more = shown.copy()
        more[max(start, 0) : start + page] = True
        if not shown[neuron] and _column(more).slot_count <= slot_count:
            shown = more
    while True:  # what is left over lets the first run grow: its end never comes too soon
        more = shown.copy()
        more[int(np.flatnonzero(~shown)[0])] = True
        if _column(more).slot_count > slot_count:
            return _column(shown)
        shown = more


def _column(shown: BoolArray) -> FoldedColumn:
    """Return the column of a mask, a lone hidden neuron being shown instead of its ⋮."""
    hidden = np.flatnonzero(np.diff(np.concatenate([[False], ~shown, [False]]).astype(np.int8)))
    runs = [(int(start), int(stop) - 1) for start, stop in hidden.reshape(-1, 2)]
    folds = tuple(run for run in runs if run[1] > run[0])
    mask = np.ones(shown.shape, np.bool_)
    starts = np.ones(shown.shape, np.int64)
    for first, last in folds:
        mask[first : last + 1] = False
        starts[first + 1 : last + 1] = 0
    slots = np.cumsum(starts) - 1
    return FoldedColumn(slots, mask, folds, int(slots[-1]) + 1)
