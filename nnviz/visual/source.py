"""What a frame is built from, and the questions that all its parts ask of it."""

from dataclasses import dataclass

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref
from nnviz.trace.reveal import Reveal
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale

__all__ = ["DIGITS", "FrameSource", "TextLine", "coloured", "ring_quantity", "ring_values"]

DIGITS = 4
"""Significant digits of a number on the canvas where there is room for it."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameSource:
    """What a frame is built from."""

    trace: PassTrace
    reveal: Reveal
    palette: Palette
    selected: Ref | None
    class_names: tuple[str, ...]
    image_input: bool
    """Whether the input layer is drawn as an image, which has no rings."""
    digits: int = DIGITS

    def known(self, quantity: Quantity, layer: int) -> FloatArray | None:
        """Return the layer's values, None while unknown."""
        if not self.reveal.knows(quantity, layer):
            return None
        return self.trace.layer_values(quantity, layer)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of numbers; ``scale`` and ``positive`` say which colour it has, None: plain text.

    ``known`` is false for a dash that stands for a value not computed yet.
    """

    text: str
    scale: Scale | None = None
    positive: bool = True
    known: bool = True


def coloured(text: str, scale: Scale, value: float) -> TextLine:
    """Return a line in the colour of its sign; 0 has none."""
    return TextLine(text, scale if value else None, value > 0)


def ring_quantity(source: FrameSource, layer: int) -> Quantity | None:
    """Return what a layer's rings show: ∂C/∂b, until that step ∂C/∂a; None while neither."""
    if layer == 0 and source.image_input:
        return None
    # ∂C/∂b is the error signal; the input has none.
    for quantity in (Quantity.BIAS_GRADIENT, Quantity.ACTIVATION_GRADIENT)[layer == 0 :]:
        if source.reveal.knows(quantity, layer):
            return quantity
    return None


def ring_values(source: FrameSource, layer: int) -> FloatArray | None:
    """Return the values that a layer's rings show, (n,), None while there are none."""
    quantity = ring_quantity(source, layer)
    return None if quantity is None else source.trace.layer_values(quantity, layer)
