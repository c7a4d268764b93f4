"""A button whose text goes on in a second line where one is too narrow, instead of being cut."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

__all__ = ["FoldingButton"]

PADDING_PX = 13
"""The padding and the border at either side, as in the style sheet."""


class FoldingButton(QPushButton):
    """Takes whatever width there is; the text is folded after its colon or its comma."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show ``text``, which is also the accessible name."""
        self._whole = text
        self.setAccessibleName(text)
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        room = self.width() - 2 * PADDING_PX
        shown = self._whole
        if self.fontMetrics().horizontalAdvance(shown) > room:
            mark = ": " if ": " in shown else ", "
            shown = shown.replace(mark, f"{mark.strip()}\n", 1)
        if shown != self.text():
            self.setText(shown)
