"""Compiled loops that draw edges into pixels: lines one over the other, and many as a density.

Nothing imports this module before it is needed, because it imports numba: see ``drawing``. Pixel
(row i, column k) covers i … i + 1 and k … k + 1.

A line is a parallelogram with its ends cut along the pixels of its lesser direction: in each
column (row, of a steep line) it covers the interval around its middle whose length is its width
over the cosine of its slope. Of each pixel the covered share counts, so that the sum over a line's
pixels is exactly its length times its width, whatever its slope and place (the idea of X. Wu, "An
efficient antialiasing technique", SIGGRAPH 1991, for any width).
"""

import numpy as np

from nnviz.compiling.jit import compiled, entry
from nnviz.engine.arrays import FloatArray, IntArray

__all__ = ["BUILT_FOR", "add_bundle", "draw_lines", "tone"]

BUILT_FOR = "d661ed53b860"
"""Stands for the options that ``compiling`` compiles with; a test compares it. Writing down the new
value changes this file, and so numba compiles anew."""

f4 = np.float32
u4 = np.uint32
ODD = u4(0x00FF00FF)
"""Two of a pixel's four channels, with room between them for a product with up to 256."""
HALF = u4(0x00800080)


@compiled
def _blend(pixels: IntArray, place: int, colour: IntArray, share: float) -> None:
    """Lay a colour (0x00RR00BB, 0xFF00GG, its alpha 0 … 256) over a pixel, covering ``share``."""
    cover = (u4(share * 256.0 + 0.5) * colour[2]) >> u4(8)
    keep = u4(256) - cover
    old = pixels[np.uint64(place)]
    red_blue = ((colour[0] * cover + (old & ODD) * keep + HALF) >> u4(8)) & ODD
    rest = (colour[1] * cover + ((old >> u4(8)) & ODD) * keep + HALF) & ~ODD
    pixels[np.uint64(place)] = red_blue | rest


@compiled
def _draw_line(
    pixels: IntArray, colour: IntArray, line: FloatArray, steps: IntArray, box: IntArray,
    width: float,
) -> None:  # fmt: skip
    """Draw one line along u: from u1 to u2, at u1 its middle is at v1, its slope is dv/du.

    ``line`` is u1, u2, v1, slope; a pixel lies at steps · (u, v) in ``pixels``; ``box`` is the
    least u, the u after the last, and the same of v.
    """
    v1, slope = line[2], line[3]
    half = 0.5 * width * np.sqrt(1.0 + slope * slope)
    begin, stop = min(line[0], line[1]), max(line[0], line[1])
    first, end = box[2], box[3]
    for u in range(max(box[0], int(np.floor(begin))), min(box[1], int(np.ceil(stop)))):
        enter, leave = float(u), u + 1.0
        if enter < begin:
            enter = begin
        if leave > stop:
            leave = stop
        part = leave - enter
        middle = v1 + slope * (0.5 * (enter + leave) - line[0])
        lower, upper = middle - half, middle + half
        if lower < first:  # clipped before it becomes an integer: a line may end far outside
            lower = float(first)
        if upper > end:
            upper = float(end)
        if not lower < upper:
            continue
        v, last = int(lower), int(upper)
        place = u * steps[0] + v * steps[1]
        if v == last:
            _blend(pixels, place, colour, part * (upper - lower))
            continue
        _blend(pixels, place, colour, part * (v + 1.0 - lower))
        for _ in range(v + 1, last):
            place += steps[1]
            _blend(pixels, place, colour, part)
        if upper > last:
            _blend(pixels, place + steps[1], colour, part * (upper - last))


@entry
def draw_lines(
    pixels: IntArray, lines: FloatArray, rgba: IntArray, widths: FloatArray, clip: IntArray
) -> None:
    """Draw antialiased lines, the first at the bottom.

    Parameters
    ----------
    pixels : (rows, columns) uint32 array
        Premultiplied 0xAARRGGBB, changed in place.
    lines : (E, 4) float64 array
        x1, y1, x2, y2 in pixels; a line that is not finite or has no length is not drawn.
    rgba : (E, 4) uint8 array
        Colours, not premultiplied.
    widths : (E,) float64 array
        In pixels.
    clip : (4,) int64 array
        Left, top, right, bottom: nothing is drawn outside.
    """
    colour, line = np.empty(3, np.uint32), np.empty(4)
    flat = pixels.reshape(-1)
    across, down = _boxes(clip, pixels.shape[0], pixels.shape[1])
    right, under = np.array([1, pixels.shape[1]]), np.array([pixels.shape[1], 1])
    for e in range(lines.shape[0]):
        steep = _turned(lines[e, 0], lines[e, 1], lines[e, 2], lines[e, 3], line)
        if steep < 0:
            continue
        alpha = u4(rgba[e, 3])
        colour[0] = (u4(rgba[e, 0]) << u4(16)) | u4(rgba[e, 2])
        colour[1] = u4(0x00FF0000) | u4(rgba[e, 1])
        colour[2] = alpha + (alpha >> u4(7))
        if steep > 0:
            _draw_line(flat, colour, line, under, down, widths[e])
        else:
            _draw_line(flat, colour, line, right, across, widths[e])


@compiled
def _boxes(clip: IntArray, rows: int, columns: int) -> tuple[IntArray, IntArray]:
    """Return the clip within the pixels as least and end of u and of v, of flat and steep lines."""
    left, top = max(clip[0], 0), max(clip[1], 0)
    right, bottom = min(clip[2], columns), min(clip[3], rows)
    return np.array([left, right, top, bottom]), np.array([top, bottom, left, right])


@compiled
def _turned(x1: float, y1: float, x2: float, y2: float, line: FloatArray) -> int:
    """Fill ``line`` with u1, u2, v1 and slope; return 1 if u is y, 0 if x, -1 if it is no line."""
    dx, dy = x2 - x1, y2 - y1
    length = abs(dx) + abs(dy)
    if not (length > 0.0 and length < 1e9 and abs(x1) + abs(y1) < 1e9):
        return -1
    if abs(dy) > abs(dx):
        line[0], line[1], line[2], line[3] = y1, y2, x1, dx / dy
        return 1
    line[0], line[1], line[2], line[3] = x1, x2, y1, dy / dx
    return 0


@compiled
def _add_line(
    plane: FloatArray, line: FloatArray, across: int, along: int, box: IntArray, strength: float
) -> None:
    """Add one line 1 px wide, described as in ``_draw_line``, to the sums of one sign."""
    slope = line[3]
    half = 0.5 * np.sqrt(1.0 + slope * slope)
    begin, stop = min(line[0], line[1]), max(line[0], line[1])
    first, end = float(box[2]), float(box[3])
    base, whole = line[2] - slope * line[0], f4(2.0 * half * strength)
    small = f4(strength)
    for u in range(max(box[0], int(np.floor(begin))), min(box[1], int(np.ceil(stop)))):
        lower = base + slope * (u + 0.5) - half
        upper = lower + 2.0 * half
        if u >= begin and u + 1.0 <= stop and lower >= first and upper <= end - 2.0:
            # Such a line covers parts of two or three pixels: always three, the last perhaps by 0,
            # because a wrong guess of the processor costs more than an addition.
            v = int(lower)
            place = u * along + v * across
            under = f4(v + 1.0 - lower) * small
            over = max(f4(upper - (v + 2.0)), f4(0)) * small
            plane[np.uint64(place)] += under
            plane[np.uint64(place + across)] += max(whole - under - over, f4(0))
            plane[np.uint64(place + across + across)] += over
            continue
        enter, leave = max(begin, float(u)), min(stop, u + 1.0)
        middle = base + slope * 0.5 * (enter + leave)
        lower, upper = max(middle - half, first), min(middle + half, end)
        if not lower < upper:
            continue
        part = strength * (leave - enter)
        for v in range(int(lower), int(np.ceil(upper))):
            share = min(upper, v + 1.0) - max(lower, float(v))
            plane[np.uint64(u * along + v * across)] += f4(part * share)


@entry
def add_bundle(
    sums: FloatArray, ends: FloatArray, starts: FloatArray, insets: FloatArray,
    strengths: FloatArray, clip: IntArray,
) -> None:  # fmt: skip
    """Add the lines of a layer, 1 px wide, to the sums of what crosses each pixel.

    Parameters
    ----------
    sums : (2, rows, columns) float32 array
        Of the positive strengths and of the negative ones without their sign, changed in place.
    ends, starts : (n, 2), (m, 2) float64 arrays
        The centres of the layer's neurons and of those before it, in pixels.
    insets : (2,) float64 array
        The radii of the discs before and of the layer: lines run from rim to rim.
    strengths : (n, m) float32 array
        A line of strength 0 or NaN adds nothing.
    clip : (4,) int64 array
        Left, top, right, bottom: nothing is added outside.
    """
    columns = sums.shape[2]
    flat_box, steep_box = _boxes(clip, sums.shape[1], columns)
    plus, minus = sums[0].reshape(-1), sums[1].reshape(-1)
    line = np.empty(4)
    for j in range(ends.shape[0]):
        for i in range(starts.shape[0]):
            strength = strengths[j, i]
            if not abs(strength) > f4(0):
                continue
            dx, dy = ends[j, 0] - starts[i, 0], ends[j, 1] - starts[i, 1]
            length = np.sqrt(dx * dx + dy * dy)
            if not length > insets[0] + insets[1]:
                continue
            dx, dy = dx / length, dy / length
            steep = _turned(
                starts[i, 0] + dx * insets[0], starts[i, 1] + dy * insets[0],
                ends[j, 0] - dx * insets[1], ends[j, 1] - dy * insets[1], line,
            )  # fmt: skip
            plane = plus if strength > f4(0) else minus
            if steep > 0:
                _add_line(plane, line, 1, columns, steep_box, abs(strength))
            elif steep == 0:
                _add_line(plane, line, columns, 1, flat_box, abs(strength))


@entry
def tone(
    pixels: IntArray, sums: FloatArray, colours: FloatArray, knee: float, limit: float,
    opacity: float, clip: IntArray,
) -> None:  # fmt: skip
    """Lay sums over the pixels as colour and transparency, and put them back to 0.

    The share of the sum s = + and − is log(1 + s / knee) / log(1 + limit / knee), at most 1; the
    colour is the two colours' mixture in proportion to + and −.

    Parameters
    ----------
    pixels : (rows, columns) uint32 array
        Premultiplied 0xAARRGGBB, changed in place.
    sums : (2, rows, columns) float32 array
        See ``add_bundle``; 0 inside the clip afterwards.
    colours : (2, 3) float64 array
        Red, green, blue of + and of −, 0 … 255.
    opacity : float
        Of the share 1, 0 … 1.
    """
    scale = f4(opacity / np.log1p(limit / knee))
    per_knee = f4(1.0 / knee)
    top = f4(opacity)
    for row in range(max(clip[1], 0), min(clip[3], pixels.shape[0])):
        for column in range(max(clip[0], 0), min(clip[2], pixels.shape[1])):
            plus, minus = sums[0, row, column], sums[1, row, column]
            total = plus + minus
            if not total > f4(0):
                continue
            sums[0, row, column] = sums[1, row, column] = f4(0)
            share = min(top, scale * np.log1p(total * per_knee))
            keep = f4(1) - share
            mix = plus / total
            value = np.uint32(0)
            old = pixels[row, column]
            for c in range(3):
                own = f4(colours[0, c]) * mix + f4(colours[1, c]) * (f4(1) - mix)
                shift = np.uint32(16 - 8 * c)
                below = f4((old >> shift) & np.uint32(255))
                value |= np.uint32(own * share + below * keep + f4(0.5)) << shift
            alpha = f4(255) * share + f4(old >> np.uint32(24)) * keep + f4(0.5)
            pixels[row, column] = value | (np.uint32(alpha) << np.uint32(24))
