"""Pulses that run along the edges for a moment, over the picture that is there already.

Everything is prepared when a play begins: each frame moves an array of places, and painting is one
call for all pulses.
"""

from typing import cast

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from shiboken6 import wrapInstance

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.trace.refs import NodeRef
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor
from nnviz.visual.pulses import Pulses
from nnviz.visual.scales import Scale, scale_for

__all__ = ["DURATION_MS", "PulsePlayer"]

DURATION_MS = 300
ARRIVAL = 0.62
"""The part of the time after which all pulses have arrived; the rest shows where some stopped."""
RADII = (2.0, 3.0, 4.0, 5.0, 6.5)
"""Of the weakest to the strongest pulses, in px; those of many are smaller."""
MANY = 100
SMALLER = 0.55
RIM = 1.0
FIELDS = 10
"""Numbers of a QPainter.PixmapFragment: x, y, its place and size in the pixmap, two scales, an
angle and an opacity."""
STOP_GAP, STOP_WIDTH, STOP_SPAN = 5.0, 3.0, 110
"""Px from a dead neuron's disc to the arc where pulses stop, its width, and its degrees."""


class PulsePlayer(QObject):
    """Plays the pulses of one step once; its view paints them."""

    finished = Signal()
    """Emitted when all have arrived, or the play has been cut short."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._fragments: FloatArray = np.zeros((0, FIELDS))
        self._start: FloatArray = np.zeros((0, 2))
        self._way: FloatArray = np.zeros((0, 2))
        self._stopped: BoolArray = np.zeros(0, np.bool_)
        self._sprites = QPixmap()
        self._arcs: tuple[QRectF, ...] = ()
        self._arc_start = 0
        self._stop_pen = QPen()
        self._stop_opacity = 0.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION_MS)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._on_moment)
        self._animation.finished.connect(self._on_finished)

    @property
    def is_playing(self) -> bool:
        """Whether pulses are under way; no timer runs otherwise."""
        return self._animation.state() is QVariantAnimation.State.Running

    @property
    def places(self) -> FloatArray:
        """Where the pulses are, (P, 2) widget px; none when nothing is played."""
        return self._fragments[:, :2].copy()

    def play(self, scene: Scene, pulses: Pulses, pixel_ratio: float) -> None:
        """Let ``pulses`` run along the edges of ``scene``, from rim to rim."""
        self.stop()
        lines = scene.lines_of(pulses.layer, pulses.neurons, pulses.sources)
        if pulses.backward:
            lines = lines[:, [2, 3, 0, 1]]
        self._start, self._way = lines[:, :2], lines[:, 2:] - lines[:, :2]
        self._stopped = pulses.stopped
        self._prepare_sprites(scene, pulses, pixel_ratio)
        self._prepare_stops(scene, pulses)
        self._animation.start()

    @Slot()
    def stop(self) -> None:
        """End at once; nothing of the pulses stays."""
        if self.is_playing:
            self._animation.stop()
            self._on_finished()

    def draw(self, painter: QPainter) -> None:
        """Draw the pulses where they are now."""
        count = len(self._fragments)
        if not count:
            return
        first = cast(
            QPainter.PixmapFragment,
            wrapInstance(self._fragments.ctypes.data, QPainter.PixmapFragment),
        )
        painter.drawPixmapFragments(first, count, self._sprites)
        if self._stop_opacity > 0 and self._arcs:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(self._stop_opacity)
            painter.setPen(self._stop_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for arc in self._arcs:
                painter.drawArc(arc, self._arc_start, 16 * STOP_SPAN)
            painter.setOpacity(1.0)

    @Slot(object)
    def _on_moment(self, moment: float) -> None:
        """Move everything to ``moment``, 0 … 1; painting then only draws."""
        if not len(self._fragments):
            return
        way = min(moment / ARRIVAL, 1.0)
        self._fragments[:, :2] = self._start + way * self._way
        rest = (1.0 - moment) / (1.0 - ARRIVAL)
        self._fragments[:, 9] = np.where(self._stopped, 1.0, min(rest, 1.0))
        self._stop_opacity = 1.0 if way >= 1.0 else 0.0
        self._view.update()

    @Slot()
    def _on_finished(self) -> None:
        self._fragments = np.zeros((0, FIELDS))
        self._view.update()
        self.finished.emit()

    def _prepare_sprites(self, scene: Scene, pulses: Pulses, pixel_ratio: float) -> None:
        """Paint a disc of each size and colour once, and choose one for each pulse."""
        smaller = SMALLER if len(pulses.neurons) > MANY else 1.0
        radii = [smaller * radius + RIM for radius in RADII]
        cell = 2 * int(np.ceil(max(radii) * pixel_ratio + 1))
        self._sprites = _discs(scene, pulses.scale, radii, cell, pixel_ratio)
        sizes = np.minimum(len(RADII) * np.sqrt(pulses.strengths), len(RADII) - 1).astype(np.int64)
        fragments = np.zeros((len(pulses.neurons), FIELDS))
        fragments[:, :2] = self._start
        fragments[:, 2], fragments[:, 3] = sizes * cell, pulses.positive * cell
        fragments[:, 4:6] = cell
        fragments[:, 6:8] = 1 / pixel_ratio
        fragments[:, 9] = 1.0
        self._fragments = fragments

    def _prepare_stops(self, scene: Scene, pulses: Pulses) -> None:
        """Place an arc before each dead neuron, on the side that the pulses come from."""
        layout = scene.layout.layers[pulses.end]
        radius = scene.radius(layout) + STOP_GAP
        centres = [scene.centre(NodeRef(pulses.end, neuron)) for neuron in pulses.dead]
        self._arcs = tuple(QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
                           for x, y in centres)  # fmt: skip
        middle = 0 if pulses.backward else 180
        self._arc_start = 16 * (middle - STOP_SPAN // 2)
        self._stop_pen = QPen(qcolor(scene.palette.text), STOP_WIDTH)
        self._stop_pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._stop_opacity = 0.0


def _discs(
    scene: Scene, scale: Scale, radii: list[float], cell: int, pixel_ratio: float
) -> QPixmap:
    """Return a pixmap of cells, ``cell`` device px wide: sizes in columns, − and + in rows."""
    ends = scale_for(scale, scene.palette).diverging(np.array([-1.0, 1.0]), 1.0).tolist()
    pixmap = QPixmap(cell * len(radii), 2 * cell)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(qcolor(scene.palette.text), RIM * pixel_ratio))
        for row, colour in enumerate(ends):
            painter.setBrush(QColor(*colour))
            for column, radius in enumerate(radii):
                centre = QPointF((column + 0.5) * cell, (row + 0.5) * cell)
                size = (radius - RIM / 2) * pixel_ratio
                painter.drawEllipse(centre, size, size)
    return pixmap
