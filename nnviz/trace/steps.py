"""The steps of a pass: what becomes known, in which order, at each granularity."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.trace.moments import CORRECTED_MOMENTS, MOMENTS_AFTER, Stage, corrects, moments_of
from nnviz.trace.quantities import Quantity

__all__ = [
    "AFTER",
    "OF_UPDATE",
    "STEPPED_EXAMPLES",
    "UPDATE_KINDS",
    "Granularity",
    "Known",
    "Phase",
    "Step",
    "StepKind",
    "build_steps",
]

AFTER = (Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER)
"""What the update is about: the new parameters."""
OF_UPDATE = frozenset((*AFTER, *MOMENTS_AFTER, *CORRECTED_MOMENTS))
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
    """All of the update at once."""
    MOMENTS = "moments"
    """The part of it that moves what the optimizer remembers."""
    BIAS_CORRECTION = "bias correction"
    NEW_VALUES = "new values"
    """Its last part, after the two before: the new weights and biases."""


UPDATE_KINDS = frozenset(
    (StepKind.UPDATE, StepKind.MOMENTS, StepKind.BIAS_CORRECTION, StepKind.NEW_VALUES)
)
"""The update and its parts: steps of all layers at once."""


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


def build_steps(
    spec: NetworkSpec,
    granularity: Granularity,
    examples: int = 1,
    optimizer: Optimizer = PLAIN,
) -> tuple[Step, ...]:
    """Return the steps of one pass through ``spec``: forward, cost, backward, update.

    Of a mini-batch of more than one example each goes forward and backward by itself; then come
    the mean of their gradients and one update. Of a large mini-batch the first 32 have steps of
    their own, and the others come to be known with the mean, which is that of all. The neurons of
    a layer follow each other in ascending order. The update of an ``optimizer`` that remembers
    something is one step by layers, else one for each of its parts.
    """
    last = spec.layer_count
    steps: list[Step] = []
    stepped = min(examples, STEPPED_EXAMPLES)
    for row in range(stepped):
        steps += _ExampleSteps(spec, granularity, row).build()
    layers = range(1, last + 1)
    if examples > 1:
        means = [
            known
            for row in range(stepped, examples)
            for step in _ExampleSteps(spec, Granularity.LAYER, row).build()
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
    example = 0 if examples == 1 else None
    for kind, quantities in _update_parts(granularity, optimizer):
        known = tuple(Known(each, layer, example=None) for layer in layers for each in quantities)
        steps.append(Step(Phase.UPDATE, kind, last, known, example=example))
    return tuple(steps)


def _update_parts(
    granularity: Granularity, optimizer: Optimizer
) -> list[tuple[StepKind, tuple[Quantity, ...]]]:
    """Return the steps of the update, each with what it computes of a layer."""

    def of(stage: Stage) -> tuple[Quantity, ...]:
        return tuple(
            moment.quantity(stage, of_weight)
            for moment in moments_of(optimizer)
            for of_weight in (True, False)
        )

    parts = [(StepKind.MOMENTS, of(Stage.AFTER))] if moments_of(optimizer) else []
    if corrects(optimizer):
        parts.append((StepKind.BIAS_CORRECTION, of(Stage.CORRECTED)))
    parts.append((StepKind.NEW_VALUES, AFTER))
    if granularity is Granularity.LAYER or len(parts) == 1:
        return [(StepKind.UPDATE, tuple(each for _, part in parts for each in part))]
    return parts


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
