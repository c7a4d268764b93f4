"""The numbers of the selection in a row: each absent until its step has made it known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nnviz.trace.copying import Offers, offers_of
from nnviz.trace.moments import moment_meaning, moment_symbol, update_moments
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.visual.scales import Scale

__all__ = ["Entry", "entries_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number: ``key`` names it for tests, ``scale`` says which colours it has, None: text.

    ``value`` is None while unknown; ``offers``, if there is one, says what can be copied with it.
    """

    key: str
    symbol: str
    meaning: str
    value: float | None
    scale: Scale | None = None
    offers: Callable[[], Offers] | None = None


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is known of a pass at its current step, and how it is written."""

    trace: PassTrace
    reveal: Reveal
    notation: Notation
    example: int | None

    def knows(self, quantity: Quantity, ref: Ref) -> bool:
        return self.reveal.knows(quantity, ref.layer, ref.neuron, self.example)

    def entry(
        self, key: str, symbol: str, meaning: str, quantity: Quantity, ref: Ref,
        scale: Scale | None = None,
    ) -> Entry:  # fmt: skip
        value = None
        if self.knows(quantity, ref):
            value = self.trace.value(quantity, ref, self.example)
        offers = partial(
            offers_of, self.trace, self.reveal, ref, self.notation, quantity, self.example
        )
        return Entry(key, symbol, meaning, value, scale, offers)


_SLOPES = {
    "sigmoid": "σ′(z)",
    "tanh": "tanh′(z)",
    "relu": "ReLU′(z)",
    "leaky_relu": "LReLU′(z)",
    "identity": "f′(z)",
    "softmax": "∂a/∂z (own)",
}


def entries_of(
    trace: PassTrace,
    reveal: Reveal,
    ref: Ref,
    has_example: bool = True,
    notation: Notation | None = None,
    example: int | None = 0,
) -> tuple[Entry, ...]:
    """Return the numbers of a neuron or an edge, in reading order of two columns.

    Without an example there is no target either; ``example`` None asks for the means over a
    mini-batch.
    """
    moment = _Moment(trace, reveal, notation or Notation(), example)
    if isinstance(ref, EdgeRef):
        return _of_edge(moment, ref)
    if ref.layer == 0:
        return _of_input(moment, ref)
    return _of_neuron(moment, ref, has_example)


def _of_input(moment: _Moment, ref: NodeRef) -> tuple[Entry, ...]:
    return (
        moment.entry("a", "x", "Input: the number of the example that this neuron holds",
                     Quantity.ACTIVATION, ref),
        moment.entry("activation_gradient", "∂C/∂x", "How the cost would change with this input",
                     Quantity.ACTIVATION_GRADIENT, ref, Scale.DERIVATIVE),
    )  # fmt: skip


def _of_neuron(moment: _Moment, ref: NodeRef, has_example: bool) -> tuple[Entry, ...]:
    error = quantity_symbol(Quantity.BIAS_GRADIENT, moment.notation)
    entries = [
        moment.entry("z", "z", "Preactivation: the weighted sum of the inputs plus the bias",
                     Quantity.PREACTIVATION, ref),
        _slope(moment, ref),
        moment.entry("a", "a", "Activation: what the neuron passes on", Quantity.ACTIVATION, ref),
        moment.entry("activation_gradient", "∂C/∂a", "How the cost changes with the activation",
                     Quantity.ACTIVATION_GRADIENT, ref, Scale.DERIVATIVE),
        moment.entry("bias", "b", "Bias", Quantity.BIAS, ref),
        moment.entry("bias_gradient", error, "How the cost changes with the bias: the error signal",
                     Quantity.BIAS_GRADIENT, ref, Scale.DERIVATIVE),
    ]  # fmt: skip
    if ref.layer == moment.trace.spec.layer_count:
        entries.append(_target(moment, ref, has_example))
    entries += _remembered(moment, ref)
    if moment.knows(Quantity.BIAS_AFTER, ref):
        entries.append(
            moment.entry("bias_after", "b new", "Bias after the update", Quantity.BIAS_AFTER, ref)
        )
    return tuple(entries)


def _remembered(moment: _Moment, ref: Ref) -> tuple[Entry, ...]:
    """Return what the optimizer remembers of the weight or the bias, once the update is at it."""
    optimizer = moment.trace.optimizer
    quantities = update_moments(optimizer, of_weight=isinstance(ref, EdgeRef))
    return tuple(
        moment.entry(
            quantity.name.lower(), moment_symbol(optimizer, quantity),
            moment_meaning(optimizer, quantity), quantity, ref,
        )
        for quantity in quantities
        if moment.knows(quantity, ref)
    )  # fmt: skip


def _slope(moment: _Moment, ref: NodeRef) -> Entry:
    """Return f′(z) of a neuron; of a mean there is none."""
    value = None
    if moment.knows(Quantity.ACTIVATION, ref) and moment.example is not None:
        value = moment.trace.activation_derivative(ref, moment.example)
    name = _SLOPES[moment.trace.spec.activations[ref.layer - 1]]
    return Entry("activation_derivative", name, "Slope of the activation function at z", value)


def _target(moment: _Moment, ref: NodeRef, has_example: bool) -> Entry:
    value = None
    if has_example and moment.example is not None:
        value = float(moment.trace.targets[moment.example, ref.neuron])
    return Entry("target", "y", "Target: what the output should have been", value)


def _of_edge(moment: _Moment, ref: EdgeRef) -> tuple[Entry, ...]:
    error = quantity_symbol(Quantity.BIAS_GRADIENT, moment.notation)
    return (
        moment.entry("weight", "w", "Weight of the edge, before the update",
                     Quantity.WEIGHT, ref, Scale.WEIGHT),
        moment.entry("weight_gradient", "∂C/∂w", "How the cost changes with the weight",
                     Quantity.WEIGHT_GRADIENT, ref, Scale.DERIVATIVE),
        moment.entry("a", "a from", "Activation of the neuron that the edge comes from",
                     Quantity.ACTIVATION, ref.source_node),
        moment.entry("bias_gradient", f"{error} to",
                     "Error signal of the neuron that the edge leads to",
                     Quantity.BIAS_GRADIENT, ref.target_node, Scale.DERIVATIVE),
        *_remembered(moment, ref),
        moment.entry("weight_after", "w new", "Weight after the update",
                     Quantity.WEIGHT_AFTER, ref, Scale.WEIGHT),
    )  # fmt: skip
