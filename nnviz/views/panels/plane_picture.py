"""What the view of a plane shows, as a value: the ground, curves, points and rings."""

from dataclasses import dataclass, field

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.stores.edits import ExampleKey
from nnviz.visual.palette import RGB
from nnviz.visual.plane import Bounds
from nnviz.visual.scales import ByteArray

__all__ = ["Curve", "PlanePicture", "Points"]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Examples: places (n, 2), colours (n, 3), marks (n,), and whether each is trained on.

    With ``on_scale`` the colours are those of the ground's scale, so that a point may have exactly
    the colour of its place: only its outline tells it apart then.
    """

    places: FloatArray
    colours: ByteArray
    marks: ByteArray
    filled: ByteArray
    keys: tuple[ExampleKey, ...] = ()
    on_scale: bool = False

    def __len__(self) -> int:
        return len(self.places)


NO_POINTS = Points(
    np.empty((0, 2)), np.empty((0, 3), np.uint8), np.empty(0, np.uint8), np.empty(0, np.uint8)
)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """An output along the one input."""

    x: FloatArray
    y: FloatArray
    color: RGB


@dataclass(frozen=True, slots=True, eq=False)
class PlanePicture:
    """A ground (rows, columns, 3) or curves, the points on it, and what is ringed (k, 2)."""

    bounds: Bounds
    x_name: str
    y_name: str
    ground: ByteArray | None = None
    curves: tuple[Curve, ...] = ()
    points: Points = NO_POINTS
    rings: FloatArray = field(default_factory=lambda: np.empty((0, 2)))
    limits: tuple[float, float] | None = None
    """The values at the ends of the ground's scale, where it shows one output."""

    @property
    def is_plane(self) -> bool:
        """Whether both axes are inputs."""
        return self.ground is not None
