"""Scenes of random networks, without a window."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.folded_edges import dim_folded_edges
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import lay_out
from nnviz.visual.palette import DARK

__all__ = ["Shot", "scene_of"]


@dataclass(frozen=True)
class Shot:
    """What a scene shows: ``done`` is the part of the steps that is done, 0 … 1."""

    sizes: tuple[int, ...]
    canvas: tuple[float, float] = (942, 364)
    done: float = 1.0
    classes: bool = False
    selected: NodeRef | None = None
    image_shape: tuple[int, int] | None = None
    unfolded: frozenset[int] = frozenset()
    digits: int = 4
    scale: float = 1.0
    seed: int = 0


def scene_of(shot: Shot) -> Scene:
    """Return the scene of a random network whose inputs are up to ``scale``."""
    rng = np.random.default_rng(shot.seed)
    spec = NetworkSpec(shot.sizes, ("sigmoid",) * (len(shot.sizes) - 1))
    parameters = initialise(spec, "standard_normal", rng, np.float64)
    inputs, targets = shot.scale * rng.random(shot.sizes[0]), rng.random(shot.sizes[-1])
    trace = PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.5))
    steps = build_steps(spec, Granularity.OPERATION)
    layout = lay_out(
        shot.sizes,
        *shot.canvas,
        shot.image_shape,
        classes=shot.classes,
        unfolded=shot.unfolded,
        kept=[] if shot.selected is None else [shot.selected],
    )
    frame = build_frame(
        trace,
        Timeline(steps).to(round(shot.done * len(steps)) - 1),
        DARK,
        shot.selected,
        tuple(map(str, range(shot.sizes[-1]))) if shot.classes else (),
        layout.layers[0].image is not None,
        Notation(digits=shot.digits),
        shown=tuple(layer.shown for layer in layout.layers),
    )
    frame = dim_folded_edges(frame, layout, DARK)
    return Scene(layout, frame, DARK, Viewport(), shot.selected)
