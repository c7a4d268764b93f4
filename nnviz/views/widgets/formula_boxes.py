"""The pieces that an equation is built from: words, indices, fractions, each with its size."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nnviz.views.theme import text_font

__all__ = ["FRACTION", "SCRIPT", "SPACE", "Box", "Fraction", "Row", "Scripted", "Space", "Style",
           "Text"]  # fmt: skip

SCRIPT = 0.68
"""Size of an index, in em."""
FRACTION = 0.9
"""Size of both parts of a fraction, in em."""
AXIS = 0.27
"""Height of the fraction bar above the baseline, in em: half of a minus sign's height."""
SPACE = 0.27
"""Width of a space, in em."""
SMALLEST_PX = 9.5


@dataclass(frozen=True, slots=True)
class Style:
    """Size in px, weight and colour of a piece."""

    px: float
    color: QColor
    bold: bool = False

    def scaled(self, factor: float) -> "Style":
        """Return the style of an index or of a part of a fraction."""
        return Style(max(self.px * factor, SMALLEST_PX), self.color, self.bold)


class Box:
    """Something with a width, drawn on a baseline; ``ascent`` and ``descent`` in px."""

    width: float
    ascent: float
    descent: float

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw with the left end of the baseline at (x, baseline)."""
        raise NotImplementedError

    def plain(self) -> str:
        """Return the box as plain text."""
        raise NotImplementedError


@lru_cache(maxsize=64)
def _measured(px: float, bold: bool) -> tuple[QFont, QFontMetricsF]:
    font = text_font(px, bold)
    return font, QFontMetricsF(font)


class Text(Box):
    """A word in one style."""

    def __init__(self, text: str, style: Style) -> None:
        self._text = text
        self._style = style
        self._font, metrics = _measured(style.px, style.bold)
        self.width = metrics.horizontalAdvance(text)
        # Of the digits, not of the face: it leaves room for accents that no formula has.
        self.ascent = metrics.capHeight() + 1
        self.descent = metrics.descent() * 0.8

    @property
    def style(self) -> Style:
        """How it is drawn."""
        return self._style

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw the word."""
        painter.setFont(self._font)
        painter.setPen(self._style.color)
        painter.drawText(QPointF(x, baseline), self._text)

    def plain(self) -> str:
        """Return the word."""
        return self._text


class Row(Box):
    """Boxes side by side."""

    def __init__(self, boxes: list[Box]) -> None:
        self._boxes = boxes
        self.width = sum(box.width for box in boxes)
        self.ascent = max((box.ascent for box in boxes), default=0.0)
        self.descent = max((box.descent for box in boxes), default=0.0)

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw one after the other."""
        for box in self._boxes:
            box.draw(painter, x, baseline)
            x += box.width

    def plain(self) -> str:
        """Return the texts joined."""
        return "".join(box.plain() for box in self._boxes)


class Space(Box):
    """An empty place in a row."""

    def __init__(self, width: float) -> None:
        self.width, self.ascent, self.descent = width, 0.0, 0.0

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw nothing."""

    def plain(self) -> str:
        """Return a blank."""
        return " "


class Scripted(Box):
    """A base with an upper and a lower index, one above the other."""

    def __init__(self, base: Box, upper: Box | None, lower: Box | None, px: float) -> None:
        self.base, self.upper, self.lower = base, upper, lower
        self._px = px
        self._rise = 0.42 * px if lower is None else 0.46 * px
        self._drop = 0.22 * px
        if upper is not None and lower is not None:
            missing = upper.descent + lower.ascent + 0.5 - self._rise - self._drop
            self._rise += max(missing, 0.0) * 0.55
            self._drop += max(missing, 0.0) * 0.45
        widths = [box.width for box in (upper, lower) if box is not None]
        self.width = base.width + max(widths, default=0.0) + 0.08 * px
        self.ascent = max(base.ascent, upper.ascent + self._rise if upper else 0.0)
        self.descent = max(base.descent, lower.descent + self._drop if lower else 0.0)

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw the base, then the indices at its right."""
        self.base.draw(painter, x, baseline)
        right = x + self.base.width + 0.04 * self._px
        if self.upper is not None:
            self.upper.draw(painter, right, baseline - self._rise)
        if self.lower is not None:
            self.lower.draw(painter, right, baseline + self._drop)

    def plain(self) -> str:
        """Return base^upper_lower."""
        upper = f"^{self.upper.plain()}" if self.upper else ""
        return self.base.plain() + upper + (f"_{self.lower.plain()}" if self.lower else "")


class Fraction(Box):
    """One box above another, a bar between them."""

    def __init__(self, numerator: Box, denominator: Box, style: Style) -> None:
        self.numerator, self.denominator, self.style = numerator, denominator, style
        self._axis = AXIS * style.px
        gap = 0.13 * style.px
        self._up = self._axis + gap + numerator.descent * 0.75
        self._down = denominator.ascent + gap - self._axis
        self.width = max(numerator.width, denominator.width) + 0.2 * style.px
        self.ascent = self._up + numerator.ascent
        self.descent = self._down + denominator.descent

    def draw(self, painter: QPainter, x: float, baseline: float) -> None:
        """Draw both, centred, and the bar."""
        for box, y in (
            (self.numerator, baseline - self._up),
            (self.denominator, baseline + self._down),
        ):
            box.draw(painter, x + (self.width - box.width) / 2, y)
        painter.setPen(QPen(self.style.color, max(1.0, self.style.px / 15)))
        height = baseline - self._axis
        painter.drawLine(QPointF(x + 1, height), QPointF(x + self.width - 1, height))

    def plain(self) -> str:
        """Return numerator/denominator."""
        return f"{self.numerator.plain()}/{self.denominator.plain()}"
