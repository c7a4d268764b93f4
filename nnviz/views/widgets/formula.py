"""An equation as markup becomes boxes, and boxes become lines of a given width.

Apart from its widget, because it only reads and measures. Understood is what the explanations
hold: <b>, <sup>, <sub> and entities; ∂…/∂… becomes a fraction.
"""

import html
import re
from dataclasses import dataclass, field

from nnviz.views.widgets.formula_boxes import (
    FRACTION,
    SCRIPT,
    SPACE,
    Box,
    Fraction,
    Row,
    Scripted,
    Space,
    Style,
    Text,
)

__all__ = ["Line", "break_lines", "chunks_of", "typeset"]

INDENT = 1.1
"""Of a line that goes on, in em."""

_MARKUP = re.compile(r"<(/?)(b|sup|sub)>|([^<]+)")
_WORDS = re.compile(r"(?P<bar>/∂)|(?P<space>\s+)|(?P<word>∂[A-Za-z]?|/|[^\s∂/]+)")
_OPERATORS = frozenset("=+−·⊙←")
_TIGHT = frozenset("·⊙")
"""A line may break before an operator, but not at these."""


@dataclass(slots=True)
class _Item:
    """A piece of parsed markup: text, or an index with what it holds."""

    kind: str
    text: str = ""
    bold: bool = False
    inside: list["_Item"] = field(default_factory=list)


def _parse(markup: str) -> list[_Item]:
    stack: list[list[_Item]] = [[]]
    bold = False
    for match in _MARKUP.finditer(markup):
        closing, tag, text = match.groups()
        if text is not None:
            stack[-1].append(_Item("text", html.unescape(text), bold))
        elif tag == "b":
            bold = not closing
        elif not closing:
            item = _Item(tag)
            stack[-1].append(item)
            stack.append(item.inside)
        elif len(stack) > 1:
            stack.pop()
    return stack[0]


def typeset(markup: str, style: Style) -> list[Box | None]:
    """Return the boxes of one line of markup; None stands for a space between two of them."""
    return _boxes(_parse(markup), style)


def _boxes(items: list[_Item], style: Style) -> list[Box | None]:
    boxes: list[Box | None] = []
    open_fraction = False
    for item in items:
        if item.kind != "text":
            _attach(boxes, item.kind, _inner(item, style), style)
            continue
        piece = Style(style.px, style.color, style.bold or item.bold)
        for match in _WORDS.finditer(item.text):
            if match["space"]:
                boxes.append(None)
            elif match["bar"]:
                open_fraction = True
            elif open_fraction:
                _close_fraction(boxes, match["word"], piece, style)
                open_fraction = False
            else:
                boxes.append(Text(match["word"], piece))
    return boxes


def _inner(item: _Item, style: Style) -> Box:
    small = style.scaled(SCRIPT)
    boxes = _boxes(item.inside, small)
    return Row([Space(SPACE * small.px) if box is None else box for box in boxes])


def _attach(boxes: list[Box | None], kind: str, script: Box, style: Style) -> None:
    """Give the last box an index, inside a fraction its denominator."""
    last: Box = Space(0)
    if boxes and boxes[-1] is not None:
        last = boxes[-1]
        boxes.pop()
    if isinstance(last, Fraction):
        denominator = _with_script(last.denominator, kind, script, last.style.px * FRACTION)
        boxes.append(Fraction(last.numerator, denominator, last.style))
    else:
        boxes.append(_with_script(last, kind, script, style.px))


def _with_script(base: Box, kind: str, script: Box, px: float) -> Scripted:
    upper, lower = (script, None) if kind == "sup" else (None, script)
    if isinstance(base, Scripted):
        if base.upper is not None and upper is not None:
            upper = Row([base.upper, upper])
        return Scripted(base.base, upper or base.upper, lower or base.lower, px)
    return Scripted(base, upper, lower, px)


def _close_fraction(boxes: list[Box | None], word: str, piece: Style, style: Style) -> None:
    """Make the last box the numerator over ∂ and the first letter of ``word``."""
    small = style.scaled(FRACTION)
    last = boxes.pop() if boxes else None
    numerator = last if isinstance(last, Scripted) else Text(last.plain() if last else "∂", small)
    letter = Text(word[0], Style(small.px, small.color, piece.bold))
    boxes.append(Fraction(numerator, Row([Text("∂", small), letter]), style))
    if word[1:]:
        boxes.append(Text(word[1:], piece))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of boxes: where it begins, and how high it is."""

    box: Box
    indent: float

    @property
    def height(self) -> float:
        """Ascent and descent, in px."""
        return self.box.ascent + self.box.descent


def break_lines(chunks: list[Box], width: float, px: float) -> list[Line]:
    """Fill lines of at most ``width`` px with chunks; all but the first line are indented."""
    space, indent = SPACE * px, INDENT * px
    lines: list[Line] = []
    current: list[Box] = []
    used = 0.0
    for chunk in chunks:
        room = width - (indent if lines else 0)
        if current and used + space + chunk.width > room:
            lines.append(Line(Row(current), indent if lines else 0))
            current, used = [], 0.0
        if current:
            current.append(Space(space))
            used += space
        current.append(chunk)
        used += chunk.width
    if current:
        lines.append(Line(Row(current), indent if lines else 0))
    return lines


def chunks_of(boxes: list[Box | None], px: float) -> list[Box]:
    """Join what must stay on one line: an operator with what follows it, a product."""
    space = SPACE * px
    chunks: list[Box] = []
    current: list[Box] = []
    for index, box in enumerate(boxes):
        if box is not None:
            current.append(box)
        elif _may_break(boxes, index) and current:
            chunks.append(Row(current))
            current = []
        elif current:
            current.append(Space(space))
    if current:
        chunks.append(Row(current))
    return chunks


def _may_break(boxes: list[Box | None], index: int) -> bool:
    """Whether a line may break at the space ``index``."""
    before = boxes[index - 1] if index else None
    after = boxes[index + 1] if index + 1 < len(boxes) else None
    if isinstance(before, Text) and before.plain() in _OPERATORS:
        return False
    return not (isinstance(after, Text) and after.plain() in _TIGHT)
