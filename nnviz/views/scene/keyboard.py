"""What the keyboard does on the canvas: walk the network, clear the selection."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef

if TYPE_CHECKING:
    from nnviz.views.scene.network_view import NetworkView

__all__ = ["Keyboard"]

_VERTICAL = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Keyboard:
    """Turns keys into what the stores are asked for; other keys are the window's."""

    def __init__(self, view: "NetworkView", workspace: Workspace) -> None:
        self._view = view
        self._workspace = workspace

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; return whether it was one of the canvas."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._workspace.selection.select(None)
        elif key in _VERTICAL:
            self._walk_layer(_VERTICAL[key])
        else:
            return False
        return True

    def _walk_layer(self, step: int) -> None:
        selected = self._workspace.selection.selected
        if isinstance(selected, NodeRef):
            size = self._workspace.spec.sizes[selected.layer]
            neuron = (selected.neuron + step) % size
            self._workspace.selection.select(NodeRef(selected.layer, neuron))
        else:
            self._workspace.selection.select(NodeRef(1, 0))
