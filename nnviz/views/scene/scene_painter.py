"""The whole scene but for the marks of selection and hover, in any thread."""

from PySide6.QtGui import QPainter

from nnviz.views.scene.arrow_painter import draw_arrows
from nnviz.views.scene.class_painter import draw_class_texts
from nnviz.views.scene.class_texts import set_class_texts
from nnviz.views.scene.cost_node import set_cost_node
from nnviz.views.scene.cost_painter import draw_cost
from nnviz.views.scene.edge_labels import set_edge_labels
from nnviz.views.scene.edge_painter import draw_edges
from nnviz.views.scene.fold_painter import draw_folds
from nnviz.views.scene.folds import set_folds
from nnviz.views.scene.node_painter import (
    draw_image_notice,
    draw_input_image,
    draw_nodes,
    image_notice_place,
)
from nnviz.views.scene.node_texts import set_node_texts
from nnviz.views.scene.number_places import NumberPlace, number_places
from nnviz.views.scene.overlay_painter import draw_edge_labels, draw_overlay
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.sign_painter import draw_signs

__all__ = ["draw_scene"]


def draw_scene(painter: QPainter, scene: Scene) -> tuple[NumberPlace, ...]:
    """Draw the input image, the edges, the neurons with their numbers, and the words around.

    Returns where numbers stand outside the discs, and which of them can be changed by hand.
    """
    draw_input_image(painter, scene)
    draw_edges(painter, scene)
    draw_image_notice(painter, scene)
    texts = set_node_texts(scene)
    labels = set_edge_labels(scene, texts)
    class_texts, folds = set_class_texts(scene), set_folds(scene)
    at_outputs = [box for node in texts[-1] for box in node.boxes()]
    at_outputs += [text.place for text in class_texts]
    draw_cost(painter, scene, set_cost_node(scene, at_outputs))
    draw_nodes(painter, scene, texts)
    draw_class_texts(painter, scene, class_texts)
    draw_folds(painter, scene, folds)
    draw_arrows(painter, scene, texts)
    draw_signs(painter, scene)
    draw_edge_labels(painter, scene, labels)
    draw_overlay(painter, scene, labels)
    return number_places(texts, labels, folds, class_texts, image_notice_place(scene))
