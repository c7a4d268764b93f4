"""What the chain rule's picture consists of once it is laid out, and the pencil that lays it out.

Apart from the widget, which only paints: here everything is measured and coloured beforehand.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from nnviz.formatting import number
from nnviz.trace.chain import (
    Link,
    Need,
    Term,
    gradient_need,
    is_known,
    link_goal,
    link_meaning,
    link_need,
    link_shape,
    link_value,
    term_need,
    term_shape,
    term_value,
)
from nnviz.trace.expressions import Expression, Face, Tag, Tagged, Word
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref
from nnviz.trace.timeline import Timeline
from nnviz.views.equations.boxes import Box
from nnviz.views.equations.typesetting import Style, box_of
from nnviz.views.theme import qcolor
from nnviz.visual.palette import RGB, Palette

__all__ = ["Amount", "ChainScene", "Drawing", "Hit", "Pencil", "Pill"]

NUMBER_PX = 11.0
ARROW_HEAD = 4.0


@dataclass(frozen=True, slots=True)
class Amount:
    """What stands where a number belongs; ``value`` is None for a shape and for a dash."""

    text: str
    value: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ChainScene:
    """What the picture is of, of one example, and how it is written."""

    trace: PassTrace
    timeline: Timeline
    example: int
    notation: Notation
    palette: Palette

    def knows(self, need: Need) -> bool:
        """Whether what is needed has been computed."""
        return is_known(self.timeline.reveal(), need, self.example)

    def is_fresh(self, need: Need) -> bool:
        """Whether the current step is the one that computes it."""
        position = self.timeline.position_of(need.quantity, need.layer, need.neuron, self.example)
        return position is not None and position == self.timeline.position

    def link_amount(self, link: Link) -> Amount:
        """Return what stands for a factor: its number, the shape of many, or a dash."""
        if not self.knows(link_need(self.trace.spec, link)):
            return self.amount(None)
        shape = link_shape(self.trace.spec, link)
        return self.amount(None if shape else link_value(self.trace, link, self.example), shape)

    def term_amount(self, term: Term) -> Amount:
        """Return what stands for a quantity: its number, the shape of many, or a dash."""
        if not self.knows(term_need(term)):
            return self.amount(None)
        shape = term_shape(self.trace.spec, term)
        return self.amount(None if shape else term_value(self.trace, term, self.example), shape)

    def amount(self, value: float | None, shape: str = "") -> Amount:
        """Return a number, or the shape of many; a dash for neither."""
        return Amount(shape or self.notation.number(value), value)

    def link_hint(self, link: Link) -> str:
        """Return the tooltip of a factor."""
        meaning = link_meaning(self.trace, link, self.notation)
        if meaning[1:2].isalpha():  # a word, no symbol: f′(z) stays as it is
            meaning = meaning[0].upper() + meaning[1:]
        return f"{meaning}. {self._link_way(link)}"

    def link_goal(self, link: Link) -> Need:
        """Return what the step computes that a click on a factor goes to."""
        return link_goal(self.trace.spec, link, self.timeline.reveal(), self.example)

    def term_hint(self, term: Term) -> str:
        """Return the tooltip of a quantity."""
        name = {
            Quantity.COST: "The cost",
            Quantity.ACTIVATION: "Activations" if term.layer else "The inputs",
            Quantity.PREACTIVATION: "Weighted sums z",
            Quantity.WEIGHT: "Weights",
            Quantity.BIAS: "Biases",
        }[term.quantity]
        where = (
            f" of layer {term.layer}" if term.layer and term.quantity is not Quantity.COST else ""
        )
        return f"{name}{where}. {self._way(term_need(term))}"

    def reuse_hint(self, need: Need) -> str:
        """Return the tooltip of what is reused."""
        if self.knows(need) and not self.is_fresh(need):
            return "Already known; click for the step that computed it"
        return "Click for the step that computes it"

    def gradient_known(self, term: Term) -> bool:
        """Whether ∂C/∂term has been computed."""
        return self.knows(gradient_need(term))

    def _link_way(self, link: Link) -> str:
        goal, ref = self.link_goal(link), link.ref
        if link.above.quantity is Quantity.ACTIVATION and self.knows(goal):
            used = goal.quantity is Quantity.BIAS_GRADIENT
            whose = "that multiplies by it" if used else "of the activation"
            return f"Click for the step {whose}."
        if goal.quantity is Quantity.WEIGHT and ref is not None:
            return "Known from the start; click to select the weight."
        return self._way(goal)

    def _way(self, need: Need) -> str:
        if need.quantity in (Quantity.WEIGHT, Quantity.BIAS):
            return "Known from the start."
        if self.knows(need):
            return "Click for the step that computed it."
        return "Not computed yet; click for the step that computes it."


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that can be pointed at: what it speaks of, and what a click looks for."""

    area: QRectF
    need: Need
    ref: Ref | None
    hint: str
    text: str
    """What it says, for readers who hear it."""


@dataclass(frozen=True, slots=True)
class Pill:
    """A rounded box around a quantity."""

    area: QRectF
    fill: QColor
    pen: QPen


@dataclass(slots=True, eq=False)
class Drawing:
    """Everything in its place, in px of the widget."""

    width: float = 0.0
    height: float = 0.0
    bands: list[tuple[QPainterPath, QColor]] = field(default_factory=list)
    pills: list[Pill] = field(default_factory=list)
    strokes: list[tuple[QPainterPath, QPen]] = field(default_factory=list)
    pieces: list[tuple[Box, float, float]] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    focus: QRectF | None = None
    """What should be in sight where there is not room for all."""


@lru_cache(maxsize=1024)
def _box(expression: Expression, px: float, palette: Palette, color: RGB) -> Box:
    """Return the box of an expression; most are those of the step before."""
    return box_of(expression, Style(px, palette, color))


class Pencil:
    """Puts boxes, arrows and braces into a drawing, in the colours of a palette."""

    def __init__(self, scene: ChainScene, drawing: Drawing) -> None:
        self.scene, self.drawing = scene, drawing
        self._palette = scene.palette

    def box(self, expression: Expression, px: float, color: RGB) -> Box:
        """Return the box of an expression."""
        return _box(expression, px, self._palette, color)

    def number(
        self, shown: Amount, color: RGB, tag: Tag | None = None, room: float = math.inf
    ) -> Box:
        """Return the box of a number, in the colour of its sign where the tag has one.

        Where there is not the room it has fewer digits, rounded; but never fewer than two.
        """
        texts = [shown.text]
        if shown.value is not None:
            digits = range(self.scene.notation.digits - 1, 1, -1)
            texts += [number(shown.value, fewer) for fewer in digits]
        for text in texts:
            word: Expression = Word(text, Face.NUMBER)
            box = self.box(word if tag is None else Tagged(word, tag), NUMBER_PX, color)
            if box.width <= room:
                break
        return box

    def words(self, text: str, px: float, color: RGB) -> Box:
        """Return the box of plain words."""
        return self.box(Word(text, Face.TEXT), px, color)

    def put(self, box: Box, x: float, baseline: float) -> QRectF:
        """Put a box with the left end of its baseline at a place; return its area."""
        self.drawing.pieces.append((box, x, baseline))
        return QRectF(x, baseline - box.ascent, box.width, box.height)

    def centre(self, box: Box, x: float, baseline: float) -> QRectF:
        """Put a box with its middle at x."""
        return self.put(box, x - box.width / 2, baseline)

    def arrow(self, start: QPointF, end: QPointF, color: RGB, width: float) -> None:
        """Draw a line with a head at its end; it runs along one axis."""
        path = QPainterPath(start)
        path.lineTo(end)
        dx = (end.x() > start.x()) - (end.x() < start.x())
        dy = (end.y() > start.y()) - (end.y() < start.y())
        for side in (-1, 1):
            path.moveTo(end)
            path.lineTo(
                end.x() - ARROW_HEAD * dx + side * ARROW_HEAD * 0.7 * dy,
                end.y() - ARROW_HEAD * dy + side * ARROW_HEAD * 0.7 * dx,
            )
        self.stroke(path, color, width)

    def brace(self, left: float, right: float, top: float, depth: float, color: RGB) -> None:
        """Draw a brace that points down."""
        middle, bend = (left + right) / 2, min(2 * depth, (right - left) / 4)
        path = QPainterPath(QPointF(left, top))
        path.quadTo(left, top + depth, left + bend, top + depth)
        path.lineTo(middle - bend, top + depth)
        path.quadTo(middle, top + depth, middle, top + 2 * depth)
        path.quadTo(middle, top + depth, middle + bend, top + depth)
        path.lineTo(right - bend, top + depth)
        path.quadTo(right, top + depth, right, top)
        self.stroke(path, color, 1.2)

    def stroke(self, path: QPainterPath, color: RGB, width: float, dashed: bool = False) -> None:
        """Draw a line."""
        self.drawing.strokes.append((path, self.pen(color, width, dashed)))

    def pen(self, color: RGB, width: float, dashed: bool = False) -> QPen:
        """Return a pen of the palette."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        pen = QPen(qcolor(color), width, style)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        return pen
