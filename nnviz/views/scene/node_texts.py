"""The texts of the neurons, set: what is written where and how large, before anything is drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.views.scene.scene import Scene
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.frame import LayerFrame, TextLine
from nnviz.visual.layout import BESIDE_GAP, LayerLayout, NodeText, Rect

__all__ = ["NodeTexts", "TextBlock", "ring_width", "set_node_texts"]

SIZES = (12, 11, 10, 9)
"""Font sizes of the numbers below and beside a disc, in px."""
LEADING = 1.22
LARGEST_INSIDE, SMALLEST_INSIDE = 15, 8
NAME_HEIGHT = 17.0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines ``pitch`` px apart in a font of ``pixels``, in a place in widget px."""

    lines: tuple[TextLine, ...]
    place: Rect
    pixels: int
    pitch: float
    centred: bool


@dataclass(frozen=True, slots=True)
class NodeTexts:
    """What is written in, above, and below or beside one neuron; None: nothing is."""

    inside: tuple[str, int] | None
    name: Rect | None
    block: TextBlock | None

    def boxes(self) -> list[Rect]:
        """Return the boxes, in widget px, that the texts around the disc take."""
        boxes = [] if self.name is None else [self.name]
        if self.block is not None and self.block.lines:
            place = self.block.place
            boxes.append(Rect(place.x - 4, place.y, place.width + 8, place.height))
        return boxes


def ring_width(radius: float) -> float:
    """Return how wide the ring of a disc is, both in px."""
    return min(5.0, max(1.4, radius * 0.16))


def set_node_texts(scene: Scene) -> tuple[tuple[NodeTexts, ...], ...]:
    """Set the texts of every layer; a layer whose neurons have none is empty."""
    setter = _Setter(scene)
    return tuple(
        setter.layer(layout, frame)
        for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True)
    )


class _Setter:
    """Sets the texts of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._inside, self._name, self._mono = Rule(False, True), Rule(False), Rule(True)

    def layer(self, layout: LayerLayout, frame: LayerFrame) -> tuple[NodeTexts, ...]:
        """Return the texts of one layer's neurons, in one size."""
        if layout.image is not None:
            return ()
        radius = self._scene.radius(layout)
        neurons = np.flatnonzero(layout.shown[: len(frame.names)]).tolist()
        named = bool(frame.class_rows) or frame.folded
        inside = {
            each: self._fit_inside((frame.names[each],) if named else frame.inside[each], radius)
            for each in neurons
        }
        if not named and None in inside.values():
            inside = dict.fromkeys(neurons)  # a layer is read best if all stand in one place
        blocks = {}
        if not frame.class_rows and layout.text is not NodeText.NONE:
            blocks = self._blocks(layout, frame, {n for n in neurons if named or not inside[n]})
        return tuple(
            NodeTexts(inside.get(each), *blocks.get(each, (None, None)))
            for each in range(len(frame.names))
        )

    def _blocks(
        self, layout: LayerLayout, frame: LayerFrame, with_activation: set[int]
    ) -> dict[int, tuple[Rect | None, TextBlock]]:
        """Return name and lines of the neurons that are shown, the lines in one size."""
        below, radius = layout.text is NodeText.BELOW, self._scene.radius(layout)
        spare = layout.spacing * self._scene.viewport.zoom
        if below:
            spare -= 2 * radius + NAME_HEIGHT + 8
        lines = {
            each: self._lines(frame, each, None if below else spare, each in with_activation)
            for each in np.flatnonzero(layout.shown).tolist()
        }
        room = layout.text_width * self._scene.viewport.zoom
        pixels = min((self._size(each, room, spare) for each in lines.values()), default=SIZES[-1])
        points = self._scene.viewport.points_to_widget(layout.centres).tolist()
        return {
            each: (
                self._name_place(frame.names[each], x, y - radius) if below else None,
                self._below(written, pixels, x, y + radius + 4)
                if below
                else self._beside(written, pixels, x + radius + BESIDE_GAP, y),
            )
            for each, written in lines.items()
            for x, y in (points[each],)
        }

    def _fit_inside(self, texts: Sequence[str], radius: float) -> tuple[str, int] | None:
        """Return the text with the most digits that can be read inside the ring, and its size."""
        inner = radius - ring_width(radius) - 0.5
        if inner <= 0:
            return None
        largest = min(LARGEST_INSIDE, int(radius * 0.7))
        if len(texts[0]) <= 2:
            largest = min(LARGEST_INSIDE, round(radius * 1.1))
        # The corners of the text have to be inside, too.
        sizes = range(max(largest, SMALLEST_INSIDE), SMALLEST_INSIDE - 1, -1)
        for text in texts:
            for pixels in sizes:
                corner = 0.36 * pixels
                room = 2 * math.sqrt(max(inner**2 - corner**2, 0.0))
                if self._inside.width(text, pixels) <= room:
                    return text, pixels
        return None

    def _lines(
        self, frame: LayerFrame, neuron: int, spare: float | None, with_activation: bool
    ) -> tuple[TextLine, ...]:
        """Return the lines of a neuron: beside the disc only as many as fit into ``spare`` px.

        The newest derivative is always among them; below the disc the name tells the target.
        """
        activation = (frame.activations[neuron],) if with_activation else ()
        lines = (*activation, *frame.lines[neuron])
        if spare is None:
            return lines
        most = max(2, int(spare / (SIZES[-1] * LEADING)))
        if frame.targets and len(lines) < most:
            return (*activation, frame.targets[neuron], *frame.lines[neuron])
        return lines if len(lines) <= most else (*lines[: most - 1], lines[-1])

    def _name_place(self, name: str, x: float, bottom: float) -> Rect:
        width = self._name.width(name, 12)
        return Rect(x - width / 2, bottom - 4 - NAME_HEIGHT, width, NAME_HEIGHT)

    def _below(self, lines: tuple[TextLine, ...], pixels: int, x: float, top: float) -> TextBlock:
        width, pitch = self._width(lines, pixels), pixels * LEADING
        place = Rect(x - width / 2, top, width, len(lines) * pitch)
        return TextBlock(lines, place, pixels, pitch, centred=True)

    def _beside(self, lines: tuple[TextLine, ...], pixels: int, left: float, y: float) -> TextBlock:
        width, pitch = self._width(lines, pixels), pixels * LEADING
        height = len(lines) * pitch
        place = Rect(left, y - height / 2, width, height)
        return TextBlock(lines, place, pixels, pitch, centred=False)

    def _size(self, lines: Sequence[TextLine], width: float, height: float) -> int:
        """Return the largest font size in which the lines fit, at worst the smallest."""
        for pixels in SIZES:
            if len(lines) * pixels * LEADING <= height and self._width(lines, pixels) <= width:
                return pixels
        return SIZES[-1]

    def _width(self, lines: Sequence[TextLine], pixels: int) -> float:
        return self._mono.widest((line.text for line in lines), pixels)
