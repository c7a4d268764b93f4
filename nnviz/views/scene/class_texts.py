"""The numbers of an output layer of classes, set: one or two rows beside each disc, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.views.scene.scene import Scene
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.frame import ClassRows, TextLine
from nnviz.visual.layout import BESIDE_GAP, SMALLEST_TEXT_PITCH, NodeText, Rect

__all__ = ["ClassText", "set_class_texts"]

COLUMNS = ((0, 14, 25), (0, 19))
"""Where the numbers of each row begin, in characters, where they are not too long for it."""
SHORT_COLUMNS = (0, 14)
GAP = 2
"""Characters between two columns, at least."""
LARGEST, SMALLEST, ROW_PX = 11, 8, 15.0
TALLEST = 0.86
"""Part of a row's pitch that its font takes at most."""

Row = tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class ClassText:
    """The numbers of one output: rows of (line, x) ``pitch`` px apart, in a font of ``pixels``.

    The ``name`` of its class stands before them where it has no room in the disc.
    """

    rows: tuple[tuple[tuple[TextLine, float], ...], ...]
    name: str
    place: Rect
    pixels: int
    pitch: float


def set_class_texts(scene: Scene) -> tuple[ClassText, ...]:
    """Set a, z, y and below them the derivatives; a and ∂C/∂b only where there is no more room.

    All outputs have the same columns. Empty where the outputs are no classes.
    """
    layout, frame = scene.layout.layers[-1], scene.frame.layers[-1]
    if not frame.class_rows or layout.text is not NodeText.BESIDE:
        return ()
    spacing = layout.spacing * scene.viewport.zoom
    room = layout.text_width * scene.viewport.zoom
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    shown = np.flatnonzero(layout.shown).tolist()
    offset = scene.radius(layout) + BESIDE_GAP
    for form in (frame, frame.tight or frame):
        rows = [form.class_rows[each] for each in shown]
        setter = _Setter(rows, spacing, room)
        if setter.fits:
            break
    places = [(points[each][0] + offset, points[each][1]) for each in shown]
    return tuple(setter.text(each, *place) for each, place in zip(rows, places, strict=True))


class _Setter:
    """Chooses rows, font size and columns with which all outputs have room."""

    def __init__(self, outputs: Sequence[ClassRows], spacing: float, room: float) -> None:
        self._rule = Rule(True)
        longest = max(len(each.name) for each in outputs)
        self._lead = longest + GAP if longest else 0
        self._two = spacing >= SMALLEST_TEXT_PITCH
        choices = [(True, ROW_PX)] if self._two else []
        for self._two, pitch in (*choices, (False, ROW_PX)):
            rows = [self._rows(each) for each in outputs]
            count = max(map(len, rows))
            self._pitch = min(pitch, spacing / max(count, 1))
            self._columns = [
                _columns([row[index] for row in rows], least)
                for index, least in zip(range(count), self._least(outputs[0]), strict=False)
            ]
            self._widest = max(
                (self._end(row, columns) for output in rows
                 for row, columns in zip(output, self._columns, strict=True)), default=0,
            )  # fmt: skip
            largest = min(LARGEST, max(int(TALLEST * self._pitch), 1))
            for self._pixels in range(largest, min(SMALLEST, largest) - 1, -1):
                wide = self._lead + self._widest
                self.fits = wide * self._rule.width("0", self._pixels) <= room
                if self.fits:
                    return
        self._cut(outputs, room)

    def _cut(self, outputs: Sequence[ClassRows], room: float) -> None:
        """Keep the columns that have room in the smallest font."""
        most = room / self._rule.width("0", self._pixels) - self._lead
        for index, columns in enumerate(self._columns):
            rows = [self._rows(output)[index] for output in outputs]
            kept = range(len(columns) + 1)
            ends = [max((self._end(row[:n], columns) for row in rows), default=0) for n in kept]
            self._columns[index] = columns[: max(n for n in kept if ends[n] <= most)]
        self._widest = max(
            self._end(row, columns)
            for output in outputs
            for row, columns in zip(self._rows(output), self._columns, strict=True)
        )

    def text(self, rows: ClassRows, left: float, y: float) -> ClassText:
        """Return the numbers of one output whose disc stands at height ``y``."""
        character, written = self._rule.width("0", self._pixels), self._rows(rows)
        height = len(written) * self._pitch
        return ClassText(
            tuple(
                tuple(
                    (line, left + (self._lead + at) * character)
                    for line, at in zip(row, columns, strict=False)
                )
                for row, columns in zip(written, self._columns, strict=True)
            ),
            rows.name,
            Rect(left, y - height / 2, (self._lead + self._widest) * character, height),
            self._pixels,
            self._pitch,
        )

    def _rows(self, rows: ClassRows) -> tuple[Row, ...]:
        if not self._two:
            return (rows.short,)
        return tuple(row for row in (rows.values, rows.derivatives) if row)

    def _least(self, rows: ClassRows) -> tuple[tuple[int, ...], ...]:
        if not self._two:
            return (SHORT_COLUMNS,)
        pairs = zip((rows.values, rows.derivatives), COLUMNS, strict=True)
        return tuple(columns for row, columns in pairs if row)

    def _end(self, row: Row, columns: Sequence[int]) -> int:
        ends = (at + len(line.text) for line, at in zip(row, columns, strict=False))
        return max(ends, default=0)


def _columns(rows: Sequence[Row], least: tuple[int, ...]) -> tuple[int, ...]:
    """Return where each column begins, in characters: never before the longest number ends."""
    columns = [0]
    for index in range(1, len(least)):
        longest = max((len(row[index - 1].text) for row in rows if len(row) >= index), default=0)
        columns.append(max(least[index], columns[-1] + longest + GAP))
    return tuple(columns)
