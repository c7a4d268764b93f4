"""Where everything stands: layers as columns of discs, an image input as its image."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.refs import NodeRef

__all__ = ["LayerLayout", "NetworkLayout", "NodeText", "Rect", "lay_out"]

TOP, BOTTOM = 40.0, 74.0
TEXT_BELOW, INPUT_TEXT_BELOW = 78.0, 44.0
"""Room in px for a name above a disc and the lines of numbers below it; an input has one line."""
WIDTH_BELOW, SMALLEST_WIDTH_BELOW = 150.0, 104.0
"""Room in px that the lines below a disc like to have, and the least with which they are read."""
TEXT_BESIDE, SMALLEST_TEXT_BESIDE = 146.0, 110.0
"""The same for the lines to the right of a disc."""
CLASS_ROWS, CLASS_ROW = 240.0, 205.0
"""The same beside an output of classes: for two rows of numbers, and for one short row."""
BESIDE_GAP = 10.0
"""Px between a disc and the numbers beside it."""
EDGE_ROOM, SMALLEST_EDGE_ROOM = 140.0, 84.0
"""Px from disc to disc beside the texts that leave the edges room for their numbers."""
COST_WIDTH = 92.0
COMFORTABLE_RADIUS = 38.0
SMALLEST_TEXT_PITCH = 22.0
"""Discs closer than this, in px, have no numbers beside them."""
SMALLEST_CLASS_PITCH = 12.0
"""The same for outputs of classes, whose numbers then stand in one row."""
SMALLEST_RADIUS_WITH_TEXT = 17.0
SMALLEST_PITCH = 11.5
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

    ``spacing`` is the distance in px from one neuron to the next below it, ``text_width`` the room
    for its numbers.
    """

    layer: int
    centres: FloatArray
    radius: float
    text: NodeText
    spacing: float
    text_width: float = 0.0
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
    sizes: tuple[int, ...],
    width: float,
    height: float,
    image_shape: tuple[int, int] | None = None,
    *,
    classes: bool = False,
) -> NetworkLayout:
    """Place a network of ``sizes`` in a canvas of ``width`` × ``height`` px.

    With ``image_shape`` (rows, columns) the input layer is drawn as that image; with ``classes``
    the outputs have their numbers in columns.
    """
    room = max(height - TOP - BOTTOM, 60.0)
    as_image = image_shape is not None and image_shape[0] * image_shape[1] == sizes[0]
    side = min(room * 0.86, width * 0.27)
    columns = _place_columns(sizes, width, room, side if as_image else None, classes)
    layers: list[LayerLayout] = []
    for layer, x in enumerate(columns.xs):
        if layer == 0 and as_image and image_shape is not None:
            layers.append(_image_layer(image_shape, x, room, side))
        else:
            layers.append(_disc_layer(layer, sizes[layer], room, columns))
    cost = width - _margin(width) - COST_WIDTH / 2, TOP + room / 2
    return NetworkLayout(tuple(layers), cost, width, height)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the layers stand, x in px, where their numbers are written, and in how many px.

    ``pitch`` is the distance in px from one layer to the next without those numbers.
    """

    xs: tuple[float, ...]
    texts: tuple[NodeText, ...]
    widths: tuple[float, ...]
    pitch: float


def _margin(width: float) -> float:
    return min(28.0, max(12.0, width * 0.024))


def _place_columns(
    sizes: tuple[int, ...], width: float, room: float, side: float | None, classes: bool
) -> _Columns:
    """Return the most comfortable columns that leave room for the edges' numbers.

    Numbers beside the discs are left out where nothing would remain of the edges.
    """
    wanted = [_text_place(layer, sizes, room, classes) for layer in range(len(sizes))]
    if side is not None:
        wanted[0] = NodeText.NONE
    nothing: list[NodeText] = [NodeText.NONE for _ in wanted]
    bare: list[NodeText] = [NodeText.NONE if text is NodeText.BESIDE else text for text in wanted]
    only_outputs = [*bare[:-1], wanted[-1]]
    choices: tuple[tuple[list[NodeText], float, float], ...] = (
        (wanted, TEXT_BESIDE, EDGE_ROOM),
        (wanted, SMALLEST_TEXT_BESIDE, SMALLEST_EDGE_ROOM),
        (only_outputs, TEXT_BESIDE, EDGE_ROOM),
        (only_outputs, SMALLEST_TEXT_BESIDE, SMALLEST_EDGE_ROOM if side is None else 50.0),
        (bare, 0.0, 0.0),
    )
    rows = CLASS_ROWS if room / sizes[-1] >= SMALLEST_TEXT_PITCH else CLASS_ROW
    for texts, beside, edge_room in choices:
        columns = _columns_of(texts, width, side, beside, rows if classes else beside)
        if columns.pitch >= edge_room:
            break
    if NodeText.BELOW in columns.texts and columns.pitch < SMALLEST_WIDTH_BELOW:
        return _columns_of(nothing, width, side, 0.0, 0.0)
    return columns


def _columns_of(
    texts: list[NodeText], width: float, side: float | None, beside: float, outputs: float
) -> _Columns:
    """Return the columns for one choice of texts, ``beside`` and ``outputs`` px wide."""
    margin = _margin(width)
    half_below = min(WIDTH_BELOW, max(SMALLEST_WIDTH_BELOW, width * 0.15)) / 2
    left = margin + (COMFORTABLE_RADIUS + 8 if side is None else side / 2)
    if texts[0] is NodeText.BELOW:
        left = margin + max(half_below - 10, COMFORTABLE_RADIUS)
    widths = [beside if text is NodeText.BESIDE else 0.0 for text in texts]
    if texts[-1] is NodeText.BESIDE:
        widths[-1] = outputs
    after = {NodeText.BELOW: half_below, NodeText.NONE: COMFORTABLE_RADIUS}.get(
        texts[-1], 20.0 + BESIDE_GAP + outputs
    )
    right = max(width - margin - COST_WIDTH - 8 - after, left + 40)
    extra = [width + BESIDE_GAP if width else 0.0 for width in widths[:-1]]
    if side is not None:
        extra[0] = side / 2 - 20  # counted from the rim of the image, as from that of a disc
    pitch = (right - left - sum(extra)) / len(extra)
    xs = left + np.cumsum([0.0, *(pitch + each for each in extra)])
    below = min(WIDTH_BELOW, max(pitch - 40, 0.0))
    widths = [below if text is NodeText.BELOW else w for text, w in zip(texts, widths, strict=True)]
    return _Columns(tuple(xs.tolist()), tuple(texts), tuple(widths), pitch)


def _text_below(layer: int) -> float:
    return TEXT_BELOW if layer else INPUT_TEXT_BELOW


def _text_place(layer: int, sizes: tuple[int, ...], room: float, classes: bool) -> NodeText:
    """Write below where there is height for it, else beside, else nowhere."""
    spacing, is_output = room / sizes[layer], layer == len(sizes) - 1
    as_classes = classes and is_output
    if spacing >= _text_below(layer) + 2 * SMALLEST_RADIUS_WITH_TEXT and not as_classes:
        return NodeText.BELOW
    smallest = SMALLEST_CLASS_PITCH if as_classes else SMALLEST_TEXT_PITCH
    return NodeText.BESIDE if spacing >= smallest else NodeText.NONE


def _image_layer(shape: tuple[int, int], x: float, room: float, side: float) -> LayerLayout:
    rows, columns = shape
    pixel = side / max(shape)
    width, height = columns * pixel, rows * pixel
    rect = Rect(x - width / 2, TOP + (room - height) / 2, width, height)
    row, column = np.divmod(np.arange(rows * columns), columns)
    centres = np.stack([rect.x + (column + 0.5) * pixel, rect.y + (row + 0.5) * pixel], axis=1)
    return LayerLayout(0, centres, pixel / 2, NodeText.NONE, pixel, image=rect, image_shape=shape)


def _disc_layer(layer: int, size: int, room: float, placed: _Columns) -> LayerLayout:
    x, text, pitch = placed.xs[layer], placed.texts[layer], placed.pitch
    columns, spacing = _columns(size, room, min(pitch * 0.7, WIDEST_BLOCK))
    rows = -(-size // columns)
    below = text is NodeText.BELOW
    radius = (spacing - _text_below(layer)) / 2 if below else min(spacing * 0.44, 20.0)
    radius = min(radius, COMFORTABLE_RADIUS, pitch * 0.2)
    column, row = np.divmod(np.arange(size), rows)
    shift = 0.0
    if below:
        # The name above takes less than the lines below. As high as layers with more lines, where
        # there is room for it: the chain of the smallest networks is then a straight one.
        slack = spacing - 2 * radius - _text_below(layer)
        shift = max(_lift(TEXT_BELOW), _lift(_text_below(layer)) - slack / 2)
    top = TOP + shift + (room - spacing * (rows - 1)) / 2
    centres = np.stack(
        [x + (column - (columns - 1) / 2) * spacing, top + row * spacing], axis=1
    ).astype(np.float64)
    return LayerLayout(layer, centres, radius, text, spacing, placed.widths[layer])


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
