"""What the parts of the data, its examples and its classes are called, in words."""

from collections.abc import Sequence

from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace

__all__ = ["class_words", "part_name", "part_names", "parts_tip"]

_PARTS = {Subset.TEST: "Test", Subset.TRAIN: "Training"}


def part_names(workspace: Workspace) -> tuple[tuple[Subset, str], ...]:
    """Return the parts of the data with their names: Test digits, Training digits."""
    plural = f"{_noun(workspace)}s"
    return tuple(
        (each, "Samples" if each is Subset.SAMPLES else f"{_PARTS[each]} {plural}")
        for each in workspace.examples.subsets
    )


def part_name(workspace: Workspace, subset: Subset) -> str:
    """Return what one example of a part is called: Test digit."""
    return "Sample" if subset is Subset.SAMPLES else f"{_PARTS[subset]} {_noun(workspace)}"


def parts_tip(workspace: Workspace) -> str:
    """Return what the parts are, and, of data that says it, what the data is."""
    plural = f"{_noun(workspace)}s"
    tip = f"{plural.capitalize()} that training has not seen, or those it trains on"
    if workspace.examples.subsets == (Subset.SAMPLES,):
        tip = "All samples are trained on: there is no test part"
    samples = workspace.state.samples
    return f"{samples.note}\n{tip}" if samples is not None and samples.note else tip


def class_words(names: Sequence[str], label: int) -> str:
    """Return a class in a sentence: a 7, “Ankle boot”; its number where ``names`` has none."""
    name = names[label] if label < len(names) else str(label)
    return f"a {name}" if name.isdigit() else f"“{name}”"


def _noun(workspace: Workspace) -> str:
    state = workspace.state
    if state.needs_mnist:
        return "digit"
    if state.samples is not None and state.samples.toy is not None:
        return "point"
    return "image" if state.image_shape is not None else "example"
