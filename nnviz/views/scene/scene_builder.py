"""A scene of the workspace's pass: for the canvas on the screen, and for pictures without one."""

from nnviz.stores.workspace import Workspace
from nnviz.trace.trouble import troubled_neurons
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
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

    Of a run that is followed, with its newest parameters.

    None while there is no pass of the network that is looked at.
    """
    timeline = workspace.stepper.timeline
    trace = workspace.live.trace or workspace.stepper.trace
    if trace is None or trace.spec != workspace.spec:
        return None
    selected, class_names = workspace.selection.selected, workspace.class_names
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
