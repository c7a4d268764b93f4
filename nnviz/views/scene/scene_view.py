"""A pass shown: its scene as a picture, from where it is looked at, and what moves over it.

Apart from the canvas that the hand works on: this only looks, and tells when it has looked anew.
"""

from dataclasses import replace

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.stores.pass_source import PassSource
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.steps import Step
from nnviz.views.motion import may_move
from nnviz.views.scene.crossfade import Crossfade
from nnviz.views.scene.edge_painter import edge_count
from nnviz.views.scene.folds import fold_note
from nnviz.views.scene.mark_painter import draw_asked, draw_marks
from nnviz.views.scene.overlay_painter import draw_notice
from nnviz.views.scene.picture import ScenePicture
from nnviz.views.scene.pin_painter import draw_pins
from nnviz.views.scene.pulse_player import PulsePlayer
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_builder import build_scene, moment_of
from nnviz.views.scene.viewport import Viewport
from nnviz.views.scene.words_painter import draw_words
from nnviz.views.theme import qcolor
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.pulses import pulses_of

__all__ = ["SceneView"]

AT_ONCE = 150
"""Up to this many edges become a picture at once, in some 15 ms; more in another thread."""
READABLE_RADIUS = 34.0
"""A disc of so many px has room for its activation, and its numbers beside it."""


class SceneView(QWidget):
    """Paints a pass at its timeline's position.

    By default it is the workspace's pass, else that of ``source``, of the same network.
    """

    scene_drawn = Signal()
    """Emitted after a frame with up-to-date edges has been painted."""
    viewport_changed = Signal(object)
    """Emitted with the new Viewport."""

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        source: PassSource | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 220)  # with all bars the smallest window has room for it
        self._workspace = workspace
        self._source = source or workspace.shown_pass
        self._palette = DARK
        self._viewport = Viewport()
        self._scene: Scene | None = None
        self._picture = ScenePicture(self)
        self._picture.picture_changed.connect(self._on_picture_changed)
        # Asked for when all that hears of the same change is done: two threads that both run
        # Python make each other slow.
        self._request_timer = QTimer(self)
        self._request_timer.setSingleShot(True)
        self._request_timer.setInterval(0)
        self._request_timer.timeout.connect(self._request_picture)
        self.pulses = PulsePlayer(self)
        self.crossfade = Crossfade(self)
        self.scene_drawn.connect(self.crossfade.run)
        self._source.changed.connect(self._on_changed)
        workspace.stepper.played.connect(self._on_played)
        workspace.comparison.changed.connect(self._on_compared)
        workspace.selection.selection_changed.connect(self._on_changed)
        workspace.selection.hovered_changed.connect(self._on_hovered)
        workspace.selection.lit_changed.connect(self._on_hovered)
        workspace.challenges.prediction.changed.connect(self._on_asked)
        workspace.network_changed.connect(self._on_network_changed)
        workspace.examples.problem_changed.connect(self._on_changed)
        workspace.training.snapshot_changed.connect(self._on_snapshot)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.run.follow_changed.connect(self._on_changed)
        workspace.live.wanted.connect(self._on_wanted)
        workspace.display.changed.connect(self._on_changed)
        workspace.display.canvas_changed.connect(self._on_changed)

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
        self._picture.forget()
        self.synchronize()

    def synchronize(self) -> None:
        """Build the scene anew from the workspace."""
        self.pulses.stop()
        shown = self._source.shown
        if shown is None or shown.trace.spec != self._workspace.spec:
            return  # the pass of another network: its own is recorded in a moment
        selection, sizes = self._workspace.selection, shown.trace.spec.sizes
        if selection.hovered is not None and not selection.hovered.exists_in(sizes):
            selection.hover(None)
        scene = build_scene(
            self._workspace, (self.width(), self.height()), self._palette, self._viewport,
            moment_of(self._workspace, shown),
        )  # fmt: skip
        end = self._caption_end(sizes)
        if scene is not None:
            scene = replace(scene, caption_end=end, is_live=self._is_live())
        self._scene = scene
        self._request_timer.start()

    def shutdown(self) -> None:
        """End the painting thread; nothing is painted in it afterwards."""
        self._picture.close()

    def settle(self, pixel_ratio: float | None = None) -> None:
        """Make the picture now, by default for this screen: for screenshots."""
        self.synchronize()
        self._request_timer.stop()
        self._finish_picture(self.devicePixelRatioF() if pixel_ratio is None else pixel_ratio)

    def set_viewport(self, viewport: Viewport) -> None:
        """Look from elsewhere at what is there: nothing of it is computed anew."""
        self._viewport = viewport
        self.pulses.stop()
        self.crossfade.stop()
        if self._scene is not None:
            self._scene = replace(self._scene, viewport=viewport)
            self._request_timer.start()
            self.update()
        self.viewport_changed.emit(viewport)

    @Slot(float, float)
    def look_at(self, x: float, y: float) -> None:
        """Move a point of the scene into the middle."""
        self.set_viewport(self._viewport.centred(x, y, self.width(), self.height()))

    def zoom_to(self, node: NodeRef) -> None:
        """Show a neuron in the middle, so large that its numbers can be read."""
        if self._scene is not None:
            layout = self._scene.layout
            zoom = max(self._viewport.zoom, READABLE_RADIUS / layout.layers[node.layer].radius)
            close = self._viewport.with_zoom(zoom)
            self.set_viewport(close.centred(*layout.centre(node), self.width(), self.height()))

    def bring_into_sight(self, ref: Ref) -> None:
        """Move the picture if a neuron, or the end of an edge, lies outside of it."""
        if self._scene is None:
            return
        node = ref if isinstance(ref, NodeRef) else ref.target_node
        moved = self._viewport.showing(self._scene.centre(node), (self.width(), self.height()))
        if moved != self._viewport:
            self.set_viewport(moved)

    @Slot()
    def fit(self) -> None:
        """Show the whole network."""
        self.set_viewport(Viewport())

    @Slot()
    def zoom_in(self) -> None:
        """Zoom in at the middle."""
        self.set_viewport(self._viewport.zoomed(1.25, self.width() / 2, self.height() / 2))

    @Slot()
    def zoom_out(self) -> None:
        """Zoom out at the middle."""
        self.set_viewport(self._viewport.zoomed(0.8, self.width() / 2, self.height() / 2))

    @Slot(object)
    def show_viewport(self, viewport: Viewport) -> None:
        """Take the zoom and place of another canvas of the same network."""
        if viewport != self._viewport:
            self.set_viewport(viewport)

    def render_image(self, pixel_ratio: float = 1.0) -> QImage:
        """Return the canvas as a picture, edges up to date, without what is there to be used."""
        self.settle(pixel_ratio)
        image = QImage(self.size() * pixel_ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(pixel_ratio)
        self.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint prepared arrays; nothing is computed here."""
        with QPainter(self) as painter:
            if not self._picture.fills(self._viewport, self.size()):
                painter.fillRect(self.rect(), qcolor(self._palette.surface))
            if self._scene is not None:
                self._paint_scene(painter, self._scene)
            self.crossfade.draw(painter)
            if self._scene is not None and (shown := self._source.shown) is not None:
                draw_words(painter, self._scene, shown.words)
        if self._scene is not None and self._is_current():
            self.scene_drawn.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the network out for the new size."""
        self.crossfade.stop()
        self.synchronize()

    def hideEvent(self, event: QHideEvent) -> None:
        """Move nothing that nobody sees."""
        self.pulses.stop()
        self.crossfade.stop()

    def _caption_end(self, sizes: tuple[int, ...]) -> float | None:
        """Return where the caption must end, in px; None: at the canvas's margin."""
        return None

    @Slot()
    def _on_network_changed(self) -> None:
        self._viewport = Viewport()
        self.synchronize()

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot()
    def _on_picture_changed(self) -> None:
        self.update()
        self._follow_run()

    @Slot(object)
    def _on_snapshot(self, _: object) -> None:
        self._follow_run()

    @Slot()
    def _on_wanted(self) -> None:
        self._follow_run()

    def _follow_run(self) -> None:
        """Show the newest moment of a run, as fast as pictures are made and no faster."""
        if self._source is self._workspace.shown_pass and self.isVisible() and self._is_current():
            self._workspace.live.renew()

    @Slot(object)
    def _on_played(self, step: Step) -> None:
        """Let pulses run for a step of play mode, along the edges that are drawn."""
        shown, scene = self._source.shown, self._scene
        if shown is None or scene is None or not self._may_move():
            return
        pulses = pulses_of(shown.trace, step, scene.frame.edges)
        if pulses is not None:
            self.pulses.play(scene, pulses, self.devicePixelRatioF())

    @Slot()
    def _on_compared(self) -> None:
        """Pass over to another side of the update; at once where nothing may move."""
        if self._workspace.comparison.side is not None and self._may_move():
            self.crossfade.begin(self.grab().toImage())
        else:
            self.crossfade.stop()
        self.synchronize()

    def _is_live(self) -> bool:
        """Whether the canvas shows newer passes of a run than the panels, which are read."""
        workspace = self._workspace
        return (
            self._source is workspace.shown_pass
            and workspace.live.goes_along
            and workspace.travel.shown is None
        )

    def _may_move(self) -> bool:
        return self.isVisible() and may_move(self._workspace.display.canvas)

    @Slot(object)
    def _on_hovered(self, _: object) -> None:
        self.update()

    @Slot()
    def _on_asked(self) -> None:
        question, scene = self._workspace.challenges.prediction.question, self._scene
        asked = None if question is None else question.ref
        if asked is not None and scene is not None and fold_note(scene, asked):
            self.synchronize()  # what is asked for is never folded away
        self.update()

    def _paint_scene(self, painter: QPainter, scene: Scene) -> None:
        self._picture.draw(painter, self._viewport)
        selection = self._workspace.selection
        numbers = self._picture.number_boxes(self._viewport)
        question = self._workspace.challenges.prediction.question
        draw_asked(painter, scene, None if question is None else question.ref, numbers)
        draw_marks(painter, scene, selection.hovered, selection.lit, numbers)
        draw_pins(painter, scene, selection.pinned, numbers)
        self.pulses.draw(painter)
        notice = self._notice()
        if notice:
            draw_notice(painter, scene, notice, self.width(), self.height())

    @Slot()
    def _request_picture(self) -> None:
        is_live = self._workspace.live.trace is not None  # there is another at once
        if self._scene is None or (edge_count(self._scene) <= AT_ONCE and not is_live):
            self._finish_picture(self.devicePixelRatioF())
            self._follow_run()
        else:
            self._picture.request(self._scene, self.size(), self.devicePixelRatioF())

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
