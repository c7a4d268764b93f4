"""The lines over a curve where hyperparameters were changed while a run was on."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.views.panels.mark_labels import PlacedMark, PlotMark, place_marks
from nnviz.views.plotting import pen, x_span
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["ChangeMarks"]

TEXT_PX = 10
ROW_PX = 16
MOST_ROWS = 3
PX_PER_ROW = 45
"""Of the plot's height: the labels leave most of it to the curve."""
TOP_PX = 2
PADDING_PX = 3
REACH_PX = 5
"""How far from a line the pointer may be for its tooltip."""
FAINT = 170
"""Opacity of the lines, 0 … 255: the curve counts."""
VEIL = 215
"""Opacity of the ground of a label, 0 … 255: the curve still shows under it."""


class ChangeMarks(QWidget):
    """Lies over a plot, lets the pointer through, and paints where the plot has its values.

    The labels stand at the top, or at the bottom for a curve that rises to the top.
    """

    def __init__(self, plot: "PlotWidget", palette: Palette, *, from_bottom: bool = False) -> None:
        super().__init__(plot)
        self._from_bottom = from_bottom
        self._plot, self._palette = plot, palette
        self._marks: tuple[PlotMark, ...] = ()
        self.setObjectName("plot.changes")
        self.setFont(text_font(TEXT_PX))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(plot.rect())
        plot.installEventFilter(self)
        plot.viewport().installEventFilter(self)
        self.setVisible(False)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self.update()

    def show_marks(self, marks: tuple[PlotMark, ...]) -> None:
        """Show other marks, in the order of their places."""
        if marks != self._marks:
            self._marks = marks
            self.setAccessibleName("Changes while training")
            self.setAccessibleDescription("; ".join(m.details.replace("\n", ", ") for m in marks))
        self.setVisible(bool(marks))
        self.update()

    def placed(self) -> tuple[PlacedMark, ...]:
        """Return the marks with their labels where they stand now, in px of the plot."""
        area, first, last = x_span(self._plot)
        scale = area.width() / (last - first) if last > first else 0.0
        return place_marks(
            self._marks,
            lambda x: area.left() + (x - first) * scale,
            lambda text: self.fontMetrics().horizontalAdvance(text) + 2 * PADDING_PX,
            area.left(),
            area.right(),
            rows=max(1, min(MOST_ROWS, int(area.height() / PX_PER_ROW))),
        )

    def mark_at(self, place: QPoint) -> PlacedMark | None:
        """Return the mark whose label or line is at a place of the plot; None if there is none."""
        point, marks = QPointF(place), self.placed()
        for mark in marks:
            if mark.left is not None and self._label(mark).contains(point):
                return mark
        near = [mark for mark in marks if abs(mark.x - point.x()) <= REACH_PX]
        return min(near, key=lambda mark: abs(mark.x - point.x()), default=None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the plot, and tell the details of a mark under the pointer."""
        plot = self.parentWidget()
        if watched is plot and event.type() == QEvent.Type.Resize:
            self.setGeometry(plot.rect())
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self.mark_at(event.pos())
            if mark is not None:
                QToolTip.showText(event.globalPos(), mark.details, self._plot)
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, and the labels over them."""
        marks, palette = self.placed(), self._palette
        area, _, _ = x_span(self._plot)
        with QPainter(self) as painter:
            painter.setPen(pen(palette.muted, alpha=FAINT, style=Qt.PenStyle.DashLine))
            for mark in marks:
                x = round(mark.x)
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            for mark in marks:
                if mark.left is None:
                    continue
                label = self._label(mark)
                painter.fillRect(label, qcolor(palette.surface, VEIL))
                painter.setPen(qcolor(palette.text))
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _label(self, mark: PlacedMark) -> QRectF:
        area, _, _ = x_span(self._plot)
        above = TOP_PX + mark.row * ROW_PX
        top = area.bottom() - above - ROW_PX if self._from_bottom else area.top() + above
        return QRectF(mark.left or 0.0, top, mark.width, ROW_PX - 1)
