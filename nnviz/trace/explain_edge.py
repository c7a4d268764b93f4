"""What happens to one weight in a step: what it carries, its gradient, its update."""

from nnviz.trace.explain import Explanation
from nnviz.trace.explain_update import weight_update
from nnviz.trace.explain_weight import weight_gradient_line, weight_gradient_symbols
from nnviz.trace.expressions import between
from nnviz.trace.focus import Focus
from nnviz.trace.naming import place_of
from nnviz.trace.notation import Notation
from nnviz.trace.operations import operations
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef
from nnviz.trace.shown import Equation, Num, Shown, equation, product
from nnviz.trace.steps import UPDATE_KINDS, StepKind
from nnviz.trace.update_texts import weight_sentence, weight_title

__all__ = ["explain_edge"]


def explain_edge(
    kind: StepKind, trace: PassTrace, edge: EdgeRef, notation: Notation, example: int | None
) -> Explanation:
    """Explain the product that an edge carries forward, its ∂C/∂w, or a step of its update.

    ``kind`` is PREACTIVATION, WEIGHT_GRADIENT or one of the update; what it needs must be known.
    """
    focus = Focus(trace, edge.layer, edge.neuron, notation, example)
    if kind in UPDATE_KINDS:
        told = _updated(focus, edge, kind)
    elif kind is StepKind.WEIGHT_GRADIENT:
        told = _gradient(focus, edge)
    else:
        told = _carried(focus, edge)
    if trace.mistake is None:
        return told
    lines = tuple(Equation((line.sides[0], line.sides[-1])) for line in told.numeric)
    return Explanation(told.title, told.sentence, told.symbolic, lines)


def _carried(focus: Focus, edge: EdgeRef) -> Explanation:
    weight = focus.trace.value(Quantity.WEIGHT, edge)
    activation = focus.trace.value(Quantity.ACTIVATION, edge.source_node, focus.row)
    term = between(
        "·", focus.weight(edge.neuron, edge.source),
        focus.symbol(Quantity.ACTIVATION, edge.source, edge.layer - 1),
    )  # fmt: skip

    def build(num: Num) -> Shown:
        carried = num(activation, Quantity.ACTIVATION, edge.source_node)
        return product(num(weight, Quantity.WEIGHT, edge), carried)

    neuron, source = _numbers(focus, edge)
    return Explanation(
        "What the edge carries forward",
        f"{place_of(edge, focus.notation)} multiplies a{source}; the product is one term of the "
        f"sum that makes z{neuron}.",
        (term,),
        (equation(term, weight * activation, focus.digits, build),),
    )


def _gradient(focus: Focus, edge: EdgeRef) -> Explanation:
    neuron, source = _numbers(focus, edge)
    name = place_of(edge, focus.notation)
    sentence = (
        f"{name} multiplies a{source}, so its gradient is the error signal at neuron {neuron} "
        f"times a{source}"
    )
    if focus.own_decay:
        sentence += ", plus a part that pulls the weight towards 0"
    if focus.example is None and focus.examples > 1:
        sentence = f"The gradient of {name} is the mean of its gradients for the examples"
    return Explanation(
        "Weight gradient of the edge",
        f"{sentence}.",
        (weight_gradient_symbols(focus, edge.neuron, edge.source),),
        (weight_gradient_line(focus, edge.neuron, edge.source),),
    )


def _updated(focus: Focus, edge: EdgeRef, kind: StepKind) -> Explanation:
    """Tell a step of the update; the first one begins with the gradient that it is made from."""
    parts = [
        weight_update(focus, quantity, edge.neuron, edge.source)
        for quantity in operations(kind, focus.trace.optimizer)
    ]
    lines = tuple(line for part in parts for line in part.numeric)
    if kind in (StepKind.UPDATE, StepKind.MOMENTS):
        lines = (weight_gradient_line(focus, edge.neuron, edge.source), *lines)
    return Explanation(
        weight_title(kind, focus),
        weight_sentence(kind, focus, place_of(edge, focus.notation)),
        tuple(line for part in parts for line in part.symbolic),
        lines,
    )


def _numbers(focus: Focus, edge: EdgeRef) -> tuple[int, int]:
    return focus.notation.index(edge.neuron), focus.notation.index(edge.source)
