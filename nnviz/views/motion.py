"""Whether anything may move by itself: the user's setting and the desktop's wish, in one place."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle

from nnviz.visual.settings import CanvasSettings

__all__ = ["desktop_wants_calm", "may_move"]


def may_move(settings: CanvasSettings) -> bool:
    """Whether pulses may run and pictures may change over gradually."""
    return settings.motion and not desktop_wants_calm()


def desktop_wants_calm(style: QStyle | None = None) -> bool:
    """Whether the desktop asks for less motion, as far as Qt and its ``style`` know.

    From Qt 6.12 on it says so by itself (``QAccessibilityHints.motionPreference``). Before, two
    signs tell: a style whose animations last 0 ms, and on Windows effects that are switched off;
    elsewhere the latter are off by default and mean nothing.
    """
    if not isinstance(QApplication.instance(), QApplication):
        return True
    wish = getattr(QApplication.styleHints().accessibility(), "motionPreference", None)
    if wish is not None and "reduce" in str(wish()).lower():
        return True
    if sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return True
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return (style or QApplication.style()).styleHint(hint) == 0
