"""The texts of the neurons, set: what is written where and how large, before anything is drawn."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.views.scene.scene import Scene
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.frame import LayerFrame, TextLine
from nnviz.visual.layout import (
    BESIDE_GAP,
    COST_GAP,
    COST_WIDTH,
    EDGES_BESIDE,
    LayerLayout,
    NodeText,
    Rect,
)

__all__ = ["NodeName", "NodeTexts", "TextBlock", "ring_width", "set_node_texts"]

SIZES, TIGHT_SIZES = (12, 11, 10, 9), (9, 8)
"""Font sizes of the numbers below and beside a disc, in px: comfortable, and where room ends."""
NAME_SIZES = (12, 11, 10, 9)
LEADING = 1.22
LARGEST_INSIDE, SMALLEST_INSIDE = 15, 8
NAME_HEIGHT = 17.0
PAD = 4.0
"""Px of the surface's colour at both sides of the lines."""
NEIGHBOUR_GAP = 2 * PAD
"""Px between the texts below neighbouring columns, at least."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines ``pitch`` px apart in a font of ``pixels``, in a place in widget px."""

    lines: tuple[TextLine, ...]
    place: Rect
    pixels: int
    pitch: float
    centred: bool


@dataclass(frozen=True, slots=True)
class NodeName:
    """The name above a disc, in a font of ``pixels``."""

    text: str
    place: Rect
    pixels: int


@dataclass(frozen=True, slots=True)
class NodeTexts:
    """What is written in, above, and below or beside one neuron; None: nothing is."""

    inside: tuple[str, int] | None
    name: NodeName | None
    block: TextBlock | None

    def boxes(self) -> list[Rect]:
        """Return the boxes, in widget px, that the texts around the disc take."""
        boxes = [] if self.name is None else [self.name.place]
        if self.block is not None and self.block.lines:
            place = self.block.place
            boxes.append(Rect(place.x - PAD, place.y, place.width + 2 * PAD, place.height))
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
        beside = any(rows.name for rows in frame.class_rows)  # then the disc has its activation
        named = frame.folded or (bool(frame.class_rows) and not beside)
        inside = {
            each: self._fit_inside((frame.names[each],) if named else frame.inside[each], radius)
            for each in neurons
        }
        if not named and None in inside.values():
            inside = dict.fromkeys(neurons)  # a layer is read best if all stand in one place
        around: dict[int, tuple[NodeName | None, TextBlock]] = {}
        if not frame.class_rows and layout.text is not NodeText.NONE and neurons:
            with_activation = {each for each in neurons if named or not inside[each]}
            for form in (frame, frame.tight or frame):
                room = _Room(self._scene, layout)
                names = self._names(layout, form, room)
                lines = {
                    each: self._lines(form, each, room, each in with_activation, names)
                    for each in neurons
                }
                pixels = self._size(lines.values(), room)
                if pixels is not None:
                    break
            around = self._placed(layout, names, lines, pixels, room)
        return tuple(
            NodeTexts(inside.get(each), *around.get(each, (None, None)))
            for each in range(len(frame.names))
        )

    def _placed(
        self,
        layout: LayerLayout,
        names: tuple[dict[int, str], int],
        lines: dict[int, tuple[TextLine, ...]],
        pixels: int | None,
        room: "_Room",
    ) -> dict[int, tuple[NodeName | None, TextBlock]]:
        """Place names and lines, the latter trimmed if no size is small enough for them."""
        points = self._scene.viewport.points_to_widget(layout.centres).tolist()
        radius, placed = self._scene.radius(layout), {}
        for each, written in lines.items():
            x, y = points[each]
            size = TIGHT_SIZES[-1] if pixels is None else pixels
            rows = self._trimmed(written, room) if pixels is None else written
            name = None
            if each in names[0]:
                width = self._name.width(names[0][each], names[1])
                place = Rect(x - width / 2, y - radius - 4 - NAME_HEIGHT, width, NAME_HEIGHT)
                name = NodeName(names[0][each], place, names[1])
            if room.below:
                placed[each] = name, self._below(rows, size, x, y + radius + 4)
            else:
                placed[each] = name, self._beside(rows, size, x + radius + BESIDE_GAP, y)
        return placed

    def _names(
        self, layout: LayerLayout, frame: LayerFrame, room: "_Room"
    ) -> tuple[dict[int, str], int]:
        """Return the names above the discs, shortened where they have no room, and their size."""
        if not room.below or room.height < 0:
            return {}, NAME_SIZES[-1]
        whole = {each: frame.names[each] for each in np.flatnonzero(layout.shown).tolist()}
        for names in (whole, {each: name.partition(" · ")[0] for each, name in whole.items()}):
            for pixels in NAME_SIZES:
                if self._name.widest(names.values(), pixels) <= room.widest:
                    return names, pixels
        return {}, NAME_SIZES[-1]

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
        self,
        frame: LayerFrame,
        neuron: int,
        room: "_Room",
        with_activation: bool,
        names: tuple[dict[int, str], int],
    ) -> tuple[TextLine, ...]:
        """Return the lines of a neuron: beside the disc only as many as fit.

        The newest derivative is always among them; below a disc mostly the name tells the target.
        """
        activation = (frame.activations[neuron],) if with_activation else ()
        lines = (*activation, *frame.lines[neuron])
        target = frame.targets[neuron : neuron + 1]
        if room.below:
            told = names[0].get(neuron) == frame.names[neuron]
            return lines if told else (*activation, *target, *frame.lines[neuron])
        most = max(2, int(room.height / (SIZES[-1] * LEADING)))
        if target and len(lines) < most:
            return (*activation, *target, *frame.lines[neuron])
        return lines if len(lines) <= most else (*lines[: most - 1], lines[-1])

    def _size(self, texts: Iterable[Sequence[TextLine]], room: "_Room") -> int | None:
        """Return the largest font size in which the lines of all neurons fit, None if none is."""
        texts = list(texts)
        sizes = [(pixels, room.width) for pixels in SIZES]
        for pixels, width in (*sizes, *((pixels, room.widest) for pixels in TIGHT_SIZES)):
            if all(
                len(lines) * pixels * LEADING <= room.height and self._width(lines, pixels) <= width
                for lines in texts
            ):
                return pixels
        return None

    def _trimmed(self, lines: tuple[TextLine, ...], room: "_Room") -> tuple[TextLine, ...]:
        """Leave out what has no room even in the smallest size, the newest line last of all."""
        pixels = TIGHT_SIZES[-1]
        whole = [
            replace(line, text=part)
            for line in lines
            for part in (
                [line.text]
                if self._width((line,), pixels) <= room.widest
                else line.text.split("  ")
            )
            if self._mono.width(part, pixels) <= room.widest
        ]
        most = max(0, int(room.height / (pixels * LEADING)))
        return tuple(whole if len(whole) <= most else [*whole[: most - 1], *whole[-1:]][:most])

    def _below(self, lines: tuple[TextLine, ...], pixels: int, x: float, top: float) -> TextBlock:
        width, pitch = self._width(lines, pixels), pixels * LEADING
        place = Rect(x - width / 2, top, width, len(lines) * pitch)
        return TextBlock(lines, place, pixels, pitch, centred=True)

    def _beside(self, lines: tuple[TextLine, ...], pixels: int, left: float, y: float) -> TextBlock:
        width, pitch = self._width(lines, pixels), pixels * LEADING
        height = len(lines) * pitch
        place = Rect(left, y - height / 2, width, height)
        return TextBlock(lines, place, pixels, pitch, centred=False)

    def _width(self, lines: Sequence[TextLine], pixels: int) -> float:
        return self._mono.widest((line.text for line in lines), pixels)


class _Room:
    """How much room, in px, the lines of each neuron of a layer have: comfortable, and at all."""

    def __init__(self, scene: Scene, layout: LayerLayout) -> None:
        zoom = scene.viewport.zoom
        self.below = layout.text is NodeText.BELOW
        self.height = layout.spacing * zoom
        self.width = self.widest = (layout.text_width + PAD) * zoom - PAD
        if not self.below:
            return
        self.height -= 2 * scene.radius(layout) + NAME_HEIGHT + 8
        x = float(layout.centres[0, 0])
        cost = scene.layout.cost[0] - COST_WIDTH / 2 - COST_GAP
        column = (layout.text_width + EDGES_BESIDE) * zoom - NEIGHBOUR_GAP
        self.widest = min(column, 2 * (x - 6) * zoom, 2 * (cost - x) * zoom)
        self.width = min(self.width, self.widest)
