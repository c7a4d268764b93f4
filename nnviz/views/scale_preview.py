"""The three colour scales as the canvas uses them now: what a choice of colours looks like."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette
from nnviz.visual.scales import Scale, scale_for

__all__ = ["ScalePreview"]

MARGIN, BAR_PX, ROW_PX = 14.0, 12.0, 34.0
_ROWS = (
    (Scale.ACTIVATION, "activation a", "0", "1"),
    (Scale.WEIGHT, "weight w", "−0.4914", "0.5662"),
    (Scale.DERIVATIVE, "derivative ∂C/∂w", "−0.08586", "+0.03245"),
)
"""Each scale, its title, and how numbers at its ends are written."""


class ScalePreview(QWidget):
    """Paints a bar for each scale, with numbers in the colours of its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings.scales")
        self.setAccessibleName("The colours of activations, weights and derivatives")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._palette = DARK

    def show_palette(self, palette: Palette) -> None:
        """Show the scales of a palette."""
        if palette != self._palette:
            self._palette = palette
            self.update()

    def bar(self, scale: Scale) -> QRectF:
        """Return where the colours of a scale stand, in px of the widget."""
        row = [each for each, *_ in _ROWS].index(scale)
        top = MARGIN + row * ROW_PX + 16
        return QRectF(MARGIN, top, self.width() - 2 * MARGIN, BAR_PX)

    def sizeHint(self) -> QSize:
        """Return room for three rows."""
        return QSize(240, round(2 * MARGIN + len(_ROWS) * ROW_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars on a card."""
        palette = self._palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(qcolor(palette.border))
            painter.setBrush(qcolor(palette.surface))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
            for scale, title, low, high in _ROWS:
                self._draw_row(painter, scale, title, (low, high))

    def _draw_row(self, painter: QPainter, scale: Scale, title: str, ends: tuple[str, str]) -> None:
        palette, colours, bar = self._palette, scale_for(scale, self._palette), self.bar(scale)
        gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
        for index, rgb in enumerate(colours.stops):
            gradient.setColorAt(index / (len(colours.stops) - 1), qcolor(rgb))
        painter.setPen(QPen(qcolor(palette.border), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        above = QRectF(bar.left(), bar.top() - 17, bar.width(), 15)
        painter.setFont(text_font(11))
        painter.setPen(qcolor(palette.muted))
        painter.drawText(above, Qt.AlignmentFlag.AlignHCenter, title)
        painter.setFont(mono_font(11))
        inks: tuple[RGB, RGB] = (palette.muted, palette.muted)
        if scale is not Scale.ACTIVATION:
            inks = colours.low, colours.high
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for text, ink, side in zip(ends, inks, sides, strict=True):
            painter.setPen(qcolor(ink))
            painter.drawText(above, side, text)
