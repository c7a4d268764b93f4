"""Where everything stands: layers as columns of discs, an image input as its image."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.refs import NodeRef

__all__ = ["LayerLayout", "NetworkLayout", "NodeText", "Rect", "lay_out"]

TOP, BOTTOM, SIDE = 44.0, 74.0, 28.0
TEXT_BELOW = 87.0
"""Room in px for a name above a disc and four lines of numbers below it."""
TEXT_BESIDE = 172.0
"""Room in px for numbers to the right of the output discs."""
TEXT_OF_OUTPUTS = 252.0
"""The same beside the output layer, where two columns of derivatives stand."""
COST_ROOM = 96.0
COMFORTABLE_RADIUS = 38.0
SMALLEST_TEXT_PITCH = 22.0
"""Discs closer than this, in px, have no numbers beside them."""
SMALLEST_PITCH = 7.5
"""Discs closer than this, in px, are spread over several columns."""
WIDEST_BLOCK = 100.0
"""Those columns together are at most so wide, in px, so that they stay inside the canvas."""


class NodeText(Enum):
    """Where the numbers of a layer's neurons are written."""

    BELOW = "below"
    BESIDE = "beside"
    NONE = "none"


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

    ``spacing`` is the distance in px from one neuron to the next below it.
    """

    layer: int
    centres: FloatArray
    radius: float
    text: NodeText
    spacing: float
    image: Rect | None = None
    image_shape: tuple[int, int] | None = None

    def neuron_at(self, x: float, y: float, slack: float = 3.0) -> int | None:
        """Return the neuron drawn at a point, None if there is none."""
        if self.image is not None and self.image_shape is not None:
            if not self.image.contains(x, y):
                return None
            rows, columns = self.image_shape
            row = int((y - self.image.y) / self.image.height * rows)
            column = int((x - self.image.x) / self.image.width * columns)
            return row * columns + column
        distances = np.hypot(self.centres[:, 0] - x, self.centres[:, 1] - y)
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
    sizes: tuple[int, ...], width: float, height: float, image_shape: tuple[int, int] | None = None
) -> NetworkLayout:
    """Place a network of ``sizes`` in a canvas of ``width`` × ``height`` px.

    With ``image_shape`` (rows, columns) the input layer is drawn as that image.
    """
    room = max(height - TOP - BOTTOM, 60.0)
    as_image = image_shape is not None and image_shape[0] * image_shape[1] == sizes[0]
    side = min(room * 0.86, width * 0.27)
    left = SIDE + (side if as_image else 2 * COMFORTABLE_RADIUS + 24) / 2
    beside = _text_place(sizes[-1], room, TEXT_OF_OUTPUTS) is not NodeText.BELOW
    text_room = TEXT_OF_OUTPUTS if beside else COMFORTABLE_RADIUS + 42
    right = max(width - SIDE - COST_ROOM - text_room, left + 40)
    xs = np.linspace(left, right, len(sizes))
    pitch = (right - left) / (len(sizes) - 1)
    layers: list[LayerLayout] = []
    for layer, (size, x) in enumerate(zip(sizes, xs, strict=True)):
        if layer == 0 and as_image and image_shape is not None:
            layers.append(_image_layer(image_shape, float(x), room, side))
            continue
        width_beside = TEXT_OF_OUTPUTS if layer == len(sizes) - 1 else pitch * 0.6
        text = _text_place(size, room, width_beside)
        layers.append(_disc_layer(layer, size, float(x), room, pitch, text))
    return NetworkLayout(
        tuple(layers), (width - SIDE - COST_ROOM / 2, TOP + room / 2), width, height
    )


def _text_place(size: int, room: float, width_beside: float) -> NodeText:
    """Write below where there is height for it, else beside where there is width for it."""
    spacing = room / size
    if spacing >= TEXT_BELOW + 2 * 17:
        return NodeText.BELOW
    fits_beside = spacing >= SMALLEST_TEXT_PITCH and width_beside >= TEXT_BESIDE * 0.8
    return NodeText.BESIDE if fits_beside else NodeText.NONE


def _image_layer(shape: tuple[int, int], x: float, room: float, side: float) -> LayerLayout:
    rows, columns = shape
    pixel = side / max(shape)
    width, height = columns * pixel, rows * pixel
    rect = Rect(x - width / 2, TOP + (room - height) / 2, width, height)
    row, column = np.divmod(np.arange(rows * columns), columns)
    centres = np.stack([rect.x + (column + 0.5) * pixel, rect.y + (row + 0.5) * pixel], axis=1)
    return LayerLayout(0, centres, pixel / 2, NodeText.NONE, pixel, rect, shape)


def _disc_layer(
    layer: int, size: int, x: float, room: float, pitch: float, text: NodeText
) -> LayerLayout:
    columns, spacing = _columns(size, room, min(pitch * 0.7, WIDEST_BLOCK))
    rows = -(-size // columns)
    radius = (spacing - TEXT_BELOW) / 2 if text is NodeText.BELOW else min(spacing * 0.4, 20.0)
    radius = min(radius, COMFORTABLE_RADIUS, pitch * 0.2)
    column, row = np.divmod(np.arange(size), rows)
    shift = -14.0 if text is NodeText.BELOW else 0.0
    top = TOP + shift + (room - spacing * (rows - 1)) / 2
    centres = np.stack(
        [x + (column - (columns - 1) / 2) * spacing, top + row * spacing], axis=1
    ).astype(np.float64)
    return LayerLayout(layer, centres, radius, text, spacing)


def _columns(size: int, room: float, width: float) -> tuple[int, float]:
    """Return in how many columns discs stand farthest apart, and how far; one if that will do."""
    if room / size >= SMALLEST_PITCH:
        return 1, room / size
    columns = np.arange(1, size + 1)
    spacings = np.minimum(room / np.ceil(size / columns), width / columns)
    best = int(spacings.argmax())
    return best + 1, float(spacings[best])
