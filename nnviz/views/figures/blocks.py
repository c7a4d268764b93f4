"""The blocks that the words of a figure are made of: each knows its height, and draws itself."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nnviz.trace.expressions import Expression
from nnviz.views.equations.boxes import Ink
from nnviz.views.equations.flow import Line, break_lines, chunks_of
from nnviz.views.equations.typesetting import Style
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import RGB, Palette

__all__ = ["Block", "Cell", "Chip", "Equations", "Table", "Words"]

LINE_GAP, WRAPPED_GAP = 9.0, 4.0
"""Between equations, and between the lines of one, in px."""
CHIP_HEIGHT, CHIP_PAD = 19.0, 8.0
CLEAR = QColor(0, 0, 0, 0)


class Block:
    """Something as wide as the column, ``height`` px high."""

    height: float

    def draw(self, painter: QPainter, top: float, *, outlines: bool = False) -> None:
        """Draw with the upper left corner at (0, top)."""
        raise NotImplementedError


class Words(Block):
    """A text, broken into lines."""

    def __init__(self, text: str, font: QFont, colour: RGB, width: float) -> None:
        self._text, self._font, self._colour, self._width = text, font, colour, width
        metrics, room = QFontMetricsF(font), QRectF(0, 0, width, 1e5)
        bounds = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap.value, text)
        self.height = bounds.height()

    def draw(self, painter: QPainter, top: float, *, outlines: bool = False) -> None:
        """Draw the lines."""
        painter.setFont(self._font)
        painter.setPen(qcolor(self._colour))
        area = QRectF(0, top, self._width, self.height + 2)
        painter.drawText(area, Qt.TextFlag.TextWordWrap.value, self._text)


class Chip(Block):
    """A word on a ground of its own."""

    height = CHIP_HEIGHT

    def __init__(self, text: str, ground: RGB, ink: RGB) -> None:
        self._text, self._ground, self._ink = text, ground, ink
        self._font = text_font(11)
        self._width = QFontMetricsF(self._font).horizontalAdvance(text) + 2 * CHIP_PAD

    def draw(self, painter: QPainter, top: float, *, outlines: bool = False) -> None:
        """Draw the ground and the word."""
        area = QRectF(0, top, self._width, self.height)
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(qcolor(self._ground))
        painter.drawRoundedRect(area, 4, 4)
        painter.setFont(self._font)
        painter.setPen(qcolor(self._ink))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._text)


class Equations(Block):
    """Equations below each other, broken where they are too long for the column."""

    def __init__(
        self, equations: tuple[Expression, ...], px: float, palette: Palette, width: float
    ) -> None:
        style = Style.plain(px, palette)
        self._lines: list[tuple[Line, float]] = []
        top = 0.0
        for equation in equations:
            for line in break_lines(chunks_of(equation, style), width, px):
                self._lines.append((line, top))
                top += line.height + WRAPPED_GAP
            top += LINE_GAP - WRAPPED_GAP
        self.height = max(top - LINE_GAP, 0.0)

    def draw(self, painter: QPainter, top: float, *, outlines: bool = False) -> None:
        """Draw the lines."""
        ink = Ink(painter, CLEAR, outlines=outlines)
        for line, below in self._lines:
            line.draw(ink, 0, top + below)


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a table, in a colour."""

    text: str
    colour: RGB


class Table(Block):
    """Rows of cells in columns; ``left`` are the columns whose texts stand at the left."""

    def __init__(
        self,
        rows: tuple[tuple[Cell, ...], ...],
        font: QFont,
        width: float,
        pitch: float,
        left: tuple[int, ...] = (0,),
    ) -> None:
        self._rows, self._font, self._pitch, self._left = rows, font, pitch, left
        metrics = QFontMetricsF(font)
        columns = list(zip(*rows, strict=True))
        needs = [max(metrics.horizontalAdvance(cell.text) for cell in each) for each in columns]
        gap = (width - sum(needs)) / max(len(needs) - 1, 1)
        gap = max(6.0, min(gap, 28.0))
        self._places, x = [], 0.0
        for need in needs:
            self._places.append((x, need))
            x += need + gap
        self._ascent = (pitch + metrics.capHeight()) / 2
        self._metrics = metrics
        self.height = pitch * len(rows)

    def draw(self, painter: QPainter, top: float, *, outlines: bool = False) -> None:
        """Draw the cells."""
        painter.setFont(self._font)
        for index, row in enumerate(self._rows):
            baseline = top + index * self._pitch + self._ascent
            for column, (cell, (x, width)) in enumerate(zip(row, self._places, strict=True)):
                painter.setPen(qcolor(cell.colour))
                if column not in self._left:
                    x += width - self._metrics.horizontalAdvance(cell.text)
                painter.drawText(QPointF(x, baseline), cell.text)
