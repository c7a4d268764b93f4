"""Figures as images: PNG at whole scales, and frames for animations."""

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from nnviz.views.figures.figure import Figure, draw_figure

__all__ = ["figure_image", "figure_png", "png_of"]

DOTS_PER_METER = 3780
"""Of a figure at scale 1: 96 to the inch."""


def figure_image(figure: Figure, scale: float = 1.0) -> QImage:
    """Return a figure with ``scale`` times as many pixels a side as its px, without alpha."""
    image = QImage(
        round(figure.width * scale), round(figure.height * scale), QImage.Format.Format_RGB32
    )
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        draw_figure(painter, figure)
    return image


def figure_png(figure: Figure, scale: int = 1) -> bytes:
    """Return a figure as a PNG file, its title and description inside."""
    image = figure_image(figure, scale)
    image.setDotsPerMeterX(DOTS_PER_METER * scale)
    image.setDotsPerMeterY(DOTS_PER_METER * scale)
    image.setText("Title", figure.texts.title)
    image.setText("Description", figure.texts.description)
    return png_of(image)


def png_of(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # a QIODevice is taken too
    return bytes(buffer.data().data())
