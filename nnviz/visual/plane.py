"""What a network of one or two inputs answers everywhere: numbers on a grid, and their colours."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass
from nnviz.visual.palette import Palette
from nnviz.visual.scales import ByteArray, Scale, activation_limits, scale_for

__all__ = [
    "Bounds",
    "answers_at",
    "bounds_of",
    "class_colours",
    "class_limits",
    "classes_on",
    "grid_of",
    "grid_size",
    "value_colours",
]

MARGIN = 0.12
"""Of the points' extent, on each side of them."""
MOST_CELLS, FEWEST_CELLS = 100 * 80, 12 * 10
MOST_PRODUCTS = 12_000_000
"""Multiplications for one picture: some milliseconds."""
PALEST, STRONGEST = 0.10, 0.52
"""How much of its class's colour the ground has where the answer is weakest and strongest: points
of the same class have all of it and stand out."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What part of the plane is shown."""

    left: float
    right: float
    bottom: float
    top: float


def bounds_of(places: FloatArray) -> Bounds:
    """Return what shows all points (n, 2) with a margin; around a single one, 1 to each side."""
    finite = places[np.isfinite(places).all(axis=1)]
    if not len(finite):
        return Bounds(-1.0, 1.0, -1.0, 1.0)
    low, high = finite.min(axis=0), finite.max(axis=0)
    spare = np.where(high > low, MARGIN * (high - low), 1.0)
    (left, bottom), (right, top) = (low - spare).tolist(), (high + spare).tolist()
    return Bounds(left, right, bottom, top)


def grid_size(spec: NetworkSpec, aspect: float) -> tuple[int, int]:
    """Return the columns and rows of a grid of this aspect that is computed at once."""
    cells = min(MOST_CELLS, max(FEWEST_CELLS, MOST_PRODUCTS // spec.edge_count))
    rows = max(2, round((cells / aspect) ** 0.5))
    return max(2, cells // rows), rows


def grid_of(bounds: Bounds, columns: int, rows: int) -> FloatArray:
    """Return the middles of the cells, (rows · columns, 2), row by row from the top."""
    x = bounds.left + (np.arange(columns) + 0.5) * (bounds.right - bounds.left) / columns
    y = bounds.top - (np.arange(rows) + 0.5) * (bounds.top - bounds.bottom) / rows
    across, down = np.meshgrid(x, y)
    return np.stack([across.ravel(), down.ravel()], axis=1)


def answers_at(spec: NetworkSpec, parameters: Parameters, inputs: FloatArray) -> FloatArray:
    """Return the outputs (m, n_L) for inputs (m, n_0); what overflows is no finite number."""
    with np.errstate(all="ignore"):
        return forward_pass(spec, parameters, inputs).activations[-1]


def class_limits(spec: NetworkSpec, outputs: FloatArray) -> tuple[float, float]:
    """Return the answers at which a winning class is palest and strongest."""
    low, high = activation_limits(spec.activations[-1], outputs)
    if spec.activations[-1] == "softmax":
        low = 1 / spec.sizes[-1]  # the winner has more
    return low, high


def classes_on(outputs: FloatArray) -> IntArray:
    """Return the class that wins, (m,)."""
    return np.nan_to_num(outputs, nan=-np.inf).argmax(axis=1)


def class_colours(spec: NetworkSpec, outputs: FloatArray, palette: Palette) -> ByteArray:
    """Return the colour of the winning class for each answer, (m, 3), fuller where it is surer."""
    classes = np.array(palette.classes, np.float64)
    winners = classes_on(outputs)
    low, high = class_limits(spec, outputs)
    won = outputs[np.arange(len(outputs)), winners]
    sure = np.clip(np.nan_to_num((won - low) / ((high - low) or 1.0)), 0.0, 1.0)
    part = (PALEST + (STRONGEST - PALEST) * sure)[:, None]
    ground = np.array(palette.surface, np.float64)
    mixed = ground + part * (classes[winners % len(classes)] - ground)
    return mixed.round().astype(np.uint8)


def value_colours(values: FloatArray, limits: tuple[float, float], palette: Palette) -> ByteArray:
    """Return the colours (m, 3) of one output's values on the activation scale."""
    return scale_for(Scale.ACTIVATION, palette).colours(values, *limits)
