"""The card that hovering shows: the numbers of a neuron or an edge, the known ones only."""

from html import escape

from nnviz.stores.pass_source import ShownPass
from nnviz.stores.workspace import Workspace
from nnviz.trace.diagnosis import diagnose
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["describe", "name_of"]

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
    index = workspace.display.notation.index(ref.neuron)
    if ref.layer == 0:
        if shape is not None:
            row, column = map(workspace.display.notation.index, divmod(ref.neuron, shape[1]))
            return f"pixel row {row}, column {column}"
        return f"input {index}"
    if ref.layer == workspace.spec.layer_count:
        return f"output {workspace.class_names[ref.neuron] if workspace.class_names else index}"
    return f"layer {ref.layer} neuron {index}"


def describe(workspace: Workspace, ref: Ref, shown: ShownPass | None = None) -> str:
    """Return the card as rich text: of the pass that a canvas shows, by default the workspace's."""
    shown = shown or workspace.shown_pass.shown
    rows = "".join(
        f"<tr><td>{symbol}&nbsp;&nbsp;</td><td align='right'>{text}</td></tr>"
        for symbol, text in _rows(workspace, ref, shown)
    )
    name = name_of(workspace, ref)
    return (
        f"<b>{name[0].upper()}{name[1:]}</b><table>{rows}</table>{_findings(workspace, ref, shown)}"
    )


def _rows(workspace: Workspace, ref: Ref, shown: ShownPass | None) -> list[tuple[str, str]]:
    if shown is None:
        return []
    trace, timeline = shown.trace, shown.timeline
    reveal, example = timeline.reveal(), timeline.example
    notation = workspace.display.notation
    if isinstance(ref, NodeRef) and ref.layer == 0:
        quantities: tuple[Quantity, ...] = (Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT)
    else:
        quantities = _OF_NEURON if isinstance(ref, NodeRef) else _OF_EDGE
    return [
        (
            quantity_symbol(quantity, notation),
            notation.number(trace.value(quantity, ref, example)),
        )
        for quantity in quantities
        if reveal.knows(quantity, ref.layer, ref.neuron, example)
    ]


def _findings(workspace: Workspace, ref: Ref, shown: ShownPass | None) -> str:
    """Return what is wrong with a neuron or edge, one paragraph each."""
    if shown is None:
        return ""
    trace, timeline = shown.trace, shown.timeline
    notation = workspace.display.notation
    findings = diagnose(trace, timeline.reveal(), ref, notation, timeline.example)
    return "".join(f"<p>{escape(each.sentence)}</p>" for each in findings)
