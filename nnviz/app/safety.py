"""What keeps a run safe from a crash: it is saved while it goes on, and offered at the next start.

Only the window does so: pictures, traces and tests save nothing of their own accord.
"""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Slot

from nnviz.app.main_window import MainWindow
from nnviz.stores.autosave import EVERY_MS, Autosave
from nnviz.stores.recovery import Recovery
from nnviz.views.recovery_bar import RecoveryBar

__all__ = ["RunSafety"]


class RunSafety(QObject):
    """Saves the runs of one window, and shows there what an earlier one left behind."""

    def __init__(
        self, window: MainWindow, folder: Path | None = None, every_ms: int = EVERY_MS
    ) -> None:
        super().__init__(window)
        self._autosave = Autosave(window.workspace, folder or _folder(), every_ms)
        self.recovery = Recovery(window.workspace, self._autosave)
        self.bar = RecoveryBar(self.recovery, window.workspace.training)
        window.show_above_all(self.bar)

    @Slot()
    def look(self) -> None:
        """Offer what an earlier window left behind."""
        self.recovery.look_for()

    def close(self) -> None:
        """End as one should: nothing of this window is left behind."""
        self.recovery.close()
        self._autosave.close()


def _folder() -> Path:
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "runs"
