"""One line over each of two canvases: which example it shows, the answer, the cost, the weights."""

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.formatting import UNKNOWN, rounded
from nnviz.stores.comparison_store import Weights
from nnviz.stores.examples_store import Subset
from nnviz.stores.pass_source import ShownPass
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity
from nnviz.views.example_words import class_words, part_name

__all__ = ["WEIGHT_WORDS", "first_heading", "second_heading"]

WEIGHT_WORDS = {
    Weights.CURRENT: "current weights",
    Weights.START: "weights at the start",
    Weights.UNEDITED: "weights without changes by hand",
    Weights.KEPT: "kept weights",
}
_SHOWN_VALUES = 4
GAP = "   "


def first_heading(workspace: Workspace) -> str:
    """Return the line over the first canvas, empty while there is no pass."""
    shown = workspace.shown_pass.shown
    if shown is None or workspace.stepper.locked:
        return ""
    examples = workspace.examples
    example = shown.timeline.example
    label = None if example is None else examples.label_of(example)
    others = workspace.second_pass.weights is not Weights.CURRENT
    words = WEIGHT_WORDS[Weights.CURRENT] if others else ""
    return _line(workspace, shown, examples.subset, examples.indices, label, words)


def second_heading(workspace: Workspace) -> str:
    """Return the line over the second canvas, empty while there is no pass."""
    store = workspace.second_pass
    shown = store.shown
    if shown is None or workspace.stepper.locked:
        return ""
    example = shown.timeline.example
    label = None if example is None else store.label_of(example)
    words = "" if store.weights is Weights.CURRENT else WEIGHT_WORDS[store.weights]
    return _line(workspace, shown, store.example[0], store.indices, label, words)


def _line(
    workspace: Workspace, shown: ShownPass, subset: Subset, numbers: IntArray, label: int | None,
    weights: str,
) -> str:  # fmt: skip
    trace, timeline = shown.trace, shown.timeline
    example, notation = timeline.example, workspace.display.notation
    last = trace.spec.layer_count
    known = timeline.reveal().knows(Quantity.COST, last, None, example)
    cost = notation.number(trace.cost_of(example)) if known else UNKNOWN
    parts = [f"C {cost}"]
    if weights:
        parts.append(weights)
    part = part_name(workspace, subset)
    if example is None:
        title = f"{trace.example_count} examples from {part.lower()} {numbers[0]} on"
        if numbers is workspace.examples.indices and workspace.examples.chosen is not None:
            title = f"{trace.example_count} examples of the run's mini-batch"
        return GAP.join((title, f"mean {parts[0]}", *parts[1:]))
    title = f"{part} {numbers[example]}"
    if label is not None and workspace.class_names:
        answer = int(trace.forward.activations[-1][example].argmax())
        mark = "✓" if answer == label else "✗"
        said = class_words(workspace.class_names, label)
        answered = class_words(workspace.class_names, answer).removeprefix("a ")
        return GAP.join((f"{title}: {said}, answer {answered} {mark}", *parts))
    inputs = _values(trace.inputs[example], notation.digits)
    targets = _values(trace.targets[example], notation.digits)
    return GAP.join((f"{title}: x = {inputs}  →  y = {targets}", *parts))


def _values(values: FloatArray, digits: int) -> str:
    numbers = [float(value) for value in values]
    shown = ", ".join(rounded(value, digits) for value in numbers[:_SHOWN_VALUES])
    return f"({shown}{', …' if len(numbers) > _SHOWN_VALUES else ''})"
