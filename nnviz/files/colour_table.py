"""The best few colours of a picture: frequent ones exactly, of the others means of near ones."""

import numpy as np
import numpy.typing as npt

from nnviz.engine.arrays import FloatArray, IntArray

__all__ = ["ByteArray", "best_colours", "nearest_colours"]

ByteArray = npt.NDArray[np.uint8]

EXACT_SHARE = 0.3
"""Of the table: the most frequent colours, grounds and plain lines, which must not drift."""
CHUNK = 4096
"""Colours compared with the table at a time."""


def best_colours(colours: IntArray, counts: IntArray, most: int) -> ByteArray:
    """Return at most ``most`` colours (n, 3) for different ``colours``, 0xRRGGBB, that often used.

    Where there are no more than that, exactly those.
    """
    rgb = _rgb(colours)
    if len(colours) <= most:
        return rgb.astype(np.uint8)
    order = np.argsort(-counts, kind="stable")
    exact = round(most * EXACT_SHARE)
    rest = order[exact:]
    # Antialiased rims are many colours of few pixels: a root keeps the frequent from taking all.
    means = _median_cut(rgb[rest], np.sqrt(counts[rest]), most - exact)
    return np.concatenate([rgb[order[:exact]], np.round(means)]).astype(np.uint8)


def nearest_colours(colours: IntArray, table: ByteArray) -> ByteArray:
    """Return the index in ``table`` (n, 3) of the nearest colour to each of ``colours``."""
    rgb, entries = _rgb(colours), table.astype(np.float64)
    squares = (entries**2).sum(axis=1)
    nearest = np.empty(len(colours), np.uint8)
    for start in range(0, len(colours), CHUNK):
        part = rgb[start : start + CHUNK]
        nearest[start : start + CHUNK] = (squares - 2 * part @ entries.T).argmin(axis=1)
    return nearest


def _rgb(colours: IntArray) -> FloatArray:
    return ((colours[:, None] >> np.array([16, 8, 0])) & 255).astype(np.float64)


def _median_cut(rgb: FloatArray, weights: FloatArray, most: int) -> FloatArray:
    """Return the weighted means of at most ``most`` boxes, cut where they spread most.

    Source: Heckbert, Color Image Quantization for Frame Buffer Display, SIGGRAPH 1982.
    """
    boxes: list[IntArray] = [np.arange(len(rgb))]
    spreads = [_spread(rgb, weights, boxes[0])]
    while len(boxes) < most:
        widest = int(np.argmax(spreads))
        if spreads[widest] <= 0:
            break
        box = boxes.pop(widest)
        spreads.pop(widest)
        for half in _halves(rgb, weights, box):
            boxes.append(half)
            spreads.append(_spread(rgb, weights, half))
    means = [np.average(rgb[box], axis=0, weights=weights[box]) for box in boxes]
    return np.stack(means)


def _spread(rgb: FloatArray, weights: FloatArray, box: IntArray) -> float:
    """Return how far the colours of a box lie apart, more if they weigh much."""
    return float(np.ptp(rgb[box], axis=0).max() * np.sqrt(weights[box].sum()))


def _halves(rgb: FloatArray, weights: FloatArray, box: IntArray) -> tuple[IntArray, IntArray]:
    """Cut a box of at least two colours across its longest side where half of it weighs half."""
    side = int(np.ptp(rgb[box], axis=0).argmax())
    ordered = box[np.argsort(rgb[box, side], kind="stable")]
    total = np.cumsum(weights[ordered])
    middle = int(np.searchsorted(total, total[-1] / 2)) + 1
    middle = min(max(middle, 1), len(ordered) - 1)
    return ordered[:middle], ordered[middle:]
