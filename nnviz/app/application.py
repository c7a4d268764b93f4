"""The QApplication: names, style, type faces, theme."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QListView,
    QTableView,
    QWidget,
)

from nnviz import __version__
from nnviz.app.garbage import GarbageCollector
from nnviz.app.resources import application_icon, load_fonts
from nnviz.views.theme import qpalette, style_sheet, text_font
from nnviz.visual.palette import Palette

__all__ = ["apply_theme", "create_application", "system_theme"]


_Key = Qt.Key
_UP_AND_DOWN = frozenset({_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown})
_ENDS = frozenset({_Key.Key_Home, _Key.Key_End})
_SIDEWAYS = frozenset({_Key.Key_Left, _Key.Key_Right})


class _KeysBelongToTheFocus(QObject):
    """Lets a control that has the focus use its own keys, though they are also keys of actions.

    Space presses a button, letters look for an entry of a list, Home and Page Down move in it.
    It watches only the controls that have had the focus: one that watched the whole application
    would run Python for every event.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QAbstractButton | QComboBox | QAbstractItemView | QAbstractSpinBox):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for the control before shortcuts see it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _uses(watched, event)
        ):
            event.accept()
            return True
        return False


def _uses(control: QObject, event: QKeyEvent) -> bool:
    """Whether a control does something with a key itself."""
    key = event.key()
    if isinstance(control, QAbstractButton):
        return key == _Key.Key_Space
    if isinstance(control, QAbstractSpinBox):  # it claims by itself what is typed
        return key in _UP_AND_DOWN
    if key in _SIDEWAYS and isinstance(control, QListView):
        return control.viewMode() is not QListView.ViewMode.ListMode  # one below the other
    if key in _SIDEWAYS:
        rows = QAbstractItemView.SelectionBehavior.SelectRows
        return isinstance(control, QAbstractItemView) and control.selectionBehavior() is not rows
    if key in _UP_AND_DOWN or key in _ENDS:
        return True
    if isinstance(control, QTableView):  # its rows are no words to look for
        return key == _Key.Key_Space
    return _is_typed(event)


def _is_typed(event: QKeyEvent) -> bool:
    """Whether a key writes a character."""
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return event.text().isprintable() and bool(event.text()) and not event.modifiers() & ~plain


def create_application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the application, made if there is none yet, with fonts and style set."""
    existing = QApplication.instance()
    application = (
        existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *arguments])
    )
    application.setApplicationName("nnviz")
    application.setApplicationDisplayName("nnviz")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("nnviz")
    application.setStyle("Fusion")
    load_fonts()
    application.setFont(text_font(13))
    application.setWindowIcon(application_icon())
    if application.findChild(GarbageCollector) is None:
        GarbageCollector(application)
    if application.findChild(_KeysBelongToTheFocus) is None:
        _KeysBelongToTheFocus(application)
    return application


def apply_theme(application: QApplication, palette: Palette) -> None:
    """Colour the whole application."""
    application.setPalette(qpalette(palette))
    sheet = style_sheet(palette)
    if sheet != application.styleSheet():  # polishing every widget anew takes a third of a second
        application.setStyleSheet(sheet)


def system_theme(application: QApplication) -> str:
    """Return the desktop's wish, dark where it has none."""
    light = application.styleHints().colorScheme() is Qt.ColorScheme.Light
    return "light" if light else "dark"
