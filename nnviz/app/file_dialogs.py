"""Open, save, save a picture: the dialogs, and what they say when a file cannot be used."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.errors import NnvizError
from nnviz.stores.workspace import Workspace
from nnviz.views.scene.network_view import NetworkView

__all__ = ["FileDialogs"]


class FileDialogs(QObject):
    """Asks for files without blocking; a refusal becomes a box with its one sentence."""

    said = Signal(str)
    """Emitted with a sentence when something has been done."""

    def __init__(self, window: QWidget, workspace: Workspace, canvas: NetworkView) -> None:
        super().__init__(window)
        self._window, self._workspace, self._canvas = window, workspace, canvas

    def open_network(self) -> None:
        """Ask for a network file and open it."""
        dialog = self._dialog("Open Network", "Networks (*.json);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_open_chosen)
        dialog.open()

    def save_network(self) -> None:
        """Ask for a file and save the network into it."""
        dialog = self._save_dialog("Save Network", "Networks (*.json)", "json")
        name = re.sub(r'[\\/:*?"<>|]', "-", self._workspace.state.title)
        dialog.selectFile(f"{name}.json")
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.open()

    def save_picture(self) -> None:
        """Ask for a file and save the canvas as a picture, at twice its size."""
        dialog = self._save_dialog("Save Picture", "PNG pictures (*.png)", "png")
        dialog.fileSelected.connect(self._on_picture_chosen)
        dialog.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, "", kinds)
        dialog.setObjectName("dialog.file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _save_dialog(self, title: str, kinds: str, suffix: str) -> QFileDialog:
        dialog = self._dialog(title, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        return dialog

    @Slot(str)
    def _on_open_chosen(self, path: str) -> None:
        self._attempt(self._workspace.open_network, Path(path))

    @Slot(str)
    def _on_save_chosen(self, path: str) -> None:
        if self._attempt(self._workspace.save_network, Path(path)):
            self.said.emit(f"Saved {Path(path).name}.")

    @Slot(str)
    def _on_picture_chosen(self, path: str) -> None:
        if self._canvas.render_image(2.0).save(path):
            self.said.emit(f"Saved {Path(path).name}.")
        else:
            self._warn(f"{path}: the picture cannot be written there; choose another folder.")

    def _attempt(self, act: Callable[[Path], None], path: Path) -> bool:
        try:
            act(path)
        except NnvizError as error:
            self._warn(str(error))
            return False
        return True

    def _warn(self, sentence: str) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setObjectName("dialog.warning")
        box.setWindowTitle("nnviz")
        box.setText(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
