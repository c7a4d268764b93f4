"""All edges of a layer at once: how much of either sign crosses each pixel, as colour.

Drawn one over the other, thousands of edges are a thicket in which the last hides all others. Here
their strengths add up, + and − apart, so that the picture does not depend on any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.visual.palette import RGB
from nnviz.visual.raster_warm_up import are_rasters_ready

__all__ = ["Bundle", "Window", "add_up", "draw_density", "lay"]

SAMPLED = 3
"""Each so many rows and columns a pixel is looked at to find the ends of the scale."""
BRIGHTEST = 99.5
"""The percentile of the crossed pixels at which the colour is full."""
KNEE = 0.03
"""Part of that sum from which on the colour grows by the logarithm: a few edges stay visible
beside the places where hundreds meet."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """All edges of a layer: where they run, in pixels, how strong they are, and their colours.

    ``starts`` (m, 2) and ``ends`` (n, 2) are the centres of the discs, ``insets`` their radii,
    ``strengths`` (n, m) signed, ``plus`` and ``minus`` the colours of the signs.
    """

    starts: FloatArray
    ends: FloatArray
    insets: tuple[float, float]
    strengths: FloatArray
    plus: RGB
    minus: RGB


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the pixels, in pixels, and how opaque the fullest colour is there, 0 … 1."""

    left: int
    top: int
    right: int
    bottom: int
    opacity: float = 1.0

    def clip(self) -> IntArray:
        """Return the sides as the loops take them."""
        return np.array((self.left, self.top, self.right, self.bottom), np.int64)


def draw_density(pixels: IntArray, bundle: Bundle, windows: Sequence[Window]) -> None:
    """Lay the layer's density over premultiplied 0xAARRGGBB ``pixels`` (rows, columns), uint32.

    ``windows`` do not overlap; outside them nothing is drawn.
    """
    sums = add_up(bundle, pixels.shape[0], pixels.shape[1])
    sample = sums[0, ::SAMPLED, ::SAMPLED] + sums[1, ::SAMPLED, ::SAMPLED]
    sample = sample[sample > 0]
    if not sample.size:
        return
    limit = float(np.percentile(sample, BRIGHTEST))
    for window in windows:
        lay(pixels, sums, bundle, KNEE * limit, limit, window)


def add_up(bundle: Bundle, rows: int, columns: int) -> FloatArray:
    """Return per pixel the sums of + and of − of the lines, (2, rows, columns), float32.

    A line 1 px wide adds its strength times the share of the pixel that it covers.
    """
    sums = np.zeros((2, rows, columns), np.float32)
    arrays = (
        np.array(bundle.ends, np.float64),  # copies: the loops are compiled for arrays that are
        np.array(bundle.starts, np.float64),  # contiguous and could be written to
        np.array(bundle.insets, np.float64),
        np.array(bundle.strengths, np.float32),
    )
    if are_rasters_ready():
        from nnviz.visual.rasters import add_bundle  # late: it imports numba

        add_bundle(sums, *arrays, np.array((0, 0, columns, rows), np.int64))
    else:
        _add_bundle(sums, *arrays)
    return sums


def lay(
    pixels: IntArray, sums: FloatArray, bundle: Bundle, knee: float, limit: float, window: Window
) -> None:
    """Lay sums over the pixels of a window as colour and transparency: ``rasters.tone``."""
    colours = np.array((bundle.plus, bundle.minus), np.float64)
    if are_rasters_ready():
        from nnviz.visual.rasters import tone  # late: it imports numba

        tone(pixels, sums, colours, knee, limit, window.opacity, window.clip())
        return
    place = slice(max(window.top, 0), window.bottom), slice(max(window.left, 0), window.right)
    plus, minus = sums[0][place], sums[1][place]
    total = plus + minus
    share = window.opacity * np.log1p(total / knee) / np.log1p(limit / knee)
    share = np.minimum(share, window.opacity)[..., None]
    mix = np.divide(plus, total, out=np.zeros_like(total), where=total > 0)[..., None]
    colour = np.empty((*total.shape, 4))  # blue, green, red, alpha: the bytes of 0xAARRGGBB
    colour[..., :3] = (mix * colours[0] + (1 - mix) * colours[1])[..., ::-1]
    colour[..., 3] = 255
    old = pixels[place]
    shifts = np.array((0, 8, 16, 24), np.uint32)
    below = (old[..., None] >> shifts) & np.uint32(255)
    mixed = np.floor(colour * share + below * (1 - share) + 0.5).astype(np.uint32)
    pixels[place] = np.where(total > 0, (mixed << shifts).sum(axis=-1, dtype=np.uint32), old)
    plus[...] = minus[...] = 0


def _add_bundle(
    sums: FloatArray,
    ends: FloatArray,
    starts: FloatArray,
    insets: FloatArray,
    strengths: FloatArray,
) -> None:
    """Do what ``rasters.add_bundle`` does, column by column for all lines at once."""
    j, i = np.nonzero(np.nan_to_num(strengths))
    direction = ends[j] - starts[i]
    length = np.hypot(direction[:, 0], direction[:, 1])
    long = length > insets.sum()
    j, i, direction, length = j[long], i[long], direction[long], length[long]
    direction = direction / length[:, None]
    start, end = starts[i] + direction * insets[0], ends[j] - direction * insets[1]
    values = strengths[j, i].astype(np.float64)
    steep = np.abs(direction[:, 1]) > np.abs(direction[:, 0])
    _add_lines(sums, start[~steep], end[~steep], values[~steep])
    turned = np.swapaxes(sums, 1, 2)
    _add_lines(turned, start[steep][:, ::-1], end[steep][:, ::-1], values[steep])


def _add_lines(sums: FloatArray, start: FloatArray, end: FloatArray, values: FloatArray) -> None:
    """Add lines that run along the rows of ``sums`` (2, rows, columns)."""
    if not len(values):
        return
    rows, columns = sums.shape[1:]
    slope = (end[:, 1] - start[:, 1]) / (end[:, 0] - start[:, 0])
    half = 0.5 * np.sqrt(1 + slope**2)
    begin, stop = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    signs = (values < 0).astype(np.int64) * rows
    for u in range(max(0, int(begin.min())), min(columns, int(np.ceil(stop.max())))):
        enter, leave = np.maximum(begin, u), np.minimum(stop, u + 1)
        middle = start[:, 1] + slope * (0.5 * (enter + leave) - start[:, 0])
        lower, upper = np.maximum(middle - half, 0), np.minimum(middle + half, rows)
        here = (leave > enter) & (upper > lower)
        lower, upper, sign = lower[here], upper[here], signs[here]
        part = np.abs(values[here]) * (leave - enter)[here]
        first = np.floor(lower).astype(np.int64)
        for step in range(3):  # a line 1 px wide, at most as steep as 45°, covers no more
            share = np.minimum(upper, first + step + 1) - np.maximum(lower, first + step)
            inside = share > 0
            place = (sign + first + step)[inside]
            column = np.bincount(place, (part * share)[inside], 2 * rows).reshape(2, rows)
            sums[:, :, u] += column.astype(np.float32)
