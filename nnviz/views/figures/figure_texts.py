"""What a figure says of itself: which network, which step of which pass."""

from dataclasses import dataclass

from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.trace.timeline import Timeline
from nnviz.views.scene.scene_builder import Moment
from nnviz.views.timeline.chip_texts import chip_texts

__all__ = ["FigureTexts", "figure_texts"]


@dataclass(frozen=True, slots=True)
class FigureTexts:
    """Words for a figure's metadata and for the line above it.

    ``step`` is the timeline's sentence, ``position`` says which step of how many it is.
    """

    title: str
    description: str
    step: str
    position: str


def figure_texts(workspace: Workspace, moment: Moment) -> FigureTexts:
    """Return the words for a moment of the network that the workspace is about."""
    timeline, state = moment.timeline, workspace.state
    step = "Before the first step"
    if timeline.current is not None:
        step = chip_texts(timeline.current, workspace.display.notation).tip
    total = len(timeline.steps)
    position = f"step {count(timeline.position + 1)} of {count(total)}"
    which = _which_example(timeline, moment.trace.example_count)
    if which:
        position = f"{which} · {position}"
    spec = moment.trace.spec
    activations = ", ".join(spec.activation(layer).label for layer in range(1, len(spec.sizes)))
    description = (
        f"A neural network of layers {spec} ({activations}), {position}: {step}. "
        f"Pass {count(state.passes + 1)}. Drawn by nnviz."
    )
    return FigureTexts(f"{state.title}: {step}", description, step, position)


def _which_example(timeline: Timeline, examples: int) -> str:
    """Return which example of a mini-batch the step is about, empty for a single one."""
    if examples == 1 or timeline.current is None:
        return ""
    if timeline.example is None:
        return f"all {count(examples)} examples"
    return f"example {count(timeline.example + 1)} of {count(examples)}"
