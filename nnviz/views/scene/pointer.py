"""What the mouse does on the canvas: hover, click, drag, wheel, double click."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.what_if import Adjustable
from nnviz.views.scene.cards import Card
from nnviz.views.scene.folds import fold_note, layer_to_fold_at, what_folds
from nnviz.views.scene.hover_card import HoverCard
from nnviz.views.scene.number_drag import HINT, NumberDrag
from nnviz.visual.folding import Fold

if TYPE_CHECKING:
    from nnviz.views.scene.network_view import NetworkView

__all__ = ["Pointer"]

DRAG_PX = 4.0
"""A press that moves farther is a drag, not a click."""
PER_ANGLE = 1.0015
"""How much closer an eighth of a degree of the wheel brings the network."""
ZOOM_ON_EDGE = 2.0
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class _State(Enum):
    """What a hand does between a press and its release."""

    FREE = auto()
    PRESSED = auto()
    PANNING = auto()
    CHANGING = auto()


class Pointer:
    """Turns mouse events into what the canvas and the stores are asked for."""

    def __init__(self, view: "NetworkView", workspace: Workspace, card: HoverCard) -> None:
        self._view = view
        self._workspace = workspace
        self._card = card
        self._state = _State.FREE
        self._last = QPointF()
        self._pressed = QPointF()
        self._number: Adjustable | None = None
        self._drag: NumberDrag | None = None

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; two fingers on a trackpad move the picture, with Ctrl they zoom."""
        self._card.dismiss()
        place, fingers = event.position(), event.pixelDelta()
        by_fingers = not fingers.isNull() and event.phase() is not Qt.ScrollPhase.NoScrollPhase
        if by_fingers and not event.modifiers() & _CTRL:
            self._view.set_viewport(self._view.viewport.panned(fingers.x(), fingers.y()))
        else:
            angle = event.angleDelta().y()
            self._zoom(PER_ANGLE**angle, place)
        event.accept()

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Zoom where two fingers pinch; return whether it was such a gesture."""
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom(max(0.2, 1.0 + event.value()), event.position())
        return True

    def press(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        self._card.dismiss()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._state = _State.PRESSED
        self._last = self._pressed = event.position()
        self._number = self._number_at(event.position())

    def move(self, event: QMouseEvent) -> None:
        """Pan, or change a number, while pressed; else hover."""
        place = event.position()
        if self._state is _State.FREE:
            self._hover(place)
            return
        moved = place - self._last
        if self._state is _State.PRESSED:
            if moved.manhattanLength() <= DRAG_PX:
                return
            self._begin_drag()
        self._last = place
        if self._state is _State.CHANGING and self._drag is not None:
            card = self._drag.move(-moved.y(), fine=bool(event.modifiers() & _SHIFT))
            self._card.say(card, self._pressed.toPoint())  # it stands still, beside the number
        elif self._state is _State.PANNING:
            self._view.set_viewport(self._view.viewport.panned(moved.x(), moved.y()))

    def release(self, event: QMouseEvent) -> None:
        """Select what was clicked, with Ctrl pin it; a click beside everything clears."""
        if event.button() is not Qt.MouseButton.LeftButton or self._state is _State.FREE:
            return
        clicked = self._state is _State.PRESSED
        self.finish()
        if not clicked:
            return
        folding = self._folding_at(event.position())
        if folding is not None:
            display, sizes = self._workspace.display, self._workspace.spec.sizes
            display.turn_over(sizes, frozenset({folding[0]}))
            return
        ref = self.ref_at(event.position())
        if not event.modifiers() & _CTRL:
            self._workspace.selection.select(ref)
        elif ref is not None:
            self._workspace.selection.toggle_pin(ref)

    def double_click(self, event: QMouseEvent) -> None:
        """Zoom to a neuron, so that it stands in the middle; beside everything, fit.

        At a ⋮ the first click has already unfolded.
        """
        if event.button() is not Qt.MouseButton.LeftButton or self._folding_at(event.position()):
            return
        self._card.dismiss()
        ref = self.ref_at(event.position())
        if ref is None:
            self._view.fit()
        elif isinstance(ref, NodeRef):
            self._view.zoom_to(ref)
        else:
            self._zoom(ZOOM_ON_EDGE, event.position())

    def leave(self) -> None:
        """Forget what was hovered."""
        if self._state is not _State.CHANGING:
            self._card.dismiss()
        self._workspace.selection.hover(None)

    def finish(self) -> None:
        """End whatever the hand was doing, and keep it."""
        if self._drag is not None:
            self._drag.finish()
        self._end()

    def cancel(self) -> bool:
        """Take the change of a number back that is under way; return whether there was one."""
        if self._state is not _State.CHANGING or self._drag is None:
            return False
        self._drag.cancel()
        self._end()
        return True

    def ref_at(self, place: QPointF) -> Ref | None:
        """Return what is at a place of the canvas; a number stands for what it belongs to."""
        scene, number = self._view.scene, self._number_at(place)
        if number is not None:
            return number.ref
        return None if scene is None else scene.ref_at(place.x(), place.y())

    def _begin_drag(self) -> None:
        if self._number is None:
            self._state = _State.PANNING
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        self._state = _State.CHANGING
        self._drag = NumberDrag(self._workspace, self._number)

    def _end(self) -> None:
        self._state, self._drag, self._number = _State.FREE, None, None
        self._card.dismiss()
        self._view.unsetCursor()

    def _zoom(self, factor: float, place: QPointF) -> None:
        self._view.set_viewport(self._view.viewport.zoomed(factor, place.x(), place.y()))

    def _folding_at(self, place: QPointF) -> tuple[int, Fold | None] | None:
        scene = self._view.scene
        return None if scene is None else layer_to_fold_at(scene, place.x(), place.y())

    def _number_at(self, place: QPointF) -> Adjustable | None:
        return self._view.number_at(place.x(), place.y())

    def _hover(self, place: QPointF) -> None:
        scene = self._view.scene
        if scene is None:
            return
        folding = self._folding_at(place)
        if folding is not None:
            self._workspace.selection.hover(None)
            self._view.setCursor(Qt.CursorShape.PointingHandCursor)
            title = scene.frame.layers[folding[0]].short_title
            text = what_folds(scene, *folding, self._workspace.display.notation)
            self._card.say(Card(title, (), (text,)), place.toPoint())
            return
        number = self._number_at(place)
        ref = self.ref_at(place)
        self._workspace.selection.hover(ref)
        shape = Qt.CursorShape.ArrowCursor
        if number is not None:
            shape = Qt.CursorShape.SizeVerCursor
        elif ref is not None:
            shape = Qt.CursorShape.PointingHandCursor
        self._view.setCursor(shape)
        hint = HINT if number is not None else fold_note(scene, ref) if ref is not None else ""
        self._card.aim(ref, place.toPoint(), hint)
