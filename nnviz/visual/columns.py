"""Where the layers stand from left to right, and where the numbers of each are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

__all__ = ["Columns", "NodeText", "margin_of", "place_columns", "text_below"]

TEXT_BELOW, INPUT_TEXT_BELOW = 78.0, 44.0
"""Room in px for a name above a disc and the lines of numbers below it; an input has one line."""
WIDTH_BELOW, SMALLEST_WIDTH_BELOW = 150.0, 104.0
"""Room in px that the lines below a disc like to have, and the least with which they are read."""
EDGES_BESIDE = 40.0
"""Px that the lines below a disc like to leave to the edges beside them."""
TEXT_BESIDE, SMALLEST_TEXT_BESIDE = 146.0, 110.0
"""The same for the lines to the right of a disc."""
CLASS_ROWS, CLASS_ROW = 240.0, 205.0
"""The same beside an output of classes: for two rows of numbers, and for one short row."""
LARGEST_NAME = 0.08
"""Part of the canvas's width that class names take at most; in less room all is written smaller."""
BESIDE_GAP = 10.0
"""Px between a disc and the numbers beside it."""
EDGE_ROOM, SMALLEST_EDGE_ROOM = 140.0, 84.0
"""Px from disc to disc beside the texts that leave the edges room for their numbers."""
COST_WIDTH, COST_GAP = 92.0, 26.0
"""Px of the cost's box, and of the lines that gather the outputs before it."""
COMFORTABLE_RADIUS = 38.0
SMALLEST_TEXT_PITCH = 22.0
"""Discs closer than this, in px, have no numbers beside them."""
SMALLEST_CLASS_PITCH = 12.0
"""The same for outputs of classes, whose numbers then stand in one row."""
SMALLEST_RADIUS_WITH_TEXT = 17.0


class NodeText(Enum):
    """Where the numbers of a layer's neurons are written."""

    BELOW = "below"
    BESIDE = "beside"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the layers stand, x in px, where their numbers are written, and in how many px.

    ``pitch`` is the distance in px from one layer to the next without those numbers.
    """

    xs: tuple[float, ...]
    texts: tuple[NodeText, ...]
    widths: tuple[float, ...]
    pitch: float


def margin_of(width: float) -> float:
    """Return the px that stay free at both sides of a canvas of ``width`` px."""
    return min(28.0, max(12.0, width * 0.024))


def place_columns(
    sizes: Sequence[int], width: float, room: float, side: float | None, classes: bool,
    names: float = 0.0,
) -> Columns:  # fmt: skip
    """Return the most comfortable columns that leave room for the edges' numbers.

    ``sizes`` are the rows of each layer, ``side`` is the width of the image in px, ``names`` that
    of the longest class name before the numbers. Numbers beside the discs are left out where
    nothing would remain of the edges.
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
    rows += min(names, LARGEST_NAME * width)
    for texts, beside, edge_room in choices:
        columns = _columns_of(texts, width, side, beside, rows if classes else beside)
        if columns.pitch >= edge_room:
            break
    if NodeText.BELOW in columns.texts and columns.pitch < SMALLEST_WIDTH_BELOW:
        return _columns_of(nothing, width, side, 0.0, 0.0)
    return columns


def _columns_of(
    texts: list[NodeText], width: float, side: float | None, beside: float, outputs: float
) -> Columns:
    """Return the columns for one choice of texts, ``beside`` and ``outputs`` px wide."""
    margin = margin_of(width)
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
    right = max(width - margin - COST_WIDTH - COST_GAP - after, left + 40)
    extra = [width + BESIDE_GAP if width else 0.0 for width in widths[:-1]]
    if side is not None:
        extra[0] = side / 2 - 20  # counted from the rim of the image, as from that of a disc
    pitch = (right - left - sum(extra)) / len(extra)
    xs = left + np.cumsum([0.0, *(pitch + each for each in extra)])
    below = min(WIDTH_BELOW, max(pitch - EDGES_BESIDE, 0.0))
    widths = [below if text is NodeText.BELOW else w for text, w in zip(texts, widths, strict=True)]
    return Columns(tuple(xs.tolist()), tuple(texts), tuple(widths), pitch)


def text_below(layer: int) -> float:
    """Return the px that a disc's name above and its lines below it take."""
    return TEXT_BELOW if layer else INPUT_TEXT_BELOW


def _text_place(layer: int, sizes: Sequence[int], room: float, classes: bool) -> NodeText:
    """Write below where there is height for it, else beside, else nowhere."""
    spacing, is_output = room / sizes[layer], layer == len(sizes) - 1
    as_classes = classes and is_output
    if spacing >= text_below(layer) + 2 * SMALLEST_RADIUS_WITH_TEXT and not as_classes:
        return NodeText.BELOW
    smallest = SMALLEST_CLASS_PITCH if as_classes else SMALLEST_TEXT_PITCH
    return NodeText.BESIDE if spacing >= smallest else NodeText.NONE
