"""What neurons and edges are called, where there is room for words."""

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, Ref

__all__ = ["name_of"]


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
