"""The steps of a pass: what becomes known, in which order, at each granularity."""

from dataclasses import dataclass
from enum import Enum

from nnviz.engine.network import NetworkSpec
from nnviz.trace.quantities import Quantity

__all__ = ["Granularity", "Known", "Phase", "Step", "StepKind", "build_steps"]

Known = tuple[Quantity, int]
"""A quantity of a layer, the unit in which values become known. The cost belongs to layer L."""


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
    """How much one step does: a layer, or one operation on a layer."""

    LAYER = "layer"
    OPERATION = "operation"


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


def build_steps(spec: NetworkSpec, granularity: Granularity) -> tuple[Step, ...]:
    """Return the steps of one pass through ``spec``: forward, cost, backward, update."""
    last = spec.layer_count
    steps = [Step(Phase.INPUT, StepKind.INPUT, 0, ((Quantity.ACTIVATION, 0),))]
    for layer in range(1, last + 1):
        steps += _forward_steps(layer, granularity)
    steps.append(Step(Phase.COST, StepKind.COST, last, ((Quantity.COST, last),)))
    for layer in range(last, 0, -1):
        steps += _backward_steps(layer, granularity)
    updated = tuple(
        (quantity, layer)
        for layer in range(1, last + 1)
        for quantity in (Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER)
    )
    steps.append(Step(Phase.UPDATE, StepKind.UPDATE, last, updated))
    return tuple(steps)


def _forward_steps(layer: int, granularity: Granularity) -> list[Step]:
    z, a = (Quantity.PREACTIVATION, layer), (Quantity.ACTIVATION, layer)
    if granularity is Granularity.LAYER:
        return [Step(Phase.FORWARD, StepKind.LAYER, layer, (z, a))]
    return [
        Step(Phase.FORWARD, StepKind.PREACTIVATION, layer, (z,)),
        Step(Phase.FORWARD, StepKind.ACTIVATION, layer, (a,)),
    ]


def _backward_steps(layer: int, granularity: Granularity) -> list[Step]:
    activation: tuple[Known, ...] = ((Quantity.ACTIVATION_GRADIENT, layer),)
    bias: tuple[Known, ...] = ((Quantity.BIAS_GRADIENT, layer),)
    weight: tuple[Known, ...] = ((Quantity.WEIGHT_GRADIENT, layer),)
    if layer == 1:
        # Nothing is computed from ∂C/∂x, so it has no step of its own; it comes with the last one.
        weight += ((Quantity.ACTIVATION_GRADIENT, 0),)
    if granularity is Granularity.LAYER:
        reveals = activation + bias + weight
        return [Step(Phase.BACKWARD, StepKind.LAYER_GRADIENT, layer, reveals)]
    return [
        Step(Phase.BACKWARD, StepKind.ACTIVATION_GRADIENT, layer, activation),
        Step(Phase.BACKWARD, StepKind.BIAS_GRADIENT, layer, bias),
        Step(Phase.BACKWARD, StepKind.WEIGHT_GRADIENT, layer, weight),
    ]
