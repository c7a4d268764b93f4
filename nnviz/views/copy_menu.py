"""The context menu that copies numbers: one value, a row, or a whole layer, for other programs.

Apart from the widgets that open it: all of them offer the same. A text is made when it is asked
for, because that of a large matrix takes a while.
"""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from nnviz.trace.copying import CopyFormat, Numbers, Offers, exact
from nnviz.trace.notation import Notation

__all__ = ["CopyMenu", "open_copy_menu", "open_picture_menu"]


class CopyMenu(QMenu):
    """Copy Value, Copy Row as, Copy Matrix as: what there is to copy of a thing."""

    def __init__(self, offers: Offers, notation: Notation, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("menu.copy")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._notation = notation
        self._add_values(offers.values)
        self._add_numbers("Copy Row as", offers.rows)
        self._add_numbers("Copy Matrix as", offers.matrices)
        self.triggered.connect(self._on_triggered)

    def _add_values(self, values: tuple[tuple[str, float], ...]) -> None:
        if len(values) == 1:
            self.addAction("Copy Value").setData(exact(values[0][1]))
        elif values:
            menu = self.addMenu("Copy Value")
            for name, value in values:
                menu.addAction(f"{name} = {self._notation.number(value)}").setData(exact(value))

    def _add_numbers(self, title: str, things: tuple[Numbers, ...]) -> None:
        if not things:
            return
        menu = self.addMenu(title)
        for form in CopyFormat:
            if len(things) == 1:
                menu.addAction(form.value).setData((things[0], form))
                continue
            inner = menu.addMenu(form.value)
            for numbers in things:
                rows, columns = numbers.shape
                inner.addAction(f"{numbers.name}  ({rows} × {columns})").setData((numbers, form))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        data = action.data()
        if isinstance(data, str):
            text, said = data, f"Copied {data}"
        else:
            numbers, form = data
            rows, columns = numbers.shape
            text = numbers.text(form, self._notation.digits)
            said = f"Copied {numbers.name} ({rows} × {columns}) as {form.value}"
        QGuiApplication.clipboard().setText(text)
        parent = self.parentWidget()
        QToolTip.showText(self.pos(), said, parent)


def open_copy_menu(offers: Offers, notation: Notation, place: QPoint, parent: QWidget) -> bool:
    """Open the menu at a place on the screen; return whether there is anything to copy."""
    if not offers:
        return False
    CopyMenu(offers, notation, parent).popup(place)
    return True


def open_picture_menu(parent: QWidget, place: QPoint, copy: Callable[[], None]) -> None:
    """Open a menu at a place on the screen that offers to copy the whole picture."""
    menu = QMenu(parent)
    menu.setObjectName("menu.copy-picture")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Copy &Picture").triggered.connect(copy)
    menu.popup(place)
