"""Figures as PDF: one page of the figure's size, vectors, the faces inside."""

from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPdfWriter

from nnviz.views.figures.figure import Figure, draw_figure
from nnviz.views.figures.vector_painter import PdfPainter

__all__ = ["figure_pdf"]

PX_PER_INCH, POINTS_PER_INCH = 96, 72
DOTS_PER_INCH = 1200
"""Fine enough that no place is rounded visibly."""

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt>
</dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


def figure_pdf(figure: Figure) -> bytes:
    """Return a figure as a PDF document whose page is as large as the figure, 96 px to the inch."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    points = POINTS_PER_INCH / PX_PER_INCH
    size = QSizeF(figure.width * points, figure.height * points)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "figure", exact))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(figure.texts.title)
    writer.setCreator("nnviz")
    words = {"title": figure.texts.title, "description": figure.texts.description}
    xmp = _XMP.format(**{name: escape(text) for name, text in words.items()})
    writer.setDocumentXmpMetadata(QByteArray(xmp.encode()))
    with PdfPainter(writer) as painter:
        painter.scale(DOTS_PER_INCH / PX_PER_INCH, DOTS_PER_INCH / PX_PER_INCH)
        draw_figure(painter, figure)
    return bytes(buffer.data().data())
