"""What sliders of ours share: a press anywhere on the groove takes hold of the handle."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

__all__ = ["GrabSlider"]


class GrabSlider(QSlider):
    """Lies flat, from 0 to its maximum; subclasses paint it and say where its ends are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def ends(self) -> tuple[int, int]:
        """Return where the handle stands at 0 and at the maximum, in px from the left."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle wherever the groove is pressed: it goes there."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.setSliderPosition(self._step_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self.setSliderPosition(self._step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _step_at(self, x: float) -> int:
        left, right = self.ends()
        return QStyle.sliderValueFromPosition(0, self.maximum(), round(x) - left, right - left)
