"""Mathematics as a small tree: what a formula consists of, and what each piece speaks of.

Apart from how it is drawn or written: the same tree becomes boxes on the screen, LaTeX and plain
text, and its tags say which neuron or edge a piece stands for.
"""

from dataclasses import dataclass
from enum import Enum

from nnviz.formatting import count, number
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref

__all__ = [
    "THIN",
    "Braced",
    "Expression",
    "Face",
    "Fenced",
    "Fraction",
    "Matrix",
    "Root",
    "Row",
    "Scripted",
    "Summation",
    "Tag",
    "Tagged",
    "Word",
    "between",
    "bold",
    "digits_of",
    "letter",
    "operator",
    "row",
    "tagged",
    "text",
    "whole_number",
]


class Face(Enum):
    """How a word is set."""

    LETTER = "letter"
    """A variable, in italics."""
    BOLD = "bold"
    """A vector or a matrix."""
    NUMBER = "number"
    FUNCTION = "function"
    """The name of a function, upright: tanh, max."""
    TEXT = "text"
    """Words of a sentence."""
    OPERATOR = "operator"
    """A sign between two operands, with room at both sides."""


@dataclass(frozen=True, slots=True)
class Word:
    """An indivisible piece."""

    text: str
    face: Face


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces side by side."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with an upper and a lower index, or either of them."""

    base: "Expression"
    upper: "Expression | None" = None
    lower: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """One piece above another."""

    numerator: "Expression"
    denominator: "Expression"


@dataclass(frozen=True, slots=True)
class Root:
    """The square root of a piece."""

    inside: "Expression"


@dataclass(frozen=True, slots=True)
class Fenced:
    """A piece in parentheses or brackets, as high as it needs."""

    inside: "Expression"
    left: str = "("
    right: str = ")"


@dataclass(frozen=True, slots=True)
class Summation:
    """Σ over ``index`` of what follows it."""

    index: "Expression"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of entries in brackets, with ``shape`` below: 3 × 2.

    ``lit`` holds the (row, column) places that the selection is about.
    """

    rows: tuple[tuple["Expression", ...], ...]
    shape: str = ""
    lit: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Braced:
    """A piece with a brace below it, and what the brace says."""

    inside: "Expression"
    label: "Expression"


@dataclass(frozen=True, slots=True)
class Tag:
    """What a piece speaks of: a quantity, of a neuron or edge, and its value, which has a sign.

    Each is None where there is none; ``ref`` of a whole layer's quantity is None.
    """

    quantity: Quantity | None
    ref: Ref | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """A piece that speaks of something."""

    inside: "Expression"
    tag: Tag


Expression = (
    Word | Row | Scripted | Fraction | Root | Fenced | Summation | Matrix | Braced | Tagged
)  # fmt: skip


THIN = Word(" ", Face.NUMBER)
"""A little room between two factors."""


def letter(name: str) -> Word:
    """Return a variable."""
    return Word(name, Face.LETTER)


def bold(name: str) -> Word:
    """Return the name of a vector or matrix."""
    return Word(name, Face.BOLD)


def text(words: str) -> Word:
    """Return words of a sentence."""
    return Word(words, Face.TEXT)


def operator(sign: str) -> Word:
    """Return a sign between two operands."""
    return Word(sign, Face.OPERATOR)


def digits_of(value: float, digits: int) -> Word:
    """Return a number with so many significant digits."""
    return Word(number(value, digits), Face.NUMBER)


def whole_number(value: int) -> Word:
    """Return a whole number, with its thousands in groups."""
    return Word(count(value), Face.NUMBER)


def row(*parts: Expression) -> Expression:
    """Return pieces side by side, rows among them joined; one piece stays itself."""
    flat: list[Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, Row) else (part,)
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def between(sign: str, *parts: Expression) -> Expression:
    """Return the parts with an operator between each two."""
    joined: list[Expression] = []
    for part in parts:
        if joined:
            joined.append(operator(sign))
        joined.append(part)
    return row(*joined)


def tagged(
    inside: Expression,
    quantity: Quantity | None,
    ref: Ref | None = None,
    value: float | None = None,
) -> Tagged:
    """Return a piece with what it speaks of."""
    return Tagged(inside, Tag(quantity, ref, value))
