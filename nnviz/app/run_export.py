"""Writing the curves of all runs: a million rows take seconds, so a thread of its own does it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from nnviz.errors import NnvizError
from nnviz.files.run_curves import RunCurves, write_runs
from nnviz.formatting import count
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.workspace import Workspace

__all__ = ["RunExport", "curves_of"]


class RunExport(QObject):
    """Asks for a file and writes it; what is trained meanwhile is not in it."""

    said = Signal(str)
    """Emitted with a sentence when the file is written."""
    refused = Signal(str)
    """Emitted with a sentence when it cannot be."""

    def __init__(
        self, parent: QObject, workspace: Workspace,
        save_dialog: Callable[[str, str, str], QFileDialog],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._save_dialog = workspace, save_dialog
        self._writer: _Writer | None = None

    @Slot()
    def export(self) -> None:
        """Ask for the file; nothing while there is no run."""
        if self._workspace.runs.entries:
            dialog = self._save_dialog("Export Runs", "Curves as CSV (*.csv)", "csv")
            dialog.selectFile("runs.csv")
            dialog.fileSelected.connect(self._on_chosen)
            dialog.open()

    def finish(self) -> None:
        """Wait for the file that is being written: the program ends."""
        if self._writer is not None:
            self._writer.wait()

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        if self._writer is not None:
            self.refused.emit("The runs are being written already; try again in a moment.")
            return
        curves = [curves_of(each) for each in self._workspace.runs.entries]
        self._writer = _Writer(Path(path), curves, self)
        self._writer.finished.connect(self._on_written)
        self._writer.start()

    @Slot()
    def _on_written(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if writer.problem:
            self.refused.emit(writer.problem)
        else:
            runs = "1 run" if writer.runs == 1 else f"{count(writer.runs)} runs"
            self.said.emit(f"Exported {runs} to {writer.path.name}.")
        writer.deleteLater()


class _Writer(QThread):
    """Writes one file; touches nothing of Qt while it runs."""

    def __init__(self, path: Path, curves: list[RunCurves], parent: QObject) -> None:
        super().__init__(parent)
        self.path, self.runs, self.problem = path, len(curves), ""
        self._curves = curves

    def run(self) -> None:
        """Write the file, or remember why it cannot be written."""
        try:
            write_runs(self.path, self._curves)
        except NnvizError as error:
            self.problem = str(error)
        except Exception as error:  # noqa: BLE001 - a border: nothing may leave the thread
            self.problem = f"The runs could not be written: {error!r}."


def curves_of(entry: RunEntry) -> RunCurves:
    """Return the curves that a run has now, as copies that another thread may read."""
    history, axis = entry.history, entry.axis
    reports, numbers = history.reports, np.arange(1, len(history) + 1, dtype=np.float64)
    ends = [axis.epoch_end(each.run, each.epoch) for each in reports]
    places = entry.epochs(np.array(ends, np.float64)).tolist()
    return RunCurves(
        entry.number,
        entry.name,
        entry.epochs(numbers),
        history.costs.copy(),
        tuple(zip(ends, places, reports, strict=True)),
    )
