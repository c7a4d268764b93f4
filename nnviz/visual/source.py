"""What a frame is built from, and the questions that all its parts ask of it."""

from dataclasses import dataclass

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref
from nnviz.trace.reveal import Reveal
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale

__all__ = ["FrameSource", "TextLine", "coloured", "ring_values"]


@dataclass(frozen=True, slots=True, eq=False)
class FrameSource:
    """What a frame is built from."""

    trace: PassTrace
    reveal: Reveal
    palette: Palette
    selected: Ref | None
    class_names: tuple[str, ...]
    digits: int

    def known(self, quantity: Quantity, layer: int) -> FloatArray | None:
        """Return the layer's values, None while unknown."""
        if not self.reveal.knows(quantity, layer):
            return None
        return self.trace.layer_values(quantity, layer)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of numbers; ``scale`` and ``positive`` say which colour it has, None: plain text."""

    text: str
    scale: Scale | None = None
    positive: bool = True


def coloured(text: str, scale: Scale, value: float) -> TextLine:
    """Return a line in the colour of its sign; 0 has none."""
    return TextLine(text, scale if value else None, value > 0)


def ring_values(source: FrameSource, layer: int) -> FloatArray | None:
    """Return ∂C/∂b, the error signal; until that step ∂C/∂a; the input has only ∂C/∂a."""
    if layer:
        values = source.known(Quantity.BIAS_GRADIENT, layer)
        if values is not None:
            return values
    return source.known(Quantity.ACTIVATION_GRADIENT, layer)
