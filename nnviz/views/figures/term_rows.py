"""The two sums around a neuron as rows for a figure: what makes its z and its ∂C/∂a."""

from dataclasses import dataclass

from nnviz.stores.workspace import Workspace
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Phase
from nnviz.views.panels.terms import Terms, incoming_terms, outgoing_terms
from nnviz.views.scene.scene_builder import Moment
from nnviz.visual.scales import Scale

__all__ = ["Sum", "sums_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """A sum with its words; ``scales`` are those of weight, factor and product, None: text.

    ``names`` are what the neurons at the other ends are called, in the order of the terms.
    """

    title: str
    headers: tuple[str, ...]
    scales: tuple[Scale | None, ...]
    terms: Terms
    names: tuple[str, ...]
    total: str

    def row(self, index: int) -> tuple[str, tuple[float, float, float]]:
        """Return the neuron's name, and weight, factor and product of a term."""
        terms = self.terms
        numbers = terms.weights[index], terms.factors[index], terms.products[index]
        return self.names[index], (float(numbers[0]), float(numbers[1]), float(numbers[2]))

    def total_beyond(self, count: int) -> float:
        """Return the sum of the terms after the first ``count``."""
        return float(self.terms.products[count:].sum())


def sums_of(workspace: Workspace, moment: Moment, node: NodeRef) -> tuple[Sum, ...]:
    """Return the sums that are known, that of the step's direction first."""
    both = _incoming(workspace, moment, node), _outgoing(workspace, moment, node)
    sums = [each for each in both if each is not None]
    backward = moment.timeline.phase in (Phase.BACKWARD, Phase.UPDATE)
    return tuple(reversed(sums) if backward else sums)


def _incoming(workspace: Workspace, moment: Moment, node: NodeRef) -> Sum | None:
    """Return the terms w·a of z once the layer before is known."""
    trace, reveal, example = moment.trace, moment.timeline.reveal(), moment.timeline.example
    if node.layer == 0 or not reveal.knows(Quantity.ACTIVATION, node.layer - 1, None, example):
        return None
    notation = workspace.display.notation
    terms = incoming_terms(trace, node, example)
    total = f"Σ w·a = {notation.number(terms.total)}"
    if reveal.knows(Quantity.PREACTIVATION, node.layer, node.neuron, example):
        bias = notation.number(trace.value(Quantity.BIAS, node))
        plus = f"− {bias[1:]}" if bias.startswith("−") else f"+ {bias}"
        z = notation.number(trace.value(Quantity.PREACTIVATION, node, example))
        total = f"Σ w·a + b = {notation.number(terms.total)} {plus} = {z} = z"
    shape = workspace.state.image_shape if node.layer == 1 else None
    return Sum(
        "The terms of z, the largest first",
        ("pixel" if shape else "k", "w", "a", "w·a"),
        (Scale.WEIGHT, None, None),
        terms,
        _names(workspace, terms, shape),
        total,
    )


def _outgoing(workspace: Workspace, moment: Moment, node: NodeRef) -> Sum | None:
    """Return the terms w·∂C/∂b of ∂C/∂a once that is known; an output has none."""
    trace, reveal, example = moment.trace, moment.timeline.reveal(), moment.timeline.example
    knows = reveal.knows(Quantity.ACTIVATION_GRADIENT, node.layer, node.neuron, example)
    if node.layer == trace.spec.layer_count or not knows:
        return None
    notation = workspace.display.notation
    terms = outgoing_terms(trace, node, example)
    symbol = "∂C/∂x" if node.layer == 0 else "∂C/∂a"
    error = quantity_symbol(Quantity.BIAS_GRADIENT, notation)
    return Sum(
        f"The terms of {symbol}, the largest first",
        ("k", "w", error, f"w·{error}"),
        (Scale.WEIGHT, Scale.DERIVATIVE, Scale.DERIVATIVE),
        terms,
        _names(workspace, terms, None),
        f"Σ w·{error} = {notation.number(terms.total)} = {symbol}",
    )


def _names(workspace: Workspace, terms: Terms, shape: tuple[int, int] | None) -> tuple[str, ...]:
    """Return the numbers of the neurons, or row and column of the pixels."""
    notation, others = workspace.display.notation, terms.indices.tolist()
    if shape is None:
        return tuple(str(notation.index(other)) for other in others)
    places = (divmod(other, shape[1]) for other in others)
    return tuple(f"{notation.index(row)}, {notation.index(column)}" for row, column in places)
