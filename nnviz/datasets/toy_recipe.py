"""Which toy sets there are, and what one drawing of them is made from: points, noise, seed."""

from dataclasses import dataclass

from nnviz.errors import ShapeError

__all__ = ["LEAST_POINTS", "MOST_NOISE", "MOST_POINTS", "TOY_SETS", "Toy", "ToySet"]

LEAST_POINTS, MOST_POINTS = 4, 10_000
MOST_NOISE = 2.0
"""The points lie within 1 of the middle: with more noise nothing is left of their shape."""


@dataclass(frozen=True, slots=True)
class ToySet:
    """What a toy set is: its name and description for people, and what it has at first.

    ``noise`` is the standard deviation by which a place (of the sine: a target) is moved.
    ``class_names`` is empty for the sine, which is no classification.
    """

    title: str
    description: str
    class_names: tuple[str, ...]
    noise: float
    points: int = 300


@dataclass(frozen=True, slots=True)
class Toy:
    """One drawing of a toy set; ``points`` are those to train on.

    Raises ShapeError for a set that there is none of, and for numbers that make no sense.
    """

    name: str
    points: int
    noise: float
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in TOY_SETS:
            raise ShapeError(
                f"There is no toy set {self.name!r}; choose one of {', '.join(TOY_SETS)}."
            )
        if not LEAST_POINTS <= self.points <= MOST_POINTS:
            raise ShapeError(
                f"{self.points:,} points are asked for; choose {LEAST_POINTS} to "
                f"{MOST_POINTS:,} of them."
            )
        if not 0 <= self.noise <= MOST_NOISE:
            raise ShapeError(
                f"The noise is {self.noise:g}; a number from 0 to {MOST_NOISE:g} is needed."
            )

    @classmethod
    def at_first(cls, name: str, seed: int = 0) -> "Toy":
        """Return a set as it comes; raises ShapeError for one that there is not."""
        made = TOY_SETS.get(name)
        return cls(name, made.points if made else 0, made.noise if made else 0.0, seed)


TOY_SETS: dict[str, ToySet] = {
    "xor": ToySet(
        "XOR clouds", "Four clouds, those at opposite corners belong together: no straight line "
        "tells them apart.", ("same", "mixed"), 0.18,
    ),
    "circles": ToySet(
        "Circles", "A circle within a circle: the boundary has to close.",
        ("inner", "outer"), 0.08,
    ),
    "spirals": ToySet(
        "Spirals", "Two arms wound into each other, the hardest of the toy sets.",
        ("A", "B"), 0.02,
    ),
    "moons": ToySet(
        "Moons", "Two half circles that reach into each other.", ("upper", "lower"), 0.08,
    ),
    "gaussians": ToySet(
        "Two Gaussians", "Two clouds that overlap a little: a straight line is the best there is.",
        ("left", "right"), 0.25,
    ),
    "sine": ToySet(
        "Sine", "A noisy sine: no classes, one output that follows the curve.", (), 0.1, 200,
    ),
}  # fmt: skip
"""By the name that the command line takes."""
