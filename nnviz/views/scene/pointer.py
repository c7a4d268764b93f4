"""What the mouse does on the canvas: hover, click, drag, wheel, double click."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import Ref
from nnviz.views.scene.describe import describe

if TYPE_CHECKING:
    from nnviz.views.scene.network_view import NetworkView

__all__ = ["Pointer"]

DRAG_PX = 4.0
"""A press that moves farther is a pan, not a click."""


class Pointer:
    """Turns mouse events into what the canvas and the stores are asked for."""

    def __init__(self, view: "NetworkView", workspace: Workspace) -> None:
        self._view = view
        self._workspace = workspace
        self._pressed: QPointF | None = None
        self._panning = False

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        place = event.position()
        factor = 1.0015 ** event.angleDelta().y()
        self._view.set_viewport(self._view.viewport.zoomed(factor, place.x(), place.y()))
        event.accept()

    def press(self, event: QMouseEvent) -> None:
        """Begin a click or a pan."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._panning = event.position(), False

    def move(self, event: QMouseEvent) -> None:
        """Pan while pressed, else hover."""
        place = event.position()
        if self._pressed is None:
            self._hover(place, event.globalPosition())
            return
        moved = place - self._pressed
        if self._panning or moved.manhattanLength() > DRAG_PX:
            self._panning = True
            self._pressed = place
            self._view.set_viewport(self._view.viewport.panned(moved.x(), moved.y()))

    def release(self, event: QMouseEvent) -> None:
        """Select what was clicked; a click beside everything clears."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        clicked, self._pressed = not self._panning, None
        if clicked and self._view.scene is not None:
            place = event.position()
            self._workspace.selection.select(self._view.scene.ref_at(place.x(), place.y()))

    def double_click(self, event: QMouseEvent) -> None:
        """Zoom to a neuron; beside everything, fit."""
        place, scene = event.position(), self._view.scene
        if scene is not None and scene.ref_at(place.x(), place.y()) is None:
            self._view.fit()
        else:
            self._view.set_viewport(self._view.viewport.zoomed(2.0, place.x(), place.y()))

    def leave(self) -> None:
        """Forget what was hovered."""
        self._set_hovered(None)

    def _hover(self, place: QPointF, global_place: QPointF) -> None:
        scene = self._view.scene
        if scene is None:
            return
        ref = scene.ref_at(place.x(), place.y())
        self._set_hovered(ref)
        if ref is None:
            QToolTip.hideText()
            return
        QToolTip.showText(global_place.toPoint(), describe(self._workspace, ref), self._view)

    def _set_hovered(self, ref: Ref | None) -> None:
        self._workspace.selection.hover(ref)
        shape = Qt.CursorShape.PointingHandCursor if ref else Qt.CursorShape.ArrowCursor
        self._view.setCursor(shape)
