"""A dataset as rows of its non-zero inputs, which is what the compiled trainer reads.

81 % of MNIST's pixels are zero, and a loop that skips them does less work than the best dense
product.
"""

from typing import NamedTuple

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray, IntArray

__all__ = ["MAX_COLUMNS", "Examples", "examples_of"]

MAX_COLUMNS = 65_536
"""Inputs per example, at most: their indices are kept in two bytes."""

CHUNK = 4_096
"""Examples converted at once; keeps the temporary arrays small."""

NO_LABEL = -1


class Examples(NamedTuple):
    """The examples; row r has its non-zero inputs at ``starts[r]`` up to ``starts[r + 1]``.

    ``columns`` holds their indices (uint16) and either ``pixels`` their values 0 … 255 (uint8) or
    ``floats`` their values (float32); the other one is empty. ``targets`` is (n, n_L) float32,
    ``labels`` (n,) int64, −1 where there is no label.
    """

    starts: IntArray
    columns: IntArray
    pixels: IntArray
    floats: FloatArray
    targets: FloatArray
    labels: IntArray


def examples_of(data: Dataset) -> Examples:
    """Convert a dataset; less than 0.2 s, and 25 MB, for 50,000 images of MNIST."""
    starts = _starts(data)
    is_pixels = data.inputs.dtype == np.uint8
    columns = np.empty(starts[-1], dtype=np.uint16)
    pixels = np.empty(starts[-1] if is_pixels else 0, dtype=np.uint8)
    floats = np.empty(0 if is_pixels else starts[-1], dtype=np.float32)
    values = pixels if is_pixels else floats
    every_column = np.arange(data.input_size, dtype=np.uint16)
    for first in range(0, len(data), CHUNK):
        chunk = data.inputs[first : first + CHUNK]
        lit = chunk != 0
        place = slice(starts[first], starts[first + len(chunk)])
        columns[place] = np.broadcast_to(every_column, chunk.shape)[lit]
        values[place] = chunk[lit]
    labels = np.full(len(data), NO_LABEL, dtype=np.int64)
    if data.labels is not None:
        labels[:] = data.labels
    targets = data.targets_at(slice(None), np.float32)
    return Examples(starts, columns, pixels, floats, targets, labels)


def _starts(data: Dataset) -> IntArray:
    """Return where each example's non-zero inputs begin, and where the last one's end, (n + 1,).

    Counted before any is copied: arrays that are joined in the end take the memory twice.
    """
    starts = np.zeros(len(data) + 1, dtype=np.int64)
    for first in range(0, len(data), CHUNK):
        chunk = data.inputs[first : first + CHUNK]
        starts[first + 1 : first + 1 + len(chunk)] = np.count_nonzero(chunk, axis=1)
    np.cumsum(starts, out=starts)
    return starts
