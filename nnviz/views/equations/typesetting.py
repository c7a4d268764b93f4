"""An expression becomes a box: sizes, places and strokes by the habits of printed mathematics."""

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath, QPen

from nnviz.trace.expressions import (
    Braced,
    Expression,
    Face,
    Fenced,
    Fraction,
    Matrix,
    Root,
    Row,
    Scripted,
    Summation,
    Tagged,
    Word,
)
from nnviz.trace.moments import HAT
from nnviz.views.equations.boxes import Box, Glyphs, Group, Lit, Place, Speaking, space
from nnviz.views.equations.ink import tag_colour
from nnviz.views.theme import math_font, qcolor
from nnviz.visual.palette import RGB, Palette

__all__ = ["Style", "box_of"]

SCRIPT = 0.68
"""Size of an index, in em of its base."""
FRACTION = 0.88
"""Size of both parts of a fraction, in em."""
SMALLEST_PX = 9.0
AXIS = 0.26
"""Height of fraction bars and of the middle of brackets above the baseline, in em."""
SIGMA = 1.45
"""Size of a summation sign, in em."""
OPERATOR_ROOM = 0.22
"""Beside a sign, in em."""
TALL = 1.25
"""From this height on, in em, brackets are drawn as curves instead of set as glyphs."""
LIGHT_ALPHA = 24
"""Behind lit entries: so pale that every colour of a number keeps a contrast of 4.5 : 1."""

_ITALIC_CAPITAL, _ITALIC_SMALL = 0x1D434, 0x1D44E
_BOLD_CAPITAL, _BOLD_SMALL = 0x1D400, 0x1D41A
_ITALIC_GREEK, _BOLD_GREEK = 0x1D6FC, 0x1D6C2


@dataclass(frozen=True, slots=True)
class Style:
    """Size in px, palette, and the colour of what no tag colours."""

    px: float
    palette: Palette
    color: RGB

    @classmethod
    def plain(cls, px: float, palette: Palette) -> "Style":
        """Return the style of an equation."""
        return cls(px, palette, palette.text)

    def scaled(self, factor: float) -> "Style":
        """Return the style of an index or of a part of a fraction."""
        return replace(self, px=max(self.px * factor, SMALLEST_PX))

    @property
    def ink(self) -> QColor:
        """The colour for Qt."""
        return qcolor(self.color)

    def pen(self) -> QPen:
        """Return the pen of bars and brackets."""
        pen = QPen(self.ink, max(1.0, self.px / 15))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        return pen


def box_of(expression: Expression, style: Style) -> Box:
    """Return the box of an expression."""
    match expression:
        case Word():
            return _word(expression, style)
        case Row():
            return Group.of_row([box_of(part, style) for part in expression.parts])
        case Scripted():
            return _scripted(expression, style)
        case Fraction():
            return _fraction(expression, style)
        case Root():
            return _root(expression, style)
        case Fenced():
            return _fenced(expression, style)
        case Summation():
            return _summation(expression, style)
        case Matrix():
            return _matrix(expression, style)
        case Braced():
            return _braced(expression, style)
        case Tagged():
            color = tag_colour(expression.tag, style.palette) or style.color
            return Speaking(box_of(expression.inside, replace(style, color=color)), expression.tag)


@lru_cache(maxsize=64)
def _measured(px: float) -> tuple[QFont, QFontMetricsF]:
    font = math_font(px)
    return font, QFontMetricsF(font)


def _glyphs(text: str, style: Style) -> Glyphs:
    return Glyphs(text, *_measured(style.px), style.ink)


def _word(word: Word, style: Style) -> Box:
    if word.text.endswith(HAT):
        return _hatted(Word(word.text.removesuffix(HAT), word.face), style)
    match word.face:
        case Face.LETTER:
            return _glyphs("".join(map(_italic, word.text)), style)
        case Face.BOLD:
            return _glyphs("".join(map(_bold, word.text)), style)
        case Face.OPERATOR:
            room = space(OPERATOR_ROOM * style.px)
            return Group.of_row([room, _glyphs(word.text, style), room])
    return _glyphs(word.text, style)


def _hatted(word: Word, style: Style) -> Box:
    """Draw the hat of an estimate; the font's own would lie across a capital letter."""
    base = _word(word, style)
    letters = "".join(map(_bold if word.face is Face.BOLD else _italic, word.text))
    top = _measured(style.px)[1].tightBoundingRect(letters).top() - 0.07 * style.px
    middle = base.width / 2 + (0.06 * style.px if word.face is Face.LETTER else 0.0)
    half, height = 0.19 * style.px, 0.13 * style.px
    hat = QPainterPath(QPointF(middle - half, top))
    hat.lineTo(middle, top - height)
    hat.lineTo(middle + half, top)
    ascent = max(base.ascent, height - top + 1)
    return Group((Place(base, 0),), base.width, ascent, base.descent, hat, style.pen())


def _italic(sign: str) -> str:
    if sign == "h":
        return "\u210e"  # the one letter that Unicode keeps elsewhere
    return _shifted(sign, _ITALIC_CAPITAL, _ITALIC_SMALL, _ITALIC_GREEK)


def _bold(sign: str) -> str:
    return _shifted(sign, _BOLD_CAPITAL, _BOLD_SMALL, _BOLD_GREEK)


def _shifted(sign: str, capital: int, small: int, greek: int) -> str:
    for first, last, start in (("A", "Z", capital), ("a", "z", small), ("α", "ω", greek)):
        if first <= sign <= last:
            return chr(start + ord(sign) - ord(first))
    return sign


def _scripted(scripted: Scripted, style: Style) -> Box:
    """Put the indices at the right, one above the other; a base that is high lifts them."""
    base = box_of(scripted.base, style)
    small = style.scaled(SCRIPT)
    upper = box_of(scripted.upper, small) if scripted.upper is not None else None
    lower = box_of(scripted.lower, small) if scripted.lower is not None else None
    rise = max(0.40 * style.px, base.ascent - 0.32 * style.px)
    drop = max(0.20 * style.px, base.descent + 0.02 * style.px)
    if upper is not None and lower is not None:
        missing = upper.descent + lower.ascent + 1.0 - rise - drop
        rise, drop = rise + max(missing, 0) * 0.55, drop + max(missing, 0) * 0.45
    places = [Place(base, 0)]
    left = base.width + 0.05 * style.px
    ascent, descent = base.ascent, base.descent
    if upper is not None:
        places.append(Place(upper, left, -rise))
        ascent = max(ascent, upper.ascent + rise)
    if lower is not None:
        places.append(Place(lower, left, drop))
        descent = max(descent, lower.descent + drop)
    widest = max(box.width for box in (upper, lower, space(0)) if box is not None)
    return Group(tuple(places), left + widest + 0.04 * style.px, ascent, descent)


def _fraction(fraction: Fraction, style: Style) -> Box:
    small = style.scaled(FRACTION)
    above, below = box_of(fraction.numerator, small), box_of(fraction.denominator, small)
    axis, gap = AXIS * style.px, 0.16 * style.px
    up, down = axis + gap + above.descent, below.ascent + gap - axis
    width = max(above.width, below.width) + 0.24 * style.px
    bar = QPainterPath(QPointF(1, -axis))
    bar.lineTo(width - 1, -axis)
    places = (
        Place(above, (width - above.width) / 2, -up),
        Place(below, (width - below.width) / 2, down),
    )
    return Group(places, width, up + above.ascent, down + below.descent, bar, style.pen())


def _root(root: Root, style: Style) -> Box:
    """Draw the radical: a short hook, the long stroke up, and the bar above what is inside."""
    inside = box_of(root.inside, style)
    gap, hook, side = 0.14 * style.px, 0.22 * style.px, 0.62 * style.px
    top, bottom = -inside.ascent - gap, inside.descent + 0.06 * style.px
    width = side + inside.width + 0.12 * style.px
    shoulder = bottom - 0.42 * style.px
    strokes = QPainterPath(QPointF(1, shoulder + 0.1 * style.px))
    strokes.lineTo(hook, shoulder)
    strokes.lineTo(hook + 0.16 * style.px, bottom)
    strokes.lineTo(side - 0.06 * style.px, top)
    strokes.lineTo(width - 1, top)
    place = (Place(inside, side),)
    return Group(place, width, -top + 2, bottom + 1, strokes, style.pen())


def _fenced(fenced: Fenced, style: Style) -> Box:
    inside = box_of(fenced.inside, style)
    if inside.height < TALL * style.px:
        ends = [_glyphs(fenced.left, style), _glyphs(fenced.right, style)]
        return Group.of_row([ends[0], inside, ends[1]])
    side, over = 0.34 * style.px, 0.06 * style.px
    top, bottom = -inside.ascent - over, inside.descent + over
    strokes = QPainterPath()
    width = inside.width + 2 * side
    curve = _parenthesis if fenced.left == "(" else _bracket
    curve(strokes, side * 0.85, side * 0.3, top, bottom)
    curve(strokes, width - side * 0.85, width - side * 0.3, top, bottom)
    place = (Place(inside, side),)
    return Group(place, width, -top + 1, bottom + 1, strokes, style.pen())


def _parenthesis(path: QPainterPath, ends: float, belly: float, top: float, bottom: float) -> None:
    path.moveTo(ends, top)
    beyond = belly - (ends - belly) / 3
    path.cubicTo(beyond, top + (bottom - top) / 4, beyond, bottom - (bottom - top) / 4,
                 ends, bottom)  # fmt: skip


def _bracket(path: QPainterPath, ends: float, back: float, top: float, bottom: float) -> None:
    path.moveTo(ends, top)
    path.lineTo(back, top)
    path.lineTo(back, bottom)
    path.lineTo(ends, bottom)


def _summation(summation: Summation, style: Style) -> Box:
    sigma = _glyphs("∑", style.scaled(SIGMA))
    index = box_of(summation.index, style.scaled(SCRIPT))
    middle = (sigma.ascent - sigma.descent) / 2
    shift = middle - AXIS * style.px
    descent = sigma.descent + shift
    width = max(sigma.width, index.width)
    room = 0.1 * style.px
    places = (
        Place(sigma, (width - sigma.width) / 2, shift),
        Place(index, (width - index.width) / 2, descent + index.ascent + 1),
    )
    return Group(places, width + room, sigma.ascent - shift, descent + index.height + 1)


def _matrix(matrix: Matrix, style: Style) -> Box:
    """Set the entries in columns, in brackets around the axis, with the shape below them."""
    small = style.scaled(0.92)
    cells = [[box_of(entry, small) for entry in line] for line in matrix.rows]
    widths = [max(box.width for box in column) for column in zip(*cells, strict=True)]
    gap, row_gap, side = 0.62 * style.px, 0.28 * style.px, 0.42 * style.px
    ascents = [max(box.ascent for box in line) for line in cells]
    descents = [max(box.descent for box in line) for line in cells]
    height = sum(ascents) + sum(descents) + row_gap * (len(cells) - 1)
    top = -AXIS * style.px - height / 2
    width = sum(widths) + gap * (len(widths) - 1) + 2 * side
    muted = replace(style.scaled(SCRIPT), color=style.palette.muted)
    label = _glyphs(matrix.shape, muted)
    # A long shape below a narrow column needs room of its own.
    room = max(label.width + 0.3 * style.px - width, 0.0) / 2
    left, width = room, width + 2 * room
    places: list[Place] = []
    lights: list[Lit] = []
    light = qcolor(style.palette.accent, LIGHT_ALPHA)
    y = top
    for row, line in enumerate(cells):
        y += ascents[row]
        x = left + side
        for column, box in enumerate(line):
            places.append(Place(box, x + widths[column] - box.width, y))
            if (row, column) in matrix.lit:
                area = QRectF(
                    x - gap / 2, y - ascents[row] - row_gap / 2, widths[column] + gap,
                    ascents[row] + descents[row] + row_gap,
                )  # fmt: skip
                lights.append(Lit(area, light))
            x += widths[column] + gap
        y += descents[row] + row_gap
    bottom, over = top + height, 0.14 * style.px
    strokes = QPainterPath()
    for ends, back in (
        (left + side * 0.55, left + side * 0.2),
        (width - left - side * 0.55, width - left - side * 0.2),
    ):
        _bracket(strokes, ends, back, top - over, bottom + over)
    descent = bottom + over + 1
    if matrix.shape:
        descent += label.ascent + 3
        places.append(Place(label, (width - label.width) / 2, descent))
        descent += label.descent
    return Group(
        tuple(places), width, -top + over + 1, descent, strokes, style.pen(), tuple(lights)
    )


def _braced(braced: Braced, style: Style) -> Box:
    inside = box_of(braced.inside, style)
    label = box_of(braced.label, style.scaled(SCRIPT))
    width = max(inside.width, label.width)
    left = (width - inside.width) / 2
    depth = 0.22 * style.px
    top = inside.descent + 0.12 * style.px
    strokes = _brace(left + 1, left + inside.width - 1, top, depth)
    below = top + 2 * depth + label.ascent + 2
    places = (Place(inside, left), Place(label, (width - label.width) / 2, below))
    return Group(places, width, inside.ascent, below + label.descent, strokes, style.pen())


def _brace(left: float, right: float, top: float, depth: float) -> QPainterPath:
    """Return a brace that points down, from ``left`` to ``right``."""
    middle, bend = (left + right) / 2, min(2 * depth, (right - left) / 4)
    path = QPainterPath(QPointF(left, top))
    path.quadTo(left, top + depth, left + bend, top + depth)
    path.lineTo(middle - bend, top + depth)
    path.quadTo(middle, top + depth, middle, top + 2 * depth)
    path.quadTo(middle, top + depth, middle + bend, top + depth)
    path.lineTo(right - bend, top + depth)
    path.quadTo(right, top + depth, right, top)
    return path
