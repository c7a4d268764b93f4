"""An equation broken into lines of a given width, where an equation may break."""

from dataclasses import dataclass

from nnviz.trace.expressions import Expression, Face, Fenced, Matrix, Row, Scripted, Tag, Word
from nnviz.views.equations.boxes import Box, Group, Ink
from nnviz.views.equations.typesetting import Style, box_of

__all__ = ["Line", "break_lines", "chunks_of"]

INDENT = 1.1
"""Of a line that goes on, in em."""
SMALLEST_SCALE = 0.62
"""What does not fit even alone is drawn smaller, down to this."""
LONG_SUM = 5
"""Parts: a sum of three terms and its signs still stays together."""
_BREAKING = frozenset("=+−⊙←")
"""A line may break before these signs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its box, where it begins, how high it is, and how much smaller it is drawn."""

    box: Box
    indent: float
    scale: float = 1.0

    @property
    def height(self) -> float:
        """Ascent and descent as drawn, in px."""
        return self.box.height * self.scale

    def draw(self, ink: Ink, x: float, top: float) -> None:
        """Draw with the upper left corner at (x, top)."""
        if self.scale == 1.0:
            self.box.draw(ink, x + self.indent, top + self.box.ascent)
            return
        ink.painter.save()
        ink.painter.translate(x + self.indent, top)
        ink.painter.scale(self.scale, self.scale)
        self.box.draw(ink, 0, self.box.ascent)
        ink.painter.restore()

    def tag_at(self, x: float, y: float) -> Tag | None:
        """Return what stands at a place relative to the line's upper left corner."""
        across, down = (x - self.indent) / self.scale, y / self.scale - self.box.ascent
        return self.box.tag_at(across, down) if self.box.covers(across, down) else None


def chunks_of(expression: Expression, style: Style) -> list[Box]:
    """Return the boxes that must each stay on one line: what stands between two signs."""
    parts = _opened(expression.parts if isinstance(expression, Row) else (expression,))
    chunks: list[list[Expression]] = [[]]
    for index, part in enumerate(parts):
        if chunks[-1] and _may_break_before(parts, index):
            chunks.append([])
        chunks[-1].append(part)
    return [Group.of_row([box_of(part, style) for part in chunk]) for chunk in chunks]


def _opened(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Return the parts with long sums in parentheses taken apart, so that they can be broken."""
    opened: list[Expression] = []
    for part in parts:
        inside = part.inside if isinstance(part, Fenced) else None
        if isinstance(part, Fenced) and isinstance(inside, Row) and len(inside.parts) > LONG_SUM:
            left, right = Word(part.left, Face.NUMBER), Word(part.right, Face.NUMBER)
            opened += [left, *inside.parts, right]
        else:
            opened.append(part)
    return tuple(opened)


def _may_break_before(parts: tuple[Expression, ...], index: int) -> bool:
    part = parts[index]
    if _breaks(part):
        return True
    if not _is_matrix(part) or _breaks(parts[index - 1]):  # no sign is left behind at an end
        return False
    return any(_is_matrix(before) for before in parts[max(index - 2, 0) : index])


def _breaks(part: Expression) -> bool:
    """Whether a part is a sign that a line may begin with."""
    return isinstance(part, Word) and part.face is Face.OPERATOR and part.text in _BREAKING


def _is_matrix(part: Expression) -> bool:
    return isinstance(part, Matrix) or (
        isinstance(part, Scripted) and isinstance(part.base, Matrix)
    )


def break_lines(chunks: list[Box], width: float, px: float) -> list[Line]:
    """Fill lines of at most ``width`` px with chunks; all but the first line are indented."""
    indent = INDENT * px
    lines: list[list[Box]] = []
    used = 0.0
    for chunk in chunks:
        room = width - (indent if len(lines) > 1 else 0)
        if not lines or used + chunk.width > room:
            lines.append([])
            used = 0.0
        lines[-1].append(chunk)
        used += chunk.width
    return [_line(boxes, width, indent if number else 0.0) for number, boxes in enumerate(lines)]


def _line(boxes: list[Box], width: float, indent: float) -> Line:
    box = Group.of_row(boxes)
    room = max(width - indent, 1.0)
    scale = 1.0 if box.width <= room else max(room / box.width, SMALLEST_SCALE)
    return Line(box, indent, scale)
