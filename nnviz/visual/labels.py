"""Where the numbers of the edges stand: never over each other, a neuron, or its numbers."""

from collections.abc import Sequence

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.visual.layout import Rect

__all__ = ["place_labels"]

_ALONG = np.linspace(0.16, 0.84, 18)
"""Places tried along an edge, 0 at its source."""
_CENTRING = 40.0
"""How many px of clearance from other edges it is worth to stand in the middle of one's own."""


def place_labels(
    lines: FloatArray, sizes: Sequence[tuple[float, float]], taken: Sequence[Rect]
) -> list[Rect | None]:
    """Place a box of each size on its line, (E, 4) as x1 y1 x2 y2; the last lines choose first.

    Each takes the free place that is farthest from the other lines, so that nobody takes it for
    theirs. A box that fits nowhere is None: better no number than one over another.
    """
    occupied = list(taken)
    placed: list[Rect | None] = [None] * len(lines)
    for index in reversed(range(len(lines))):
        width, height = sizes[index]
        for x, y in _places(lines, index):
            box = Rect(x - width / 2, y - height / 2, width, height)
            if not any(box.overlaps(other) for other in occupied):
                placed[index] = box
                occupied.append(box)
                break
    return placed


def _places(lines: FloatArray, index: int) -> list[tuple[float, float]]:
    """Return points along a line, the clearest of the other lines first."""
    start, end = lines[index, :2], lines[index, 2:]
    points = start + _ALONG[:, None] * (end - start)
    others = np.delete(lines, index, axis=0)
    clearance = np.full(len(points), np.inf) if not len(others) else _distances(points, others)
    worth = np.minimum(clearance, 60.0) - _CENTRING * np.abs(_ALONG - 0.5)
    return [(float(x), float(y)) for x, y in points[np.argsort(-worth, kind="stable")]]


def _distances(points: FloatArray, lines: FloatArray) -> FloatArray:
    """Return each point's distance to the nearest line: (P,) for (P, 2) and (E, 4)."""
    start, direction = lines[:, :2], lines[:, 2:] - lines[:, :2]
    length = np.maximum((direction**2).sum(axis=1), 1e-12)
    offset = points[:, None, :] - start
    share = np.clip((offset * direction).sum(axis=2) / length, 0, 1)
    return np.hypot(*np.moveaxis(offset - share[..., None] * direction, 2, 0)).min(axis=1)
