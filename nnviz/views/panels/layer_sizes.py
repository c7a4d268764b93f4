"""What a user writes into the form of a network: layer sizes, and the pairs that cannot be."""

import re

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.errors import SpecError

__all__ = ["pair_problem", "parse_hidden_sizes", "parse_sizes", "sizes_text"]


def parse_sizes(text: str) -> tuple[int, ...]:
    """Return the layer sizes of a text such as ``784, 30, 10`` or ``784-30-10``.

    Raises SpecError for anything that is not whole numbers between commas, hyphens or blanks.
    """
    sizes = parse_hidden_sizes(text)
    if len(sizes) < 2:
        raise SpecError("A network needs at least an input and an output layer: 784, 10.")
    return sizes


def parse_hidden_sizes(text: str) -> tuple[int, ...]:
    """Return the sizes of hidden layers of a text such as ``30, 16``; an empty one has none.

    Raises SpecError as ``parse_sizes`` does.
    """
    parts = [part for part in re.split(r"[\s,;x×–-]+", text.strip()) if part]
    for part in parts:
        if not (part.isascii() and part.isdigit()):
            raise SpecError(
                f"{part!r} is not a layer size; write whole numbers with commas: 784, 30, 10."
            )
    return tuple(map(int, parts))


def sizes_text(sizes: tuple[int, ...]) -> str:
    """Return layer sizes as they are written into the form."""
    return ", ".join(map(str, sizes))


def pair_problem(cost: str, output: str) -> str:
    """Return why a cost does not go with an output activation, empty if it does."""
    wanted = COSTS[cost].outputs
    if output in wanted:
        return ""
    names = " or ".join(ACTIVATIONS[name].label for name in wanted)
    return (
        f"{COSTS[cost].label} needs {names} outputs, not {ACTIVATIONS[output].label}; "
        "change one of the two."
    )
