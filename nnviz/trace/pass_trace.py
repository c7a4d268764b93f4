"""One whole training pass, recorded once in float64; the views only ever look at it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from nnviz.engine.arrays import FloatArray, read_only, read_only_all
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import (
    BackwardPass,
    ForwardPass,
    backward_pass,
    cost_of,
    descend,
    forward_pass,
)
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["PassSettings", "PassTrace"]


@dataclass(frozen=True, slots=True)
class PassSettings:
    """How a pass updates: learning rate η, ``decay`` = λ/n of L2, whether biases move."""

    learning_rate: float
    decay: float = 0.0
    update_biases: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PassTrace:
    """A forward pass, its cost, its backward pass and the update, of m examples together.

    All arrays are read-only float64. Hidden deltas come from the weights *before* the update.
    """

    spec: NetworkSpec
    settings: PassSettings
    before: Parameters
    inputs: FloatArray
    targets: FloatArray
    forward: ForwardPass
    backward: BackwardPass
    after: Parameters
    cost_after: float

    @classmethod
    def record(
        cls,
        spec: NetworkSpec,
        parameters: Parameters,
        inputs: FloatArray,
        targets: FloatArray,
        settings: PassSettings,
    ) -> Self:
        """Compute a pass of ``inputs`` (m, n_0) with ``targets`` (m, n_L), or of one example.

        Raises ShapeError for arrays that do not fit, SpecError for targets that the cost refuses.
        """
        before = parameters.astype(np.float64)
        y = np.atleast_2d(np.asarray(targets, dtype=np.float64))
        spec.check_targets(y)
        forward = forward_pass(spec, before, inputs)
        backward = backward_pass(spec, before, forward, y, settings.decay)
        after = descend(before, backward.gradients, settings.learning_rate, settings.update_biases)
        cost_after = cost_of(spec, after, forward_pass(spec, after, inputs), y, settings.decay)
        forward = ForwardPass(
            read_only_all(forward.preactivations), read_only_all(forward.activations)
        )
        backward = BackwardPass(
            backward.cost,
            read_only_all(backward.activation_gradients),
            read_only_all(backward.deltas),
            Parameters.frozen(backward.gradients.weights, backward.gradients.biases),
        )
        return cls(
            spec, settings, before, forward.activations[0], read_only(y), forward, backward,
            after, cost_after,
        )  # fmt: skip

    @property
    def cost(self) -> float:
        """C: the mean cost of the examples, with the L2 term."""
        return self.backward.cost

    @property
    def example_count(self) -> int:
        """How many examples the pass holds: m."""
        return len(self.inputs)

    def layer_values(self, quantity: Quantity, layer: int, example: int = 0) -> FloatArray:
        """Return a quantity of a whole layer: (n_l,), or (n_l, n_l-1) for weights.

        ∂C/∂a is the derivative of that example's own cost, ∂C/∂b and ∂C/∂w are means over the
        examples. Raises KeyError for a quantity that the layer does not have.
        """
        match quantity:
            case Quantity.ACTIVATION:
                return self.forward.activations[layer][example]
            case Quantity.ACTIVATION_GRADIENT:
                return self.backward.activation_gradients[layer][example]
        if layer < 1:
            raise KeyError((quantity, layer))
        match quantity:
            case Quantity.PREACTIVATION:
                return self.forward.preactivations[layer - 1][example]
            case Quantity.BIAS_GRADIENT:
                return self.backward.gradients.biases[layer - 1]
            case Quantity.WEIGHT_GRADIENT:
                return self.backward.gradients.weights[layer - 1]
            case Quantity.WEIGHT:
                return self.before.weights[layer - 1]
            case Quantity.BIAS:
                return self.before.biases[layer - 1]
            case Quantity.WEIGHT_AFTER:
                return self.after.weights[layer - 1]
            case Quantity.BIAS_AFTER:
                return self.after.biases[layer - 1]
        raise KeyError((quantity, layer))

    def value(self, quantity: Quantity, ref: Ref, example: int = 0) -> float:
        """Return one number: of a neuron, or, for weights, of an edge."""
        values = self.layer_values(quantity, ref.layer, example)
        if isinstance(ref, EdgeRef):
            return float(values[ref.neuron, ref.source])
        return float(values[ref.neuron])

    def activation_derivative(self, ref: NodeRef, example: int = 0) -> float:
        """Return f′(z) of a neuron; for softmax its own diagonal entry a(1 − a)."""
        z = self.forward.preactivations[ref.layer - 1][example]
        derivative = self.spec.activation(ref.layer).derivative
        if derivative is None:
            a = self.value(Quantity.ACTIVATION, ref, example)
            return a * (1 - a)
        return float(derivative(z)[ref.neuron])
