"""The marks of what is selected and what is hovered, drawn over the scene at once."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.scene.scene import Scene
from nnviz.views.theme import qcolor

__all__ = ["draw_marks"]


def draw_marks(painter: QPainter, scene: Scene, hovered: Ref | None) -> None:
    """Mark the hovered and the selected neuron or edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hover = QPen(qcolor(scene.palette.muted), 1.4, Qt.PenStyle.DotLine)
    for ref, pen in ((hovered, hover), (scene.selected, QPen(qcolor(scene.palette.selection), 2))):
        painter.setPen(pen)
        if isinstance(ref, NodeRef):
            _mark_node(painter, scene, ref)
        elif isinstance(ref, EdgeRef):
            _mark_edge(painter, scene, ref)


def _mark_edge(painter: QPainter, scene: Scene, ref: EdgeRef) -> None:
    """Draw the edge once more, from rim to rim, so that its numbers stay free."""
    lines = scene.edge_lines(ref.layer - 1)
    edges = scene.frame.edges[ref.layer - 1]
    drawn = ((edges.neurons == ref.neuron) & (edges.sources == ref.source)).nonzero()[0]
    if len(drawn):
        x1, y1, x2, y2 = lines[drawn[0]].tolist()
    else:
        x1, y1 = scene.centre(ref.source_node)
        x2, y2 = scene.centre(ref.target_node)
    painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))


def _mark_node(painter: QPainter, scene: Scene, ref: NodeRef) -> None:
    layout = scene.layout.layers[ref.layer]
    x, y = scene.centre(ref)
    radius = scene.radius(layout)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if layout.image is not None:
        side = max(2 * radius + 2, 7)
        painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))
    else:
        painter.drawEllipse(QPointF(x, y), radius + 3.5, radius + 3.5)
