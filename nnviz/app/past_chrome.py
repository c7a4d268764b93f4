"""What the window shows of the past: the banner over the canvas, and what its buttons ask.

Apart from the main window, which only puts it in its places.
"""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from nnviz.app.file_dialogs import FileDialogs
from nnviz.stores.workspace import Workspace
from nnviz.views.moment_text import epoch_text
from nnviz.views.past_banner import PastBanner

__all__ = ["PastChrome"]


class PastChrome(QObject):
    """The banner, and the question before a run is ended for a branch."""

    def __init__(self, workspace: Workspace, files: FileDialogs, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._question: QMessageBox | None = None
        self.banner = PastBanner(workspace)
        self.banner.train_on_requested.connect(self.train_on)
        self.banner.save_requested.connect(files.save_network)
        workspace.travel.changed.connect(self._on_changed)

    @Slot()
    def train_on(self) -> None:
        """Train on from the moment that is shown; asks first if that ends a run."""
        shown = self._workspace.travel.shown
        if shown is None:
            return
        if not self._workspace.training.is_active:
            self._workspace.travel.train_on()
            return
        epoch = epoch_text(self._workspace.training, shown).split(" of ")[0]
        box = QMessageBox(self._window)
        box.setObjectName("dialog.branch")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Train On from Here")
        box.setText(f"End the run that is on, and train on from {epoch}?")
        box.setInformativeText("What it has learned since then leaves the curves.")
        end = box.addButton("End It and Train On", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(end)
        box.setEscapeButton(cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        end.clicked.connect(self._workspace.travel.train_on)
        box.destroyed.connect(self._on_answered)
        self._question = box
        box.open()

    @Slot()
    def _on_answered(self) -> None:
        self._question = None

    @Slot()
    def _on_changed(self) -> None:
        """Take the question back when it speaks of another moment than the one that is shown."""
        if self._question is not None:
            self._question.close()
