"""The inspector's words as a part of a figure: title, sentence, equations, numbers and terms."""

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from nnviz.formatting import count
from nnviz.stores.display_store import StepView
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.views.figures.blocks import Block, Cell, Chip, Equations, Table, Words
from nnviz.views.figures.term_rows import Sum, sums_of
from nnviz.views.panels.story import Story, Teller
from nnviz.views.panels.values import entries_of
from nnviz.views.scene.describe import name_of
from nnviz.views.scene.scene_builder import Moment
from nnviz.views.theme import mono_font, text_font
from nnviz.views.widgets.value_cell import sign_colour
from nnviz.visual.palette import Palette

__all__ = ["Explanation", "set_explanation"]

SYMBOLIC_PX, NUMERIC_PX, MATRIX_PX = 18.0, 16.0, 14.0
MOST_TERMS = 6
"""Rows of a sum's table; a figure is no place for 784."""
ROW_PITCH, VALUE_PITCH = 17.0, 20.0
GAP, WIDE_GAP = 9.0, 16.0
"""Between what belongs together, and between parts, in px."""
SMALLEST_SCALE = 0.5
"""What has no room even without the terms is drawn smaller, down to this."""

START = "Nothing is computed yet; the first step reads the example into the input layer."


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Blocks below each other, ``height`` px in all; drawn ``scale`` times as large."""

    blocks: tuple[tuple[float, Block], ...]
    height: float
    scale: float = 1.0

    def draw(self, painter: QPainter, *, outlines: bool = False) -> None:
        """Draw with the upper left corner at the origin."""
        painter.save()
        painter.scale(self.scale, self.scale)
        for top, block in self.blocks:
            block.draw(painter, top, outlines=outlines)
        painter.restore()


def set_explanation(
    workspace: Workspace, moment: Moment, palette: Palette, width: float, room: float | None
) -> Explanation:
    """Set the explanation of a moment in a column of ``width`` px.

    Where it would be higher than ``room`` it has fewer terms, then none, then it is smaller.
    """
    setter = _Setter(workspace, moment, palette, width)
    terms = MOST_TERMS
    explanation = setter.explanation(terms)
    while room is not None and explanation.height > room and terms > 0:
        terms -= 2
        explanation = setter.explanation(terms)
    if room is None or explanation.height <= room:
        return explanation
    scale = max(SMALLEST_SCALE, room / explanation.height)
    return Explanation(explanation.blocks, explanation.height * scale, scale)


@dataclass(frozen=True, slots=True)
class _Setter:
    """Sets the blocks of one moment."""

    workspace: Workspace
    moment: Moment
    palette: Palette
    width: float

    def explanation(self, most_terms: int) -> Explanation:
        parts = [self._head(), self._equations(), self._values()]
        if most_terms > 0:
            parts += [self._terms(each, most_terms) for each in self._sums()]
        blocks: list[tuple[float, Block]] = []
        top = bottom = 0.0
        for part in parts:
            for block in part:
                blocks.append((top, block))
                bottom = top + block.height
                top = bottom + GAP
            if part:
                top += WIDE_GAP - GAP
        return Explanation(tuple(blocks), bottom)

    @property
    def _ref(self) -> Ref | None:
        """The selection, else the one neuron that the step is about."""
        step = self.moment.timeline.current
        if self.moment.selected is not None or step is None or step.neuron is None:
            return self.moment.selected
        return NodeRef(step.layer, step.neuron)

    def _story(self) -> Story | None:
        moment, display = self.moment, self.workspace.display
        if moment.timeline.current is None:
            return None
        matrix = display.view is StepView.MATRIX
        return Teller(moment.trace, moment.timeline, display.notation, matrix).tell(self._ref)

    def _head(self) -> list[Block]:
        story, palette = self._story(), self.palette
        if story is None:
            return [
                self._words("Before the first step", 16, palette.text, bold=True),
                self._words(START, 13, palette.text),
            ]
        ref = self._ref
        blocks: list[Block] = []
        if story.phase is not None:
            blocks.append(Chip(story.phase.value, palette.phases[story.phase], palette.text))
        if ref is None:
            blocks.append(self._words(story.title, 16, palette.text, bold=True))
        else:
            name = name_of(self.workspace, ref)
            blocks.append(self._words(name[:1].upper() + name[1:], 16, palette.text, bold=True))
            if story.note:
                blocks.append(self._words(story.note, 12, palette.muted))
            blocks.append(self._words(story.title, 13, palette.text, bold=True))
        if story.sentence:
            blocks.append(self._words(story.sentence, 13, palette.text))
        return blocks

    def _equations(self) -> list[Block]:
        story = self._story()
        if story is None:
            return []
        numeric_px = MATRIX_PX if story.of_layer else NUMERIC_PX
        groups = ((story.symbolic, SYMBOLIC_PX), (story.numeric, numeric_px),
                  (story.running, MATRIX_PX))  # fmt: skip
        return [
            Equations(equations, px, self.palette, self.width)
            for equations, px in groups
            if equations
        ]

    def _values(self) -> list[Block]:
        """Return the numbers of the selection in two columns."""
        ref, moment = self._ref, self.moment
        if ref is None:
            return []
        notation = self.workspace.display.notation
        entries = entries_of(
            moment.trace, moment.timeline.reveal(), ref, not self.workspace.stepper.locked,
            notation, moment.timeline.example,
        )  # fmt: skip
        cells = [
            (
                Cell(entry.symbol, self.palette.muted),
                Cell(
                    notation.number(entry.value),
                    self.palette.text
                    if entry.value is None
                    else sign_colour(entry.value, entry.scale, self.palette),
                ),
            )
            for entry in entries
        ]
        if len(cells) % 2:
            cells.append((Cell("", self.palette.muted), Cell("", self.palette.text)))
        rows = tuple((*left, *right) for left, right in zip(cells[::2], cells[1::2], strict=True))
        return [Table(rows, mono_font(12), self.width, VALUE_PITCH, left=(0, 2))]

    def _sums(self) -> tuple[Sum, ...]:
        ref = self._ref
        if not isinstance(ref, NodeRef):
            return ()
        return sums_of(self.workspace, self.moment, ref)

    def _terms(self, each: Sum, most: int) -> list[Block]:
        palette, notation = self.palette, self.workspace.display.notation
        header = tuple(Cell(text, palette.muted) for text in each.headers)
        rows = [header]
        for index in range(min(most, len(each.terms))):
            name, numbers = each.row(index)
            colours = [
                sign_colour(number, scale, palette)
                for number, scale in zip(numbers, each.scales, strict=True)
            ]
            rows.append(
                (
                    Cell(name, palette.muted),
                    *(Cell(notation.number(n), c) for n, c in zip(numbers, colours, strict=True)),
                )
            )
        blocks: list[Block] = [
            self._words(each.title, 12, palette.muted, bold=True),
            Table(tuple(rows), mono_font(11), self.width, ROW_PITCH),
        ]
        hidden = len(each.terms) - most
        if hidden > 0:
            rest = each.total_beyond(most)
            text = f"{count(hidden)} smaller terms, together {notation.number(rest)}"
            blocks.append(self._words(text, 11, palette.muted))
        blocks.append(self._words(each.total, 12, palette.text))
        return blocks

    def _words(
        self, text: str, px: float, colour: tuple[int, int, int], *, bold: bool = False
    ) -> Words:
        return Words(text, text_font(px, bold), colour, self.width)
