"""Which quantities each kind of step computes, in the order in which it does."""

from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import StepKind

__all__ = ["OPERATIONS"]

_BACKWARD = (
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.WEIGHT_GRADIENT,
)
OPERATIONS: dict[StepKind, tuple[Quantity, ...]] = {
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
    StepKind.UPDATE: (Quantity.WEIGHT_AFTER,),
}
