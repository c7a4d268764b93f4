"""A scene of the workspace's pass: for the canvas on the screen, and for pictures without one."""

from dataclasses import dataclass

from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import Ref
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import troubled_neurons
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import lay_out
from nnviz.visual.palette import Palette

__all__ = ["Moment", "build_scene", "moment_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A pass, a position in its steps, and what is selected: a picture of it can be made later."""

    trace: PassTrace
    timeline: Timeline
    selected: Ref | None


def moment_of(workspace: Workspace) -> Moment | None:
    """Return the moment that is looked at; None while there is no pass of the network."""
    trace = workspace.stepper.trace
    if trace is None or trace.spec != workspace.spec:
        return None
    return Moment(trace, workspace.stepper.timeline, workspace.selection.selected)


def build_scene(
    workspace: Workspace,
    size: tuple[float, float],
    palette: Palette,
    viewport: Viewport | None = None,
    moment: Moment | None = None,
) -> Scene | None:
    """Return the scene at the timeline's position in ``size``, width and height in px.

    None while there is no pass of the network that is looked at. ``moment``, of the same network,
    stands in for the one that is looked at.
    """
    moment = moment or moment_of(workspace)
    if moment is None or moment.trace.spec != workspace.spec:
        return None
    trace, timeline, selected = moment.trace, moment.timeline, moment.selected
    class_names = workspace.class_names
    layout = lay_out(
        trace.spec.sizes, *size, workspace.state.image_shape, classes=bool(class_names)
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
    )
    signs = troubled_neurons(trace, timeline.reveal(), timeline.example)
    return Scene(layout, frame, palette, viewport or Viewport(), selected, signs)
