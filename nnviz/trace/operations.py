"""Which quantities each kind of step computes, in the order in which it does."""

from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.trace.moments import Stage, corrects, moments_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import UPDATE_KINDS, StepKind

__all__ = ["operations"]

_BACKWARD = (
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.WEIGHT_GRADIENT,
)
_OPERATIONS: dict[StepKind, tuple[Quantity, ...]] = {
    StepKind.INPUT: (Quantity.ACTIVATION,),
    StepKind.LAYER: (Quantity.PREACTIVATION, Quantity.ACTIVATION),
    StepKind.PREACTIVATION: (Quantity.PREACTIVATION,),
    StepKind.ACTIVATION: (Quantity.ACTIVATION,),
    StepKind.COST: (Quantity.COST,),
    StepKind.LAYER_GRADIENT: _BACKWARD,
    StepKind.ACTIVATION_GRADIENT: (Quantity.ACTIVATION_GRADIENT,),
    StepKind.BIAS_GRADIENT: (Quantity.BIAS_GRADIENT,),
    StepKind.WEIGHT_GRADIENT: (Quantity.WEIGHT_GRADIENT,),
    StepKind.NEURON: (Quantity.PREACTIVATION, Quantity.ACTIVATION),
    StepKind.NEURON_GRADIENT: _BACKWARD,
    StepKind.MEAN_GRADIENT: (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT),
}


def operations(kind: StepKind, optimizer: Optimizer = PLAIN) -> tuple[Quantity, ...]:
    """Return the quantities that a step computes; those of weights stand for biases, too.

    Only the steps of the update differ between optimizers.
    """
    if kind not in UPDATE_KINDS:
        return _OPERATIONS[kind]
    found: list[Quantity] = []
    moments = moments_of(optimizer)
    if kind in (StepKind.UPDATE, StepKind.MOMENTS):
        found += [each.quantity(Stage.AFTER, of_weight=True) for each in moments]
    if kind in (StepKind.UPDATE, StepKind.BIAS_CORRECTION) and corrects(optimizer):
        found += [each.quantity(Stage.CORRECTED, of_weight=True) for each in moments]
    if kind in (StepKind.UPDATE, StepKind.NEW_VALUES):
        found.append(Quantity.WEIGHT_AFTER)
    return tuple(found)
