"""A small slider over a few steps, for the line of a caption."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import qcolor
from nnviz.views.widgets.grab_slider import GrabSlider
from nnviz.visual.palette import DARK, Palette

__all__ = ["StepSlider"]

SIZE = QSize(104, 20)
GROOVE_PX, HANDLE_PX = 3, 5
KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip
"""What moves it; elsewhere in the window these keys step through the pass."""


class StepSlider(GrabSlider):
    """Moves from step to step; a press anywhere on the groove takes hold of the handle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = DARK
        self.setPageStep(2)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        """Return its size."""
        return SIZE

    def minimumSizeHint(self) -> QSize:
        """Return its size: it does not shrink."""
        return SIZE

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move it from the window's shortcuts while it has the focus."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() in KEYS:
            event.accept()
            return True
        return super().event(event)

    def ends(self) -> tuple[int, int]:
        """Return where the first and the last step stand, in px."""
        return self.x_of(0), self.x_of(self.maximum())

    def x_of(self, step: int) -> int:
        """Return where on the widget a step stands, in px."""
        span = self.width() - 2 * (HANDLE_PX + 1)
        return HANDLE_PX + 1 + round(span * step / max(self.maximum(), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove and the handle."""
        palette = self._palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, x = self.height() / 2, self.x_of(self.sliderPosition())
            left, right = self.ends()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(palette.border))
            painter.drawRoundedRect(
                QRectF(left, middle - GROOVE_PX / 2, right - left, GROOVE_PX), 1.5, 1.5
            )
            painter.setPen(QPen(qcolor(palette.text if self.hasFocus() else palette.surface), 1.5))
            painter.setBrush(qcolor(palette.accent if self.isEnabled() else palette.border))
            painter.drawEllipse(
                QRectF(x - HANDLE_PX, middle - HANDLE_PX, 2 * HANDLE_PX, 2 * HANDLE_PX)
            )
