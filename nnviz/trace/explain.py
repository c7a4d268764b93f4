"""A step in words, in symbols and with its numbers put in."""

from dataclasses import dataclass, replace

import numpy as np

from nnviz.trace.explain_cost import cost_part, mean_cost_part, share_part
from nnviz.trace.explain_layer import layer_part
from nnviz.trace.explain_neuron import neuron_part
from nnviz.trace.explain_texts import sentence, title, why_transposed
from nnviz.trace.expressions import Expression
from nnviz.trace.focus import Focus, Part
from nnviz.trace.notation import Notation
from nnviz.trace.operations import operations
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.running_sum import SUMS, running_sum
from nnviz.trace.shown import Equation
from nnviz.trace.steps import UPDATE_KINDS, Step, StepKind

__all__ = ["Explanation", "explain", "heading"]

_OF_ALL_LAYERS = UPDATE_KINDS | {StepKind.MEAN_GRADIENT}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A step explained: in words, in symbols, and as equations that end with their value."""

    title: str
    sentence: str
    symbolic: tuple[Expression, ...]
    numeric: tuple[Equation, ...]
    running: tuple[Equation, ...] = ()
    """Of a step of one neuron: its sum, term by term."""


def heading(
    trace: PassTrace, step: Step, notation: Notation, node: NodeRef | None = None
) -> tuple[str, str]:
    """Return the title and the sentence of an explanation alone."""
    focus = _focus(trace, step, node, notation)
    return title(step.kind, focus), sentence(step.kind, focus)


def explain(
    trace: PassTrace,
    step: Step,
    node: NodeRef | None = None,
    notation: Notation | None = None,
    *,
    matrix: bool = False,
) -> Explanation:
    """Explain ``step``: for the neuron ``node`` if the step computes it, else for its whole layer.

    With ``matrix`` it is always the whole layer's equation, in which the neuron's row is lit.
    Only what the step and those before it have revealed is used. The expressions come to the
    values shown, within one unit of their last digit for each term. Of a mini-batch, what is
    explained is that of the step's example; a pass with a mistake is not explained, its numbers
    are only stated, because its formulas would not hold.
    """
    focus = _focus(trace, step, node, notation or Notation())
    quantities = operations(step.kind, trace.optimizer)
    with np.errstate(all="ignore"):  # a network that has diverged is explained as it is
        parts = [part for quantity in quantities for part in _parts(quantity, focus, step, matrix)]
        if step.kind is StepKind.MEAN_GRADIENT and focus.neuron is None:
            parts.insert(0, mean_cost_part(focus))
    lines = tuple(line for part in parts for line in part.numeric)
    if trace.mistake is not None:
        lines = tuple(Equation((line.sides[0], line.sides[-1])) for line in lines)
    words = sentence(step.kind, focus)
    if matrix and Quantity.ACTIVATION_GRADIENT in quantities:
        words += why_transposed(focus)
    return Explanation(
        title(step.kind, focus),
        words,
        tuple(line for part in parts for line in part.symbolic),
        lines,
        _running(focus, step, matrix),
    )


def _running(focus: Focus, step: Step, matrix: bool) -> tuple[Equation, ...]:
    """Return the sum of the step's one neuron, term by term."""
    if step.neuron is None or focus.neuron is None or matrix or focus.trace.mistake is not None:
        return ()
    sums = [each for each in operations(step.kind) if each in SUMS]
    return running_sum(sums[0], focus, focus.neuron) if sums else ()


def _focus(trace: PassTrace, step: Step, node: NodeRef | None, notation: Notation) -> Focus:
    """Return what to explain: the mean and the update are about all layers, others about one."""
    example = step.example if trace.example_count > 1 else 0
    if step.kind in _OF_ALL_LAYERS:
        if node is not None and node.layer > 0:
            return Focus(trace, node.layer, node.neuron, notation, example)
        return Focus(trace, step.layer, None, notation, example)
    if node is None and step.neuron is not None:
        node = NodeRef(step.layer, step.neuron)
    computed = node is not None and node.layer == step.layer
    return Focus(trace, step.layer, node.neuron if node and computed else None, notation, example)


def _parts(quantity: Quantity, focus: Focus, step: Step, matrix: bool) -> list[Part]:
    if quantity is Quantity.COST:
        if focus.neuron is None or matrix:
            return [cost_part(focus)]
        return [share_part(focus, focus.neuron)]
    if focus.neuron is not None and not matrix:
        return [neuron_part(quantity, focus, focus.neuron)]
    if focus.neuron is not None or step.kind not in _OF_ALL_LAYERS:
        return [layer_part(quantity, focus, focus.neuron)]
    layers = range(1, focus.spec.layer_count + 1)
    return [layer_part(quantity, replace(focus, layer=layer)) for layer in layers]
