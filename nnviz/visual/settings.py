"""How the canvas is drawn, as the user chose it: plain values that every part of a frame reads.

Apart from the palette, which says what a theme's roles look like: these are choices within it.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = ["STRONGEST", "CanvasSettings", "EdgeMeasure", "Normalisation"]

STRONGEST = 420
"""Edges drawn of a layer that has more (an image layer), before one is selected."""


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
