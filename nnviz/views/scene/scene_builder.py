"""A scene of the workspace's pass: for the canvas on the screen, and for pictures without one."""

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.trouble import troubled_neurons
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.folded_edges import dim_folded_edges
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import lay_out
from nnviz.visual.palette import Palette

__all__ = ["build_scene"]


def build_scene(
    workspace: Workspace,
    size: tuple[float, float],
    palette: Palette,
    viewport: Viewport | None = None,
) -> Scene | None:
    """Return the scene at the timeline's position in ``size``, width and height in px.

    None while there is no pass of the network that is looked at.
    """
    trace, timeline = workspace.stepper.trace, workspace.stepper.timeline
    if trace is None or trace.spec != workspace.spec:
        return None
    selected, class_names = workspace.selection.selected, workspace.class_names
    sizes = trace.spec.sizes
    layout = lay_out(
        sizes,
        *size,
        workspace.state.image_shape,
        classes=bool(class_names),
        unfolded=workspace.display.unfolded_of(sizes),
        kept=_never_folded(workspace),
    )
    frame = build_frame(
        trace,
        timeline,
        palette,
        selected,
        class_names,
        image_input=layout.layers[0].image is not None,
        notation=workspace.display.notation,
        settings=workspace.display.canvas,
        shown=tuple(layer.shown for layer in layout.layers),
    )
    signs = tuple(
        (ref, trouble)
        for ref, trouble in troubled_neurons(trace, timeline.reveal(), timeline.example)
        if layout.layers[ref.layer].shown[ref.neuron]
    )
    frame = dim_folded_edges(frame, layout, palette)
    return Scene(layout, frame, palette, viewport or Viewport(), selected, signs)


def _never_folded(workspace: Workspace) -> list[NodeRef]:
    """Return what is selected, what is asked for, and what the step is about."""
    refs = [workspace.selection.selected]
    question = workspace.challenges.prediction.question
    step = workspace.stepper.timeline.current
    if question is not None:
        refs.append(question.ref)
    if step is not None and step.neuron is not None:
        refs.append(NodeRef(step.layer, step.neuron))
    kept: list[NodeRef] = []
    for ref in refs:
        if isinstance(ref, NodeRef):
            kept.append(ref)
        elif isinstance(ref, EdgeRef):
            kept += [ref.target_node, ref.source_node]
    return kept
