"""The terms of the two sums around a neuron, the largest first: pure numbers, for the tables."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

__all__ = ["Terms", "incoming_terms", "outgoing_terms"]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A sum of products, the largest first: each array holds all terms, (n,).

    ``indices`` are the neurons at the other ends of ``node``'s edges, those of the layer after it
    if the terms are ``outgoing``; ``total`` is the sum.
    """

    node: NodeRef
    outgoing: bool
    indices: IntArray
    weights: FloatArray
    factors: FloatArray
    products: FloatArray
    total: float

    def __len__(self) -> int:
        return len(self.indices)

    def edge(self, row: int) -> EdgeRef:
        """Return the edge whose term stands in a row."""
        other = int(self.indices[row])
        if self.outgoing:
            return EdgeRef(self.node.layer + 1, other, self.node.neuron)
        return EdgeRef(self.node.layer, self.node.neuron, other)

    def neuron(self, row: int) -> NodeRef:
        """Return the neuron at the other end of a row's edge."""
        edge = self.edge(row)
        return edge.target_node if self.outgoing else edge.source_node

    @property
    def table(self) -> FloatArray:
        """All terms in the order of their neurons: weight, factor and product, (n, 3)."""
        order = np.argsort(self.indices)
        columns = (self.weights[order], self.factors[order], self.products[order])
        return np.stack(columns, axis=1)

    @property
    def largest(self) -> float:
        """The largest finite absolute product, 0 if there is none: the length of a full bar."""
        finite = np.abs(self.products[np.isfinite(self.products)])
        return float(finite.max()) if finite.size else 0.0


def incoming_terms(trace: PassTrace, node: NodeRef, example: int | None = 0) -> Terms:
    """Return w · a of every neuron of the layer before: with the bias they make z.

    ``example`` None takes the means over a mini-batch, here and for the outgoing ones.
    """
    weights = trace.layer_values(Quantity.WEIGHT, node.layer)[node.neuron]
    activations = trace.layer_values(Quantity.ACTIVATION, node.layer - 1, example)
    return _sorted_terms(node, False, weights, activations)


def outgoing_terms(trace: PassTrace, node: NodeRef, example: int | None = 0) -> Terms:
    """Return w · ∂C/∂b of every neuron of the layer after: they make ∂C/∂a."""
    above = node.layer + 1
    weights = trace.layer_values(Quantity.WEIGHT, above)[:, node.neuron]
    signals = trace.layer_values(Quantity.BIAS_GRADIENT, above, example)
    return _sorted_terms(node, True, weights, signals)


def _sorted_terms(node: NodeRef, outgoing: bool, weights: FloatArray, factors: FloatArray) -> Terms:
    products = weights * factors
    size = np.nan_to_num(np.abs(products), nan=np.inf)  # a NaN is what one wants to see first
    order = np.argsort(-size, kind="stable")
    return Terms(
        node, outgoing, order, weights[order], factors[order], products[order],
        float(products.sum()),
    )  # fmt: skip
