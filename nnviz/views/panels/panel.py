"""What every panel shares: its stores, its theme, and work only while it can be seen."""

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QWidget

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
        self._in_front = True
        self._floating = False

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.theme = palette
        self.refresh()

    @property
    def in_sight(self) -> bool:
        """Whether somebody can see the panel: Qt calls a tab behind another one visible, too."""
        return self._uncovered and self.isVisible()

    @property
    def _uncovered(self) -> bool:
        return self._in_front or self._floating

    def stand_in(self, dock: QDockWidget) -> None:
        """Hear from the dock whether the panel is the tab in front, or floats."""
        dock.visibilityChanged.connect(self._on_in_front)
        # Qt does not say of a tab from behind that floats that it is in front now.
        dock.topLevelChanged.connect(self._on_floating)

    def refresh(self) -> None:
        """Draw everything anew if the panel can be seen."""
        if self.in_sight:
            self.synchronize()

    def leave_sight(self) -> None:
        """Cease what goes on for the panel alone: it is hidden, behind another tab, or closed."""

    def settle(self) -> None:
        """Draw now what would be drawn in a moment: for pictures of the window."""

    def synchronize(self) -> None:
        """Draw everything anew from the workspace."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while hidden."""
        if self._uncovered:
            self.synchronize()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cease what nobody can see."""
        self.leave_sight()

    @Slot(bool)
    def _on_in_front(self, in_front: bool) -> None:
        self._stand(in_front, self._floating)

    @Slot(bool)
    def _on_floating(self, floating: bool) -> None:
        self._stand(self._in_front, floating)

    def _stand(self, in_front: bool, floating: bool) -> None:
        before = self._uncovered
        self._in_front, self._floating = in_front, floating
        if self._uncovered and not before:
            self.refresh()
        elif before and not self._uncovered:
            self.leave_sight()
