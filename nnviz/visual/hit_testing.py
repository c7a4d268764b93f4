"""Which drawn edge is under the pointer."""

import numpy as np

from nnviz.engine.arrays import FloatArray

__all__ = ["nearest_line"]


def nearest_line(lines: FloatArray, x: float, y: float, within: float) -> int | None:
    """Return the index of the line (E, 4) nearest to a point, None beyond ``within`` px.

    Of equally near ones the last, which is drawn on top.
    """
    if not len(lines):
        return None
    start, end = lines[:, :2], lines[:, 2:]
    direction = end - start
    length = np.maximum((direction**2).sum(axis=1), 1e-12)
    share = np.clip(((np.array((x, y)) - start) * direction).sum(axis=1) / length, 0, 1)
    nearest = start + share[:, None] * direction
    distance = np.hypot(nearest[:, 0] - x, nearest[:, 1] - y)
    index = len(distance) - 1 - int(distance[::-1].argmin())
    return index if distance[index] <= within else None
