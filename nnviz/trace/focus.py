"""What an explanation is about: a pass, a layer of it, perhaps one neuron, and one example."""

from dataclasses import dataclass

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec
from nnviz.trace.expressions import Expression, Scripted, letter, tagged
from nnviz.trace.notation import Index, Notation, derivative
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import Equation

__all__ = ["Focus", "Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One operation: its equations in symbols, and the same with the numbers put in."""

    symbolic: tuple[Expression, ...]
    numeric: tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """The place that is explained; ``neuron`` is None for the whole layer.

    ``example`` is None where all examples of a mini-batch are meant: their mean, the update.
    """

    trace: PassTrace
    layer: int
    neuron: int | None
    notation: Notation
    example: int | None = 0

    @property
    def spec(self) -> NetworkSpec:
        """The network's shape."""
        return self.trace.spec

    @property
    def digits(self) -> int:
        """Significant digits of the numbers."""
        return self.notation.digits

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
    def own_decay(self) -> float:
        """λ/n where the L2 term is part of this gradient: not in that of one of several."""
        return self.decay if self.examples == 1 or self.example is None else 0.0

    @property
    def row(self) -> int:
        """The example whose activations and targets are meant."""
        return 0 if self.example is None else self.example

    @property
    def mask(self) -> FloatArray | None:
        """What dropout multiplied the layer's f(z) by for this example, (n_l,); None: nothing."""
        return self.trace.mask(self.layer, self.row)

    def unmasked(self) -> FloatArray:
        """Return f(z) of the layer: its activations before dropout."""
        return self.spec.activation(self.layer).value(self.values(Quantity.PREACTIVATION))

    @property
    def target(self) -> FloatArray:
        """The example's y, (n_L,)."""
        return self.trace.targets[self.row]

    @property
    def cost(self) -> Expression:
        """The symbol of the cost: C, or C with index x for that of one of several examples."""
        if self.examples == 1 or self.example is None:
            return letter("C")
        return Scripted(letter("C"), None, letter("x"))

    @property
    def adds_up_to_one(self) -> bool:
        """Whether the example's targets add up to 1, as probabilities do."""
        return abs(float(self.target.sum()) - 1) < 1e-9

    def values(self, quantity: Quantity, layer: int | None = None) -> FloatArray:
        """Return a quantity of this layer, or of another."""
        return self.trace.layer_values(
            quantity, self.layer if layer is None else layer, self.example
        )

    def value(self, quantity: Quantity, neuron: int, layer: int | None = None) -> float:
        """Return one number of a neuron."""
        return float(self.values(quantity, layer)[neuron])

    def delta(self, layer: int | None = None) -> FloatArray:
        """Return ∂C/∂z of this layer, or of another, for the example: (n_l,)."""
        return self.trace.backward.deltas[(layer or self.layer) - 1][self.row]

    def example_costs(self) -> FloatArray:
        """Return the cost of each example without the L2 term, (m,)."""
        forward = self.trace.forward
        return self.spec.cost_function.value(
            forward.preactivations[-1], forward.activations[-1], self.trace.targets
        )

    def symbol(self, quantity: Quantity, neuron: Index, layer: int | None = None) -> Expression:
        """Return the symbol of a neuron's quantity, tagged with it if it is one neuron's."""
        at = self.layer if layer is None else layer
        bare = self._bare(quantity, neuron, at)
        if not isinstance(neuron, int):
            return tagged(bare, quantity)
        return tagged(bare, quantity, NodeRef(at, neuron), self._sign(quantity, neuron, at))

    def weight(self, neuron: Index, source: Index, layer: int | None = None) -> Expression:
        """Return the symbol of a weight, tagged with its edge if it is one edge's."""
        at = self.layer if layer is None else layer
        bare = self.notation.weight(at, neuron, source)
        if not (isinstance(neuron, int) and isinstance(source, int)):
            return tagged(bare, Quantity.WEIGHT)
        value = float(self.trace.before.weights[at - 1][neuron, source])
        return tagged(bare, Quantity.WEIGHT, EdgeRef(at, neuron, source), value)

    def weight_gradient(self, neuron: Index, source: Index) -> Expression:
        """Return ∂C/∂w of an edge to this layer."""
        bare = self.derivative(self.notation.weight(self.layer, neuron, source))
        if not (isinstance(neuron, int) and isinstance(source, int)):
            return tagged(bare, Quantity.WEIGHT_GRADIENT)
        value = float(self.values(Quantity.WEIGHT_GRADIENT)[neuron, source])
        edge = EdgeRef(self.layer, neuron, source)
        return tagged(bare, Quantity.WEIGHT_GRADIENT, edge, value)

    def derivative(self, symbol: Expression) -> Expression:
        """Return ∂C/∂symbol, with this example's C."""
        return derivative(symbol, self.cost)

    def error_vector(self, layer: int | None = None) -> Expression:
        """Return the error signals of a layer as one column."""
        return self.notation.error_vector(self.layer if layer is None else layer, self.cost)

    def _bare(self, quantity: Quantity, neuron: Index, layer: int) -> Expression:
        match quantity:
            case Quantity.BIAS_GRADIENT:
                return self.notation.error_signal(layer, neuron, self.cost)
            case Quantity.ACTIVATION_GRADIENT:
                return self.derivative(self.notation.scalar("a", layer, neuron))
        return self.notation.scalar(quantity.symbol[0], layer, neuron)

    def _sign(self, quantity: Quantity, neuron: int, layer: int) -> float | None:
        """Return the value that gives a derivative's symbol its colour."""
        if quantity not in (Quantity.BIAS_GRADIENT, Quantity.ACTIVATION_GRADIENT):
            return None
        if quantity is Quantity.BIAS_GRADIENT:
            return float(self.delta(layer)[neuron])
        return self.value(quantity, neuron, layer)
