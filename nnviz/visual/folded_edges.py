"""Edges that lead to neurons folded away: they run to the ⋮, faintly, so that none is dropped."""

from dataclasses import replace

import numpy as np

from nnviz.engine.arrays import BoolArray
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.frame import SceneFrame
from nnviz.visual.layout import NetworkLayout
from nnviz.visual.palette import Palette

__all__ = ["dim_folded_edges", "leads_to_folded"]

FAINT = 0.4
"""How much of their colour edges to a ⋮ keep; the rest is the background's."""


def leads_to_folded(edges: EdgeFrame, layout: NetworkLayout) -> BoolArray:
    """Return which edges (E,) have an end that is folded away."""
    before, after = layout.layers[edges.layer - 1], layout.layers[edges.layer]
    hidden: BoolArray = ~(before.shown[edges.sources] & after.shown[edges.neurons])
    return hidden


def dim_folded_edges(frame: SceneFrame, layout: NetworkLayout, palette: Palette) -> SceneFrame:
    """Return the frame with the edges to folded neurons dimmed, and below all others."""
    if not any(layer.folds for layer in layout.layers):
        return frame
    return replace(frame, edges=tuple(_dimmed(edges, layout, palette) for edges in frame.edges))


def _dimmed(edges: EdgeFrame, layout: NetworkLayout, palette: Palette) -> EdgeFrame:
    hidden = leads_to_folded(edges, layout)
    if not hidden.any():
        return edges
    background = np.array(palette.surface, np.float64)
    faint = (background + (edges.rgb - background) * FAINT).round().astype(np.uint8)
    order = np.argsort(~hidden, kind="stable")
    return replace(
        edges,
        neurons=edges.neurons[order],
        sources=edges.sources[order],
        rgb=np.where(hidden[:, None], faint, edges.rgb)[order],
        widths=np.where(hidden, 1.0, edges.widths)[order],
        labels=tuple(tuple(lines[index] for index in order) for lines in edges.labels),
        shares=np.where(hidden, edges.shares * FAINT, edges.shares)[order],
        chosen=edges.chosen[order],
    )
