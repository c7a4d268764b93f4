"""What the window shows of a run's own mini-batch beside its panel: the banner over the canvas.

Apart from the main window, which only puts it in its places.
"""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDockWidget, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.freeze_banner import FreezeBanner

__all__ = ["FreezeChrome"]


class FreezeChrome(QObject):
    """Owns the banner, and brings the panel to the front when a mini-batch is opened."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._dock: QDockWidget | None = None
        self.banner = FreezeBanner(workspace)
        workspace.frozen.opened.connect(self._on_opened)

    def show_in(self, dock: QDockWidget) -> None:
        """Take the dock of the panel that lists the examples."""
        self._dock = dock

    @Slot()
    def _on_opened(self) -> None:
        if self._dock is not None and not self._dock.isHidden():
            self._dock.raise_()
