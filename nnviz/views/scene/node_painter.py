"""The neurons: discs filled by activation, ringed by derivative, with their numbers; the image."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from nnviz.views.scene.ink import ink_on, line_ink
from nnviz.views.scene.node_texts import NodeTexts, TextBlock, ring_width
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.frame import LayerFrame
from nnviz.visual.layout import LayerLayout, Rect
from nnviz.visual.palette import Palette

__all__ = ["draw_image_notice", "draw_input_image", "draw_nodes", "image_notice_place"]

NOTICE_PX = 13

GRID_FROM = 12.0
"""Pixels of an image as wide as this, in px, are told apart by lines."""

CROSS = 0.5
"""Half the width of the cross in a neuron that is left out, in radii."""


def draw_nodes(painter: QPainter, scene: Scene, texts: Sequence[Sequence[NodeTexts]]) -> None:
    """Draw every layer's discs with their texts."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layout, frame, nodes in zip(scene.layout.layers, scene.frame.layers, texts, strict=True):
        if layout.image is None:
            _draw_discs(painter, scene, layout, frame)
            _draw_texts(painter, scene, layout, frame, nodes)


def draw_input_image(painter: QPainter, scene: Scene) -> None:
    """Draw an image input as its image, a dashed frame while it is not read."""
    area = scene.image_area()
    layout, frame = scene.layout.layers[0], scene.frame.layers[0]
    if area is None or layout.image_shape is None:
        return
    target = QRectF(area.x, area.y, area.width, area.height)
    if frame.fill is None:
        painter.setPen(QPen(qcolor(scene.palette.border), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target)
        return
    rows, columns = layout.image_shape
    pixels = np.ascontiguousarray(frame.fill)
    image = QImage(pixels.data, columns, rows, columns * 3, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(target, image)
    if area.width / columns >= GRID_FROM:
        _draw_grid(painter, scene, target, layout.image_shape)
    painter.setPen(QPen(qcolor(scene.palette.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(target)


def image_notice_place(scene: Scene) -> Rect | None:
    """Return where it is written why there is no input image, None if there is one."""
    area, frame = scene.image_area(), scene.frame.layers[0]
    if area is None or frame.fill is not None:
        return None
    rule = QFontMetricsF(text_font(NOTICE_PX))
    width, height = rule.horizontalAdvance(frame.notice) + 12, rule.height() + 4
    x, y = area.x + (area.width - width) / 2, area.y + (area.height - height) / 2
    return Rect(x, y, width, height)


def draw_image_notice(painter: QPainter, scene: Scene) -> None:
    """Write why there is no input image, over the edges that begin there."""
    place = image_notice_place(scene)
    if place is None:
        return
    box = QRectF(place.x, place.y, place.width, place.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(scene.palette.surface))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(qcolor(scene.palette.muted))
    painter.setFont(text_font(NOTICE_PX))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, scene.frame.layers[0].notice)


def _draw_grid(painter: QPainter, scene: Scene, target: QRectF, shape: tuple[int, int]) -> None:
    """Draw lines between large pixels: neighbours of one value are still two inputs."""
    rows, columns = shape
    painter.setPen(QPen(qcolor(scene.palette.border), 1))
    xs = [target.left() + each * target.width() / columns for each in range(1, columns)]
    ys = [target.top() + each * target.height() / rows for each in range(1, rows)]
    painter.drawLines([QLineF(x, target.top(), x, target.bottom()) for x in xs])
    painter.drawLines([QLineF(target.left(), y, target.right(), y) for y in ys])


def _draw_discs(painter: QPainter, scene: Scene, layout: LayerLayout, frame: LayerFrame) -> None:
    radius = scene.radius(layout)
    width = ring_width(radius)
    unknown = QPen(qcolor(scene.palette.muted), 1.2, Qt.PenStyle.DashLine)
    rim = QPen(_rim_colour(scene.palette), min(1.5, width))
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    for neuron in np.flatnonzero(layout.shown).tolist():
        centre = QPointF(*points[neuron])
        if frame.fill is None or neuron >= len(frame.fill):
            painter.setPen(unknown if radius >= 4 else QPen(qcolor(scene.palette.muted), 1))
            painter.setBrush(qcolor(scene.palette.surface))
        elif frame.dropped is not None and frame.dropped[neuron]:
            _draw_left_out(painter, scene, centre, radius)
            continue
        else:
            red, green, blue = (int(value) for value in frame.fill[neuron])
            painter.setBrush(QColor(red, green, blue))
            painter.setPen(rim)
        painter.drawEllipse(centre, radius, radius)
        if frame.ring is not None and neuron < len(frame.ring):
            red, green, blue = (int(value) for value in frame.ring[neuron])
            painter.setPen(QPen(QColor(red, green, blue), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius - width / 2, radius - width / 2)


def _draw_left_out(painter: QPainter, scene: Scene, centre: QPointF, radius: float) -> None:
    """Draw a neuron that dropout leaves out: a hollow disc, crossed out."""
    painter.setPen(QPen(_rim_colour(scene.palette), 1.5))
    painter.setBrush(qcolor(scene.palette.surface))
    painter.drawEllipse(centre, radius, radius)
    arm = CROSS * radius
    pen = QPen(qcolor(scene.palette.muted), max(1.0, min(2.0, radius / 9)))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, y = centre.x(), centre.y()
    painter.drawLine(QLineF(x - arm, y - arm, x + arm, y + arm))
    painter.drawLine(QLineF(x - arm, y + arm, x + arm, y - arm))


def _rim_colour(palette: Palette) -> QColor:
    """Return the colour around a disc: one whose activation looks like the ground is seen by it."""
    mixed = [(one + other) // 2 for one, other in zip(palette.border, palette.muted, strict=True)]
    return QColor(*mixed)


def _draw_texts(
    painter: QPainter,
    scene: Scene,
    layout: LayerLayout,
    frame: LayerFrame,
    nodes: Sequence[NodeTexts],
) -> None:
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    for neuron, (node, (x, y)) in enumerate(zip(nodes, points, strict=False)):
        if node.inside is not None:
            text, pixels = node.inside
            painter.setFont(text_font(pixels, bold=True))
            painter.setPen(ink_on(frame, neuron, scene.palette))
            box = QRectF(x - 100, y - 20, 200, 40)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if node.name is not None:
            place = node.name.place
            name = QRectF(place.x - 2, place.y, place.width + 4, place.height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(scene.palette.surface, 225))
            painter.drawRoundedRect(name, 4, 4)
            painter.setFont(text_font(node.name.pixels))
            painter.setPen(qcolor(scene.palette.muted))
            painter.drawText(name, Qt.AlignmentFlag.AlignCenter, node.name.text)
        if node.block is not None and node.block.lines:
            _draw_block(painter, scene, node.block)


def _draw_block(painter: QPainter, scene: Scene, block: TextBlock) -> None:
    """Write lines on the surface's colour; edges behind numbers would make them hard to read."""
    place = block.place
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(scene.palette.surface, 225))
    painter.drawRoundedRect(QRectF(place.x - 4, place.y, place.width + 8, place.height), 4, 4)
    painter.setFont(mono_font(block.pixels))
    side = Qt.AlignmentFlag.AlignHCenter if block.centred else Qt.AlignmentFlag.AlignLeft
    for index, line in enumerate(block.lines):
        row = QRectF(place.x, place.y + index * block.pitch, place.width + 2, block.pitch)
        painter.setPen(line_ink(line, scene.palette))
        painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, line.text)
