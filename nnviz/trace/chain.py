"""The links of the chain rule: which quantity depends on which, and the local derivative between.

Apart from the explanations of the steps because it looks along a whole pass: a link knows its
symbol, its number, and which quantity must be known before the number may be shown.
"""

from dataclasses import dataclass

from nnviz.engine.network import NetworkSpec
from nnviz.trace.expressions import Expression, letter
from nnviz.trace.notation import Notation, derivative
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.timeline import Timeline

__all__ = [
    "GRADIENT_OF",
    "Link",
    "Need",
    "Term",
    "gradient_need",
    "gradient_value",
    "has_penalty",
    "is_fused",
    "is_known",
    "is_outer",
    "link_goal",
    "link_meaning",
    "link_need",
    "link_shape",
    "link_symbol",
    "link_value",
    "position_of",
    "term_need",
    "term_of",
    "term_shape",
    "term_symbol",
    "term_value",
]

GRADIENT_OF = {
    Quantity.WEIGHT: Quantity.WEIGHT_GRADIENT,
    Quantity.BIAS: Quantity.BIAS_GRADIENT,
    Quantity.PREACTIVATION: Quantity.BIAS_GRADIENT,
    Quantity.ACTIVATION: Quantity.ACTIVATION_GRADIENT,
}
"""Which quantity is the derivative of C by another; by z it is the error signal."""


@dataclass(frozen=True, slots=True)
class Term:
    """A quantity of the graph: of a neuron, of an edge, or, without ``neuron``, of a layer."""

    quantity: Quantity
    layer: int
    neuron: int | None = None
    source: int | None = None

    @property
    def ref(self) -> Ref | None:
        """The neuron or edge, None for a whole layer and for the cost."""
        if self.neuron is None or self.quantity is Quantity.COST:
            return None
        if self.quantity is not Quantity.WEIGHT:
            return NodeRef(self.layer, self.neuron)
        return None if self.source is None else EdgeRef(self.layer, self.neuron, self.source)


@dataclass(frozen=True, slots=True)
class Link:
    """The local derivative ∂above/∂below of two terms of which one is computed from the other."""

    above: Term
    below: Term

    @property
    def ref(self) -> Ref | None:
        """The neuron or edge that the derivative speaks of: of ∂z/∂a it is the edge between."""
        above, below = self.above, self.below
        if above.quantity is Quantity.PREACTIVATION and below.quantity is Quantity.ACTIVATION:
            if above.neuron is None or below.neuron is None:
                return None
            return EdgeRef(above.layer, above.neuron, below.neuron)
        if below.quantity is Quantity.WEIGHT:
            return None if below.source is None else NodeRef(below.layer - 1, below.source)
        return below.ref


@dataclass(frozen=True, slots=True)
class Need:
    """What must be known before a number may be shown; None for ``neuron``: the whole layer."""

    quantity: Quantity
    layer: int
    neuron: int | None = None


def is_known(reveal: Reveal, need: Need, example: int = 0) -> bool:
    """Whether what is needed has been computed."""
    return reveal.knows(need.quantity, need.layer, need.neuron, example)


def position_of(timeline: Timeline, need: Need, example: int = 0) -> int | None:
    """Return the position of the step that computes what is needed.

    None for weights and biases, which are known before the first step.
    """
    return timeline.position_of(need.quantity, need.layer, need.neuron, example)


def is_fused(spec: NetworkSpec) -> bool:
    """Whether cost and output activation are differentiated together: ∂C/∂z = a − y."""
    return spec.cost_function.output_delta is not None


def term_of(ref: Ref) -> Term:
    """Return what a selection is asked about: w of an edge, b of a neuron, a of an input."""
    if isinstance(ref, EdgeRef):
        return Term(Quantity.WEIGHT, ref.layer, ref.neuron, ref.source)
    return Term(Quantity.BIAS if ref.layer else Quantity.ACTIVATION, ref.layer, ref.neuron)


def term_need(term: Term) -> Need:
    """Return what must be known for the value of a term."""
    return Need(term.quantity, term.layer, term.neuron)


def gradient_need(term: Term) -> Need:
    """Return what must be known for ∂C/∂term."""
    return Need(GRADIENT_OF[term.quantity], term.layer, term.neuron)


def term_value(trace: PassTrace, term: Term, example: int = 0) -> float | None:
    """Return the number of a term, None for that of a whole layer."""
    if term.quantity is Quantity.COST:
        return trace.cost_of(example)
    return None if term.ref is None else trace.value(term.quantity, term.ref, example)


def gradient_value(trace: PassTrace, term: Term, example: int = 0) -> float | None:
    """Return ∂C/∂term as it was recorded, None for a whole layer."""
    ref = term.ref
    return None if ref is None else trace.value(GRADIENT_OF[term.quantity], ref, example)


def has_penalty(trace: PassTrace, term: Term) -> bool:
    """Whether ∂C/∂term has the L2 term (λ/n)w; in a mini-batch it joins the mean instead."""
    decays = trace.settings.decay != 0 and trace.example_count == 1
    return decays and term.quantity is Quantity.WEIGHT


def link_value(trace: PassTrace, link: Link, example: int = 0) -> float | None:
    """Return the number of a local derivative, None where one of its sides is a whole layer."""
    above, below = link.above, link.below
    if below.neuron is None or (above.neuron is None and above.quantity is not Quantity.COST):
        return None
    match above.quantity, below.quantity:
        case Quantity.COST, Quantity.ACTIVATION:
            return float(trace.backward.activation_gradients[-1][example, below.neuron])
        case Quantity.COST, _:
            return float(trace.backward.deltas[-1][example, below.neuron])
        case Quantity.ACTIVATION, _:
            return _activation_derivative(trace, link, example)
        case Quantity.PREACTIVATION, Quantity.BIAS:
            return 1.0
    ref = link.ref
    if ref is None:
        return None
    quantity = Quantity.WEIGHT if isinstance(ref, EdgeRef) else Quantity.ACTIVATION
    return trace.value(quantity, ref, example)


def _activation_derivative(trace: PassTrace, link: Link, example: int) -> float:
    """f′(z), with dropout r f′(z), and of softmax ∂a_i/∂z_j = a_i(δ_ij − a_j)."""
    i, j = link.above.neuron, link.below.neuron
    assert i is not None
    assert j is not None
    layer = link.above.layer
    if trace.spec.activation(layer).derivative is not None:
        slope = trace.activation_derivative(NodeRef(layer, j), example)
        mask = trace.mask(layer, example)
        return slope if mask is None else float(mask[j]) * slope
    a = trace.layer_values(Quantity.ACTIVATION, layer, example)
    return float(a[i] * ((i == j) - a[j]))


def link_need(spec: NetworkSpec, link: Link) -> Need:
    """Return what must be known before a local derivative may be shown as a number."""
    above, below = link.above, link.below
    match above.quantity, below.quantity:
        case Quantity.COST, Quantity.ACTIVATION:
            return Need(Quantity.ACTIVATION_GRADIENT, below.layer, below.neuron)
        case Quantity.COST, _:
            return Need(Quantity.BIAS_GRADIENT, below.layer, below.neuron)
        case Quantity.ACTIVATION, _:
            if spec.activation(above.layer).derivative is None:
                return Need(Quantity.ACTIVATION, above.layer)
            return Need(Quantity.PREACTIVATION, below.layer, below.neuron)
        case _, Quantity.WEIGHT:
            return Need(Quantity.ACTIVATION, below.layer - 1, below.source)
        case _, Quantity.BIAS:
            return Need(Quantity.BIAS, below.layer, below.neuron)
    return Need(Quantity.WEIGHT, above.layer, above.neuron)


def link_goal(spec: NetworkSpec, link: Link, reveal: Reveal, example: int = 0) -> Need:
    """Return what the step computes at which a local derivative is to be seen.

    No step computes f′(z) by itself: it is a factor of the error signal of its layer; while that
    is unknown the step of the activation, the function whose slope it is, comes nearest.
    """
    need = link_need(spec, link)
    if link.above.quantity is not Quantity.ACTIVATION:
        return need
    signal = Need(Quantity.BIAS_GRADIENT, link.below.layer, link.below.neuron)
    if is_known(reveal, signal, example):
        return signal
    return Need(Quantity.ACTIVATION, need.layer, need.neuron)


def is_outer(link: Link) -> bool:
    """Whether a factor joins the others by an outer product: ∂z/∂W of a whole layer."""
    return link.below.quantity is Quantity.WEIGHT and link.below.neuron is None


def link_meaning(trace: PassTrace, link: Link, notation: Notation) -> str:
    """Return in plain words what a local derivative comes to."""
    spec, above, below = trace.spec, link.above, link.below
    match above.quantity, below.quantity:
        case Quantity.COST, Quantity.ACTIVATION:
            return f"how the {spec.cost_function.label.lower()} cost changes with the output"
        case Quantity.COST, _:
            return "a − y: cost and output activation taken together"
        case Quantity.ACTIVATION, _:
            activation = spec.activation(above.layer)
            if activation.derivative is None:
                return "Jacobian of softmax: each output depends on every z of its layer"
            if trace.mask(above.layer) is not None:
                return f"r f′(z): what dropout multiplies by, times the slope of {activation.label}"
            return f"f′(z), the slope of {activation.label} there"
        case _, Quantity.WEIGHT if is_outer(link):
            return "outer product ⊗: each error signal times each activation, one number per weight"
        case _, Quantity.WEIGHT:
            return "the activation that the weight multiplies"
        case _, Quantity.BIAS:
            return "1: the bias is added as it is"
    return "the weight between the two"


def term_shape(spec: NetworkSpec, term: Term) -> str:
    """Return the shape of a whole layer's term as a column or matrix: 3 × 1; empty for a number."""
    if term.quantity is Quantity.COST or term.ref is not None:
        return ""
    size = spec.sizes[term.layer]
    if term.quantity is Quantity.WEIGHT:
        return f"{size if term.neuron is None else 1}×{spec.sizes[term.layer - 1]}"
    return f"{size}×1"


def link_shape(spec: NetworkSpec, link: Link) -> str:
    """Return the shape of a local derivative, one row for each number above; empty for a number.

    Of ∂z/∂W it is that of the activations which all rows share.
    """
    if link.below.quantity is Quantity.WEIGHT:
        return "" if link.below.source is not None else f"1×{spec.sizes[link.below.layer - 1]}"
    rows, columns = (
        1 if term.neuron is not None or term.quantity is Quantity.COST else spec.sizes[term.layer]
        for term in (link.above, link.below)
    )
    if rows == columns == 1 and link.below.neuron is not None:
        return ""
    return f"{rows}×{columns}"


def term_symbol(notation: Notation, term: Term) -> Expression:
    """Return the symbol of a term, bold where it is a whole layer's."""
    if term.quantity is Quantity.COST:
        return letter("C")
    ref = term.ref
    if term.quantity is Quantity.WEIGHT:
        if isinstance(ref, EdgeRef):
            return notation.weight(ref.layer, ref.neuron, ref.source)
        if term.neuron is not None:
            return notation.weight(term.layer, term.neuron, "k")
        return notation.matrix(term.layer)
    if term.neuron is None:
        return notation.vector(term.quantity.symbol, term.layer)
    return notation.scalar(term.quantity.symbol, term.layer, term.neuron)


def link_symbol(notation: Notation, link: Link) -> Expression:
    """Return ∂above/∂below."""
    return derivative(term_symbol(notation, link.below), term_symbol(notation, link.above))
