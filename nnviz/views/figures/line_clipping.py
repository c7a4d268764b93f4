"""Lines cut where a clip ends, by geometry: some readers of SVG know no clips."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainterPath

from nnviz.engine.arrays import FloatArray

__all__ = ["clipped_lines"]

SHORTEST = 1e-6
"""Pieces shorter than this share of their line are left out."""


def clipped_lines(lines: Sequence[QLineF], clip: QPainterPath) -> list[QLineF]:
    """Return the pieces of the lines that lie inside ``clip``."""
    borders = _borders(clip)
    if not len(borders):
        return []
    pieces: list[QLineF] = []
    for line in lines:
        ends = np.concatenate([[0.0, 1.0], _crossings(line, borders)])
        ends.sort()
        for start, end in pairwise(ends.tolist()):
            if end - start > SHORTEST and clip.contains(line.pointAt((start + end) / 2)):
                pieces.append(QLineF(line.pointAt(start), line.pointAt(end)))
    return pieces


def _borders(clip: QPainterPath) -> FloatArray:
    """Return the clip's straight edges, curves in short pieces, as (n, 4)."""
    edges = [
        (one.x(), one.y(), other.x(), other.y())
        for polygon in clip.toSubpathPolygons()
        for one, other in pairwise(polygon.toList())
    ]
    return np.array(edges, np.float64).reshape(-1, 4)


def _crossings(line: QLineF, borders: FloatArray) -> FloatArray:
    """Return where a line crosses the edges, as shares of its length between 0 and 1."""
    x, y, dx, dy = line.x1(), line.y1(), line.dx(), line.dy()
    ex, ey = borders[:, 2] - borders[:, 0], borders[:, 3] - borders[:, 1]
    across = dx * ey - dy * ex
    meets = np.abs(across) > 1e-12  # else they are parallel
    across = np.where(meets, across, 1.0)
    fx, fy = borders[:, 0] - x, borders[:, 1] - y
    along, on_edge = (fx * ey - fy * ex) / across, (fx * dy - fy * dx) / across
    meets &= (along > 0) & (along < 1) & (on_edge >= 0) & (on_edge <= 1)
    return along[meets]
