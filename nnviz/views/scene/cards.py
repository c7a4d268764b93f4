"""What a card says of a neuron or an edge: its numbers with all digits that the reader wants."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import UNKNOWN
from nnviz.stores.pass_source import ShownPass
from nnviz.stores.workspace import Workspace
from nnviz.trace.diagnosis import diagnose
from nnviz.trace.moments import (
    CORRECTED_MOMENTS,
    MOMENTS_AFTER,
    moment_symbol,
    update_moments,
)
from nnviz.trace.naming import symbol_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import AFTER
from nnviz.trace.what_if import Adjustable, Kind, cost_is_known, value_of
from nnviz.views.scene.describe import name_of
from nnviz.visual.scales import Scale
from nnviz.visual.source import TextLine, coloured

__all__ = ["Card", "CardImage", "CardRow", "card_of", "change_card", "pin_card"]

_OF_NEURON = (
    Quantity.PREACTIVATION,
    Quantity.BIAS,
    Quantity.ACTIVATION,
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.BIAS_AFTER,
)
_OF_INPUT = (Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT)
_OF_EDGE = (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER)
_BRIEF_NEURON = (Quantity.ACTIVATION, Quantity.BIAS_GRADIENT)
_BRIEF_EDGE = (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT)
_SCALES = {
    Quantity.WEIGHT: Scale.WEIGHT,
    Quantity.WEIGHT_AFTER: Scale.WEIGHT,
    Quantity.ACTIVATION_GRADIENT: Scale.DERIVATIVE,
    Quantity.BIAS_GRADIENT: Scale.DERIVATIVE,
    Quantity.WEIGHT_GRADIENT: Scale.DERIVATIVE,
}


@dataclass(frozen=True, slots=True)
class CardRow:
    """A symbol and its number; ``value.known`` is false for a dash."""

    symbol: str
    value: TextLine


@dataclass(frozen=True, slots=True, eq=False)
class CardImage:
    """The weights of a neuron as the image that it looks at: values (rows · columns,)."""

    values: FloatArray
    shape: tuple[int, int]

    def __eq__(self, other: object) -> bool:
        """Whether the other shows the same numbers."""
        if not isinstance(other, CardImage) or self.shape != other.shape:
            return False
        return self.values is other.values or np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash(self.shape)


@dataclass(frozen=True, slots=True)
class Card:
    """A title, rows of numbers, and sentences: what is wrong, or what can be done."""

    title: str
    rows: tuple[CardRow, ...] = ()
    sentences: tuple[str, ...] = ()
    image: CardImage | None = None


def card_of(workspace: Workspace, ref: Ref, hint: str = "", shown: ShownPass | None = None) -> Card:
    """Return the card of what the pointer is over: what is known, what is wrong, and a hint.

    It tells of the pass that a canvas shows, by default of the workspace's. Of an edge also both
    ends and w·a; of a neuron that looks at an image its weights as one.
    """
    title, shown = _title(name_of(workspace, ref)), shown or workspace.shown_pass.shown
    if shown is None or not ref.exists_in(shown.trace.spec.sizes):
        return Card(title)
    trace, timeline, notation = shown.trace, shown.timeline, workspace.display.notation
    quantities = _quantities(ref)
    if ref.layer:
        is_weight = isinstance(ref, EdgeRef)
        quantities += update_moments(trace.optimizer, of_weight=is_weight)
    rows = _rows(workspace, shown, ref, quantities)
    if isinstance(ref, EdgeRef):
        rows.insert(1, _product(workspace, shown, ref))
        rows += _end_rows(workspace, shown, ref)
    rows = [row for row in rows if row.value.known]
    findings = diagnose(trace, timeline.reveal(), ref, notation, timeline.example)
    sentences = (*(each.sentence for each in findings), hint)
    shape = workspace.state.image_shape
    image = None
    if isinstance(ref, NodeRef) and ref.layer == 1 and shape is not None:
        image = CardImage(trace.layer_values(Quantity.WEIGHT, 1)[ref.neuron], shape)
    return Card(title, tuple(rows), tuple(filter(None, sentences)), image)


def pin_card(
    workspace: Workspace, ref: Ref, shown: ShownPass | None = None, *, brief: bool = False
) -> Card:
    """Return the card of what is pinned: always the same rows, a dash where one is unknown.

    A ``brief`` one has the activation or weight, and its derivative. What the update makes comes
    as a further row.
    """
    title, shown = _title(name_of(workspace, ref)), shown or workspace.shown_pass.shown
    if shown is None or not ref.exists_in(shown.trace.spec.sizes):
        return Card(title)
    quantities = _quantities(ref)
    if brief:
        brief_ones = _BRIEF_EDGE if isinstance(ref, EdgeRef) else _BRIEF_NEURON
        quantities = brief_ones if ref.layer else _OF_INPUT
        return Card(title, tuple(_rows(workspace, shown, ref, quantities)))
    reveal = shown.timeline.reveal()
    quantities = tuple(
        each
        for each in quantities
        if each not in AFTER or reveal.knows(each, ref.layer, ref.neuron)
    )
    rows = _rows(workspace, shown, ref, quantities)
    if isinstance(ref, EdgeRef):
        rows.insert(1, _product(workspace, shown, ref))
    return Card(title, tuple(rows))


def change_card(workspace: Workspace, adjustable: Adjustable, before: tuple[float, float]) -> Card:
    """Return the card of a number that is being dragged: it and C, and both as they were.

    ``before`` are the number and C at the beginning; C stays unknown until its step.
    """
    ref, trace, notation = adjustable.ref, workspace.stepper.trace, workspace.display.notation
    title = _title(name_of(workspace, ref))
    if trace is None:
        return Card(title)
    value, scale = value_of(trace, adjustable), None
    if adjustable.kind is Kind.WEIGHT:
        scale = Scale.WEIGHT
    symbol = "w" if adjustable.kind is Kind.WEIGHT else "b"
    known = cost_is_known(trace, workspace.stepper.timeline.reveal())
    cost, cost_before = (trace.cost, before[1]) if known else (None, None)
    return Card(
        title,
        (
            CardRow(symbol, _line(notation.number(value), value, scale)),
            CardRow(f"{symbol} before", TextLine(notation.number(before[0]))),
            CardRow("C", TextLine(notation.number(cost), known=known)),
            CardRow("C before", TextLine(notation.number(cost_before), known=known)),
        ),
        ("Shift is ten times finer, Esc takes it back.",),
    )


def _title(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"


def _line(text: str, value: float, scale: Scale | None) -> TextLine:
    return TextLine(text) if scale is None else coloured(text, scale, value)


def _quantities(ref: Ref) -> tuple[Quantity, ...]:
    if isinstance(ref, EdgeRef):
        return _OF_EDGE
    return _OF_NEURON if ref.layer else _OF_INPUT


def _rows(
    workspace: Workspace, shown: ShownPass, ref: Ref, quantities: tuple[Quantity, ...]
) -> list[CardRow]:
    """Return the neuron's or edge's own numbers, unknown ones as a dash."""
    trace, timeline, notation = shown.trace, shown.timeline, workspace.display.notation
    reveal, example = timeline.reveal(), timeline.example
    rows = []
    for quantity in quantities:
        if quantity in MOMENTS_AFTER or quantity in CORRECTED_MOMENTS:
            symbol = moment_symbol(trace.optimizer, quantity)
        else:
            symbol = symbol_of(quantity, ref, notation, example)
        if reveal.knows(quantity, ref.layer, ref.neuron, example):
            value = trace.value(quantity, ref, example)
            line = _line(notation.number(value), value, _SCALES.get(quantity))
        else:
            line = TextLine(UNKNOWN, known=False)
        rows.append(CardRow(symbol, line))
    return rows


def _product(workspace: Workspace, shown: ShownPass, edge: EdgeRef) -> CardRow:
    """Return w·a: what the edge adds to the z of the neuron that it leads to."""
    activation = _activation(shown, edge.source_node)
    if activation is None:
        return CardRow("w·a", TextLine(UNKNOWN, known=False))
    product = shown.trace.value(Quantity.WEIGHT, edge) * activation
    return CardRow("w·a", TextLine(workspace.display.notation.number(product)))


def _end_rows(workspace: Workspace, shown: ShownPass, edge: EdgeRef) -> list[CardRow]:
    """Return the activations of both ends, with their names."""
    rows = []
    for end in (edge.source_node, edge.target_node):
        value = _activation(shown, end)
        text = workspace.display.notation.number(value)
        line = TextLine(text, known=value is not None)
        rows.append(CardRow(f"a of {name_of(workspace, end)}", line))
    return rows


def _activation(shown: ShownPass, node: NodeRef) -> float | None:
    trace, timeline = shown.trace, shown.timeline
    known = timeline.reveal().knows(Quantity.ACTIVATION, node.layer, node.neuron, timeline.example)
    return trace.value(Quantity.ACTIVATION, node, timeline.example) if known else None
