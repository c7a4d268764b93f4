"""From a row of the action table to a QAction of the window."""

from functools import reduce

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nnviz.app.actions import ActionSpec

__all__ = ["make_action"]


def make_action(window: QObject, spec: ActionSpec) -> QAction:
    """Return the action of a spec, owned by ``window``, with its keys in the tooltip."""
    action = QAction(spec.text, window)
    action.setObjectName(f"action.{spec.key}")
    action.setMenuRole(spec.role)
    if isinstance(spec.shortcut, QKeySequence.StandardKey):
        action.setShortcuts(QKeySequence.keyBindings(spec.shortcut))
    elif spec.shortcut:
        action.setShortcut(QKeySequence(spec.shortcut))
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{spec.tip} ({keys})" if keys else spec.tip)
    action.setStatusTip("")
    action.triggered.connect(_Handler(window, spec.handler))
    return action


class _Handler:
    """Calls a method of the window, or one reached from it by a dotted path, without arguments."""

    def __init__(self, window: QObject, path: str) -> None:
        self._window, self._path = window, path

    def __call__(self, _checked: bool = False) -> None:
        act = reduce(getattr, self._path.split("."), self._window)
        act()  # type: ignore[operator]  # a test checks that each path ends at a method
