"""What the window adds to the canvases: the key that compares, and the check mark of the second.

Apart from the main window, which only puts it in its places.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.canvas_area import CanvasArea

__all__ = ["CanvasChrome"]

COMPARE, SECOND = "view.compare", "view.second-canvas"
EXAMPLE_KEYS = ("example.previous", "example.next", "example.random")
COMPARE_KEY = Qt.Key.Key_C
"""The key of the action, whose release is listened for."""
RELEASE_MS = 30
"""A held key repeats, on some displays as a release and a press at the same moment: so long it is
waited whether a press follows."""
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_ENDINGS = (QEvent.Type.MouseButtonPress, QEvent.Type.ApplicationDeactivate, QEvent.Type.Wheel)


class CanvasChrome(QObject):
    """Compares as long as a key is held; shows in the menu whether there is a second canvas.

    An action tells when its key is pressed, but not when it is released. From the menu, where no
    key is held, the comparison lasts until the next key or click.
    """

    def __init__(
        self,
        workspace: Workspace,
        actions: Mapping[str, QAction],
        area: CanvasArea,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._area, self._window, self._comparison = area, window, workspace.comparison
        self._store, self._actions = workspace.second_pass, actions
        self._held = False
        self._release = QTimer(self)
        self._release.setSingleShot(True)
        self._release.setInterval(RELEASE_MS)
        self._release.timeout.connect(self._on_released)
        actions[COMPARE].setAutoRepeat(False)
        actions[SECOND].setCheckable(True)
        for key in EXAMPLE_KEYS:
            actions[key].changed.connect(self._show_icons)
        workspace.second_pass.choice_changed.connect(self.synchronize)
        workspace.comparison.changed.connect(self._on_compared)
        workspace.comparison.refused.connect(workspace.problem)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Tick the second canvas while there is one."""
        self._actions[SECOND].setChecked(self._store.is_open)

    @Slot()
    def _show_icons(self) -> None:
        """Give the bar of the second canvas the signs of the first one's bar."""
        self._area.set_icons(*(self._actions[key].icon() for key in EXAMPLE_KEYS))

    @Slot()
    def hold(self) -> None:
        """Begin to compare; releasing the key ends it."""
        if self._release.isActive():
            self._release.stop()  # it repeats
            return
        application = QApplication.instance()
        if not self._held and application is not None:
            self._held = True
            application.installEventFilter(self)
        self._comparison.begin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End the comparison when the key is released, or when anything else is done."""
        kind = event.type()
        if isinstance(event, QKeyEvent):
            compares = event.key() == COMPARE_KEY
            if kind is QEvent.Type.KeyRelease and compares and not event.isAutoRepeat():
                self._release.start()
            elif kind is QEvent.Type.KeyPress and not compares and event.key() not in _MODIFIERS:
                self._cancel()
        elif kind in _ENDINGS or (kind is QEvent.Type.WindowDeactivate and watched is self._window):
            self._cancel()
        return False

    @Slot()
    def _on_compared(self) -> None:
        """Cease to listen once something else has ended the comparison."""
        if self._comparison.side is None and not self._comparison.refusal:
            self._let_go()

    @Slot()
    def _on_released(self) -> None:
        self._let_go()
        self._comparison.end()

    def _cancel(self) -> None:
        self._let_go()
        self._comparison.cancel()

    def _let_go(self) -> None:
        self._release.stop()
        application = QApplication.instance()
        if self._held and application is not None:
            self._held = False
            application.removeEventFilter(self)
