"""One picture that becomes another: colours, widths and fills pass over from the old to the new."""

from PySide6.QtCore import QObject, QPointF, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

__all__ = ["DURATION_MS", "Crossfade"]

DURATION_MS = 200


class Crossfade(QObject):
    """Lays the old picture over the new one and lets it fade, whatever it took to draw either.

    Both are opaque, so at each moment every pixel is a mixture of the two. The old picture stays
    until its view calls ``run``: when the new one, which may be made in another thread, is there.
    """

    finished = Signal()
    """Emitted when only the new picture is seen."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._old: QImage | None = None
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION_MS)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.valueChanged.connect(self._on_moment)
        self._animation.finished.connect(self._on_finished)

    @property
    def is_running(self) -> bool:
        """Whether the old picture is still seen."""
        return self._old is not None

    def begin(self, old: QImage) -> None:
        """Keep ``old`` on the screen until the new picture is there."""
        self._animation.stop()
        self._old = old

    @Slot()
    def run(self) -> None:
        """Let the old picture fade: the new one is there. Does nothing if that goes on already."""
        if self._old is not None and self._animation.state() is QVariantAnimation.State.Stopped:
            self._animation.start()

    @Slot()
    def stop(self) -> None:
        """Show only the new picture, at once."""
        if self._old is not None:
            self._animation.stop()
            self._on_finished()

    def draw(self, painter: QPainter) -> None:
        """Draw what is left of the old picture."""
        if self._old is not None:
            running = self._animation.state() is QVariantAnimation.State.Running
            painter.setOpacity(self._animation.currentValue() if running else 1.0)
            painter.drawImage(QPointF(0, 0), self._old)
            painter.setOpacity(1.0)

    @Slot(object)
    def _on_moment(self, _: float) -> None:
        self._view.update()

    @Slot()
    def _on_finished(self) -> None:
        self._old = None
        self._view.update()
        self.finished.emit()
