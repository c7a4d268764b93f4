"""A label of one line that ends in … instead of being cut; the tooltip has the whole text."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

__all__ = ["ElidedLabel"]

PART = " · "
"""What stands between the parts of a line; those at its end go first, and whole."""


class ElidedLabel(QLabel):
    """Takes whatever width there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    @property
    def whole_text(self) -> str:
        """The text, cut or not."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Show ``text``, as much of it as there is room for."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """Return a width that is never the reason for a wide window."""
        return QSize(20, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self._that_fits(self.contentsRect().width())
        if shown != self.text():
            self.setText(shown)

    def _that_fits(self, room: int) -> str:
        """Return as many whole parts as fit into ``room`` px, cut within a word only at worst."""
        metrics = self.fontMetrics()
        parts = self._whole.split(PART)
        for fewer in range(1, len(parts)):
            if metrics.horizontalAdvance(self._whole) <= room:
                break
            shown = f"{PART.join(parts[:-fewer])} …"
            if metrics.horizontalAdvance(shown) <= room:
                return shown
        return metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
