"""From a row of the action table to a QAction of the window."""

from functools import reduce

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nnviz.app.actions import ActionSpec
from nnviz.stores.workspace import Workspace

__all__ = ["enable", "make_action"]


def make_action(window: QObject, spec: ActionSpec) -> QAction:
    """Return the action of a spec, owned by ``window``, with its keys in the tooltip."""
    action = QAction(spec.text, window)
    action.setObjectName(f"action.{spec.key}")
    action.setMenuRole(spec.role)
    if isinstance(spec.shortcut, QKeySequence.StandardKey):
        action.setShortcuts(QKeySequence.keyBindings(spec.shortcut))
    elif spec.shortcut:
        action.setShortcut(QKeySequence(spec.shortcut))
    _show_tip(action, spec.tip)
    action.triggered.connect(_Handler(window, spec.handler))
    return action


def enable(action: QAction, spec: ActionSpec, workspace: Workspace) -> None:
    """Enable an action if it makes sense now, else let its tooltip and status tip say why not."""
    _name(action, spec, workspace)
    action.setEnabled(spec.enabled_when(workspace))
    if spec.why_not is not None:
        why = "" if action.isEnabled() else spec.why_not(workspace)
        _show_tip(action, why or spec.tip, why)


def _name(action: QAction, spec: ActionSpec, workspace: Workspace) -> None:
    """Give an action the text and tip of what it would do now."""
    if spec.other_words is not None:
        text, tip = spec.other_words(workspace) or (spec.text, spec.tip)
        action.setText(text)
        _show_tip(action, tip)


def _show_tip(action: QAction, tip: str, status: str = "") -> None:
    """Set a tooltip that ends with the keys, and what the status bar says meanwhile."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setStatusTip(status)


class _Handler:
    """Calls a method of the window, or one reached from it by a dotted path, without arguments."""

    def __init__(self, window: QObject, path: str) -> None:
        self._window, self._path = window, path

    def __call__(self, _checked: bool = False) -> None:
        act = reduce(getattr, self._path.split("."), self._window)
        act()  # type: ignore[operator]  # a test checks that each path ends at a method
