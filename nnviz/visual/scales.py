"""Values to colours: one scale per meaning, never mixed."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from nnviz.engine.arrays import FloatArray
from nnviz.visual.palette import RGB, Palette

__all__ = [
    "BOUNDED",
    "ByteArray",
    "ColourScale",
    "Scale",
    "activation_limits",
    "largest",
    "scale_for",
]

BOUNDED = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""The activations whose range is the same for all values."""
ByteArray = npt.NDArray[np.uint8]


class Scale(Enum):
    """What a colour speaks of."""

    ACTIVATION = "activation"
    WEIGHT = "weight"
    DERIVATIVE = "derivative"


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Colours at equal distances, the low end first, linear in between."""

    stops: tuple[RGB, ...]

    @property
    def low(self) -> RGB:
        """The colour of the low end."""
        return self.stops[0]

    @property
    def middle(self) -> RGB:
        """The colour half way."""
        red, green, blue = (int(each) for each in self.colours(np.array(0.5), 0.0, 1.0))
        return red, green, blue

    @property
    def high(self) -> RGB:
        """The colour of the high end."""
        return self.stops[-1]

    def colours(self, values: FloatArray, low: float, high: float) -> ByteArray:
        """Return (…, 3) bytes; values outside the limits take the end's colour, NaN the middle.

        Limits without room between them, as of a layer of zeros, give the middle everywhere.
        """
        values = np.asarray(values, np.float64)
        if high > low:
            position = np.clip(np.nan_to_num((values - low) / (high - low), nan=0.5), 0, 1)
        else:
            position = np.full(values.shape, 0.5)
        places = np.linspace(0.0, 1.0, len(self.stops))
        stops = np.array(self.stops, np.float64)
        channels = [np.interp(position, places, stops[:, channel]) for channel in range(3)]
        return np.stack(channels, axis=-1).round().astype(np.uint8)

    def diverging(self, values: FloatArray, limit: float) -> ByteArray:
        """Return colours on a scale symmetric around 0, (…, 3) bytes."""
        return self.colours(values, -limit, limit)


def scale_for(scale: Scale, palette: Palette, middle: RGB | None = None) -> ColourScale:
    """Return the colours of ``scale``; 0 fades into ``middle``, by default the surface."""
    if scale is Scale.ACTIVATION:
        return ColourScale(
            (palette.activation_low, *palette.activation_between, palette.activation_high)
        )
    centre = middle or palette.surface
    if scale is Scale.WEIGHT:
        return ColourScale((palette.weight_negative, centre, palette.weight_positive))
    return ColourScale((palette.derivative_negative, centre, palette.derivative_positive))


def activation_limits(activation: str | None, values: FloatArray) -> tuple[float, float]:
    """Return the ends of the activation scale of a layer (None: the input layer).

    0 … 1 where the function is bounded so, −1 … 1 for tanh, else from the layer's own values,
    always including 0 … 1.
    """
    if activation in BOUNDED:
        return BOUNDED[activation]
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    return min(0.0, float(finite.min())), max(1.0, float(finite.max()))


def largest(values: FloatArray) -> float:
    """Return the largest finite absolute value, 0 if there is none."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
