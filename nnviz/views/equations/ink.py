"""Which colour a piece of an equation has: that of its quantity's scale and of its value's sign."""

from nnviz.trace.expressions import Tag
from nnviz.trace.quantities import Quantity
from nnviz.visual.palette import RGB, Palette

__all__ = ["tag_colour"]

_WEIGHTS = (Quantity.WEIGHT, Quantity.WEIGHT_AFTER)
_DERIVATIVES = (
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.WEIGHT_GRADIENT,
)


def tag_colour(tag: Tag, palette: Palette) -> RGB | None:
    """Return the colour of a weight or a derivative with a sign, None for all else."""
    if not tag.value or tag.value != tag.value:  # unknown, zero or NaN: no sign, no colour
        return None
    if tag.quantity in _WEIGHTS:
        return palette.weight_positive if tag.value > 0 else palette.weight_negative
    if tag.quantity in _DERIVATIVES:
        return palette.derivative_positive if tag.value > 0 else palette.derivative_negative
    return None
