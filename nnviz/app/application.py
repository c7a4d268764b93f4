"""The QApplication: names, style, type faces, theme."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from nnviz import __version__
from nnviz.app.resources import application_icon, load_fonts
from nnviz.views.theme import qpalette, style_sheet, text_font
from nnviz.visual.palette import Palette

__all__ = ["apply_theme", "create_application", "system_theme"]


class _SpaceBelongsToButtons(QObject):
    """Lets Space press the button that has the focus, though it is also the key for play.

    It watches only the buttons that have had the focus: one that watched the whole application
    would run Python for every event.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QAbstractButton | QComboBox):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Space for the button before shortcuts see it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return False


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
    if application.findChild(_SpaceBelongsToButtons) is None:
        _SpaceBelongsToButtons(application)
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
