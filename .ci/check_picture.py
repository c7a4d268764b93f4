"""Exit with an error unless the named PNG files show something: size, colours, no flat area.

A window that opened but drew nothing gives one colour, or one with a frame around it.
"""

import sys

import numpy as np
from PySide6.QtGui import QImage

SMALLEST = (800, 500)
FEWEST_COLOURS = 50
LARGEST_SHARE = 0.98
"""Of the pixels, in the most frequent colour."""


def fault(path: str) -> str | None:
    """Return what is wrong with the picture, or None; prints what was measured."""
    image = QImage(path)
    if image.isNull():
        return "missing or not a picture"
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, -1)[:, :width]
    counts = np.unique(pixels, return_counts=True)[1]
    share = counts.max() / pixels.size
    print(f"{path}: {width} x {height}, {counts.size} colours, {share:.0%} in the commonest")
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return f"smaller than {SMALLEST[0]} x {SMALLEST[1]}"
    if counts.size < FEWEST_COLOURS or share > LARGEST_SHARE:
        return "blank or nearly so"
    return None


if __name__ == "__main__":
    faults = {path: fault(path) for path in sys.argv[1:]}
    sys.exit("\n".join(f"{path}: {text}" for path, text in faults.items() if text) or None)
