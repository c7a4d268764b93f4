"""Addresses of neurons and edges, which every view shares."""

from dataclasses import dataclass

__all__ = ["EdgeRef", "NodeRef", "Ref"]


@dataclass(frozen=True, slots=True, order=True)
class NodeRef:
    """Neuron ``neuron`` (from 0) of layer ``layer`` (0 is the input)."""

    layer: int
    neuron: int

    def exists_in(self, sizes: tuple[int, ...]) -> bool:
        """Whether a network with layers of these sizes, the input first, has this neuron."""
        return 0 <= self.layer < len(sizes) and 0 <= self.neuron < sizes[self.layer]


@dataclass(frozen=True, slots=True, order=True)
class EdgeRef:
    """The edge to ``neuron`` of ``layer`` (1 … L) from neuron ``source`` of the layer before."""

    layer: int
    neuron: int
    source: int

    @property
    def target_node(self) -> NodeRef:
        """The neuron that the edge leads to."""
        return NodeRef(self.layer, self.neuron)

    @property
    def source_node(self) -> NodeRef:
        """The neuron that the edge comes from."""
        return NodeRef(self.layer - 1, self.source)

    def exists_in(self, sizes: tuple[int, ...]) -> bool:
        """Whether a network with layers of these sizes, the input first, has this edge."""
        return self.target_node.exists_in(sizes) and self.source_node.exists_in(sizes)


Ref = NodeRef | EdgeRef
