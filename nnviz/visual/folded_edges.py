"""Edges that lead to neurons folded away: they run to the ⋮, faintly, so that none is dropped."""

from dataclasses import replace

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.frame import SceneFrame
from nnviz.visual.layout import LayerLayout, NetworkLayout
from nnviz.visual.palette import Palette

__all__ = ["dim_folded_edges", "has_folded_ends", "leads_to_folded"]

FAINT = 0.4
"""How much of their colour edges to a ⋮ keep; the rest is the background's."""


def has_folded_ends(edges: EdgeFrame, layout: NetworkLayout) -> bool:
    """Whether some of the edges shown, drawn one by one or as a density, lead to folded neurons."""
    ends = layout.layers[edges.layer - 1], layout.layers[edges.layer]
    if edges.density is not None and any(layer.folds for layer in ends):
        return True
    return bool(leads_to_folded(edges, layout).any())


def leads_to_folded(edges: EdgeFrame, layout: NetworkLayout) -> BoolArray:
    """Return which edges (E,) have an end that is folded away."""
    before, after = layout.layers[edges.layer - 1], layout.layers[edges.layer]
    hidden: BoolArray = ~(before.shown[edges.sources] & after.shown[edges.neurons])
    return hidden


def dim_folded_edges(frame: SceneFrame, layout: NetworkLayout, palette: Palette) -> SceneFrame:
    """Return the frame with the edges to folded neurons dimmed, and below all others.

    In a density all neurons of a fold together weigh as much as one: their edges lie on each other.
    """
    if not any(layer.folds for layer in layout.layers):
        return frame
    return replace(frame, edges=tuple(_dimmed(edges, layout, palette) for edges in frame.edges))


def _dimmed(edges: EdgeFrame, layout: NetworkLayout, palette: Palette) -> EdgeFrame:
    if edges.density is not None:
        before, after = layout.layers[edges.layer - 1], layout.layers[edges.layer]
        weighed = edges.density * _weights(after)[:, None] * _weights(before)
        edges = replace(edges, density=weighed)
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


def _weights(layer: LayerLayout) -> FloatArray:
    """Return for each neuron (n,), float32, its share in what stands in its place."""
    weights = np.ones(len(layer.centres), np.float32)
    for fold in layer.folds:
        weights[fold.first : fold.last + 1] = 1 / fold.count
    return weights
