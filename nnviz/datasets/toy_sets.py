"""Toy sets, drawn: clouds of points in a plane to be told apart, and a curve to be followed.

Each has as many points as are asked for, moved by as much noise, from a seed: the same three give
the same points. One part is drawn for the training, another one of the same shape for the test.
"""

from collections.abc import Callable

import numpy as np

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy_recipe import TOY_SETS, Toy
from nnviz.engine.arrays import FloatArray, IntArray

__all__ = ["toy_source"]

TEST_SHARE = 2
"""For so many points to train on there is one to test with."""
TURNS = 1.25
"""How often each arm of the spirals goes round."""

Points = tuple[FloatArray, IntArray]
"""Places (n, 2) and classes (n,)."""


def toy_source(toy: Toy) -> DataSource:
    """Draw a toy set: its points to train on, and half as many to test with."""
    made = TOY_SETS[toy.name]
    rng = np.random.default_rng([toy.seed, list(TOY_SETS).index(toy.name)])
    test = max(toy.points // TEST_SHARE, 2)
    return DataSource(
        made.title,
        _drawn(toy, f"{made.title}, training points", toy.points, rng),
        _drawn(toy, f"{made.title}, test points", test, rng),
        made.class_names,
        f"{made.title}: {toy.points:,} points to train on and {test:,} to test with, drawn with "
        f"noise {toy.noise:g} and seed {toy.seed}; nothing is scaled.",
        toy,
    )


def _drawn(toy: Toy, name: str, count: int, rng: np.random.Generator) -> Dataset:
    if toy.name == "sine":
        return _sine(name, count, toy.noise, rng)
    places, labels = _CLOUDS[toy.name](count, toy.noise, rng)
    order = rng.permutation(count)
    return Dataset(name, places[order], labels=labels[order].astype(np.uint8), class_count=2)


def _classes(count: int) -> IntArray:
    """Return as many of class 0 as of class 1, give or take one."""
    return np.arange(count) % 2


def _noisy(places: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    return places + rng.normal(0.0, noise, places.shape)


def _xor(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a cloud around each corner of a square; opposite corners belong together."""
    corner = np.arange(count) % 4
    x, y = corner % 2, corner // 2
    places = 0.6 * (2.0 * np.stack([x, y], axis=1) - 1)
    return _noisy(places, noise, rng), x ^ y


def _circles(count: int, noise: float, rng: np.random.Generator) -> Points:
    labels = _classes(count)
    angle = rng.uniform(0.0, 2 * np.pi, count)
    radius = np.where(labels == 0, 0.4, 0.9)
    return _noisy(_polar(radius, angle), noise, rng), labels


def _spirals(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two arms, each half a turn ahead of the other, evenly filled along their length."""
    labels = _classes(count)
    along = np.sqrt(rng.uniform(0.01, 1.0, count))
    angle = 2 * np.pi * TURNS * along + np.pi * labels
    return _noisy(_polar(along, angle), noise, rng), labels


def _moons(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two half circles that reach into each other."""
    labels = _classes(count)
    angle = rng.uniform(0.0, np.pi, count)
    upper = _polar(np.full(count, 0.6), angle) + np.array([-0.3, -0.15])
    lower = _polar(np.full(count, 0.6), -angle) + np.array([0.3, 0.15])
    return _noisy(np.where(labels[:, None] == 0, upper, lower), noise, rng), labels


def _gaussians(count: int, noise: float, rng: np.random.Generator) -> Points:
    labels = _classes(count)
    centres = np.where(labels[:, None] == 0, (-0.45, -0.3), (0.45, 0.3))
    return _noisy(centres, noise, rng), labels


def _sine(name: str, count: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw places on one period of the sine, x from −1 to 1, and move the targets alone."""
    x = rng.uniform(-1.0, 1.0, (count, 1))
    return Dataset(name, x, targets=np.sin(np.pi * x) + rng.normal(0.0, noise, x.shape))


def _polar(radius: FloatArray, angle: FloatArray) -> FloatArray:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


_CLOUDS: dict[str, Callable[[int, float, np.random.Generator], Points]] = {
    "xor": _xor,
    "circles": _circles,
    "spirals": _spirals,
    "moons": _moons,
    "gaussians": _gaussians,
}
