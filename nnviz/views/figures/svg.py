"""Figures as SVG: real lines and curves, text as text, the same bytes for the same figure."""

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtSvg import QSvgGenerator

from nnviz.views.figures.figure import Figure, draw_figure
from nnviz.views.figures.svg_tidying import tidied
from nnviz.views.figures.vector_painter import SvgPainter

__all__ = ["figure_svg"]


def figure_svg(figure: Figure) -> bytes:
    """Return a figure as an SVG document, UTF-8; its px are those of CSS, 96 to the inch."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(figure.width, figure.height))
    generator.setViewBox(QRectF(0, 0, figure.width, figure.height))
    generator.setTitle(figure.texts.title)
    generator.setDescription(figure.texts.description)
    painter = SvgPainter(generator)
    with painter:
        draw_figure(painter, figure, outlines=True)
    return tidied(bytes(buffer.data().data()), painter.clips)
