"""A step in words, in symbols and with its numbers put in, as Qt rich text."""

from dataclasses import dataclass

import numpy as np

from nnviz.trace.explain_cost import cost_part, share_part
from nnviz.trace.explain_layer import layer_part
from nnviz.trace.explain_neuron import neuron_part
from nnviz.trace.explain_texts import sentence, title
from nnviz.trace.focus import Focus, Part
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Step, StepKind

__all__ = ["Explanation", "explain"]

_OPERATIONS = {
    StepKind.INPUT: (Quantity.ACTIVATION,),
    StepKind.LAYER: (Quantity.PREACTIVATION, Quantity.ACTIVATION),
    StepKind.PREACTIVATION: (Quantity.PREACTIVATION,),
    StepKind.ACTIVATION: (Quantity.ACTIVATION,),
    StepKind.COST: (Quantity.COST,),
    StepKind.LAYER_GRADIENT: (
        Quantity.ACTIVATION_GRADIENT,
        Quantity.BIAS_GRADIENT,
        Quantity.WEIGHT_GRADIENT,
    ),
    StepKind.ACTIVATION_GRADIENT: (Quantity.ACTIVATION_GRADIENT,),
    StepKind.BIAS_GRADIENT: (Quantity.BIAS_GRADIENT,),
    StepKind.WEIGHT_GRADIENT: (Quantity.WEIGHT_GRADIENT,),
    StepKind.NEURON: (Quantity.PREACTIVATION, Quantity.ACTIVATION),
    StepKind.NEURON_GRADIENT: (
        Quantity.ACTIVATION_GRADIENT,
        Quantity.BIAS_GRADIENT,
        Quantity.WEIGHT_GRADIENT,
    ),
    StepKind.MEAN_GRADIENT: (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT),
    StepKind.UPDATE: (Quantity.WEIGHT_AFTER,),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A step explained; ``title`` and ``sentence`` are plain, the rest is rich text.

    ``symbolic`` holds the equations, separated by ``<br>``. The lines of ``numeric`` read
    ``left = expression = value``, or ``left = value``; in those of a whole layer the first line is
    that of the shapes.
    """

    title: str
    sentence: str
    symbolic: str
    numeric: tuple[str, ...]


def explain(
    trace: PassTrace,
    step: Step,
    node: NodeRef | None = None,
    digits: int = 4,
    example: int = 0,
) -> Explanation:
    """Explain ``step``: for the neuron ``node`` if the step computes it, else for its whole layer.

    Only what the step and those before it have revealed is used. The expressions come to the
    values shown, within one unit of the last of their ``digits`` for each term. ``example`` counts
    from 0. Gradients of weights and biases are means over the examples, ∂C/∂a and ∂C/∂z those of
    the example.
    """
    focus = _focus(trace, step, node, digits, example)
    with np.errstate(all="ignore"):  # a network that has diverged is explained as it is
        parts = [_part(quantity, focus) for quantity in _OPERATIONS[step.kind]]
    return Explanation(
        title(step.kind, focus),
        sentence(step.kind, focus),
        "<br>".join(part.symbolic for part in parts),
        tuple(line for part in parts for line in part.numeric),
    )


def _focus(trace: PassTrace, step: Step, node: NodeRef | None, digits: int, example: int) -> Focus:
    """Return what to explain: the update moves all layers, every other step computes one."""
    if node is not None and step.kind is StepKind.UPDATE and node.layer > 0:
        return Focus(trace, node.layer, node.neuron, digits, example)
    if node is None and step.neuron is not None:
        node = NodeRef(step.layer, step.neuron)
    computed = node is not None and node.layer == step.layer
    return Focus(trace, step.layer, node.neuron if node and computed else None, digits, example)


def _part(quantity: Quantity, focus: Focus) -> Part:
    if focus.neuron is None:
        return cost_part(focus) if quantity is Quantity.COST else layer_part(quantity, focus)
    if quantity is Quantity.COST:
        return share_part(focus, focus.neuron)
    return neuron_part(quantity, focus, focus.neuron)
