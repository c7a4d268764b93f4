"""The sentence at the bottom of the window: long enough to be read, then gone."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

__all__ = ["StatusLine"]

SHOWN_MS = 15_000


class StatusLine(QLabel):
    """Says one sentence at a time; the tooltip has all of one that is cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status.text")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_read)

    def say(self, sentence: str) -> None:
        """Say a sentence in place of the last one."""
        self.setText(sentence)
        self.setToolTip(sentence)
        self._timer.start(SHOWN_MS)

    @Slot()
    def _on_read(self) -> None:
        self.clear()
