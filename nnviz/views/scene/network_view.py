"""The canvas: the network at one moment of a pass, to look at, zoom, hover and click."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.trace.copying import offers_of
from nnviz.trace.refs import NodeRef, Ref
from nnviz.views.copy_menu import open_copy_menu
from nnviz.views.scene.describe import describe
from nnviz.views.scene.edge_painter import edge_count
from nnviz.views.scene.mark_painter import draw_asked, draw_marks
from nnviz.views.scene.overlay_painter import draw_notice
from nnviz.views.scene.picture import ScenePicture
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_builder import build_scene
from nnviz.views.scene.viewport import Viewport
from nnviz.views.theme import qcolor
from nnviz.visual.palette import DARK, Palette

__all__ = ["NetworkView"]

AT_ONCE = 150
"""Up to this many edges become a picture at once, in some 15 ms; more in another thread."""
DRAG_PX = 4.0
"""A press that moves farther is a pan, not a click."""


class NetworkView(QWidget):
    """Paints the workspace's pass at its timeline's position; asks the stores for changes."""

    scene_drawn = Signal()
    """Emitted after a frame with up-to-date edges has been painted."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Network")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 220)  # with all bars the smallest window has room for it
        self._workspace = workspace
        self._palette = DARK
        self._viewport = Viewport()
        self._scene: Scene | None = None
        self._pressed: QPointF | None = None
        self._panning = False
        self._picture = ScenePicture(self)
        self._picture.picture_changed.connect(self.update)
        # Asked for when all that hears of the same change is done: two threads that both run
        # Python make each other slow.
        self._request_timer = QTimer(self)
        self._request_timer.setSingleShot(True)
        self._request_timer.setInterval(0)
        self._request_timer.timeout.connect(self._request_picture)
        workspace.stepper.trace_changed.connect(self._on_changed)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        workspace.selection.selection_changed.connect(self._on_changed)
        workspace.selection.hovered_changed.connect(self._on_hovered)
        workspace.selection.lit_changed.connect(self._on_hovered)
        workspace.challenges.prediction.changed.connect(self._on_asked)
        workspace.network_changed.connect(self.fit)
        workspace.examples.problem_changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_changed)
        workspace.display.canvas_changed.connect(self._on_changed)
        self.synchronize()

    @property
    def scene(self) -> Scene | None:
        """What is painted; None until there is a network."""
        return self._scene

    @property
    def viewport(self) -> Viewport:
        """Zoom and place."""
        return self._viewport

    def sizeHint(self) -> QSize:
        """Return a size at which the MNIST network is comfortable."""
        return QSize(900, 560)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        self.synchronize()

    def synchronize(self) -> None:
        """Build the scene anew from the workspace."""
        trace = self._workspace.stepper.trace
        if trace is None or trace.spec != self._workspace.spec:
            return  # the pass of another network: its own is recorded in a moment
        selection = self._workspace.selection
        if selection.hovered is not None and not selection.hovered.exists_in(trace.spec.sizes):
            selection.hover(None)
        self._scene = build_scene(
            self._workspace, (self.width(), self.height()), self._palette, self._viewport
        )
        self._request_timer.start()

    def shutdown(self) -> None:
        """End the painting thread; nothing is painted in it afterwards."""
        self._picture.close()

    def settle(self, pixel_ratio: float | None = None) -> None:
        """Make the picture now, by default for this screen: for screenshots."""
        self.synchronize()
        self._request_timer.stop()
        self._finish_picture(self.devicePixelRatioF() if pixel_ratio is None else pixel_ratio)

    @Slot()
    def fit(self) -> None:
        """Show the whole network."""
        self._set_viewport(Viewport())

    @Slot()
    def zoom_in(self) -> None:
        """Zoom in at the middle."""
        self._set_viewport(self._viewport.zoomed(1.25, self.width() / 2, self.height() / 2))

    @Slot()
    def zoom_out(self) -> None:
        """Zoom out at the middle."""
        self._set_viewport(self._viewport.zoomed(0.8, self.width() / 2, self.height() / 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint prepared arrays; nothing is computed here."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), qcolor(self._palette.surface))
            if self._scene is not None:
                self._paint_scene(painter, self._scene)
        if self._scene is not None and self._is_current():
            self.scene_drawn.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the network out for the new size."""
        self.synchronize()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        place = event.position()
        factor = 1.0015 ** event.angleDelta().y()
        self._set_viewport(self._viewport.zoomed(factor, place.x(), place.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a pan."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._panning = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while pressed, else hover."""
        place = event.position()
        if self._pressed is None:
            self._hover(place, event.globalPosition())
            return
        moved = place - self._pressed
        if self._panning or moved.manhattanLength() > DRAG_PX:
            self._panning = True
            self._pressed = place
            self._set_viewport(self._viewport.panned(moved.x(), moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what was clicked; a click beside everything clears."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        clicked, self._pressed = not self._panning, None
        if clicked and self._scene is not None:
            place = event.position()
            self._workspace.selection.select(self._scene.ref_at(place.x(), place.y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to a neuron; beside everything, fit."""
        place = event.position()
        if self._scene is not None and self._scene.ref_at(place.x(), place.y()) is None:
            self.fit()
        else:
            self._set_viewport(self._viewport.zoomed(2.0, place.x(), place.y()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy what is known of the neuron or edge; by key, of the selected one."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place, trace = event.pos(), self._workspace.stepper.trace
        ref = self._scene.ref_at(place.x(), place.y()) if self._scene else None
        ref = self._workspace.selection.selected if by_key else ref
        if ref is None or trace is None or not ref.exists_in(trace.spec.sizes):
            return
        timeline, notation = self._workspace.stepper.timeline, self._workspace.display.notation
        offers = offers_of(trace, timeline.reveal(), ref, notation, example=timeline.example)
        open_copy_menu(offers, notation, event.globalPos(), self)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was hovered."""
        self._set_hovered(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the neurons of a layer with Up and Down, clear the selection with Escape."""
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        selected = self._workspace.selection.selected
        if event.key() == Qt.Key.Key_Escape:
            self._workspace.selection.select(None)
        elif event.key() in moves:
            spec = self._workspace.spec
            if isinstance(selected, NodeRef):
                size = spec.sizes[selected.layer]
                neuron = (selected.neuron + moves[Qt.Key(event.key())]) % size
                self._workspace.selection.select(NodeRef(selected.layer, neuron))
            else:
                self._workspace.selection.select(NodeRef(1, 0))
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot(object)
    def _on_hovered(self, _: object) -> None:
        self.update()

    @Slot()
    def _on_asked(self) -> None:
        self.update()

    def _paint_scene(self, painter: QPainter, scene: Scene) -> None:
        self._picture.draw(painter, self._viewport)
        selection = self._workspace.selection
        numbers = self._picture.number_boxes(self._viewport)
        question = self._workspace.challenges.prediction.question
        draw_asked(painter, scene, None if question is None else question.ref, numbers)
        draw_marks(painter, scene, selection.hovered, selection.lit, numbers)
        notice = self._notice()
        if notice:
            draw_notice(painter, scene, notice, self.width(), self.height())

    @Slot()
    def _request_picture(self) -> None:
        if self._scene is None or edge_count(self._scene) <= AT_ONCE:
            self._finish_picture(self.devicePixelRatioF())
        else:
            self._picture.request(self._scene, self.size(), self.devicePixelRatioF())
            self.update()

    def _finish_picture(self, pixel_ratio: float) -> None:
        if self._scene is not None:
            self._picture.finish(self._scene, self.size(), pixel_ratio)
        self.update()

    def _notice(self) -> str:
        """Return what the user must know before anything can be stepped, mostly nothing."""
        if not self._workspace.stepper.locked:
            return ""
        if self._workspace.loading:
            return "Loading MNIST…"
        return self._workspace.why_no_example()

    def _is_current(self) -> bool:
        """Whether the picture shows the scene: none is asked for or to be asked for."""
        return self._picture.is_current and not self._request_timer.isActive()

    def _set_viewport(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self.synchronize()

    def _hover(self, place: QPointF, global_place: QPointF) -> None:
        scene = self._scene
        if scene is None:
            return
        ref = scene.ref_at(place.x(), place.y())
        self._set_hovered(ref)
        if ref is None:
            QToolTip.hideText()
            return
        QToolTip.showText(global_place.toPoint(), describe(self._workspace, ref), self)

    def _set_hovered(self, ref: Ref | None) -> None:
        self._workspace.selection.hover(ref)
        self.setCursor(Qt.CursorShape.PointingHandCursor if ref else Qt.CursorShape.ArrowCursor)

    def render_image(self, pixel_ratio: float = 1.0) -> QImage:
        """Return the canvas as a picture, edges up to date."""
        self.settle(pixel_ratio)
        image = QImage(self.size() * pixel_ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(pixel_ratio)
        self.render(image)
        return image
