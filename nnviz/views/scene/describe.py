"""The card that hovering shows: exact numbers of a neuron or an edge, the known ones only."""

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["describe", "name_of"]

DIGITS = 13

_OF_NEURON = (
    Quantity.PREACTIVATION,
    Quantity.BIAS,
    Quantity.ACTIVATION,
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.BIAS_AFTER,
)
_OF_EDGE = (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER)


def name_of(workspace: Workspace, ref: Ref) -> str:
    """Return what a neuron or edge is called: layer 1 neuron 3, input pixel 12, 7, output 5."""
    if isinstance(ref, EdgeRef):
        return f"{name_of(workspace, ref.source_node)} → {name_of(workspace, ref.target_node)}"
    shape = workspace.state.image_shape
    if ref.layer == 0:
        if shape is not None:
            return f"pixel row {ref.neuron // shape[1]}, column {ref.neuron % shape[1]}"
        return f"input {ref.neuron}"
    if ref.layer == workspace.spec.layer_count:
        return f"output {ref.neuron}"
    return f"layer {ref.layer} neuron {ref.neuron}"


def describe(workspace: Workspace, ref: Ref) -> str:
    """Return the card as rich text."""
    rows = "".join(
        f"<tr><td>{quantity.symbol}&nbsp;&nbsp;</td><td align='right'>{text}</td></tr>"
        for quantity, text in _rows(workspace, ref)
    )
    name = name_of(workspace, ref)
    return f"<b>{name[0].upper()}{name[1:]}</b><table>{rows}</table>"


def _rows(workspace: Workspace, ref: Ref) -> list[tuple[Quantity, str]]:
    trace = workspace.stepper.trace
    if trace is None:
        return []
    reveal = workspace.stepper.timeline.reveal()
    if isinstance(ref, NodeRef) and ref.layer == 0:
        quantities: tuple[Quantity, ...] = (Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT)
    else:
        quantities = _OF_NEURON if isinstance(ref, NodeRef) else _OF_EDGE
    return [
        (quantity, number(trace.value(quantity, ref), DIGITS))
        for quantity in quantities
        if reveal.knows(quantity, ref.layer)
    ]
