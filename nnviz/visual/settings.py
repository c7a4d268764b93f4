"""How the canvas is drawn, as the user chose it: plain values that every part of a frame reads.

Apart from the palette, which says what a theme's roles look like: these are choices within it.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "STRONGEST",
    "ActivationColours",
    "CanvasSettings",
    "EdgeMeasure",
    "Normalisation",
    "SignedColours",
]

STRONGEST = 420
"""Edges drawn of a layer that has more (an image layer), before one is selected."""


class ActivationColours(Enum):
    """The colours of activations, from low to high; each is dark at the low end."""

    GREY = "grey"
    COOL = "cool"
    """Violet, blue, green, yellow."""
    WARM = "warm"
    """Dark red, orange, cream."""


class SignedColours(Enum):
    """The colours of − and +, those of weights and those of derivatives."""

    BLUE_ORANGE = "blue-orange"
    """Weights blue and orange, derivatives purple and green."""
    BLUE_RED = "blue-red"
    """Weights blue and red, derivatives brown and teal."""


class Normalisation(Enum):
    """Whose largest value ends a colour scale."""

    LAYER = "layer"
    NETWORK = "network"


class EdgeMeasure(Enum):
    """By what the strongest edges are chosen."""

    PHASE = "phase"
    """|w·a| going forward, |∂C/∂w| going backward: what the moment is about."""
    WEIGHT = "weight"
    CONTRIBUTION = "contribution"
    GRADIENT = "gradient"


@dataclass(frozen=True, slots=True)
class CanvasSettings:
    """What is drawn, and how.

    ``strongest`` is how many edges of a wide layer are drawn one by one; with ``all_edges`` such
    layers show all of theirs, as a density. Without ``motion`` nothing moves by itself.
    """

    normalisation: Normalisation = Normalisation.LAYER
    edge_measure: EdgeMeasure = EdgeMeasure.PHASE
    strongest: int = STRONGEST
    all_edges: bool = False
    motion: bool = True
    activation_colours: ActivationColours = ActivationColours.GREY
    signed_colours: SignedColours = SignedColours.BLUE_ORANGE
