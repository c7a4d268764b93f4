"""Neurons and edges for those who listen: a name and the numbers that are known."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from nnviz.stores.pass_source import ShownPass
from nnviz.stores.workspace import Workspace
from nnviz.trace.naming import symbol_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.trouble import dropped_neurons
from nnviz.views.scene.describe import name_of

__all__ = ["say_selected", "spoken"]

_Words = tuple[tuple[Quantity, str], ...]
"""Quantities, and their names where a word says more than the symbol."""

_OF_NEURON: _Words = (
    (Quantity.ACTIVATION, "activation"),
    (Quantity.ACTIVATION_GRADIENT, ""),
    (Quantity.BIAS_GRADIENT, ""),
)
_OF_INPUT: _Words = ((Quantity.ACTIVATION, "value"), (Quantity.ACTIVATION_GRADIENT, ""))
_OF_EDGE: _Words = (
    (Quantity.WEIGHT, "weight"),
    (Quantity.WEIGHT_GRADIENT, ""),
    (Quantity.WEIGHT_AFTER, "weight after the update"),
)


def spoken(workspace: Workspace, ref: Ref, shown: ShownPass | None = None) -> str:
    """Return "layer 1 neuron 3, activation 0.6300, ∂C/∂b −0.004000": only what is known."""
    if isinstance(ref, EdgeRef):
        ends = name_of(workspace, ref.source_node), name_of(workspace, ref.target_node)
        name, quantities = f"edge from {ends[0]} to {ends[1]}", _OF_EDGE
    else:
        name, quantities = name_of(workspace, ref), _OF_NEURON if ref.layer else _OF_INPUT
    shown = shown or workspace.shown_pass.shown
    if shown is None or not ref.exists_in(shown.trace.spec.sizes):
        return name
    trace, timeline = shown.trace, shown.timeline
    notation, reveal, example = workspace.display.notation, timeline.reveal(), timeline.example
    parts = [
        f"{word or symbol_of(quantity, ref, notation, example)} "
        f"{notation.number(trace.value(quantity, ref, example))}"
        for quantity, word in quantities
        if reveal.knows(quantity, ref.layer, ref.neuron, example)
    ]
    if isinstance(ref, NodeRef) and dropped_neurons(trace, reveal, ref.layer, example)[ref.neuron]:
        parts.append("left out by dropout")
    return ", ".join((name, *parts))


def say_selected(view: QWidget, workspace: Workspace, shown: ShownPass | None) -> None:
    """Describe the canvas by what is selected on it, and announce it to a screen reader."""
    selected = workspace.selection.selected
    text = "" if selected is None else spoken(workspace, selected, shown)
    if text == view.accessibleDescription():
        return
    view.setAccessibleDescription(text)  # Qt tells screen readers of the change itself
    if text and QAccessible.isActive() and view.hasFocus():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, text))
