"""What every panel shares: its stores, its theme, and work only while it can be seen."""

from typing import ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from nnviz.stores.workspace import Workspace
from nnviz.visual.palette import DARK, Palette

__all__ = ["Panel"]


class Panel(QWidget):
    """A view of the workspace in a dock.

    Subclasses connect store signals to slots that call ``refresh``, and draw everything from the
    workspace in ``synchronize``: it is also called when the panel is shown again, so a hidden one
    costs nothing.
    """

    title: ClassVar[str]
    key: ClassVar[str]
    """Object name of the dock; never changes, saved layouts hold it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setObjectName(f"{self.key}.panel")
        self.workspace = workspace
        self.theme: Palette = DARK

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.theme = palette
        self.refresh()

    def refresh(self) -> None:
        """Draw everything anew if the panel can be seen."""
        if self.isVisible():
            self.synchronize()

    def synchronize(self) -> None:
        """Draw everything anew from the workspace."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while hidden."""
        self.synchronize()
