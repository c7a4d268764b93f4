"""Where a card stands: beside the pointer, or in the corner where it covers least."""

from collections.abc import Sequence
from enum import Enum

from nnviz.visual.layout import Rect

__all__ = ["Corner", "beside_pointer", "calmest_corner"]

RIGHT_OF, LEFT_OF, BELOW, ABOVE = 16.0, 12.0, 18.0, 10.0
"""Px between the pointer's tip and a card; to the right and below the arrow takes more."""


def beside_pointer(
    pointer: tuple[float, float], size: tuple[float, float], bounds: Rect
) -> tuple[float, float]:
    """Return where a card's top left corner is: inside ``bounds`` and never under the pointer.

    It stands below and to the right, on the other sides where there is no room. Larger than all
    room beside the pointer, it sticks out of ``bounds`` rather than lie under the pointer.
    """
    (x, y), (width, height) = pointer, size
    left = x + RIGHT_OF
    if left + width > bounds.x + bounds.width:
        left = max(x - LEFT_OF - width, bounds.x)
    top = y + BELOW
    if top + height > bounds.y + bounds.height:
        top = y - ABOVE - height
    if top < bounds.y:
        # Neither below nor above: beside the pointer, where every height will do.
        top = max(bounds.y, min(top, bounds.y + bounds.height - height))
        left = x + RIGHT_OF
        if left + width > bounds.x + bounds.width:
            left = x - LEFT_OF - width
    return left, top


class Corner(Enum):
    """A corner of the canvas."""

    TOP_RIGHT = "top right"
    TOP_LEFT = "top left"
    BOTTOM_RIGHT = "bottom right"
    BOTTOM_LEFT = "bottom left"

    def place(self, size: tuple[float, float], bounds: Rect) -> Rect:
        """Return where a box of ``size`` is in this corner of ``bounds``."""
        (width, height), x, y = size, bounds.x, bounds.y
        if self in (Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT):
            x += bounds.width - width
        if self in (Corner.BOTTOM_RIGHT, Corner.BOTTOM_LEFT):
            y += bounds.height - height
        return Rect(x, y, width, height)


def calmest_corner(size: tuple[float, float], bounds: Rect, taken: Sequence[Rect]) -> Corner:
    """Return the corner of ``bounds`` where a box of ``size`` covers least of what is ``taken``.

    Of equally good ones the first of: top right, top left, bottom right, bottom left.
    """
    covered = {
        corner: sum(_shared(corner.place(size, bounds), each) for each in taken)
        for corner in Corner
    }
    return min(covered, key=covered.__getitem__)


def _shared(one: Rect, other: Rect) -> float:
    """Return the area in px² that two rectangles share."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0.0) * max(height, 0.0)
