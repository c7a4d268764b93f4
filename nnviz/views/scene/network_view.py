"""The canvas: the network at one moment of a pass, to look at, zoom, hover and click."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nnviz.stores.pass_source import PassSource
from nnviz.stores.workspace import Workspace
from nnviz.trace.copying import offers_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.what_if import Adjustable
from nnviz.views.copy_menu import open_copy_menu, open_picture_menu
from nnviz.views.scene.edge_strip import EdgeStrip
from nnviz.views.scene.hover_card import HoverCard
from nnviz.views.scene.keyboard import Keyboard
from nnviz.views.scene.minimap import Minimap
from nnviz.views.scene.pin_stack import PinStack
from nnviz.views.scene.pointer import Pointer
from nnviz.views.scene.scene_view import SceneView
from nnviz.views.scene.spoken import say_selected
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.layout import BOTTOM, Rect
from nnviz.visual.palette import Palette

__all__ = ["NetworkView"]


class NetworkView(SceneView):
    """The canvas under the hand: hover, clicks, keys, cards; asks the stores for changes."""

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        source: PassSource | None = None,
    ) -> None:
        super().__init__(workspace, parent, source)
        self.setObjectName("canvas")
        self.setAccessibleName("Network")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card = HoverCard(self, workspace, self._source)
        self._pointer = Pointer(self, workspace, self._card)
        self._keyboard = Keyboard(self, workspace, self._source)
        self._minimap = Minimap(self)
        self._minimap.centre_wanted.connect(self.look_at)
        self._pins = PinStack(workspace, self._source, self)
        self._strip = EdgeStrip(workspace, self)
        workspace.selection.pinned_changed.connect(self._on_changed)
        self.synchronize()

    @property
    def minimap(self) -> Minimap:
        """The whole network small, shown while only a part is in sight."""
        return self._minimap

    @property
    def pins(self) -> PinStack:
        """The cards of what is pinned."""
        return self._pins

    @property
    def card(self) -> HoverCard:
        """The card at the pointer."""
        return self._card

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._card.set_theme(palette)
        self._pins.set_theme(palette)
        self._strip.set_theme(palette)
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Build the scene anew, and tell the minimap, the pins and screen readers of it."""
        super().synchronize()
        if self._scene is not None:
            self._minimap.synchronize(self._scene)
            self._pins.synchronize(self._taken)
            say_selected(self, self._workspace, self._source.shown)

    def shutdown(self) -> None:
        """End the painting thread, and let the card go."""
        self._card.close()
        super().shutdown()

    def set_viewport(self, viewport: Viewport) -> None:
        """Look from elsewhere at what is there: nothing of it is computed anew."""
        super().set_viewport(viewport)
        if self._scene is not None:
            self._minimap.synchronize(self._scene)

    def number_at(self, x: float, y: float) -> Adjustable | None:
        """Return the weight or bias written at a point, in widget px, that a drag changes.

        None on the canvas of another pass, and at the update, where new numbers stand in the place
        of those that are changed, compared or not.
        """
        compares, stepper = self._workspace.comparison.side is not None, self._workspace.stepper
        is_updated = stepper.timeline.reveal().knows(Quantity.WEIGHT_AFTER, 1)
        if compares or is_updated or self._source is not self._workspace.shown_pass:
            return None
        return self._picture.number_at(self._viewport, x, y)

    @Slot()
    def toggle_folds(self) -> None:
        """Unfold all layers that are folded; if none is, fold those that can be."""
        if self._scene is not None:
            wide = [layer for layer in self._scene.layout.layers if layer.foldable]
            folded = [layer for layer in wide if layer.folds]
            layers = frozenset(layer.layer for layer in folded or wide)
            self._workspace.display.turn_over(self._workspace.spec.sizes, layers)

    @Slot()
    def copy_picture(self) -> None:
        """Put what the canvas shows on the clipboard, at twice its size."""
        QGuiApplication.clipboard().setImage(self.render_image(2.0))
        self._request_timer.start()  # the screen's own picture again

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self._pointer.wheel(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a pan."""
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while pressed, else hover."""
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what was clicked."""
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to a neuron; beside everything, fit."""
        self._pointer.double_click(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy what is known of the neuron or edge; by key, of the selected one.

        Beside everything, offer to copy the picture.
        """
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place, shown = event.pos(), self._source.shown
        ref = self._scene.ref_at(place.x(), place.y()) if self._scene else None
        ref = self._workspace.selection.selected if by_key else ref
        if ref is None or shown is None or not ref.exists_in(shown.trace.spec.sizes):
            open_picture_menu(self, event.globalPos(), self.copy_picture)
            return
        trace, timeline = shown.trace, shown.timeline
        notation = self._workspace.display.notation
        offers = offers_of(trace, timeline.reveal(), ref, notation, example=timeline.example)
        open_copy_menu(offers, notation, event.globalPos(), self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Walk the edges of the selected neuron with Tab; at the end the focus goes on."""
        return self._keyboard.walk_edges(1 if forward else -1) or super().focusNextPrevChild(
            forward
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End a drag that can no longer be taken back by a key."""
        self._pointer.finish()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take pinches on a trackpad; everything else goes its way."""
        if isinstance(event, QNativeGestureEvent) and self._pointer.gesture(event):
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was hovered."""
        self._pointer.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the network, clear the selection; other keys are the window's."""
        cancelled = event.key() == Qt.Key.Key_Escape and self._pointer.cancel()
        if not cancelled and not self._keyboard.press(event):
            super().keyPressEvent(event)

    def _caption_end(self, sizes: tuple[int, ...]) -> float | None:
        """Leave the strip its room beside the caption."""
        self._strip.synchronize(sizes)
        return self._strip.move_into(self.width(), self.height() - round(BOTTOM) + 24) - 18.0

    def _taken(self) -> list[Rect]:
        """Return what a card should not cover: neurons, their numbers, the minimap."""
        if self._scene is None:
            return []
        taken = [*self._picture.number_boxes(self._viewport), *self._scene.layer_boxes()]
        if not self._minimap.isHidden():
            box = self._minimap.geometry()
            taken.append(Rect(box.x(), box.y(), box.width(), box.height()))
        return taken
