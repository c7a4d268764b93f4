"""Where a card stands: beside the pointer, or in the corner where it covers least."""

from collections.abc import Sequence

from nnviz.visual.layout import Rect

__all__ = ["beside_pointer", "calmest_corner"]

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


def calmest_corner(size: tuple[float, float], bounds: Rect, taken: Sequence[Rect]) -> Rect:
    """Return the corner of ``bounds`` where a box of ``size`` covers least of what is ``taken``.

    Of equally good ones the first of: top right, top left, bottom right, bottom left.
    """
    width, height = size
    right, bottom = bounds.x + bounds.width - width, bounds.y + bounds.height - height
    corners = [Rect(x, y, width, height) for y in (bounds.y, bottom) for x in (right, bounds.x)]
    return min(corners, key=lambda corner: sum(_shared(corner, each) for each in taken))


def _shared(one: Rect, other: Rect) -> float:
    """Return the area in px² that two rectangles share."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0.0) * max(height, 0.0)
