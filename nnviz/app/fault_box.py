"""The box that tells a mistake of the program: one sentence, and details that can be copied."""

import platform

from PySide6.QtCore import QObject, Qt, QTimer, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from nnviz import __version__
from nnviz.stores.training_store import TrainingStore

__all__ = ["FaultBox", "WorkerFaults"]

TITLE = "A mistake in nnviz"
COPIED_MS = 2000
"""How long the button says that the details were copied."""


class FaultBox(QMessageBox):
    """Does not block: open it with ``open()``; it deletes itself when it is closed."""

    def __init__(self, sentence: str, more: str, details: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.fault")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Critical)
        self.setWindowTitle(TITLE)
        self.setText(sentence)
        self.setInformativeText(more)
        self.setDetailedText(f"{_versions()}\n\n{details}")
        self.copy_button = QPushButton("&Copy Details")
        self.copy_button.setObjectName("fault.copy")
        self.copy_button.setToolTip("Copy what helps to find the mistake: versions and traceback")
        self.addButton(self.copy_button, QMessageBox.ButtonRole.ActionRole)
        # A message box closes with whichever button is clicked; copying leaves it open.
        self.copy_button.clicked.disconnect()
        self.copy_button.clicked.connect(self._copy)
        close = self.addButton(QMessageBox.StandardButton.Close)
        self.setDefaultButton(close)
        self.setEscapeButton(close)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.detailedText())
        self.copy_button.setText("Copied")
        QTimer.singleShot(COPIED_MS, self, self._offer_copying)

    @Slot()
    def _offer_copying(self) -> None:
        self.copy_button.setText("&Copy Details")


class WorkerFaults(QObject):
    """Shows a box when a mistake of the program has ended a run or the loading of data."""

    def __init__(self, training: TrainingStore, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        training.broken.connect(self._show)

    @Slot(str, str)
    def _show(self, sentence: str, details: str) -> None:
        FaultBox(
            sentence, "You can go on working; the details help to mend it.", details, self._window
        ).open()


def _versions() -> str:
    """Return what the mistake happened with, in one line."""
    return (
        f"nnviz {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.platform()}"
    )
