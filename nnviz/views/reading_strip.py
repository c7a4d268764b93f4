"""How far the reading of data is, at the foot of the window, and the button that ends it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnviz.stores.data_store import DataStore

__all__ = ["ReadingStrip"]


class ReadingStrip(QWidget):
    """Hidden while nothing is read."""

    def __init__(self, data: DataStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.setObjectName("reading")
        self.words = QLabel()
        self.words.setObjectName("reading.words")
        self.cancel_button = QToolButton()
        self.cancel_button.setObjectName("reading.cancel")
        self.cancel_button.setText("Cancel")
        self.cancel_button.setStyleSheet("padding: 0px 6px;")
        self.cancel_button.setToolTip("Cease to read; the network stays as it is")
        self.cancel_button.setAccessibleName("Cancel the reading of data")
        self.cancel_button.clicked.connect(data.cancel)
        # As high as the line beside it: shown or not, it must not make the window higher.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(self.words)
        row.addWidget(self.cancel_button)
        data.changed.connect(self.synchronize)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Show the words of the reader."""
        words = self._data.progress
        self.words.setText(words[:1].upper() + words[1:])
        self.setVisible(self._data.is_reading)
