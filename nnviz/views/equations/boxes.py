"""The pieces that an equation is drawn from: glyphs, and groups of boxes with strokes.

Every box knows its width, and its ascent and descent from the baseline, in px; what it speaks of
can be found again under the pointer, and lit.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from nnviz.trace.expressions import Tag
from nnviz.trace.refs import Ref

__all__ = ["Box", "Glyphs", "Group", "Ink", "Lit", "Place", "Speaking", "space"]

LIT_MARGIN = 2.0
"""Around a lit piece, in px."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What a box is drawn with.

    Pieces that speak of ``lit`` stand on ``light``. With ``outlines`` glyphs become curves: a
    picture of them needs no fonts.
    """

    painter: QPainter
    light: QColor
    lit: Ref | None = None
    outlines: bool = False


class Box:
    """Something with a width, drawn on a baseline; all sizes in px."""

    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        """Ascent and descent together."""
        return self.ascent + self.descent

    def draw(self, ink: Ink, x: float, baseline: float) -> None:
        """Draw with the left end of the baseline at (x, baseline)."""
        raise NotImplementedError

    def tag_at(self, x: float, y: float) -> Tag | None:
        """Return what stands at a place relative to the box's own baseline, None for nothing."""
        return None

    def covers(self, x: float, y: float) -> bool:
        """Whether a place relative to the box's own baseline lies inside."""
        return 0 <= x <= self.width and -self.ascent <= y <= self.descent


class Glyphs(Box):
    """A word in one font and colour."""

    def __init__(self, text: str, font: QFont, metrics: QFontMetricsF, color: QColor) -> None:
        self._text, self._font, self._color = text, font, color
        self.width = metrics.horizontalAdvance(text)
        bounds = metrics.tightBoundingRect(text)
        # At least a digit's height, so that the words of a row stand in line.
        self.ascent = max(-bounds.top(), metrics.capHeight())
        self.descent = max(bounds.bottom(), 0.0)

    def draw(self, ink: Ink, x: float, baseline: float) -> None:
        """Draw the word."""
        if ink.outlines:
            path = QPainterPath()
            path.addText(QPointF(x, baseline), self._font, self._text)
            ink.painter.fillPath(path, self._color)
            return
        ink.painter.setFont(self._font)
        ink.painter.setPen(self._color)
        ink.painter.drawText(QPointF(x, baseline), self._text)


@dataclass(frozen=True, slots=True)
class Place:
    """A box at an offset from the left end of its group's baseline."""

    box: Box
    x: float
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Lit:
    """A place that is lit from the start: an entry of a matrix that the selection is about."""

    area: QRectF
    color: QColor


@dataclass(eq=False)
class Group(Box):
    """Boxes at their places, and strokes: bars, brackets, braces."""

    places: tuple[Place, ...]
    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    strokes: QPainterPath | None = None
    pen: QPen | None = None
    lights: tuple[Lit, ...] = field(default=())

    @classmethod
    def of_row(cls, boxes: list[Box]) -> "Group":
        """Return boxes side by side."""
        places, x = [], 0.0
        for box in boxes:
            places.append(Place(box, x))
            x += box.width
        return cls(
            tuple(places),
            x,
            max((box.ascent for box in boxes), default=0.0),
            max((box.descent for box in boxes), default=0.0),
        )

    def draw(self, ink: Ink, x: float, baseline: float) -> None:
        """Draw the lit places, the boxes and the strokes."""
        for lit in self.lights:
            ink.painter.fillRect(lit.area.translated(x, baseline), lit.color)
        for place in self.places:
            place.box.draw(ink, x + place.x, baseline + place.y)
        if self.strokes is not None and self.pen is not None:
            ink.painter.setPen(self.pen)
            ink.painter.drawPath(self.strokes.translated(x, baseline))

    def tag_at(self, x: float, y: float) -> Tag | None:
        """Ask the box at that place."""
        for place in self.places:
            if place.box.covers(x - place.x, y - place.y):
                tag = place.box.tag_at(x - place.x, y - place.y)
                if tag is not None:
                    return tag
        return None


class Speaking(Box):
    """A box that speaks of a neuron or an edge."""

    def __init__(self, inside: Box, tag: Tag) -> None:
        self._inside, self._tag = inside, tag
        self.width, self.ascent, self.descent = inside.width, inside.ascent, inside.descent

    def draw(self, ink: Ink, x: float, baseline: float) -> None:
        """Draw the box, on a light while its neuron or edge is lit."""
        if ink.lit is not None and ink.lit == self._tag.ref:
            area = QRectF(x, baseline - self.ascent, self.width, self.height)
            margin = LIT_MARGIN
            path = QPainterPath()
            path.addRoundedRect(area.adjusted(-margin, -margin, margin, margin), 3, 3)
            ink.painter.fillPath(path, ink.light)
        self._inside.draw(ink, x, baseline)

    def tag_at(self, x: float, y: float) -> Tag | None:
        """Return the innermost tag: a number inside a formula before the formula."""
        return self._inside.tag_at(x, y) or self._tag


def space(width: float) -> Box:
    """Return an empty place in a row, in px."""
    return Group((), width)
