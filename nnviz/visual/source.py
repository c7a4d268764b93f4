"""What a frame is built from, and the questions that all its parts ask of it."""

from dataclasses import dataclass, field

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref
from nnviz.trace.reveal import Reveal
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale
from nnviz.visual.settings import CanvasSettings

__all__ = ["FrameSource", "TextLine", "coloured", "ring_quantity", "ring_values"]


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
    example: int | None = 0
    """The example of a mini-batch that is walked through, None: the mean of all."""
    notation: Notation = field(default_factory=Notation)
    settings: CanvasSettings = field(default_factory=CanvasSettings)
    beside: PassTrace | None = None
    """A pass that this one is compared with: the colour scales are wide enough for both."""
    asked: dict[tuple[Quantity, int], FloatArray | None] = field(default_factory=dict)
    """The answers so far: each is asked for by several parts of the frame."""

    @property
    def digits(self) -> int:
        """Significant digits of a number where there is room for it."""
        return self.notation.digits

    def known(self, quantity: Quantity, layer: int) -> FloatArray | None:
        """Return the values of the layer's neurons that are known, None while none is.

        By neuron a layer becomes known from its first neuron on, so these are the first rows.
        """
        key = (quantity, layer)
        if key not in self.asked:
            size = self.trace.spec.sizes[layer]
            count = self.reveal.known_count(quantity, layer, size, self.example)
            values = self.trace.layer_values(quantity, layer, self.example) if count else None
            self.asked[key] = None if values is None else values[:count]
        return self.asked[key]

    def knows_whole(self, quantity: Quantity, layer: int) -> bool:
        """Whether the values of all neurons of the layer are known."""
        return self.reveal.knows(quantity, layer, None, self.example)

    def on_scale(self, quantity: Quantity, layer: int, values: FloatArray) -> FloatArray:
        """Return the values that a layer's scale must hold: ``values`` and those beside them."""
        if self.beside is None:
            return values
        others = self.beside.layer_values(quantity, layer, self.example)
        return np.concatenate([values.ravel(), others.ravel()])

    def symbol(self, quantity: Quantity) -> str:
        """Return what a derivative is called; the error signal as the reader's book calls it.

        The mean of a mini-batch is always ∂C/∂b: δ and ∂C/∂z belong to one example.
        """
        if quantity is Quantity.BIAS_GRADIENT and self.example is not None:
            return self.notation.error.value
        return quantity.symbol


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of numbers; ``scale`` and ``positive`` say which colour it has, None: plain text.

    ``known`` is false for a dash that stands for a value not computed yet. With ``has_bias``
    it ends with a bias, "b 0.54", that can be changed by hand.
    """

    text: str
    scale: Scale | None = None
    positive: bool = True
    known: bool = True
    has_bias: bool = False


def coloured(text: str, scale: Scale, value: float) -> TextLine:
    """Return a line in the colour of its sign; 0 has none."""
    return TextLine(text, scale if value else None, value > 0)


def ring_quantity(source: FrameSource, layer: int) -> Quantity | None:
    """Return what a layer's rings show: ∂C/∂b, until that step ∂C/∂a; None while neither."""
    if layer == 0 and source.image_input:
        return None
    # ∂C/∂b is the error signal; the input has none. The one that more neurons have is shown.
    choice = (Quantity.BIAS_GRADIENT, Quantity.ACTIVATION_GRADIENT)[layer == 0 :]
    size = source.trace.spec.sizes[layer]
    counts = [source.reveal.known_count(each, layer, size, source.example) for each in choice]
    return choice[counts.index(max(counts))] if any(counts) else None


def ring_values(source: FrameSource, layer: int) -> FloatArray | None:
    """Return the values that a layer's rings show, of its first neurons, None while of none."""
    quantity = ring_quantity(source, layer)
    return None if quantity is None else source.known(quantity, layer)
