"""The notation as a menu: every aspect with its choices, of which one is ticked.

Apart from the table of actions: it has more entries than that and follows its store by itself.
"""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.stores.display_store import DisplayStore
from nnviz.trace.notation_choices import ASPECTS, chosen, with_option

__all__ = ["NotationMenu"]


class NotationMenu(QMenu):
    """A submenu for each aspect; choosing changes the display store."""

    def __init__(self, display: DisplayStore, parent: QWidget | None = None) -> None:
        super().__init__("No&tation", parent)
        self.setObjectName("menu.notation")
        self._display = display
        self._actions: dict[tuple[str, str], QAction] = {}
        for aspect in ASPECTS:
            menu = self.addMenu(aspect.title.title())
            menu.setObjectName(f"menu.notation.{aspect.field}")
            group = QActionGroup(self)
            for option in aspect.options:
                action = menu.addAction(option.text)
                action.setObjectName(f"notation.{aspect.field}.{option.key}")
                action.setCheckable(True)
                action.setData((aspect.field, option.key))
                group.addAction(action)
                self._actions[aspect.field, option.key] = action
            group.triggered.connect(self._on_chosen)
        display.changed.connect(self.synchronize)
        self.synchronize()

    @property
    def actions_by_choice(self) -> tuple[QAction, ...]:
        """The choices of all aspects, in their order."""
        return tuple(self._actions.values())

    @Slot()
    def synchronize(self) -> None:
        """Tick what is used now."""
        for aspect in ASPECTS:
            option = chosen(self._display.notation, aspect)
            if option is not None:
                self._actions[aspect.field, option.key].setChecked(True)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        field, key = action.data()
        for aspect in ASPECTS:
            option = aspect.option(key) if aspect.field == field else None
            if option is not None:
                self._display.set_notation(with_option(self._display.notation, aspect, option))
