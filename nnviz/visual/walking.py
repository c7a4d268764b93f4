"""Walks through the network by keys: along a layer, to the layers beside it, along the edges."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.visual.layout import NetworkLayout

__all__ = ["MOST_WALKED", "along_layer", "edges_of", "to_layer"]

MOST_WALKED = 20
"""So many edges into a neuron are walked, and as many out of it: the strongest."""


def along_layer(layout: NetworkLayout, node: NodeRef, step: int) -> NodeRef:
    """Return the neuron ``step`` further down in its layer; after the last comes the first.

    In an image it is the pixel so many rows further down, in the same column.
    """
    layer = layout.layers[node.layer]
    stride = layer.image_shape[1] if layer.image_shape is not None else 1
    return NodeRef(node.layer, (node.neuron + step * stride) % len(layer.centres))


def to_layer(
    layout: NetworkLayout, trace: PassTrace, reveal: Reveal, node: NodeRef, step: int,
    example: int | None = 0,
) -> NodeRef:  # fmt: skip
    """Return the neuron of the next layer, ``step`` 1, or the one before, −1, at the same height.

    Into an image it is the pixel that says most to the neuron. In an image there is no layer
    before, so −1 goes to the pixel at the left, and from the first of a row to its last.
    """
    goal = node.layer + step
    here = layout.layers[node.layer]
    if goal < 0 and here.image_shape is not None:
        row, column = divmod(node.neuron, here.image_shape[1])
        columns = here.image_shape[1]
        return NodeRef(node.layer, row * columns + (column - 1) % columns)
    if not 0 <= goal < len(layout.layers):
        return node
    if layout.layers[goal].image_shape is not None:
        strongest = edges_of(trace, reveal, node, example)[0]
        return strongest.source_node
    x, y = layout.centre(node)
    shown = np.flatnonzero(layout.layers[goal].shown)  # those folded away stand at their ⋮
    offsets = layout.layers[goal].centres[shown] - (x, y)
    nearest = np.lexsort((np.abs(offsets[:, 0]), np.abs(offsets[:, 1]).round(3)))[0]
    return NodeRef(goal, int(shown[nearest]))


def edges_of(
    trace: PassTrace, reveal: Reveal, node: NodeRef, example: int | None = 0
) -> tuple[EdgeRef, ...]:
    """Return the strongest edges into a neuron, then those out of it, each the strongest first.

    Strong is a large |∂C/∂w| once it is known, until then a large |w·a|, or |w| while the
    activation is unknown too.
    """
    layer, neuron = node.layer, node.neuron
    edges: list[EdgeRef] = []
    if layer > 0:
        strengths = _strengths(trace, reveal, layer, example, neuron)[neuron]
        edges += [EdgeRef(layer, neuron, source) for source in _strongest(strengths)]
    if layer < trace.spec.layer_count:
        strengths = _strengths(trace, reveal, layer + 1, example, None)[:, neuron]
        edges += [EdgeRef(layer + 1, target, neuron) for target in _strongest(strengths)]
    return tuple(edges)


def _strengths(
    trace: PassTrace, reveal: Reveal, layer: int, example: int | None, neuron: int | None
) -> FloatArray:
    """Return how strong the edges of a layer are, (n_l, n_l-1); ``neuron`` is the one asked of."""
    if reveal.knows(Quantity.WEIGHT_GRADIENT, layer, neuron, example):
        return np.abs(trace.layer_values(Quantity.WEIGHT_GRADIENT, layer, example))
    weights = trace.layer_values(Quantity.WEIGHT, layer)
    if not reveal.knows(Quantity.ACTIVATION, layer - 1, None, example):
        return np.abs(weights)
    with np.errstate(over="ignore", invalid="ignore"):  # beyond all others is strong enough
        return np.abs(weights * trace.layer_values(Quantity.ACTIVATION, layer - 1, example))


def _strongest(strengths: FloatArray) -> list[int]:
    order = np.argsort(-np.nan_to_num(strengths, nan=0.0), kind="stable")
    return [int(each) for each in order[:MOST_WALKED]]
