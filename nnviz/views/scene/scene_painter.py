"""The whole scene but for the marks of selection and hover, in any thread."""

from PySide6.QtGui import QPainter

from nnviz.views.scene.arrow_painter import draw_arrows
from nnviz.views.scene.edge_labels import set_edge_labels
from nnviz.views.scene.edge_painter import draw_edges
from nnviz.views.scene.node_painter import draw_input_image, draw_nodes
from nnviz.views.scene.node_texts import set_node_texts
from nnviz.views.scene.overlay_painter import draw_edge_labels, draw_overlay
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.sign_painter import draw_signs
from nnviz.visual.layout import Rect

__all__ = ["draw_scene"]


def draw_scene(painter: QPainter, scene: Scene) -> tuple[Rect, ...]:
    """Draw the input image, the edges, the neurons with their numbers, and the words around.

    Returns where numbers stand outside the discs, in widget px.
    """
    draw_input_image(painter, scene)
    draw_edges(painter, scene)
    texts = set_node_texts(scene)
    labels = set_edge_labels(scene, texts)
    draw_nodes(painter, scene, texts)
    draw_arrows(painter, scene, texts)
    draw_signs(painter, scene)
    draw_edge_labels(painter, scene, labels)
    draw_overlay(painter, scene, labels)
    beside = (box for layer in texts for node in layer for box in node.boxes())
    return (*beside, *(label.place for label in labels.labels))
