"""How often each class is answered correctly: a bar and a number for each."""

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.formatting import UNKNOWN, count
from nnviz.training.class_report import ClassReport
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["ClassBars"]

LEAST_ROW_PX, MOST_ROW_PX = 12, 30
FONT_PX = 12
NUMBER_PX = 56
NAME_PX = 90
"""The widest room for names, in px."""
LEAST_BAR_PX = 24
"""Shorter bars cannot be compared: a narrower panel scrolls."""
LOW = 0.5
"""Below this share of right answers a bar has the colour of what is wrong."""


class ClassBars(QWidget):
    """Rows of name, bar and percentage; the tooltip of a row has the counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ClassReport | None = None
        self._palette = DARK
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_report(self, report: ClassReport, palette: Palette) -> None:
        """Show another count."""
        self._report, self._palette = report, palette
        self.setMinimumHeight(LEAST_ROW_PX * len(report.names))
        names = _names_width(report, QFontMetrics(text_font(FONT_PX)))
        self.setMinimumWidth(names + LEAST_BAR_PX + NUMBER_PX)
        self.setAccessibleDescription(
            " ".join(self.text_of(index) for index in range(len(report.names)))
        )
        self.update()

    def text_of(self, index: int) -> str:
        """Return what a row says, in words."""
        report = self._report
        assert report is not None
        right, of = int(report.right[index]), int(report.counts[index])
        if not of:
            return f"{report.names[index]}: none of the examples."
        return (
            f"{report.names[index]}: {100 * right / of:.1f} % right, {count(right)} of "
            f"{count(of)} examples."
        )

    def row_at(self, y: float) -> int | None:
        """Return the class at a height, None beside all."""
        report = self._report
        if report is None or not 0 <= y < self._row_height * len(report.names):
            return None
        return int(y // self._row_height)

    def sizeHint(self) -> QSize:
        """Return room for bars that can be compared; higher rows are never scrolled for."""
        return QSize(190, max(1, self.minimumHeight()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        report, palette = self._report, self._palette
        if report is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            height = self._row_height
            font = text_font(min(FONT_PX, height - 1))
            painter.setFont(font)
            metrics = painter.fontMetrics()
            names = _names_width(report, metrics)
            for index, share in enumerate(report.accuracies.tolist()):
                row = QRectF(0, index * height, self.width(), height)
                known = not math.isnan(share)
                painter.setFont(font)
                painter.setPen(qcolor(palette.text))
                name = metrics.elidedText(
                    report.names[index], Qt.TextElideMode.ElideRight, names - 6
                )
                painter.drawText(QRectF(0, row.top(), names - 6, height), _RIGHT, name)
                painter.setFont(mono_font(min(11, height - 1)))
                painter.setPen(qcolor(palette.text if known else palette.muted))
                text = f"{100 * share:.1f} %" if known else UNKNOWN
                painter.drawText(row, _RIGHT, text)
                bar = row.adjusted(names, height * 0.22, -NUMBER_PX, -height * 0.22)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(qcolor(palette.border))
                painter.drawRoundedRect(bar, 2, 2)
                if known and share > 0:
                    colour = palette.bad if share < LOW else palette.good
                    painter.setBrush(qcolor(colour))
                    bar.setWidth(max(2.0, bar.width() * share))
                    painter.drawRoundedRect(bar, 2, 2)

    def event(self, event: QEvent) -> bool:
        """Say the counts of the row under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), "" if row is None else self.text_of(row), self)
            return True
        return super().event(event)

    @property
    def _row_height(self) -> float:
        classes = len(self._report.names) if self._report is not None else 1
        return min(max(self.height() / classes, LEAST_ROW_PX), MOST_ROW_PX)


def _names_width(report: ClassReport, metrics: QFontMetrics) -> int:
    """Return the room, in px, for the names of the classes."""
    return min(NAME_PX, max(metrics.horizontalAdvance(name) for name in report.names) + 8)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
