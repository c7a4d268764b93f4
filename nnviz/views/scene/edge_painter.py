"""The edges, in any thread."""

import logging
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from nnviz.engine.arrays import FloatArray
from nnviz.views.scene.scene import Scene
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.scales import ByteArray, Scale, scale_for

__all__ = ["draw_edges", "edge_count"]

logger = logging.getLogger(__name__)

ON_IMAGE = 150
"""Alpha of the strongest edge where it crosses the input image."""
EVERYWHERE = QRect(-100_000, -100_000, 200_000, 200_000)


@dataclass(frozen=True, slots=True, eq=False)
class _Strokes:
    """Lines, weakest first: (E, 4) widget px, (E, 4) colours with alpha, (E,) widths in px."""

    lines: FloatArray
    rgba: ByteArray
    widths: FloatArray


def edge_count(scene: Scene) -> int:
    """Return how many edges the frame shows."""
    return sum(len(edges.neurons) for edges in scene.frame.edges)


def draw_edges(painter: QPainter, scene: Scene) -> None:
    """Draw all edges of the frame, strongest on top, in any thread.

    Colours that fade into the background would be smears on an input image, so there the first
    layer's edges fade by transparency; and only where they say which pixels matter.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    image = scene.image_area()
    for index, edges in enumerate(scene.frame.edges):
        lines = scene.edge_lines(index)
        rgba = np.insert(edges.rgb, 3, 255, axis=1)
        if index > 0 or image is None:
            _draw_strokes(painter, _Strokes(lines, rgba, edges.widths))
            continue
        area = QRectF(image.x, image.y, image.width, image.height).toAlignedRect()
        painter.save()
        painter.setClipRegion(QRegion(EVERYWHERE).subtracted(QRegion(area)))
        _draw_strokes(painter, _Strokes(lines, rgba, edges.widths))
        is_read = scene.frame.layers[0].fill is not None
        if is_read and (edges.scale is Scale.DERIVATIVE or scene.selected is not None):
            painter.setClipRect(area)
            _draw_strokes(painter, _Strokes(lines, _transparent(scene, edges), edges.widths))
        painter.restore()


def _transparent(scene: Scene, edges: EdgeFrame) -> ByteArray:
    """Return the end colours of the scale, the more transparent the weaker the edge, (E, 4)."""
    rgb = scale_for(edges.scale, scene.palette).diverging(np.sign(edges.shares), 1.0)
    alpha = np.round(ON_IMAGE * np.abs(edges.shares)).astype(np.uint8)
    return np.concatenate([rgb, alpha[:, None]], axis=1)


def _draw_strokes(painter: QPainter, strokes: _Strokes) -> None:
    """Draw lines of like colour and width with one call: a pen change costs more than a line."""
    if not len(strokes.lines):
        return
    rgba = (strokes.rgba >> 4).astype(np.int64)
    keys = (rgba[:, 0] << 24) | (rgba[:, 1] << 18) | (rgba[:, 2] << 12) | (rgba[:, 3] << 6)
    keys |= np.round(strokes.widths * 2).astype(np.int64)
    unique, inverse = np.unique(keys, return_inverse=True)
    last = np.zeros(len(unique), np.int64)
    np.maximum.at(last, inverse, np.arange(len(keys)))
    for bucket in np.argsort(last):
        members = np.flatnonzero(inverse == bucket)
        color = QColor(*(int(value) for value in strokes.rgba[members[-1]]))
        pen = QPen(color, float(strokes.widths[members[-1]]))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines([QLineF(*line) for line in strokes.lines[members].tolist()])
