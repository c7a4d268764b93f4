"""What an explanation is about: a pass, a layer of it, perhaps one neuron, and one example."""

from dataclasses import dataclass

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec
from nnviz.engine.passes import penalty
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity

__all__ = ["Focus", "Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One operation: its equation in symbols, and lines with the numbers put in."""

    symbolic: str
    numeric: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """The place that is explained; ``neuron`` is None for the whole layer."""

    trace: PassTrace
    layer: int
    neuron: int | None
    digits: int
    example: int

    @property
    def spec(self) -> NetworkSpec:
        """The network's shape."""
        return self.trace.spec

    @property
    def size(self) -> int:
        """How many neurons the layer has."""
        return self.spec.sizes[self.layer]

    @property
    def sources(self) -> int:
        """How many neurons the layer before has."""
        return self.spec.sizes[self.layer - 1]

    @property
    def is_output(self) -> bool:
        """Whether this is the last layer."""
        return self.layer == self.spec.layer_count

    @property
    def activation_name(self) -> str:
        """The name of the layer's activation function."""
        return self.spec.activations[self.layer - 1]

    @property
    def is_fused(self) -> bool:
        """Whether the cost gives ∂C/∂z at once: a cross-entropy at its own output."""
        return self.is_output and self.spec.cost_function.output_delta is not None

    @property
    def examples(self) -> int:
        """How many examples the pass holds: m."""
        return self.trace.example_count

    @property
    def decay(self) -> float:
        """λ/n of the L2 term, 0 without one."""
        return self.trace.settings.decay

    @property
    def target(self) -> FloatArray:
        """The example's y, (n_L,)."""
        return self.trace.targets[self.example]

    @property
    def signal(self) -> str:
        """What the error signal is called: ∂C/∂b, or ∂C/∂z where ∂C/∂b is a mean over examples."""
        return "b" if self.examples == 1 else "z"

    @property
    def adds_up_to_one(self) -> bool:
        """Whether the example's targets add up to 1, as probabilities do."""
        return abs(float(self.target.sum()) - 1) < 1e-9

    def values(self, quantity: Quantity, layer: int | None = None) -> FloatArray:
        """Return a quantity of this layer, or of another."""
        return self.trace.layer_values(
            quantity, self.layer if layer is None else layer, self.example
        )

    def delta(self, layer: int | None = None) -> FloatArray:
        """Return ∂C/∂z of this layer, or of another, for the example: (n_l,)."""
        return self.trace.backward.deltas[(layer or self.layer) - 1][self.example]

    def example_costs(self) -> FloatArray:
        """Return the cost of each example without the L2 term, (m,)."""
        forward = self.trace.forward
        return self.spec.cost_function.value(
            forward.preactivations[-1], forward.activations[-1], self.trace.targets
        )

    def penalty(self) -> float:
        """Return the L2 term of the cost."""
        return penalty(self.trace.before.weights, self.decay)
