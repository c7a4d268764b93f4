"""The numbers of the selection in a row: each absent until its step has made it known."""

from dataclasses import dataclass

from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.visual.scales import Scale

__all__ = ["Entry", "entries_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number: ``key`` names it for tests, ``scale`` says which colours it has, None: text.

    ``value`` is None while unknown.
    """

    key: str
    symbol: str
    meaning: str
    value: float | None
    scale: Scale | None = None


_SLOPES = {
    "sigmoid": "σ′(z)",
    "tanh": "tanh′(z)",
    "relu": "ReLU′(z)",
    "leaky_relu": "LReLU′(z)",
    "identity": "f′(z)",
    "softmax": "∂a/∂z (own)",
}


def entries_of(
    trace: PassTrace, reveal: Reveal, ref: Ref, has_example: bool = True
) -> tuple[Entry, ...]:
    """Return the numbers of a neuron or an edge, in reading order of two columns.

    Without an example there is no target either.
    """
    if isinstance(ref, EdgeRef):
        return _of_edge(trace, reveal, ref)
    if ref.layer == 0:
        return _of_input(trace, reveal, ref)
    return _of_neuron(trace, reveal, ref, has_example)


def _known(trace: PassTrace, reveal: Reveal, quantity: Quantity, ref: Ref) -> float | None:
    return trace.value(quantity, ref) if reveal.knows(quantity, ref.layer) else None


def _of_input(trace: PassTrace, reveal: Reveal, ref: NodeRef) -> tuple[Entry, ...]:
    return (
        Entry("a", "x", "Input: the number of the example that this neuron holds",
              _known(trace, reveal, Quantity.ACTIVATION, ref)),
        Entry("activation_gradient", "∂C/∂x", "How the cost would change with this input",
              _known(trace, reveal, Quantity.ACTIVATION_GRADIENT, ref), Scale.DERIVATIVE),
    )  # fmt: skip


def _of_neuron(
    trace: PassTrace, reveal: Reveal, ref: NodeRef, has_example: bool
) -> tuple[Entry, ...]:
    known = reveal.knows(Quantity.ACTIVATION, ref.layer)
    slope = trace.activation_derivative(ref) if known else None
    entries = [
        Entry("z", "z", "Preactivation: the weighted sum of the inputs plus the bias",
              _known(trace, reveal, Quantity.PREACTIVATION, ref)),
        Entry("activation_derivative", _SLOPES[trace.spec.activations[ref.layer - 1]],
              "Slope of the activation function at z", slope),
        Entry("a", "a", "Activation: what the neuron passes on",
              _known(trace, reveal, Quantity.ACTIVATION, ref)),
        Entry("activation_gradient", "∂C/∂a", "How the cost changes with the activation",
              _known(trace, reveal, Quantity.ACTIVATION_GRADIENT, ref), Scale.DERIVATIVE),
        Entry("bias", "b", "Bias", _known(trace, reveal, Quantity.BIAS, ref)),
        Entry("bias_gradient", "∂C/∂b", "How the cost changes with the bias: the error signal",
              _known(trace, reveal, Quantity.BIAS_GRADIENT, ref), Scale.DERIVATIVE),
    ]  # fmt: skip
    if ref.layer == trace.spec.layer_count:
        target = float(trace.targets[0, ref.neuron]) if has_example else None
        entries.append(Entry("target", "y", "Target: what the output should have been", target))
    after = _known(trace, reveal, Quantity.BIAS_AFTER, ref)
    if after is not None:
        entries.append(Entry("bias_after", "b new", "Bias after the update", after))
    return tuple(entries)


def _of_edge(trace: PassTrace, reveal: Reveal, ref: EdgeRef) -> tuple[Entry, ...]:
    return (
        Entry("weight", "w", "Weight of the edge, before the update",
              _known(trace, reveal, Quantity.WEIGHT, ref), Scale.WEIGHT),
        Entry("weight_gradient", "∂C/∂w", "How the cost changes with the weight",
              _known(trace, reveal, Quantity.WEIGHT_GRADIENT, ref), Scale.DERIVATIVE),
        Entry("a", "a from", "Activation of the neuron that the edge comes from",
              _known(trace, reveal, Quantity.ACTIVATION, ref.source_node)),
        Entry("bias_gradient", "∂C/∂b to", "Error signal of the neuron that the edge leads to",
              _known(trace, reveal, Quantity.BIAS_GRADIENT, ref.target_node), Scale.DERIVATIVE),
        Entry("weight_after", "w new", "Weight after the update",
              _known(trace, reveal, Quantity.WEIGHT_AFTER, ref), Scale.WEIGHT),
    )  # fmt: skip
