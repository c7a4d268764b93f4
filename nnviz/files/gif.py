"""Animated GIF, written frame by frame: each holds what has changed, in its own best 255 colours.

Apart from Qt, which reads this format but does not write it. Source: CompuServe, Graphics
Interchange Format, version 89a (1990); the endless loop is Netscape's application extension.
"""

import struct

import numpy as np

from nnviz.engine.arrays import IntArray
from nnviz.errors import NnvizError
from nnviz.files.colour_table import ByteArray, best_colours, nearest_colours

__all__ = ["GifWriter"]

MOST_COLOURS = 255
"""One of a table's 256 entries stands for pixels that stay as they are."""
CODE_BITS, MOST_CODES = 8, 4096
LARGEST = 65_535
"""Of the sides of a picture, in px."""
_CLEAR, _END = 1 << CODE_BITS, (1 << CODE_BITS) + 1


class GifWriter:
    """Takes frames of one size and returns the file; it loops for ever."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._before: IntArray | None = None

    def add(self, pixels: ByteArray, seconds: float) -> None:
        """Add a frame, red, green, blue (H, W, 3), shown for so long.

        Raises NnvizError for a frame that is too large, ValueError for one of another size.
        """
        height, width = pixels.shape[:2]
        if max(height, width) > LARGEST:
            raise NnvizError(
                f"A GIF is at most {LARGEST:,} px wide and high; choose a smaller one."
            )
        packed = _packed(pixels)
        if self._before is None:
            self._parts += [_header(width, height), _LOOP]
            changed = np.ones((height, width), bool)
        elif self._before.shape != packed.shape:
            raise ValueError("All frames of an animation have one size.")
        else:
            changed = packed != self._before
        self._before = packed
        self._parts.append(_frame(packed, changed, seconds))

    def finish(self) -> bytes:
        """Return the whole file. Raises ValueError without a frame."""
        if not self._parts:
            raise ValueError("An animation has at least one frame.")
        return b"".join([*self._parts, b";"])


_LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def _packed(pixels: ByteArray) -> IntArray:
    wide = pixels.astype(np.int64)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def _header(width: int, height: int) -> bytes:
    """Return signature and screen, without a table for all frames."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0)


def _frame(packed: IntArray, changed: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
           seconds: float) -> bytes:  # fmt: skip
    """Return the changed part of a frame: control block, place, colours, pixels."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):  # nothing changed: one pixel that says so
        rows = columns = np.zeros(1, np.int64)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    part, new = packed[top:bottom, left:right], changed[top:bottom, left:right]
    colours, inverse, counts = np.unique(part[new], return_inverse=True, return_counts=True)
    table = best_colours(colours, counts, MOST_COLOURS)
    indices = np.full(part.shape, len(table), np.uint8)
    indices[new] = nearest_colours(colours, table)[inverse]
    entries = np.zeros((256, 3), np.uint8)
    entries[: len(table)] = table
    hundredths = max(2, round(seconds * 100))
    return b"".join(
        (
            b"\x21\xf9\x04" + struct.pack("<BHBB", 0b0000_0101, hundredths, len(table), 0),
            b"," + struct.pack("<HHHHB", left, top, right - left, bottom - top, 0x87),
            entries.tobytes(),
            bytes([CODE_BITS]),
            _blocks(_compressed(indices.tobytes())),
        )
    )


def _compressed(data: bytes) -> bytes:
    """Return the pixels in Lempel, Ziv and Welch's codes, 9 to 12 bits wide, lowest bit first."""
    codes, widths = [_CLEAR], [CODE_BITS + 1]
    table: dict[int, int] = {}
    find = table.get
    width, following, limit = CODE_BITS + 1, _END + 1, 1 << (CODE_BITS + 1)
    prefix = data[0]
    for value in data[1:]:
        key = prefix << 8 | value
        code = find(key)
        if code is not None:
            prefix = code
            continue
        codes.append(prefix)
        widths.append(width)
        if following == MOST_CODES:
            codes.append(_CLEAR)
            widths.append(width)
            table.clear()
            width, following, limit = CODE_BITS + 1, _END + 1, 1 << (CODE_BITS + 1)
        else:
            table[key] = following
            if following == limit:
                width, limit = width + 1, limit << 1
            following += 1
        prefix = value
    # The last codes are as wide as the reader, one entry behind, expects them.
    codes += [prefix, _END]
    widths += [width, width + (following == limit and width < 12)]
    return _bits(np.array(codes), np.array(widths))


def _bits(codes: IntArray, widths: IntArray) -> bytes:
    """Return codes of these widths one after the other, from the lowest bit of each byte on."""
    bits = (codes[:, None] >> np.arange(12)) & 1
    used = np.arange(12) < widths[:, None]
    return np.packbits(bits[used].astype(np.uint8), bitorder="little").tobytes()


def _blocks(data: bytes) -> bytes:
    """Return data in blocks of at most 255 bytes, each after its length, and the empty one."""
    parts = [data[start : start + 255] for start in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\x00"
