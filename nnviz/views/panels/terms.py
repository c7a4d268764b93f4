"""The terms of the two sums around a neuron, the largest first: pure numbers, for the tables."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

__all__ = ["MOST_TERMS", "Terms", "incoming_terms", "outgoing_terms"]

MOST_TERMS = 50
"""Rows shown of a longer sum; what the others come to is said below them."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A sum of products, sorted by size: each array holds the shown terms, (n,).

    ``others`` counts the terms left out, ``rest`` is what they come to; ``total`` is the sum of
    all, and ``edges`` and ``neurons`` say what a row stands for. ``every_weight`` and
    ``every_factor`` hold all terms in the order of their neurons.
    """

    indices: IntArray
    weights: FloatArray
    factors: FloatArray
    products: FloatArray
    others: int
    rest: float
    total: float
    edges: tuple[EdgeRef, ...]
    neurons: tuple[NodeRef, ...]
    every_weight: FloatArray
    every_factor: FloatArray

    @property
    def table(self) -> FloatArray:
        """All terms in the order of their neurons: weight, factor and product, (n, 3)."""
        products = self.every_weight * self.every_factor
        return np.stack([self.every_weight, self.every_factor, products], axis=1)

    @property
    def largest(self) -> float:
        """The largest finite absolute product, 0 if there is none: the length of a full bar."""
        finite = np.abs(self.products[np.isfinite(self.products)])
        return float(finite.max()) if finite.size else 0.0


def incoming_terms(
    trace: PassTrace, node: NodeRef, most: int = MOST_TERMS, example: int | None = 0
) -> Terms:
    """Return w · a of every neuron of the layer before: with the bias they make z.

    ``example`` None takes the means over a mini-batch, here and for the outgoing ones.
    """
    weights = trace.layer_values(Quantity.WEIGHT, node.layer)[node.neuron]
    activations = trace.layer_values(Quantity.ACTIVATION, node.layer - 1, example)
    chosen, parts = _largest_products(weights, activations, most)
    sources = chosen.tolist()
    return Terms(
        chosen,
        *parts,
        tuple(EdgeRef(node.layer, node.neuron, source) for source in sources),
        tuple(NodeRef(node.layer - 1, source) for source in sources),
        weights,
        activations,
    )


def outgoing_terms(
    trace: PassTrace, node: NodeRef, most: int = MOST_TERMS, example: int | None = 0
) -> Terms:
    """Return w · ∂C/∂b of every neuron of the layer after: they make ∂C/∂a."""
    above = node.layer + 1
    weights = trace.layer_values(Quantity.WEIGHT, above)[:, node.neuron]
    signals = trace.layer_values(Quantity.BIAS_GRADIENT, above, example)
    chosen, parts = _largest_products(weights, signals, most)
    targets = chosen.tolist()
    return Terms(
        chosen,
        *parts,
        tuple(EdgeRef(above, target, node.neuron) for target in targets),
        tuple(NodeRef(above, target) for target in targets),
        weights,
        signals,
    )


_Parts = tuple[FloatArray, FloatArray, FloatArray, int, float, float]


def _largest_products(
    weights: FloatArray, factors: FloatArray, most: int
) -> tuple[IntArray, _Parts]:
    """Return which terms to show, the largest first, and the fields of Terms that follow them."""
    products = weights * factors
    size = np.nan_to_num(np.abs(products), nan=np.inf)  # a NaN is what one wants to see first
    if size.size > most:
        chosen = np.argpartition(size, size.size - most)[size.size - most :]
        # Ties at the border would otherwise depend on how the partition went.
        chosen = np.sort(chosen)
    else:
        chosen = np.arange(size.size)
    chosen = chosen[np.argsort(-size[chosen], kind="stable")]
    left_out = np.ones(size.size, dtype=bool)
    left_out[chosen] = False
    parts = (
        weights[chosen], factors[chosen], products[chosen], int(left_out.sum()),
        float(products[left_out].sum()), float(products.sum()),
    )  # fmt: skip
    return chosen, parts
