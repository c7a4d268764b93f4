"""One whole training pass, recorded once in float64; the views only ever look at it."""

from dataclasses import dataclass
from typing import Self, TypeGuard

import numpy as np

from nnviz.engine.arrays import FloatArray, read_only, read_only_all
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.engine.passes import (
    BackwardPass,
    ForwardPass,
    backward_pass,
    cost_of,
    forward_pass,
)
from nnviz.engine.updates import OptimizerState, update
from nnviz.trace.mistaken_pass import mistaken_backward, mistaken_descend, mistaken_forward
from nnviz.trace.mistakes import Mistake
from nnviz.trace.moments import moment_values
from nnviz.trace.pass_settings import PassSettings
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["PassSettings", "PassTrace"]

_DIVERGED = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""A pass that overflows is recorded as it is; the findings say so, not warnings."""


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
    mistake: Mistake | None = None
    """The classic mistake that the pass was run with; None: it is right."""
    state: OptimizerState | None = None
    """What the optimizer remembered before the update, float64; None for a mistaken pass."""
    state_after: OptimizerState | None = None
    """What it remembers after the update."""

    @classmethod
    @_DIVERGED
    def record(
        cls,
        spec: NetworkSpec,
        parameters: Parameters,
        inputs: FloatArray,
        targets: FloatArray,
        settings: PassSettings,
        mistake: Mistake | None = None,
        state: OptimizerState | None = None,
        masks: tuple[FloatArray, ...] = (),
    ) -> Self:
        """Compute a pass of ``inputs`` (m, n_0) with ``targets`` (m, n_L), or of one example.

        A mini-batch of a run has the ``state`` of the run's optimizer (None: its first one) and
        dropout's ``masks``, (m, n_l) for each hidden layer. A pass with a mistake has plain
        gradient descent and neither. Raises ShapeError for arrays that do not fit, SpecError for
        targets that the cost refuses.
        """
        before = parameters.astype(np.float64)
        y = np.atleast_2d(np.asarray(targets, dtype=np.float64))
        spec.check_targets(y)
        if mistake is None:
            masks = read_only_all(np.asarray(mask, dtype=np.float64) for mask in masks)
            forward = forward_pass(spec, before, inputs, masks)
            backward = backward_pass(spec, before, forward, y, settings.decay)
            if state is None:
                state = OptimizerState.initial(settings.optimizer, before)
            state = state.astype(np.float64)
            after, state_after = update(
                settings.optimizer, state, before, backward.gradients, settings.learning_rate,
                settings.update_biases,
            )  # fmt: skip
            # With the same neurons left out: the same mini-batch, a little further down.
            forward_after = forward_pass(spec, after, inputs, masks)
        else:
            state = state_after = None
            forward = mistaken_forward(mistake, spec, before, inputs)
            backward = mistaken_backward(mistake, spec, before, forward, y, settings)
            after = mistaken_descend(mistake, before, backward.gradients, settings)
            forward_after = mistaken_forward(mistake, spec, after, inputs)
        cost_after = cost_of(spec, after, forward_after, y, settings.decay)
        forward = ForwardPass(
            read_only_all(forward.preactivations), read_only_all(forward.activations),
            forward.masks,
        )  # fmt: skip
        backward = BackwardPass(
            backward.cost,
            read_only_all(backward.activation_gradients),
            read_only_all(backward.deltas),
            Parameters.frozen(backward.gradients.weights, backward.gradients.biases),
        )
        return cls(
            spec, settings, before, forward.activations[0], read_only(y), forward, backward,
            after, cost_after, mistake, state, state_after,
        )  # fmt: skip

    @property
    def optimizer(self) -> Optimizer:
        """What updated the parameters: with a mistake always plain gradient descent."""
        return PLAIN if self.state is None else self.settings.optimizer

    @property
    def update_number(self) -> int:
        """Which update of the run this is: t, from 1."""
        return 1 if self.state_after is None else self.state_after.steps

    @property
    def cost(self) -> float:
        """C: the mean cost of the examples, with the L2 term."""
        return self.backward.cost

    @property
    def example_count(self) -> int:
        """How many examples the pass holds: m."""
        return len(self.inputs)

    @_DIVERGED
    def cost_of(self, example: int | None = 0) -> float:
        """Return C_x, the cost of one example; None: C, which is that of a single example, too."""
        if example is None or self.example_count == 1:
            return self.cost
        z, a = self.forward.preactivations[-1], self.forward.activations[-1]
        return float(self.spec.cost_function.value(z, a, self.targets)[example])

    @_DIVERGED
    def layer_values(self, quantity: Quantity, layer: int, example: int | None = 0) -> FloatArray:
        """Return a quantity of a whole layer: (n_l,), or (n_l, n_l-1) for weights.

        The derivatives are those of the example's own cost C_x, without the L2 term; ``example``
        None: the means over the examples, with it, as the update uses them. Of a single example
        both are the latter. What belongs to the update has no example. Raises KeyError for a
        quantity that the layer does not have.
        """
        match quantity:
            case Quantity.ACTIVATION:
                return _of_example(self.forward.activations[layer], example)
            case Quantity.ACTIVATION_GRADIENT:
                return _of_example(self.backward.activation_gradients[layer], example)
        if layer < 1:
            raise KeyError((quantity, layer))
        match quantity:
            case Quantity.PREACTIVATION:
                return _of_example(self.forward.preactivations[layer - 1], example)
            case Quantity.BIAS_GRADIENT:
                return self._gradients(layer, example)[0]
            case Quantity.WEIGHT_GRADIENT:
                return self._gradients(layer, example)[1]
            case Quantity.WEIGHT:
                return self.before.weights[layer - 1]
            case Quantity.BIAS:
                return self.before.biases[layer - 1]
            case Quantity.WEIGHT_AFTER:
                return self.after.weights[layer - 1]
            case Quantity.BIAS_AFTER:
                return self.after.biases[layer - 1]
        if self.state is None or self.state_after is None:
            raise KeyError((quantity, layer))
        return moment_values(self.optimizer, (self.state, self.state_after), quantity, layer)

    @_DIVERGED
    def value(self, quantity: Quantity, ref: Ref, example: int | None = 0) -> float:
        """Return one number: of a neuron, or, for weights, of an edge."""
        if isinstance(ref, EdgeRef):
            if quantity is Quantity.WEIGHT_GRADIENT and self._has_own_gradients(example):
                delta = self.backward.deltas[ref.layer - 1][example, ref.neuron]
                return float(delta * self.forward.activations[ref.layer - 1][example, ref.source])
            return float(self.layer_values(quantity, ref.layer, example)[ref.neuron, ref.source])
        return float(self.layer_values(quantity, ref.layer, example)[ref.neuron])

    def _has_own_gradients(self, example: int | None) -> TypeGuard[int]:
        """Whether the gradients of one example differ from the means."""
        return example is not None and self.example_count > 1

    def _gradients(self, layer: int, example: int | None) -> tuple[FloatArray, FloatArray]:
        """Return ∂C/∂b and ∂C/∂w of a layer."""
        means = self.backward.gradients
        if not self._has_own_gradients(example):
            return means.biases[layer - 1], means.weights[layer - 1]
        delta = self.backward.deltas[layer - 1][example]
        return delta, np.outer(delta, self.forward.activations[layer - 1][example])

    def mask(self, layer: int, example: int = 0) -> FloatArray | None:
        """Return what dropout multiplied the activations f(z) of a layer by, (n_l,).

        0 for a neuron that is left out, 1/(1 − p) for the others; None without dropout, and for
        the input and the output.
        """
        masks = self.forward.masks
        if not masks or not 0 < layer < self.spec.layer_count:
            return None
        return masks[layer - 1][example]

    def activation_derivative(self, ref: NodeRef, example: int = 0) -> float:
        """Return f′(z) of a neuron; for softmax its own diagonal entry a(1 − a)."""
        z = self.forward.preactivations[ref.layer - 1][example]
        derivative = self.spec.activation(ref.layer).derivative
        if derivative is None:
            a = self.value(Quantity.ACTIVATION, ref, example)
            return a * (1 - a)
        return float(derivative(z)[ref.neuron])


def _of_example(values: FloatArray, example: int | None) -> FloatArray:
    """Return a row of (m, n_l) values, or the mean of all rows."""
    return values.mean(axis=0) if example is None else values[example]
