"""A frame put in its place: layout, viewport and frame together, as the painters read them."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.trouble import Trouble
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.frame import SceneFrame
from nnviz.visual.hit_testing import nearest_line
from nnviz.visual.layout import LayerLayout, NetworkLayout, Rect
from nnviz.visual.palette import Palette

__all__ = ["Scene"]

EDGE_REACH = 5.0
"""How near, in px, the pointer must be to an edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that is painted, immutable, so that a thread may paint from it."""

    layout: NetworkLayout
    frame: SceneFrame
    palette: Palette
    viewport: Viewport
    selected: Ref | None
    signs: tuple[tuple[NodeRef, Trouble], ...] = ()
    """The neurons that something is wrong with."""
    caption_end: float | None = None
    """Where in widget px the caption must end, None: at the right margin."""
    is_live: bool = False
    """Whether the pass goes along with a run, often newer than that of the panels."""

    def radius(self, layer: LayerLayout) -> float:
        """Return a disc's radius in widget px."""
        return layer.radius * self.viewport.zoom

    def centre(self, ref: NodeRef) -> tuple[float, float]:
        """Return where a neuron stands in the widget."""
        return self.viewport.to_widget(*self.layout.centre(ref))

    def layer_boxes(self) -> list[Rect]:
        """Return the box of each neuron in widget px, of an image layer one, and of the cost."""
        boxes = []
        for layer in self.layout.layers:
            if layer.image is not None:
                boxes.append(self._in_widget(layer.image))
                continue
            radius = self.radius(layer)
            centres = self.viewport.points_to_widget(layer.centres).tolist()
            boxes += [Rect(x - radius, y - radius, 2 * radius, 2 * radius) for x, y in centres]
        x, y = self.viewport.to_widget(*self.layout.cost)
        return [*boxes, Rect(x - 46, y - 32, 92, 64)]

    def image_area(self) -> Rect | None:
        """Return where the input image stands in the widget; None if the input is no image."""
        rect = self.layout.layers[0].image
        if rect is None:
            return None
        return self._in_widget(rect)

    def _in_widget(self, rect: Rect) -> Rect:
        x, y = self.viewport.to_widget(rect.x, rect.y)
        return Rect(x, y, rect.width * self.viewport.zoom, rect.height * self.viewport.zoom)

    def edge_lines(self, index: int) -> FloatArray:
        """Return the lines (E, 4) of the drawn edges of one layer, from rim to rim, widget px."""
        edges = self.frame.edges[index]
        return self.lines_of(edges.layer, edges.neurons, edges.sources)

    def lines_of(self, layer: int, neurons: IntArray, sources: IntArray) -> FloatArray:
        """Return the lines (E, 4) from ``sources`` to ``neurons`` of a layer, drawn or not."""
        before, after = self.layout.layers[layer - 1], self.layout.layers[layer]
        start, end = before.centres[sources], after.centres[neurons]
        direction = end - start
        length = np.maximum(np.hypot(direction[:, 0], direction[:, 1]), 1e-9)[:, None]
        inset = 0.0 if before.image is not None else before.radius
        start = start + direction / length * inset
        end = end - direction / length * after.radius
        return self.viewport.points_to_widget(np.concatenate([start, end], axis=1))

    def ref_at(self, x: float, y: float) -> Ref | None:
        """Return what is drawn at a widget point: a neuron first, then an edge."""
        node = self.layout.node_at(*self.viewport.to_scene(x, y))
        if node is not None:
            return node
        best: EdgeRef | None = None
        for index, edges in enumerate(self.frame.edges):
            hit = nearest_line(self.edge_lines(index), x, y, EDGE_REACH)
            if hit is not None:
                best = edges.ref(hit)
        return best
