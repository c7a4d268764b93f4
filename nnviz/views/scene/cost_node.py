"""The cost as the last node of the graph: its box, and the lines that the outputs send to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.views.scene.scene import Scene
from nnviz.visual.layout import COST_WIDTH, Rect

__all__ = ["COST_LINE", "CostNode", "set_cost_node"]

COST_LINE = 17.0
"""Px of one line in the cost's box."""
HEAD = 30.0
BEFORE_BOX, AFTER_TEXT = 15.0, 6.0
"""Px from the bracket to the box, and from the longest text to the lines."""
CLOSEST_STUBS = 9.0
"""Outputs closer than this, in px, have no stubs of their own but for the first and the last."""


@dataclass(frozen=True, slots=True)
class CostNode:
    """The cost's box, and the bracket at ``bracket`` before it, in widget px.

    A stub of the bracket is (x, y), where it begins at an output or after its texts. ``scale`` is
    below 1 in a picture that is zoomed out.
    """

    place: Rect
    scale: float
    bracket: float
    stubs: tuple[tuple[float, float], ...]


def set_cost_node(scene: Scene, texts: Sequence[Rect]) -> CostNode:
    """Place box and bracket; ``texts`` are the boxes around the outputs, which no line crosses."""
    x, y = scene.viewport.to_widget(*scene.layout.cost)
    scale = min(1.0, scene.viewport.zoom)
    width, height = scale * COST_WIDTH, scale * (HEAD + COST_LINE * len(scene.frame.cost))
    box = Rect(x - width / 2, y - height / 2, width, height)
    outputs = scene.layout.layers[-1]
    points = scene.viewport.points_to_widget(outputs.centres)
    radius = scene.radius(outputs)
    bracket = box.x - scale * BEFORE_BOX
    rows = np.unique(points[:, 1].round(3))
    if len(rows) > 1 and np.diff(rows).min() < CLOSEST_STUBS:
        rows = rows[[0, -1]]
    ends = [
        text.x + text.width
        for text in texts
        if ((text.y <= rows) & (rows <= text.y + text.height)).any()
    ]
    start = max(float(points[:, 0].max()) + radius, *ends, 0.0) + scale * AFTER_TEXT
    return CostNode(box, scale, bracket, tuple((min(start, bracket), row) for row in rows.tolist()))
