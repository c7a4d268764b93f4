"""Arrows at the neurons: where C wants each activation to go, and the sign of rings without number.

The shape says it, up or down, + or −; the colour only repeats it.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from nnviz.views.scene.ink import ink_on
from nnviz.views.scene.node_texts import NodeTexts
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor
from nnviz.visual.frame import LayerFrame
from nnviz.visual.layout import LayerLayout, Rect

__all__ = ["arrow_boxes", "arrow_place", "draw_arrow", "draw_arrows", "draw_key", "shows_arrows"]

SMALLEST_DISC = 4.5
"""Radius of a disc below which nothing more can be read at it, in px."""
SMALLEST, LARGEST = 2.5, 7.0
"""Half the width of an arrow, in px."""
VANISHING = 0.02
"""A smaller part of the largest value is no arrow, and no sign."""
CLOSE = 12.0
"""Radius of a disc below which its neighbours can be as near as its own arrow, in px."""
ROOM_BETWEEN = 12.0
"""Px from disc to disc that an arrow needs between columns."""
KEYS = (
    ("to lower C, a should rise", "a should fall"),
    ("a should rise", "a should fall"),
    ("rise", "fall"),
)
"""What the arrows mean, in ever fewer words."""
KEY_PX = 4.5
_LEFT, _UP = 0.866, 0.5
"""Where an arrow stands at a disc, seen from its centre."""


def draw_arrows(painter: QPainter, scene: Scene, texts: Sequence[Sequence[NodeTexts]]) -> None:
    """Draw the arrows of all layers, and a + or − in discs that have no room for numbers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layout, frame, nodes in zip(scene.layout.layers, scene.frame.layers, texts, strict=True):
        if layout.image is not None or scene.radius(layout) < SMALLEST_DISC:
            continue
        if not any(node.inside is not None for node in nodes):
            _draw_signs(painter, scene, layout, frame)
        for x, y, half, up in _arrows(scene, layout, frame):
            draw_arrow(painter, scene, x, y, half, up)


def shows_arrows(scene: Scene) -> bool:
    """Whether some neuron has an arrow."""
    return bool(arrow_boxes(scene))


def draw_key(painter: QPainter, scene: Scene, left: float, top: float, right: float) -> None:
    """Say what the arrows mean, in a row 18 px high, as fully as there is room for."""
    if not shows_arrows(scene):
        return
    metrics = QFontMetricsF(painter.font())
    for words in KEYS:
        width = sum(2 * KEY_PX + 5 + metrics.horizontalAdvance(word) + 12 for word in words)
        if left + width <= right:
            break
    else:
        return
    middle = top + 8.5
    for word, up in zip(words, (True, False), strict=True):
        draw_arrow(painter, scene, left + KEY_PX, middle, KEY_PX, up)
        left += 2 * KEY_PX + 5
        width = metrics.horizontalAdvance(word)
        painter.setPen(qcolor(scene.palette.muted))
        painter.drawText(QRectF(left, top, width + 2, 18), Qt.AlignmentFlag.AlignLeft, word)
        left += width + 12


def arrow_place(x: float, y: float, radius: float, share: float) -> tuple[float, float, float]:
    """Return the centre and half the width of the arrow at a disc, all in px.

    At its upper left, where neither numbers nor names stand; at its left where discs are small
    and close: between two it would belong to either.
    """
    largest = min(LARGEST, max(SMALLEST + 1, 0.26 * radius))
    half = SMALLEST + (largest - SMALLEST) * math.sqrt(abs(share))
    if radius < CLOSE:
        return x - radius - half - 2.5, y, half
    reach = radius + half + 4.0  # clear of the circle that marks a selected neuron
    return x - reach * _LEFT, y - reach * _UP, half


def arrow_boxes(scene: Scene) -> list[Rect]:
    """Return the boxes, in widget px, that the arrows take."""
    boxes = []
    for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True):
        for x, y, half, _ in _arrows(scene, layout, frame):
            boxes.append(Rect(x - half, y - half, 2 * half, 2 * half))
    return boxes


def draw_arrow(painter: QPainter, scene: Scene, x: float, y: float, half: float, up: bool) -> None:
    """Draw one arrow: up in the colour of a negative derivative, down in that of a positive."""
    palette = scene.palette
    tip = -half if up else half
    shape = QPolygonF(
        [QPointF(x, y + tip), QPointF(x - half, y - tip * 0.75), QPointF(x + half, y - tip * 0.75)]
    )
    painter.setPen(QPen(qcolor(palette.surface), 2.0, j=Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(palette.derivative_negative if up else palette.derivative_positive))
    painter.drawPolygon(shape)


def _arrows(
    scene: Scene, layout: LayerLayout, frame: LayerFrame
) -> Iterator[tuple[float, float, float, bool]]:
    """Yield the centre, half the width and the direction of a layer's arrows, in widget px."""
    radius = scene.radius(layout)
    if frame.pulls is None or layout.image is not None or radius < SMALLEST_DISC:
        return
    between = layout.spacing * scene.viewport.zoom - 2 * radius
    if np.ptp(layout.centres[:, 0]) > 0 and between < ROOM_BETWEEN:
        return  # in a block of several columns they would stand on the neighbours
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    shown = layout.shown.tolist()
    for (x, y), share, is_shown in zip(points, frame.pulls.tolist(), shown, strict=False):
        if is_shown and abs(share) >= VANISHING:
            yield *arrow_place(x, y, radius, share), share > 0


def _draw_signs(painter: QPainter, scene: Scene, layout: LayerLayout, frame: LayerFrame) -> None:
    if frame.ring_shares is None:
        return
    radius = scene.radius(layout)
    half = round(min(0.42 * radius, 4.0) * 2) / 2
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    for neuron, ((x, y), share) in enumerate(zip(points, frame.ring_shares.tolist(), strict=False)):
        if abs(share) < VANISHING or not layout.shown[neuron]:
            continue
        painter.setPen(QPen(ink_on(frame, neuron, scene.palette), max(1.2, 0.2 * radius)))
        lines = [QLineF(x - half, y, x + half, y)]
        if share > 0:
            lines.append(QLineF(x, y - half, x, y + half))
        painter.drawLines(lines)
