"""Open, save, export: the dialogs, and what they say when a file is refused."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.app.exports import Exports
from nnviz.app.run_export import RunExport
from nnviz.errors import NnvizError
from nnviz.files.atomic import write_atomically
from nnviz.files.trace_file import write_trace
from nnviz.stores.document_data import is_kept
from nnviz.stores.workspace import Workspace
from nnviz.views.run_guard import ask_before_ending_run

__all__ = ["FileDialogs"]

_DATA = "Data (*.npz *.gz *ubyte *idx*);;All files (*)"
_JSON, _CSV = "Traces as JSON (*.json)", "Traces as CSV (*.csv)"


class FileDialogs(QObject):
    """Asks for files without blocking; a refusal becomes a box with its one sentence."""

    said = Signal(str)
    """Emitted with a sentence when something has been done."""

    def __init__(self, window: QWidget, workspace: Workspace) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._svg = b""
        self.exports = Exports(window, workspace, self._export_dialog)
        self.exports.said.connect(self.said)
        self.exports.refused.connect(self._warn)
        workspace.data.refused.connect(self._warn)
        self.run_export = RunExport(self, workspace, self._save_dialog)
        self.run_export.said.connect(self.said)
        self.run_export.refused.connect(self._warn)

    def open_network(self) -> None:
        """Ask for a network file and open it."""
        dialog = self._dialog("Open Network", "Networks (*.json);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_open_chosen)
        dialog.open()

    def open_data(self) -> None:
        """Ask for a file of data and open it."""
        dialog = self._dialog("Open Data", _DATA)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_data_chosen)
        dialog.open()

    def open_data_folder(self) -> None:
        """Ask for a folder of data and open it."""
        dialog = self._dialog("Open Data Folder", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_data_chosen)
        dialog.open()

    def save_network(self) -> None:
        """Ask for a file and save the network into it."""
        dialog = self._save_dialog("Save Network", "Networks (*.json)", "json")
        shown = self._workspace.travel.shown
        moment = "" if shown is None else f"-mini-batch-{shown.place}"
        dialog.selectFile(f"{self._file_name()}{moment}.json")
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.open()

    @Slot(object)
    def save_equation(self, svg: bytes) -> None:
        """Ask for a file and write the picture of an equation into it."""
        self._svg = svg
        dialog = self._save_dialog("Save Equation", "SVG pictures (*.svg)", "svg")
        dialog.fileSelected.connect(self._on_equation_chosen)
        dialog.open()

    def export_trace(self) -> None:
        """Ask for a file and write every number of the current pass into it."""
        dialog = self._save_dialog("Export Trace", f"{_JSON};;{_CSV}", "json")
        dialog.selectFile(f"{self._file_name()}-pass-{self._pass_number()}.json")
        dialog.filterSelected.connect(self._on_trace_kind_chosen)
        dialog.fileSelected.connect(self._on_trace_chosen)
        dialog.open()

    def _file_name(self) -> str:
        return re.sub(r'[\\/:*?"<>|]', "-", self._workspace.state.title)

    def _pass_number(self) -> int:
        return self._workspace.state.passes + 1

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

    def _export_dialog(self, title: str, kinds: str, suffix: str) -> QFileDialog:
        """Return a dialog that offers the network's name and the step, without an ending: frames.

        Bound to no attribute: it deletes itself when it is closed.
        """
        dialog = self._save_dialog(title, kinds, suffix)
        done = self._workspace.stepper.timeline.position + 1
        moment = "pass" if suffix in ("gif", "") else f"step-{done}"
        dialog.selectFile(f"{self._file_name()}-{moment}" + (f".{suffix}" if suffix else ""))
        return dialog

    @Slot(str)
    def _on_open_chosen(self, path: str) -> None:
        file = Path(path)
        ask_before_ending_run(
            self._window, self._workspace.training, f"Opening {file.name}", "Open",
            partial(self._attempt, self._workspace.open_network, file),
        )  # fmt: skip

    @Slot(str)
    def _on_data_chosen(self, path: str) -> None:
        file = Path(path)
        ask_before_ending_run(
            self._window, self._workspace.training, f"Opening {file.name}", "Open",
            partial(self._workspace.data.open, file),
        )  # fmt: skip

    @Slot(str)
    def _on_save_chosen(self, path: str) -> None:
        samples = self._workspace.state.samples
        if not self._attempt(self._workspace.save_network, Path(path)):
            return
        if samples is None or is_kept(samples):
            self.said.emit(f"Saved {Path(path).name}.")
        else:
            self.said.emit(
                f"Saved {Path(path).name} without its {samples.example_count:,} examples; open "
                f"{samples.name} again after it, and the weights stay."
            )

    @Slot(str)
    def _on_equation_chosen(self, path: str) -> None:
        if self._attempt(self._write_equation, Path(path)):
            self.said.emit(f"Saved {Path(path).name}.")

    def _write_equation(self, path: Path) -> None:
        write_atomically(path, self._svg)

    @Slot(str)
    def _on_trace_kind_chosen(self, kind: str) -> None:
        """Give the name the ending of the chosen kind: it decides what is written."""
        dialog = self.sender()
        if isinstance(dialog, QFileDialog):
            ending = "csv" if kind == _CSV else "json"
            dialog.setDefaultSuffix(ending)
            name = Path(dialog.selectedFiles()[0]).name
            if name.endswith((".csv", ".json")):
                dialog.selectFile(str(Path(name).with_suffix(f".{ending}")))

    @Slot(str)
    def _on_trace_chosen(self, path: str) -> None:
        if self._attempt(self._write_trace, Path(path)):
            self.said.emit(f"Exported {Path(path).name}.")

    def _write_trace(self, path: Path) -> None:
        workspace = self._workspace
        trace = workspace.stepper.trace
        if trace is None or workspace.stepper.locked:
            raise NnvizError(workspace.why_no_example())
        examples = workspace.examples.indices.tolist()
        write_trace(path, trace, self._pass_number(), examples, trace.example_count > 1)

    def _attempt(self, act: Callable[[Path], None], path: Path) -> bool:
        try:
            act(path)
        except NnvizError as error:
            self._warn(str(error))
            return False
        return True

    @Slot(str)
    def _warn(self, sentence: str) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setObjectName("dialog.warning")
        box.setWindowTitle("nnviz")
        box.setText(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
