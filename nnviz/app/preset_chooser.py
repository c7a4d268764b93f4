"""Choosing a network that comes with the program: the button in the toolbar, and the menu."""

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnviz.presets.names import MNIST_PRESETS, TOY_PRESETS
from nnviz.presets.presets import PRESETS
from nnviz.stores.workspace import Workspace
from nnviz.views.run_guard import ask_before_ending_run

__all__ = ["PresetChooser"]

_FIRST_OF_A_KIND = (next(iter(TOY_PRESETS.values())), MNIST_PRESETS[0])
"""The kinds stand apart in the menus: articles, toy sets, MNIST."""


class PresetChooser(QObject):
    """Two menus with the same actions; the button names the network that is looked at."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._actions = QActionGroup(self)
        menu = _menu(QMenu(parent))
        self.file_menu = _menu(QMenu("Prese&ts", parent))
        for preset in PRESETS.values():
            if preset.name in _FIRST_OF_A_KIND:
                menu.addSeparator()
                self.file_menu.addSeparator()
            action = menu.addAction(preset.title)
            action.setData(preset.name)
            action.setToolTip(preset.description)
            action.setObjectName(f"preset.{preset.name}")
            action.setCheckable(True)
            self._actions.addAction(action)
            self.file_menu.addAction(action)
        self._actions.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._actions.triggered.connect(self._on_chosen)
        self.button = QToolButton(parent)
        self.button.setObjectName("toolbar.preset")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setToolTip("Choose a network")
        self.button.setAccessibleName("Network")
        self.button.setMenu(menu)
        workspace.network_changed.connect(self.synchronize)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Name the network, and tick the preset that it is."""
        title = self._workspace.state.title
        self.button.setText(f"{title} ")
        for action in self._actions.actions():
            action.setChecked(action.text() == title)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        ask_before_ending_run(
            self.button, self._workspace.training, f"Opening {action.text()}", "Open",
            partial(self._workspace.open_preset, action.data()),
        )  # fmt: skip
        self.synchronize()  # a click moves the tick, whatever comes of it


def _menu(menu: QMenu) -> QMenu:
    menu.setToolTipsVisible(True)
    return menu
