"""A scene of the workspace's pass or another one: for a canvas, and for pictures without one."""

from dataclasses import dataclass

from nnviz.stores.pass_source import ShownPass
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import troubled_neurons
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.class_names import names_width
from nnviz.visual.folded_edges import dim_folded_edges
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import lay_out
from nnviz.visual.palette import Palette

__all__ = ["Moment", "build_scene", "moment_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A pass, a position in its steps, and what is selected: a picture of it can be made later.

    ``beside`` is a pass that this one is compared with: the colour scales are wide enough for both.
    """

    trace: PassTrace
    timeline: Timeline
    selected: Ref | None
    beside: PassTrace | None = None


def moment_of(workspace: Workspace, shown: ShownPass | None = None) -> Moment | None:
    """Return the moment of ``shown``, by default the one that is looked at, with the selection.

    None while there is no pass of the network.
    """
    shown = shown or workspace.shown_pass.shown
    if shown is None or shown.trace.spec != workspace.spec:
        return None
    return Moment(shown.trace, shown.timeline, workspace.selection.selected, shown.beside)


def build_scene(
    workspace: Workspace,
    size: tuple[float, float],
    palette: Palette,
    viewport: Viewport | None = None,
    moment: Moment | None = None,
) -> Scene | None:
    """Return the scene of ``moment``, by default the workspace's.

    ``size`` is width and height in px. None while there is no pass of the network that is looked
    at.
    """
    moment = moment or moment_of(workspace)
    if moment is None or moment.trace.spec != workspace.spec:
        return None
    trace, timeline, selected = moment.trace, moment.timeline, moment.selected
    class_names, sizes = workspace.class_names, trace.spec.sizes
    layout = lay_out(
        sizes,
        *size,
        workspace.state.image_shape,
        classes=bool(class_names),
        names=names_width(class_names),
        unfolded=workspace.display.unfolded_of(sizes),
        kept=_never_folded(workspace, moment),
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
        beside=moment.beside,
        shown=tuple(layer.shown for layer in layout.layers),
    )
    signs = tuple(
        (ref, trouble)
        for ref, trouble in troubled_neurons(trace, timeline.reveal(), timeline.example)
        if layout.layers[ref.layer].shown[ref.neuron]
    )
    frame = dim_folded_edges(frame, layout, palette)
    return Scene(layout, frame, palette, viewport or Viewport(), selected, signs)


def _never_folded(workspace: Workspace, moment: Moment) -> list[NodeRef]:
    """Return what is selected, what is asked for, and what the moment's step is about."""
    refs = [moment.selected]
    question = workspace.challenges.prediction.question
    step = moment.timeline.current
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
