"""Animated GIF: frames of one size, each in its own best colours, without dithering.

Apart from Qt, which reads this format but does not write it; Pillow does.
"""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nnviz.errors import NnvizError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["GifWriter"]

ByteArray = npt.NDArray[np.uint8]

MOST_COLOURS = 255
"""One of a table's 256 entries stands for pixels that stay as they are."""
LARGEST = 65_535
"""Of the sides of a picture, in px."""


class GifWriter:
    """Takes frames of one size and returns the file; it loops for ever."""

    def __init__(self) -> None:
        self._frames: list[Image.Image] = []
        self._milliseconds: list[int] = []

    def add(self, pixels: ByteArray, seconds: float) -> None:
        """Add a frame, red, green, blue (H, W, 3), shown for so long.

        Raises NnvizError for a frame that is too large, ValueError for one of another size.
        """
        from PIL import Image  # late: most windows never write an animation

        height, width = pixels.shape[:2]
        if max(height, width) > LARGEST:
            raise NnvizError(
                f"A GIF is at most {LARGEST:,} px wide and high; choose a smaller one."
            )
        if self._frames and self._frames[0].size != (width, height):
            raise ValueError("All frames of an animation have one size.")
        image = Image.fromarray(np.ascontiguousarray(pixels))
        # No colour is far from its own: a median cut leaves the rare ones out, which are those of
        # the legend. Dithering would make text hard to read.
        cover, none = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        self._frames.append(image.quantize(MOST_COLOURS, cover, kmeans=2, dither=none))
        self._milliseconds.append(round(1000 * seconds))

    def finish(self) -> bytes:
        """Return the whole file. Raises ValueError without a frame."""
        if not self._frames:
            raise ValueError("An animation has at least one frame.")
        file = BytesIO()
        first, *others = self._frames
        first.save(
            file, "GIF", save_all=True, append_images=others, duration=self._milliseconds, loop=0
        )
        return file.getvalue()
