"""The edges, in any thread."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion

from nnviz.engine.arrays import FloatArray
from nnviz.trace.refs import EdgeRef
from nnviz.views.scene.edge_pixels import EdgePixels, pixels_of, windows_around
from nnviz.views.scene.image_tint import draw_tint, is_tinted
from nnviz.views.scene.scene import Scene
from nnviz.visual.colour_schemes import on_black
from nnviz.visual.density import Bundle, Window, draw_density
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.raster_warm_up import are_rasters_ready
from nnviz.visual.scales import ByteArray, Scale, scale_for

__all__ = ["draw_edges", "edge_count"]

ON_IMAGE = 150
"""Alpha of the strongest edge where it crosses the input image."""
EVERYWHERE = QRect(-100_000, -100_000, 200_000, 200_000)
SHARPEST = 2.0
"""Pixels a widget px of a density in a picture that has none of its own."""
LAYERS = 16
"""Lines are drawn in so many layers by a painter that has no pixels of its own."""
FAINTEST = 0.25
"""Opacity of a density that is not in the selection's light."""


@dataclass(frozen=True, slots=True, eq=False)
class _Strokes:
    """Lines, weakest first: (E, 4) widget px, (E, 4) colours with alpha, (E,) widths in px."""

    lines: FloatArray
    rgba: ByteArray
    widths: FloatArray


def edge_count(scene: Scene) -> int:
    """Return how many edges the frame shows."""
    return sum(edges.count for edges in scene.frame.edges)


def draw_edges(painter: QPainter, scene: Scene) -> None:
    """Draw all edges of the frame, strongest on top, in any thread.

    Colours that fade into the background would be smears on an input image, so there the first
    layer's edges fade by transparency; and only where they say which pixels matter. Those of one
    neuron are a tint of the pixels there instead.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pixels = pixels_of(painter)
    image = scene.image_area()
    for index, edges in enumerate(scene.frame.edges):
        area = None
        if index == 0 and image is not None:
            area = QRectF(image.x, image.y, image.width, image.height)
        if edges.density is not None:
            _draw_bundle(painter, pixels, scene, index, area)
        lines = scene.edge_lines(index)
        rgba = np.insert(edges.rgb, 3, 255, axis=1)
        strokes = _Strokes(lines, rgba, edges.widths)
        if area is None:
            _draw_strokes(painter, pixels, strokes)
            continue
        _draw_strokes(painter, pixels, strokes, area, inside=False)
        if is_tinted(scene):
            draw_tint(painter, scene)
        elif _marks_pixels(scene, edges):
            strokes = _Strokes(lines, _transparent(scene, edges), edges.widths)
            _draw_strokes(painter, pixels, strokes, area, inside=True)


def _marks_pixels(scene: Scene, edges: EdgeFrame) -> bool:
    """Whether the first layer's edges go on over the image: they say which pixels matter."""
    is_read = scene.frame.layers[0].fill is not None
    return is_read and (edges.scale is Scale.DERIVATIVE or scene.selected is not None)


def _transparent(scene: Scene, edges: EdgeFrame) -> ByteArray:
    """Return the end colours of the scale, the more transparent the weaker the edge, (E, 4)."""
    rgb = scale_for(edges.scale, on_black(scene.palette)).diverging(np.sign(edges.shares), 1.0)
    alpha = np.round(ON_IMAGE * np.abs(edges.shares)).astype(np.uint8)
    return np.concatenate([rgb, alpha[:, None]], axis=1)


def _draw_bundle(
    painter: QPainter, pixels: EdgePixels | None, scene: Scene, index: int, area: QRectF | None
) -> None:
    """Draw a layer's density into the painter's pixels, or into an image where it has none."""
    edges = scene.frame.edges[index]
    before, after = scene.layout.layers[index], scene.layout.layers[index + 1]
    if edges.density is None:
        return
    canvas, into = pixels, QSizeF(scene.layout.width, scene.layout.height)
    if canvas is None:
        size = (into * SHARPEST).toSize()
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        array = np.frombuffer(image.bits(), np.uint32).reshape(size.height(), -1)
        canvas = EdgePixels(array, image, SHARPEST)
    colours = scale_for(edges.scale, scene.palette)
    bundle = Bundle(
        canvas.points(scene.viewport.points_to_widget(before.centres)),
        canvas.points(scene.viewport.points_to_widget(after.centres)),
        (
            0.0 if before.image is not None else scene.radius(before) * canvas.ratio,
            scene.radius(after) * canvas.ratio,
        ),
        edges.density,
        colours.high,
        colours.low,
    )
    opacity = FAINTEST if isinstance(scene.selected, EdgeRef) else 1.0
    windows: tuple[Window, ...] = (canvas.whole(opacity),)
    if area is not None:
        windows = windows_around(canvas.whole(opacity), canvas.window(area))
        if _marks_pixels(scene, edges):
            windows += (canvas.window(area, opacity * ON_IMAGE / 255),)
    draw_density(canvas.array, bundle, windows)
    if pixels is None:
        painter.drawImage(QRectF(0, 0, into.width(), into.height()), canvas.image)


def _draw_strokes(
    painter: QPainter,
    pixels: EdgePixels | None,
    strokes: _Strokes,
    area: QRectF | None = None,
    *,
    inside: bool = True,
) -> None:
    """Draw lines, all of them or what lies in or outside an area in widget px."""
    if not len(strokes.lines):
        return
    if pixels is not None and are_rasters_ready():
        windows: tuple[Window, ...] = (pixels.whole(),)
        if area is not None:
            window = pixels.window(area)
            windows = (window,) if inside else windows_around(pixels.whole(), window)
        _rasterise(pixels, strokes, windows)
        return
    painter.save()
    if area is not None:
        region = QRegion(area.toAlignedRect())
        painter.setClipRegion(region if inside else QRegion(EVERYWHERE).subtracted(region))
    _paint(painter, strokes)
    painter.restore()


def _rasterise(pixels: EdgePixels, strokes: _Strokes, windows: tuple[Window, ...]) -> None:
    from nnviz.visual.rasters import draw_lines  # late: it imports numba

    lines = np.ascontiguousarray(pixels.points(strokes.lines))
    rgba, widths = np.array(strokes.rgba, np.uint8), strokes.widths * pixels.ratio
    for window in windows:
        draw_lines(pixels.array, lines, rgba, widths, window.clip())


def _paint(painter: QPainter, strokes: _Strokes) -> None:
    """Draw lines of like colour and width with one call: a pen change costs more than a line.

    Only within a layer of lines that follow each other, so that hardly any comes over a later one.
    """
    rgba = (strokes.rgba >> 4).astype(np.int64)
    keys = (rgba[:, 0] << 24) | (rgba[:, 1] << 18) | (rgba[:, 2] << 12) | (rgba[:, 3] << 6)
    keys |= np.round(strokes.widths * 2).astype(np.int64)
    keys |= (np.arange(len(keys)) * LAYERS // len(keys)) << 30
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
