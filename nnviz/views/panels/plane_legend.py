"""What the colours and marks of a plane mean: classes with their marks, or a scale of values."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.panels.plane_marks import draw_mark
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette

__all__ = ["LegendLine", "PlaneLegend", "ValueScale"]

TEXT_PX = 12
LINE_PX = 18
MARK_PX = 16
WIDEST_COLUMN = 130.0
SCALE_PX = 10


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A mark and what it means; ``is_line`` is a piece of a curve."""

    text: str
    color: RGB
    mark: int = 0
    filled: bool = True
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class ValueScale:
    """What the colours of a single output mean: its name, the texts of the ends, the colours."""

    name: str
    low: str
    high: str
    stops: tuple[RGB, ...]


class PlaneLegend(QWidget):
    """Lines one under the other, in as many columns as have room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decision-boundary.legend")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines: tuple[LegendLine, ...] = ()
        self._scale: ValueScale | None = None
        self._palette = DARK

    def show_lines(
        self, lines: tuple[LegendLine, ...], scale: ValueScale | None, palette: Palette
    ) -> None:
        """Show other lines."""
        if (lines, scale, palette) == (self._lines, self._scale, self._palette):
            return
        self._lines, self._scale, self._palette = lines, scale, palette
        texts = [line.text for line in lines]
        if scale is not None:
            texts.append(f"{scale.name} from {scale.low} to {scale.high}")
        self.setAccessibleName(f"Legend: {', '.join(texts)}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for all lines at the present width."""
        height = LINE_PX * self._row_count() + (2 * LINE_PX if self._scale is not None else 0)
        return QSize(120, height)

    def minimumSizeHint(self) -> QSize:
        """Return the same: a legend is whole."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(text_font(TEXT_PX))
            rule = QFontMetricsF(text_font(TEXT_PX))
            columns = self._columns()
            width = min(self.width() / columns, WIDEST_COLUMN)
            for number, line in enumerate(self._lines):
                row, column = divmod(number, columns)
                self._paint_line(painter, rule, line, column * width, row * LINE_PX, width)
            if self._scale is not None:
                self._paint_scale(painter, rule, self._scale, self._row_count() * LINE_PX)

    def _columns(self) -> int:
        return 2 if len(self._lines) > 1 else 1

    def _row_count(self) -> int:
        return -(-len(self._lines) // self._columns())

    def _paint_line(
        self, painter: QPainter, rule: QFontMetricsF, line: LegendLine, x: float, y: float,
        width: float,
    ) -> None:  # fmt: skip
        middle = QPointF(x + MARK_PX / 2, y + LINE_PX / 2)
        if line.is_line:
            painter.setPen(QPen(qcolor(line.color), 2.2))
            painter.drawLine(middle - QPointF(6, 0), middle + QPointF(6, 0))
        else:
            draw_mark(painter, middle, line.mark, line.color, line.filled, self._palette)
        painter.setPen(qcolor(self._palette.text))
        room = width - MARK_PX - 6
        text = rule.elidedText(line.text, Qt.TextElideMode.ElideRight, room)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(x + MARK_PX + 2, y, room + 4, LINE_PX), side, text)

    def _paint_scale(
        self, painter: QPainter, rule: QFontMetricsF, scale: ValueScale, top: float
    ) -> None:
        width = float(min(self.width() - 2, 180))
        box = QRectF(1, top + LINE_PX + 2, width, SCALE_PX)
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        for place, rgb in zip(np.linspace(0, 1, len(scale.stops)), scale.stops, strict=True):
            gradient.setColorAt(float(place), qcolor(rgb))
        painter.setPen(QPen(qcolor(self._palette.border), 1))
        painter.setBrush(gradient)
        painter.drawRect(box)
        painter.setPen(qcolor(self._palette.muted))
        row = QRectF(1, top, width, LINE_PX)
        for text, side in (
            (scale.low, Qt.AlignmentFlag.AlignLeft),
            (scale.name, Qt.AlignmentFlag.AlignHCenter),
            (scale.high, Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, text)
