"""Where the numbers of the edges stand: never over each other, a neuron, or its numbers."""

from collections.abc import Sequence

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.visual.layout import Rect

__all__ = ["label_places", "place_labels"]

_ALONG = np.linspace(0.1, 0.9, 33)
"""Places tried along an edge, 0 at its source."""
_FAR = 40.0
"""Px of clearance beyond which more is worth nothing."""
_CENTRING = 20.0
"""How many px of clearance from other edges it is worth to stand in the middle of one's own."""


def label_places(lines: FloatArray, aspect: float = 1.0) -> FloatArray:
    """Return where the label of each line, (E, 4) as x1 y1 x2 y2, may be centred: (E, P, 2).

    The best come first: those that are farthest from the other lines, so that nobody takes a label
    for theirs, and near the middle. A label ``aspect`` times as wide as high must keep so many
    times farther from lines beside it than from those above and below.
    """
    start, end = lines[:, None, :2], lines[:, None, 2:]
    points = start + _ALONG[:, None] * (end - start)
    squeezed = lines / (aspect, 1.0, aspect, 1.0)
    clearances = _clearances(points / (aspect, 1.0), squeezed)
    worth = np.minimum(clearances, _FAR) - _CENTRING * np.abs(_ALONG - 0.5)
    order = np.argsort(-worth, axis=1, kind="stable")
    return np.take_along_axis(points, order[:, :, None], axis=1)


def place_labels(
    places: FloatArray,
    sizes: Sequence[tuple[float, float]],
    taken: Sequence[Rect],
    order: Sequence[int],
) -> list[Rect | None]:
    """Centre a box of each size on the first free of its ``places``; ``order`` says who chooses.

    A box that fits nowhere is None: better no number than one over another.
    """
    corners = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in taken]
    occupied = np.array(corners, np.float64).reshape(-1, 4)
    placed: list[Rect | None] = [None] * len(places)
    for index in order:
        half = np.array(sizes[index]) / 2
        low, high = places[index] - half, places[index] + half
        covers = (low[:, None] < occupied[:, 2:]) & (occupied[:, :2] < high[:, None])
        free = np.flatnonzero(~covers.all(axis=2).any(axis=1))
        if len(free):
            (x, y), best = low[free[0]].tolist(), free[0]
            placed[index] = Rect(x, y, *sizes[index])
            occupied = np.vstack([occupied, np.concatenate([low[best], high[best]])])
    return placed


def _clearances(points: FloatArray, lines: FloatArray) -> FloatArray:
    """Return how far each point (E, P, 2) of a line is from the nearest other line, (E, P)."""
    start, direction = lines[:, :2], lines[:, 2:] - lines[:, :2]
    length = np.maximum((direction**2).sum(axis=1), 1e-12)
    offset = points[:, :, None, :] - start
    share = np.clip((offset * direction).sum(axis=3) / length, 0, 1)
    distances = np.hypot(*np.moveaxis(offset - share[..., None] * direction, 3, 0))
    own = np.arange(len(lines))
    distances[own, :, own] = np.inf
    return distances.min(axis=2)
