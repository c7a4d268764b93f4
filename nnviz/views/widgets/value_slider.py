"""A slider for a number that is not whole, with a mark where the number came from."""

import math

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import qcolor
from nnviz.views.widgets.grab_slider import GrabSlider
from nnviz.visual.palette import DARK, Palette

__all__ = ["ValueSlider"]

STEPS = 1000
HEIGHT_PX = 28
MARK_PX = 5
HANDLE_PX = 7
GROOVE_PX = 4


class ValueSlider(GrabSlider):
    """Moves a number between two ends, in steps that are short to write.

    It never moves what it is shown: the number may lie between two of its steps.
    """

    value_chosen = Signal(float)
    """Emitted with the number while the handle is moved, by mouse or keys."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._low, self._high, self._original = 0.0, 1.0, 0.0
        self._palette = DARK
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._on_moved)

    @property
    def low(self) -> float:
        """The number at the left end."""
        return self._low

    @property
    def high(self) -> float:
        """The number at the right end."""
        return self._high

    def show_value(
        self, value: float, low: float, high: float, original: float, palette: Palette
    ) -> None:
        """Show a number without telling anybody; while the handle is held it stays there."""
        self._low, self._high, self._original, self._palette = low, high, original, palette
        if not self.isSliderDown() and math.isfinite(value):
            with QSignalBlocker(self):
                self.setValue(round(STEPS * self._share(value)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable length."""
        return QSize(150, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the shortest length that can be aimed at."""
        return QSize(70, HEIGHT_PX)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls unless the slider has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, the mark of the original number, and the handle."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, middle = self._palette, self.height() / 2
            left, right = self.ends()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(palette.border))
            groove = QRect(left, round(middle - GROOVE_PX / 2), right - left, GROOVE_PX)
            painter.drawRoundedRect(groove, 2, 2)
            share = self._share(self._original)
            if 0 <= share <= 1:
                x = round(left + share * (right - left))
                painter.setPen(QPen(qcolor(palette.muted), 2))
                painter.drawLine(x, round(middle) - MARK_PX - 3, x, round(middle) + MARK_PX + 3)
            x = round(left + self.sliderPosition() / STEPS * (right - left))
            enabled = self.isEnabled()
            painter.setPen(QPen(qcolor(palette.text if self.hasFocus() else palette.surface), 2))
            painter.setBrush(qcolor(palette.accent if enabled else palette.muted))
            painter.drawEllipse(
                x - HANDLE_PX, round(middle) - HANDLE_PX, 2 * HANDLE_PX, 2 * HANDLE_PX
            )

    def x_of(self, value: float) -> int:
        """Return where on the widget a number stands, in px."""
        left, right = self.ends()
        return round(left + min(max(self._share(value), 0.0), 1.0) * (right - left))

    def ends(self) -> tuple[int, int]:
        """Return where the low and the high end stand, in px."""
        return HANDLE_PX + 1, self.width() - HANDLE_PX - 1

    def _share(self, value: float) -> float:
        return (value - self._low) / (self._high - self._low)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        span = self._high - self._low
        decimals = min(max(0, -math.floor(math.log10(span / STEPS))), 300) if span > 0 else 0
        value = round(self._low + step / STEPS * span, decimals) + 0.0  # no −0
        self.value_chosen.emit(min(max(value, self._low), self._high))
