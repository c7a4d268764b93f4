"""What the keyboard does on the canvas: walk the network, clear the selection, then the pins.

Left and Right without Shift, Space, Home and End step through the pass: they are the window's.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnviz.stores.pass_source import PassSource
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.visual.walking import along_layer, edges_of, to_layer

if TYPE_CHECKING:
    from nnviz.views.scene.network_view import NetworkView

__all__ = ["Keyboard"]

_VERTICAL = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_FIRST = NodeRef(1, 0)
"""Where a walk begins."""


class Keyboard:
    """Turns keys into what the stores are asked for; other keys are the window's.

    Which edges are strong is a question to the pass that the canvas shows.
    """

    def __init__(self, view: "NetworkView", workspace: Workspace, source: PassSource) -> None:
        self._view = view
        self._workspace = workspace
        self._source = source
        self._home: NodeRef | None = None
        """The neuron whose edges are walked."""

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; return whether it was one of the canvas."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if key == Qt.Key.Key_Escape:
            self._clear()
        elif key in _VERTICAL and plain:
            self._walk_layer(_VERTICAL[key])
        elif key in _SIDEWAYS and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._walk_to_layer(_SIDEWAYS[key])
        else:
            return False
        return True

    def walk_edges(self, step: int) -> bool:
        """Select the next edge of the selected neuron, the strongest first; −1 goes back.

        Return False at the end or with nothing selected: the focus then leaves the canvas.
        """
        shown, selected = self._source.shown, self._workspace.selection.selected
        if shown is None or selected is None or not selected.exists_in(shown.trace.spec.sizes):
            return False
        home, timeline = self._home_of(selected), shown.timeline
        edges = edges_of(shown.trace, timeline.reveal(), home, timeline.example)
        place = edges.index(selected) if selected in edges else -1
        if place < 0 and step < 0:
            if isinstance(selected, NodeRef):
                return False
            self._select(home)
        elif 0 <= place + step < len(edges):
            self._home = home
            self._select(edges[place + step])
        elif place + step < 0:
            self._select(home)
        else:
            return False
        return True

    def _clear(self) -> None:
        selection = self._workspace.selection
        if selection.selected is not None:
            selection.select(None)
        else:
            selection.unpin_all()

    def _home_of(self, selected: NodeRef | EdgeRef) -> NodeRef:
        """Return the neuron whose edges are walked: of an edge the end that the walk is at."""
        if isinstance(selected, NodeRef):
            return selected
        if self._home in (selected.source_node, selected.target_node) and self._home is not None:
            return self._home
        return selected.target_node

    def _walk_layer(self, step: int) -> None:
        scene, selected = self._view.scene, self._workspace.selection.selected
        if scene is None or selected is None:
            self._select(_FIRST)
        elif isinstance(selected, NodeRef):
            self._select(along_layer(scene.layout, selected, step))
        else:
            self._select(self._home_of(selected))

    def _walk_to_layer(self, step: int) -> None:
        scene, shown = self._view.scene, self._source.shown
        selected = self._workspace.selection.selected
        if scene is None or shown is None or selected is None:
            self._select(_FIRST)
        elif isinstance(selected, EdgeRef):
            self._select(selected.source_node if step < 0 else selected.target_node)
        else:
            reveal, example = shown.timeline.reveal(), shown.timeline.example
            self._select(to_layer(scene.layout, shown.trace, reveal, selected, step, example))

    def _select(self, ref: NodeRef | EdgeRef) -> None:
        self._workspace.selection.select(ref)
        self._view.bring_into_sight(ref)
