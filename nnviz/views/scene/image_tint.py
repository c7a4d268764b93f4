"""The weights of one neuron as a tint of its input image: its weight image on the digit."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnviz.views.scene.scene import Scene
from nnviz.visual.colour_schemes import on_black
from nnviz.visual.scales import scale_for

__all__ = ["draw_tint", "is_tinted"]

STRONGEST = 0.88
"""How opaque the largest value is: the digit must shine through."""
GAMMA = 0.75
"""Below 1, so that middling values are seen, too."""


def is_tinted(scene: Scene) -> bool:
    """Whether the input is an image of which one neuron's edges are shown, all of them."""
    edges, layout = scene.frame.edges[0], scene.layout.layers[0]
    return edges.into is not None and layout.image_shape is not None


def draw_tint(painter: QPainter, scene: Scene) -> None:
    """Lay over each pixel the colour of its edge, the more opaque the larger its value."""
    edges, layout, area = scene.frame.edges[0], scene.layout.layers[0], scene.image_area()
    if area is None or layout.image_shape is None:
        return
    rows, columns = layout.image_shape
    shares = np.zeros(rows * columns)
    shares[edges.sources] = edges.shares
    rgb = scale_for(edges.scale, on_black(scene.palette)).diverging(np.sign(shares), 1.0)
    alpha = np.abs(shares) ** GAMMA * STRONGEST
    bgra = np.empty((rows * columns, 4), np.uint8)
    bgra[:, :3] = np.round(rgb[:, ::-1] * alpha[:, None])
    bgra[:, 3] = np.round(255 * alpha)
    words = np.ascontiguousarray(bgra).view(np.dtype("<u4")).astype(np.uint32)
    image = QImage(
        words.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(QRectF(area.x, area.y, area.width, area.height), image)
