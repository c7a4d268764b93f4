"""Which equation tells where the numbers of the selection come from, at the current step."""

from dataclasses import dataclass

from nnviz.formatting import number
from nnviz.trace.explain import explain
from nnviz.trace.explain_neuron import neuron_part
from nnviz.trace.focus import Focus
from nnviz.trace.markup_notation import derivative, scalar, weight
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.shown import Num, Shown, difference, equation, product, total
from nnviz.trace.steps import Phase, Step, StepKind
from nnviz.trace.timeline import Timeline

__all__ = ["Story", "tell"]

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Story:
    """What the inspector says: a step's title, a sentence, equations; formulas are rich text.

    ``note`` says why the equation is that of another step than the current one, empty if it is not.
    """

    phase: Phase | None
    title: str
    sentence: str
    symbolic: str = ""
    numeric: tuple[str, ...] = ()
    note: str = ""


def tell(trace: PassTrace, timeline: Timeline, ref: Ref | None) -> Story:
    """Return the story of ``ref`` at the timeline's position, which is not before the first step.

    It is that of the newest step that computed something of ``ref``; where none has, or without
    ``ref``, it is that of the current step's whole layer.
    """
    current = timeline.current
    if current is None:
        raise ValueError("There is nothing to tell before the first step.")
    if ref is None:
        return _of_step(trace, current, None)
    reveal = timeline.reveal()
    if isinstance(ref, EdgeRef):
        return _of_edge(trace, reveal, current, ref)
    if ref.layer == 0 and reveal.knows(Quantity.ACTIVATION_GRADIENT, 0):
        return _of_input_gradient(trace, current, ref)
    done = timeline.steps[: timeline.position + 1]
    newest = next((step for step in reversed(done) if _computes(step, ref)), None)
    if newest is None:
        note = "This neuron is not reached yet; the equation is that of the current step's layer."
        return _of_step(trace, current, None, note)
    return _of_step(trace, newest, ref, _earlier(trace, newest, current))


def _computes(step: Step, ref: NodeRef) -> bool:
    """Whether ``step`` is about ``ref``; the update moves all layers but the input."""
    return step.layer == ref.layer or (step.kind is StepKind.UPDATE and ref.layer > 0)


def _earlier(trace: PassTrace, told: Step, current: Step) -> str:
    if told is current:
        return ""
    return f"Current step: {_title(trace, current)}. Below is the newest of this neuron."


def _title(trace: PassTrace, step: Step) -> str:
    title = explain(trace, step).title
    return title[0].lower() + title[1:]


def _of_step(trace: PassTrace, step: Step, node: NodeRef | None, note: str = "") -> Story:
    told = explain(trace, step, node, DIGITS)
    # The neuron's name stands above the title, so it need not be in it again.
    title = told.title if node is None else told.title.partition(" of neuron ")[0]
    return Story(step.phase, title, told.sentence, told.symbolic, told.numeric, note)


def _of_input_gradient(trace: PassTrace, current: Step, ref: NodeRef) -> Story:
    """∂C/∂x has no step of its own: it becomes known with the last gradients of layer 1."""
    part = neuron_part(Quantity.ACTIVATION_GRADIENT, Focus(trace, 0, None, DIGITS, 0), ref.neuron)
    return Story(
        Phase.BACKWARD,
        f"Gradient of input {ref.neuron}",
        "Nothing is trained with it, but it says how the cost would change with this input.",
        part.symbolic,
        part.numeric,
        "" if current.phase is Phase.BACKWARD else f"Current step: {_title(trace, current)}.",
    )


def _of_edge(trace: PassTrace, reveal: Reveal, current: Step, ref: EdgeRef) -> Story:
    """Tell the newest of: the update of the weight, its gradient, what it carries forward."""
    if reveal.knows(Quantity.WEIGHT_AFTER, ref.layer):
        return _of_edge_update(trace, ref)
    if reveal.knows(Quantity.WEIGHT_GRADIENT, ref.layer):
        return _of_edge_gradient(trace, ref)
    if reveal.knows(Quantity.ACTIVATION, ref.layer - 1):
        return _of_edge_forward(trace, ref)
    return Story(
        current.phase,
        "Nothing has come to this edge yet",
        "It multiplies the activation of its source by its weight; "
        "that activation is not computed yet.",
    )


def _of_edge_forward(trace: PassTrace, ref: EdgeRef) -> Story:
    w, a = weight(ref.layer, ref.neuron, ref.source), scalar("a", ref.layer - 1, ref.source)
    weight_value = trace.value(Quantity.WEIGHT, ref)
    activation = trace.value(Quantity.ACTIVATION, ref.source_node)

    def build(num: Num) -> Shown:
        return product(num(weight_value), num(activation))

    return Story(
        Phase.FORWARD,
        "What the edge carries forward",
        "The weight times the activation of its source is one term of the sum that makes "
        f"z of neuron {ref.neuron}.",
        f"{w} · {a}",
        (equation(f"{w} · {a}", weight_value * activation, DIGITS, build),),
    )


def _of_edge_gradient(trace: PassTrace, ref: EdgeRef) -> Story:
    w, a = weight(ref.layer, ref.neuron, ref.source), scalar("a", ref.layer - 1, ref.source)
    left, signal = derivative(w), derivative(scalar("b", ref.layer, ref.neuron))
    decay = trace.settings.decay
    numbers = (
        trace.value(Quantity.BIAS_GRADIENT, ref.target_node),
        trace.value(Quantity.ACTIVATION, ref.source_node),
    )
    value = trace.value(Quantity.WEIGHT, ref)

    def build(num: Num) -> Shown:
        first = product(num(numbers[0]), num(numbers[1]))
        return total(first, product(num(decay), num(value))) if decay else first

    sentence = (
        "The error signal of the neuron that the edge feeds, times the activation that it "
        "carries there"
    )
    return Story(
        Phase.BACKWARD,
        "Weight gradient of the edge",
        f"{sentence}, plus a part that pulls the weight towards 0." if decay else f"{sentence}.",
        f"{left} = {signal} · {a}" + (f" + (λ/n) {w}" if decay else ""),
        (equation(left, trace.value(Quantity.WEIGHT_GRADIENT, ref), DIGITS, build),),
    )


def _of_edge_update(trace: PassTrace, ref: EdgeRef) -> Story:
    w = weight(ref.layer, ref.neuron, ref.source)
    before, gradient = (
        trace.value(quantity, ref) for quantity in (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT)
    )
    rate = trace.settings.learning_rate

    def build(num: Num) -> Shown:
        return difference(num(before), product(num(rate), num(gradient)))

    gradient_line = _of_edge_gradient(trace, ref).numeric[0]
    return Story(
        Phase.UPDATE,
        "Update of the weight",
        f"The weight takes a small step against its gradient, with η = {number(rate, DIGITS)}.",
        f"{w} ← {w} − η {derivative(w)}",
        (gradient_line, equation(w, trace.value(Quantity.WEIGHT_AFTER, ref), DIGITS, build)),
    )
