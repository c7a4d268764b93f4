"""Where everything stands: layers as columns of discs, an image input as its image."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.trace.refs import NodeRef
from nnviz.visual.columns import (
    BESIDE_GAP,
    COMFORTABLE_RADIUS,
    COST_GAP,
    COST_WIDTH,
    EDGES_BESIDE,
    SMALLEST_TEXT_PITCH,
    TEXT_BELOW,
    Columns,
    NodeText,
    margin_of,
    place_columns,
    text_below,
)
from nnviz.visual.folding import Fold, FoldedColumn, fold_column, fold_slots

__all__ = [
    "BESIDE_GAP",
    "BOTTOM",
    "COST_GAP",
    "COST_WIDTH",
    "EDGES_BESIDE",
    "SMALLEST_TEXT_PITCH",
    "LayerLayout",
    "NetworkLayout",
    "NodeText",
    "Rect",
    "lay_out",
]

TOP, BOTTOM = 40.0, 74.0
SMALLEST_PITCH = 11.5
"""Discs closer than this, in px, are spread over several columns or folded."""
WIDEST_BLOCK = 100.0
"""Those columns together are at most so wide, in px, so that they stay inside the canvas."""
MOST_COLUMNS, BLOCK_PITCH = 3, 20.0
"""A layer folds where it would take more columns, or discs closer than this, in px."""
IMAGE_HEIGHT, IMAGE_WIDTH = 0.86, 0.27
"""Parts of the room's height and of the canvas's width that an image takes at most."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in px."""

    x: float
    y: float
    width: float
    height: float

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share any area."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True, eq=False)
class LayerLayout:
    """The centres (n, 2) of one layer's neurons, in px; an image layer also has its rectangle.

    ``shown`` (n,) are the neurons that are drawn; the others are folded away, and their centre is
    that of their ⋮. ``spacing`` is the distance in px from one neuron to the next below it,
    ``text_width`` the room for its numbers. ``foldable`` layers are folded unless they were
    unfolded.
    """

    layer: int
    centres: FloatArray
    shown: BoolArray
    radius: float
    text: NodeText
    spacing: float
    text_width: float = 0.0
    image: Rect | None = None
    image_shape: tuple[int, int] | None = None
    foldable: bool = False
    folds: tuple[Fold, ...] = ()

    def neuron_at(self, x: float, y: float, slack: float = 3.0) -> int | None:
        """Return the neuron drawn at a point, None if there is none; a ⋮ is no neuron."""
        if self.image is not None and self.image_shape is not None:
            if not self.image.contains(x, y):
                return None
            rows, columns = self.image_shape
            row = int((y - self.image.y) / self.image.height * rows)
            column = int((x - self.image.x) / self.image.width * columns)
            return row * columns + column
        distances = np.hypot(self.centres[:, 0] - x, self.centres[:, 1] - y)
        distances[~self.shown] = np.inf
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= self.radius + slack else None


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLayout:
    """The layers from left to right, and where the cost stands."""

    layers: tuple[LayerLayout, ...]
    cost: tuple[float, float]
    width: float
    height: float

    def node_at(self, x: float, y: float) -> NodeRef | None:
        """Return the neuron drawn at a point, None if there is none."""
        for layer in self.layers:
            neuron = layer.neuron_at(x, y)
            if neuron is not None:
                return NodeRef(layer.layer, neuron)
        return None

    def centre(self, ref: NodeRef) -> tuple[float, float]:
        """Return where a neuron stands."""
        x, y = self.layers[ref.layer].centres[ref.neuron]
        return float(x), float(y)


def lay_out(
    sizes: tuple[int, ...],
    width: float,
    height: float,
    image_shape: tuple[int, int] | None = None,
    *,
    classes: bool = False,
    names: float = 0.0,
    unfolded: frozenset[int] = frozenset(),
    kept: Iterable[NodeRef] = (),
) -> NetworkLayout:
    """Place a network of ``sizes`` in a canvas of ``width`` × ``height`` px.

    With ``image_shape`` (rows, columns) the input layer is drawn as that image; with ``classes``
    the outputs have their numbers in columns, after names ``names`` px wide. Layers too wide for it
    fold around the neurons ``kept``, the most important first, but for those ``unfolded``.
    """
    room = max(height - TOP - BOTTOM, 60.0)
    pixel = None
    if image_shape is not None and image_shape[0] * image_shape[1] == sizes[0]:
        rows, across = image_shape
        pixel = min(room * IMAGE_HEIGHT / rows, width * IMAGE_WIDTH / across)
    side = None if pixel is None or image_shape is None else pixel * image_shape[1]
    discs = range(0 if side is None else 1, len(sizes))
    foldable = {layer for layer in discs if _is_too_wide(sizes[layer], room, WIDEST_BLOCK)}
    while True:
        folded = foldable - unfolded
        slots = [fold_slots(room) if i in folded else size for i, size in enumerate(sizes)]
        columns = place_columns(slots, width, room, side, classes, names)
        block = min(columns.pitch * 0.5, WIDEST_BLOCK)
        crowded = {i for i in discs if _is_too_wide(sizes[i], room, block)}
        if crowded <= foldable:
            break
        foldable |= crowded
    layers: list[LayerLayout] = []
    for layer, x in enumerate(columns.xs):
        if layer == 0 and pixel is not None and image_shape is not None:
            layers.append(_image_layer(image_shape, x, room, pixel))
        elif layer in folded:
            wanted = [ref.neuron for ref in kept if ref.layer == layer]
            column = fold_column(sizes[layer], slots[layer], wanted)
            layers.append(_folded_layer(layer, column, room, columns))
        else:
            layers.append(_disc_layer(layer, sizes[layer], room, columns, layer in foldable))
    outputs = layers[-1].centres[:, 1]
    cost = width - margin_of(width) - COST_WIDTH / 2, float(outputs.min() + outputs.max()) / 2
    return NetworkLayout(tuple(layers), cost, width, height)


def _is_too_wide(size: int, room: float, block: float) -> bool:
    """Whether neither one column nor a few within ``block`` px hold the layer legibly."""
    if room / size >= SMALLEST_PITCH:
        return False
    columns = -(-size // max(1, int(room / BLOCK_PITCH)))
    return columns > MOST_COLUMNS or columns * BLOCK_PITCH > block


def _image_layer(shape: tuple[int, int], x: float, room: float, pixel: float) -> LayerLayout:
    rows, columns = shape
    width, height = columns * pixel, rows * pixel
    rect = Rect(x - width / 2, TOP + (room - height) / 2, width, height)
    row, column = np.divmod(np.arange(rows * columns), columns)
    centres = np.stack([rect.x + (column + 0.5) * pixel, rect.y + (row + 0.5) * pixel], axis=1)
    shown = np.ones(len(centres), np.bool_)
    return LayerLayout(
        0, centres, shown, pixel / 2, NodeText.NONE, pixel, image=rect, image_shape=shape
    )


def _folded_layer(layer: int, column: FoldedColumn, room: float, placed: Columns) -> LayerLayout:
    x, spacing = placed.xs[layer], room / column.slot_count
    ys = TOP + (column.slots + 0.5) * spacing
    return LayerLayout(
        layer,
        np.stack([np.full(len(ys), x), ys], axis=1),
        column.shown,
        min(spacing * 0.44, 20.0, placed.pitch * 0.2),
        placed.texts[layer],
        spacing,
        placed.widths[layer],
        foldable=True,
        folds=tuple(Fold(first, last, x, float(ys[first])) for first, last in column.folds),
    )


def _disc_layer(layer: int, size: int, room: float, placed: Columns, foldable: bool) -> LayerLayout:
    x, text, pitch = placed.xs[layer], placed.texts[layer], placed.pitch
    columns, spacing = _columns(size, room, min(pitch * 0.7, WIDEST_BLOCK))
    rows = -(-size // columns)
    below = text is NodeText.BELOW
    radius = (spacing - text_below(layer)) / 2 if below else min(spacing * 0.44, 20.0)
    radius = min(radius, COMFORTABLE_RADIUS, pitch * 0.2)
    column, row = np.divmod(np.arange(size), rows)
    shift = 0.0
    if below:
        # The name above takes less than the lines below. As high as layers with more lines, where
        # there is room for it: the chain of the smallest networks is then a straight one.
        slack = spacing - 2 * radius - text_below(layer)
        shift = max(_lift(TEXT_BELOW), _lift(text_below(layer)) - slack / 2)
    top = TOP + shift + (room - spacing * (rows - 1)) / 2
    centres = np.stack(
        [x + (column - (columns - 1) / 2) * spacing, top + row * spacing], axis=1
    ).astype(np.float64)
    shown, width = np.ones(size, np.bool_), placed.widths[layer]
    return LayerLayout(layer, centres, shown, radius, text, spacing, width, foldable=foldable)


def _lift(text_below: float) -> float:
    """Return how far a disc moves so that it and its texts stand in the middle, < 0 is up."""
    return (20 - (text_below - 20)) / 2


def _columns(size: int, room: float, width: float) -> tuple[int, float]:
    """Return in how many columns discs stand farthest apart, and how far; one if that will do."""
    if room / size >= SMALLEST_PITCH:
        return 1, room / size
    columns = np.arange(1, size + 1)
    spacings = np.minimum(room / np.ceil(size / columns), width / columns)
    best = int(spacings.argmax())
    return best + 1, float(spacings[best])
