"""The neurons: discs filled by activation, ringed by derivative, with their numbers; the image."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from nnviz.views.scene.class_painter import draw_class_rows
from nnviz.views.scene.ink import line_ink
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.frame import LayerFrame, TextLine
from nnviz.visual.layout import LayerLayout, NodeText, Rect

__all__ = ["draw_input_image", "draw_nodes", "occupied_by_nodes"]

LINE_HEIGHT = 15.0
NUMBER_PX = 12.0


def draw_nodes(painter: QPainter, scene: Scene) -> None:
    """Draw every layer's discs with their numbers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True):
        if layout.image is None:
            _draw_discs(painter, scene, layout, frame)


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
        painter.setPen(qcolor(scene.palette.muted))
        painter.setFont(text_font(13))
        painter.drawText(target, Qt.AlignmentFlag.AlignCenter, "not read yet")
        return
    rows, columns = layout.image_shape
    pixels = np.ascontiguousarray(frame.fill)
    image = QImage(pixels.data, columns, rows, columns * 3, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(target, image)
    painter.setPen(QPen(qcolor(scene.palette.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(target)


def _draw_discs(painter: QPainter, scene: Scene, layout: LayerLayout, frame: LayerFrame) -> None:
    radius = scene.radius(layout)
    ring_width = min(5.0, max(1.4, radius * 0.16))
    unknown = QPen(qcolor(scene.palette.muted), 1.2, Qt.PenStyle.DashLine)
    quiet = QPen(qcolor(scene.palette.border), min(1.5, ring_width))
    points = scene.viewport.points_to_widget(layout.centres).tolist()
    for neuron, (x, y) in enumerate(points):
        centre = QPointF(x, y)
        if frame.fill is None:
            painter.setPen(unknown if radius >= 4 else QPen(qcolor(scene.palette.muted), 1))
            painter.setBrush(qcolor(scene.palette.surface))
        else:
            red, green, blue = (int(value) for value in frame.fill[neuron])
            painter.setBrush(QColor(red, green, blue))
            painter.setPen(quiet)
        painter.drawEllipse(centre, radius, radius)
        if frame.ring is not None:
            red, green, blue = (int(value) for value in frame.ring[neuron])
            painter.setPen(QPen(QColor(red, green, blue), ring_width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius - ring_width / 2, radius - ring_width / 2)
    if frame.names:
        _draw_texts(painter, scene, layout, frame, points)


def _draw_texts(
    painter: QPainter,
    scene: Scene,
    layout: LayerLayout,
    frame: LayerFrame,
    points: list[list[float]],
) -> None:
    radius = scene.radius(layout)
    for neuron, (x, y) in enumerate(points):
        _draw_inside(painter, scene, layout, frame, neuron, QPointF(x, y))
        if layout.text is NodeText.BELOW:
            _draw_below(painter, scene, frame, neuron, x, y, radius)
        elif layout.text is NodeText.BESIDE and frame.class_rows:
            draw_class_rows(painter, scene, layout, frame.class_rows[neuron], QPointF(x, y))
        elif layout.text is NodeText.BESIDE:
            _draw_beside(painter, scene, layout, frame, neuron)


def _draw_inside(
    painter: QPainter,
    scene: Scene,
    layout: LayerLayout,
    frame: LayerFrame,
    neuron: int,
    centre: QPointF,
) -> None:
    """Write the activation inside, or the class's name."""
    radius = scene.radius(layout)
    text = frame.names[neuron] if frame.class_rows else frame.inside[neuron]
    pixels = min(15.0, radius * (1.05 if frame.class_rows else 0.5))
    if pixels < 7.5:
        return
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.setFont(text_font(pixels, bold=True))
    painter.setPen(_ink_on(scene, frame, neuron))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _ink_on(scene: Scene, frame: LayerFrame, neuron: int) -> QColor:
    """Dark ink on light discs and light ink on dark ones; quiet while unknown."""
    if frame.fill is None:
        return qcolor(scene.palette.muted)
    red, green, blue = (int(value) for value in frame.fill[neuron])
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 120
    return QColor(16, 18, 22) if light else QColor(240, 241, 244)


def _draw_below(
    painter: QPainter, scene: Scene, frame: LayerFrame, neuron: int, x: float, y: float,
    radius: float,
) -> None:  # fmt: skip
    name = QRectF(x - 120, y - radius - 21, 240, 17)
    painter.setFont(text_font(12))
    painter.setPen(qcolor(scene.palette.muted))
    painter.drawText(name, Qt.AlignmentFlag.AlignCenter, frame.names[neuron])
    lines = _below_lines(frame, neuron)
    width = _widest(lines)
    place = Rect(x - width / 2, y + radius + 4, width, 0)
    _draw_lines(painter, scene, lines, place, LINE_HEIGHT, centred=True)


def _draw_lines(
    painter: QPainter,
    scene: Scene,
    lines: tuple[TextLine, ...],
    place: Rect,
    pitch: float,
    *,
    centred: bool,
) -> None:
    """Write lines ``pitch`` px apart; edges behind numbers would make them hard to read."""
    if not lines:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(scene.palette.surface, 225))
    painter.drawRoundedRect(QRectF(place.x - 4, place.y, place.width + 8, len(lines) * pitch), 4, 4)
    painter.setFont(mono_font(min(NUMBER_PX, 0.86 * pitch)))
    flags = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
    for index, line in enumerate(lines):
        row = QRectF(place.x, place.y + index * pitch, place.width + 2, pitch)
        painter.setPen(line_ink(line, scene.palette))
        painter.drawText(row, flags | Qt.AlignmentFlag.AlignVCenter, line.text)


def _widest(lines: tuple[TextLine, ...]) -> float:
    metrics = QFontMetricsF(mono_font(NUMBER_PX))
    return max((metrics.horizontalAdvance(line.text) for line in lines), default=0.0)


def _below_lines(frame: LayerFrame, neuron: int) -> tuple[TextLine, ...]:
    """Leave the target out: it is in the name above the disc."""
    return tuple(line for line in frame.lines[neuron] if not line.text.startswith("y "))


def _draw_beside(
    painter: QPainter, scene: Scene, layout: LayerLayout, frame: LayerFrame, neuron: int
) -> None:
    lines = _beside_lines(layout, frame, neuron, scene.viewport.zoom)
    place = _beside_place(scene, layout, lines, neuron)
    _draw_lines(
        painter, scene, lines, place, _beside_pitch(layout, scene.viewport.zoom), centred=False
    )


def _beside_lines(
    layout: LayerLayout, frame: LayerFrame, neuron: int, zoom: float
) -> tuple[TextLine, ...]:
    """Return as many lines as the next neuron leaves room for, the newest derivative always."""
    lines = _below_lines(frame, neuron)
    most = max(2, int(layout.spacing * zoom / LINE_HEIGHT))
    return lines if len(lines) <= most else (*lines[: most - 1], lines[-1])


def _beside_pitch(layout: LayerLayout, zoom: float) -> float:
    """Return the height of a line in px: two lines have to fit beside each neuron."""
    return min(LINE_HEIGHT, layout.spacing * zoom / 2)


def _beside_place(
    scene: Scene, layout: LayerLayout, lines: tuple[TextLine, ...], neuron: int
) -> Rect:
    x, y = scene.viewport.to_widget(*layout.centres[neuron].tolist())
    height = len(lines) * _beside_pitch(layout, scene.viewport.zoom)
    return Rect(x + scene.radius(layout) + 10, y - height / 2, _widest(lines), height)


def occupied_by_nodes(scene: Scene) -> list[Rect]:
    """Return the boxes, in widget px, that discs and their numbers take: no label may go there."""
    boxes: list[Rect] = []
    for layout, frame in zip(scene.layout.layers, scene.frame.layers, strict=True):
        if not frame.names:
            continue
        radius = scene.radius(layout)
        for neuron, (x, y) in enumerate(scene.viewport.points_to_widget(layout.centres).tolist()):
            boxes.append(Rect(x - radius - 4, y - radius - 4, 2 * radius + 8, 2 * radius + 8))
            if layout.text is NodeText.BELOW:
                lines = _below_lines(frame, neuron)
                width = _widest(lines) + 8
                height = 6 + len(lines) * LINE_HEIGHT
                boxes.append(Rect(x - width / 2, y + radius, width, height))
                boxes.append(Rect(x - 50, y - radius - 22, 100, 20))
            elif layout.text is NodeText.BESIDE:
                lines = _beside_lines(layout, frame, neuron, scene.viewport.zoom)
                place = _beside_place(scene, layout, lines, neuron)
                boxes.append(Rect(place.x - 4, place.y, place.width + 8, place.height))
    return boxes
