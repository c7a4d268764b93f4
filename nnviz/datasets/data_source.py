"""What a network of its own data learns from: a part to train on, a part to test with, names."""

from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy_recipe import Toy
from nnviz.engine.arrays import IntArray
from nnviz.engine.wording import counted
from nnviz.errors import ShapeError

__all__ = ["DataSource", "held_back", "split_sentence"]

HELD_BACK = 6
"""One example in so many is kept for the test where the data has no test part."""
SPLIT_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class DataSource:
    """The examples that belong to a network.

    Parameters
    ----------
    name : str
        Shown to the user: a file's, a folder's, or that of a toy set.
    train, test : Dataset
        ``test`` is None where all examples are trained on; else it is shaped like ``train``.
    class_names : tuple of str
        What the outputs stand for; empty where they stand for no classes.
    note : str
        What the data is and what was done to it, one sentence for the user; may be empty.
    toy : Toy or None
        What it was drawn from, if it is a toy set.

    Raises
    ------
    ShapeError
        If the parts, or the names and the targets, do not fit each other.
    """

    name: str
    train: Dataset
    test: Dataset | None = None
    class_names: tuple[str, ...] = ()
    note: str = ""
    toy: Toy | None = None

    def __post_init__(self) -> None:
        sizes = (self.train.input_size, self.train.target_size)
        if self.test is not None and (self.test.input_size, self.test.target_size) != sizes:
            raise ShapeError(
                f"{self.name}: the test part has {self.test.input_size} inputs and "
                f"{self.test.target_size} targets, the training part {sizes[0]} and {sizes[1]}."
            )
        if self.class_names and len(self.class_names) != sizes[1]:
            raise ShapeError(
                f"{self.name}: {counted(len(self.class_names), 'class name')} given for "
                f"{counted(sizes[1], 'output')}."
            )

    @property
    def sizes(self) -> tuple[int, int]:
        """The inputs and outputs of a network for it: (n_0, n_L)."""
        return self.train.input_size, self.train.target_size

    @property
    def example_count(self) -> int:
        """How many examples there are, of both parts."""
        return len(self.train) + (0 if self.test is None else len(self.test))


def held_back(count: int, seed: int = SPLIT_SEED) -> tuple[IntArray, IntArray]:
    """Return which of ``count`` examples to train on and which to test with, shuffled.

    A sixth is for the test, rounded down: of fewer than six, none.
    """
    order = np.random.default_rng(seed).permutation(count)
    test = count // HELD_BACK
    return order[test:], order[:test]


def split_sentence(train: int, test: int) -> str:
    """Return the part of a sentence that says what ``held_back`` did."""
    if not test:
        return "too few to hold any back as a test set"
    return f"shuffled; {test:,} of them, one in {HELD_BACK}, are held back as the test set"
