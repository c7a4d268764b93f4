"""The steps of a pass: what becomes known, in which order, at each granularity."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from nnviz.engine.network import NetworkSpec
from nnviz.trace.quantities import Quantity

__all__ = [
    "AFTER",
    "STEPPED_EXAMPLES",
    "Granularity",
    "Known",
    "Phase",
    "Step",
    "StepKind",
    "build_steps",
]

AFTER = (Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER)
"""What the update computes, once for all examples together."""

STEPPED_EXAMPLES = 32
"""More examples than this cannot be followed one by one; the others are computed all at once."""


class Known(NamedTuple):
    """A quantity of a layer, the unit in which values become known. The cost belongs to layer L.

    ``neuron`` None is the whole layer; ``example`` None is the mean over the mini-batch, or, of
    the new weights and biases, all examples together.
    """

    quantity: Quantity
    layer: int
    neuron: int | None = None
    example: int | None = 0


class Phase(Enum):
    """The four parts of a pass, and the input before them; one colour each."""

    INPUT = "input"
    FORWARD = "forward"
    COST = "cost"
    BACKWARD = "backward"
    UPDATE = "update"


class StepKind(Enum):
    """What a step does."""

    INPUT = "input"
    LAYER = "layer"
    PREACTIVATION = "preactivation"
    ACTIVATION = "activation"
    COST = "cost"
    LAYER_GRADIENT = "layer gradient"
    ACTIVATION_GRADIENT = "activation gradient"
    BIAS_GRADIENT = "bias gradient"
    WEIGHT_GRADIENT = "weight gradient"
    NEURON = "neuron"
    NEURON_GRADIENT = "neuron gradient"
    MEAN_GRADIENT = "mean gradient"
    UPDATE = "update"


class Granularity(Enum):
    """How much one step does: a layer, one operation on a layer, or one neuron of a layer."""

    LAYER = "layer"
    OPERATION = "operation"
    NEURON = "neuron"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that becomes known. Holds addresses, never numbers."""

    phase: Phase
    kind: StepKind
    layer: int
    reveals: tuple[Known, ...]
    neuron: int | None = None
    """The one neuron that the step is about, None: the whole layer."""
    example: int | None = 0
    """The example of a mini-batch that the step is about, None: all of them together."""


def build_steps(spec: NetworkSpec, granularity: Granularity, examples: int = 1) -> tuple[Step, ...]:
    """Return the steps of one pass through ``spec``: forward, cost, backward, update.

    Of a mini-batch of more than one example each goes forward and backward by itself; then come
    the mean of their gradients and one update. Of a large mini-batch the first 32 have steps of
    their own, and the others come to be known with the mean, which is that of all. The neurons of
    a layer follow each other in ascending order.
    """
    last = spec.layer_count
    steps: list[Step] = []
    stepped = min(examples, STEPPED_EXAMPLES)
    for example in range(stepped):
        steps += _ExampleSteps(spec, granularity, example).build()
    layers = range(1, last + 1)
    together = 0 if examples == 1 else None
    if examples > 1:
        means = [
            known
            for example in range(stepped, examples)
            for step in _ExampleSteps(spec, Granularity.LAYER, example).build()
            for known in step.reveals
        ]
        means += [
            Known(quantity, layer, example=None)
            for layer in layers
            for quantity in (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT)
        ]
        means.append(Known(Quantity.COST, last, example=None))
        kind = StepKind.MEAN_GRADIENT
        steps.append(Step(Phase.BACKWARD, kind, last, tuple(means), example=None))
    updated = tuple(Known(after, layer, example=None) for layer in layers for after in AFTER)
    steps.append(Step(Phase.UPDATE, StepKind.UPDATE, last, updated, example=together))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _ExampleSteps:
    """The steps of one example: forward, cost and backward."""

    spec: NetworkSpec
    granularity: Granularity
    example: int

    def build(self) -> list[Step]:
        last = self.spec.layer_count
        steps = [self._step(Phase.INPUT, StepKind.INPUT, 0, (Quantity.ACTIVATION,))]
        for layer in range(1, last + 1):
            steps += self._forward(layer)
        steps.append(self._step(Phase.COST, StepKind.COST, last, (Quantity.COST,)))
        for layer in range(last, 0, -1):
            steps += self._backward(layer)
        return steps

    def _forward(self, layer: int) -> list[Step]:
        z, a = Quantity.PREACTIVATION, Quantity.ACTIVATION
        forward = Phase.FORWARD
        match self.granularity:
            case Granularity.LAYER:
                return [self._step(forward, StepKind.LAYER, layer, (z, a))]
            case Granularity.OPERATION:
                return [
                    self._step(forward, StepKind.PREACTIVATION, layer, (z,)),
                    self._step(forward, StepKind.ACTIVATION, layer, (a,)),
                ]
        if self._is_coupled(layer):
            # Each a of a softmax comes from every z of its layer.
            sums = self._by_neuron(forward, StepKind.PREACTIVATION, layer, (z,))
            return [*sums, self._step(forward, StepKind.ACTIVATION, layer, (a,))]
        return self._by_neuron(forward, StepKind.NEURON, layer, (z, a))

    def _backward(self, layer: int) -> list[Step]:
        activation, bias, weight = (
            Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT,
        )  # fmt: skip
        backward = Phase.BACKWARD
        match self.granularity:
            case Granularity.LAYER:
                quantities = (activation, bias, weight)
                steps = [self._step(backward, StepKind.LAYER_GRADIENT, layer, quantities)]
            case Granularity.OPERATION:
                steps = [
                    self._step(backward, StepKind.ACTIVATION_GRADIENT, layer, (activation,)),
                    self._step(backward, StepKind.BIAS_GRADIENT, layer, (bias,)),
                    self._step(backward, StepKind.WEIGHT_GRADIENT, layer, (weight,)),
                ]
            case Granularity.NEURON if self._is_coupled(layer):
                kind = StepKind.ACTIVATION_GRADIENT
                steps = [self._step(backward, kind, layer, (activation,))]
                kind = StepKind.NEURON_GRADIENT
                steps += self._by_neuron(backward, kind, layer, (bias, weight))
            case Granularity.NEURON:
                quantities = (activation, bias, weight)
                steps = self._by_neuron(backward, StepKind.NEURON_GRADIENT, layer, quantities)
        if layer == 1:
            # Nothing is computed from ∂C/∂x, so it has no step of its own; it comes with the last.
            inputs = Known(activation, 0, example=self.example)
            steps[-1] = replace(steps[-1], reveals=(*steps[-1].reveals, inputs))
        return steps

    def _is_coupled(self, layer: int) -> bool:
        """Whether each activation of the layer depends on every z of it."""
        return self.spec.activation(layer).derivative is None

    def _step(
        self, phase: Phase, kind: StepKind, layer: int, quantities: tuple[Quantity, ...]
    ) -> Step:
        reveals = tuple(Known(each, layer, example=self.example) for each in quantities)
        return Step(phase, kind, layer, reveals, example=self.example)

    def _by_neuron(
        self, phase: Phase, kind: StepKind, layer: int, quantities: tuple[Quantity, ...]
    ) -> list[Step]:
        """Return a step for each neuron; the last makes the whole layer known, too."""
        size, example = self.spec.sizes[layer], self.example
        whole = tuple(Known(each, layer, example=example) for each in quantities)
        return [
            Step(
                phase,
                kind,
                layer,
                tuple(Known(each, layer, neuron, example) for each in quantities)
                + (whole if neuron == size - 1 else ()),
                neuron,
                example,
            )
            for neuron in range(size)
        ]
