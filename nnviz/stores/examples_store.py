"""Which example is looked at: its data set, its number, and the network's answer to it."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.engine.arrays import IntArray
from nnviz.trace.steps import STEPPED_EXAMPLES

__all__ = ["ChosenExamples", "ExamplesStore", "Subset"]


class Subset(Enum):
    """The part of the data that examples come from: test or training, or samples without parts."""

    TEST = "test"
    TRAIN = "train"
    SAMPLES = "samples"


@dataclass(frozen=True, slots=True, eq=False)
class ChosenExamples:
    """Any examples of a data set, in any order: what a run's mini-batch is made of.

    ``numbers`` (m,) are theirs in ``dataset``, the part of ``subset`` that the run trains on.
    """

    subset: Subset
    dataset: Dataset
    numbers: IntArray


class ExamplesStore(QObject):
    """Owns the data sets and the position in them."""

    example_changed = Signal()
    """Emitted when another example is looked at, or the data behind it has come."""
    problem_changed = Signal(str)
    """Emitted with a sentence when MNIST cannot be used, empty when it can again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mnist: Mnist | None = None
        self._samples: DataSource | None = None
        self._is_absent = False
        self._subset = Subset.TEST
        self._index = 0
        self._mini_batch = 1
        self._chosen: ChosenExamples | None = None
        self._problem = ""
        self._rng = np.random.default_rng()

    @property
    def mnist(self) -> Mnist | None:
        """The loaded digits, None before."""
        return self._mnist

    @property
    def problem(self) -> str:
        """Why MNIST cannot be used, empty if it can or is not wanted yet."""
        return self._problem

    @property
    def subset(self) -> Subset:
        """Where the example comes from."""
        return self._chosen.subset if self._chosen else self._subset

    @property
    def chosen(self) -> ChosenExamples | None:
        """The examples that somebody chose one by one; None while they follow each other."""
        return self._chosen

    @property
    def subsets(self) -> tuple[Subset, ...]:
        """The parts that there are of the data, whether it is loaded or not."""
        if self._samples is not None and self._samples.test is None:
            return (Subset.SAMPLES,)
        return Subset.TEST, Subset.TRAIN

    @property
    def index(self) -> int:
        """The example's number in its subset, from 0."""
        return int(self._chosen.numbers[0]) if self._chosen else self._index

    @property
    def dataset(self) -> Dataset | None:
        """The data set of the subset, None while it is not loaded."""
        return self._chosen.dataset if self._chosen else self.dataset_of(self._subset)

    @property
    def label(self) -> int | None:
        """The true class of the example, None where there are no classes."""
        return self.label_of(0)

    @property
    def largest_mini_batch(self) -> int:
        """How many examples can be stepped through together: no more than there are."""
        return min(STEPPED_EXAMPLES, len(self.dataset)) if self.dataset is not None else 1

    @property
    def mini_batch(self) -> int:
        """How many examples are stepped through together, 1: only the one looked at."""
        if self._chosen:
            return len(self._chosen.numbers)
        return min(self._mini_batch, self.largest_mini_batch)

    @property
    def indices(self) -> IntArray:
        """The numbers of the mini-batch's examples: from the one looked at on, around the end."""
        if self._chosen:
            return self._chosen.numbers
        return self.place[1]

    @property
    def place(self) -> tuple[Subset, IntArray]:
        """The subset and the numbers of what is looked at, or was before examples were chosen."""
        dataset = self.dataset_of(self._subset)
        if dataset is None:
            return self._subset, self._index + np.arange(1)
        count = min(self._mini_batch, STEPPED_EXAMPLES, len(dataset))
        return self._subset, (self._index + np.arange(count)) % len(dataset)

    def dataset_of(self, subset: Subset) -> Dataset | None:
        """Return the data set of a subset, None while it is not loaded."""
        parts = self._samples or self._mnist
        if parts is None or self._is_absent or subset not in self.subsets:
            return None
        return parts.test if subset is Subset.TEST else parts.train

    def label_of(self, example: int) -> int | None:
        """Return the true class of an example of the mini-batch, None where there are none."""
        dataset = self.dataset
        if dataset is None or dataset.labels is None:
            return None
        return int(dataset.labels[self.indices[example]])

    def set_mnist(self, mnist: Mnist) -> None:
        """Offer the loaded digits."""
        self._mnist = mnist
        self.set_problem("")
        if self._samples is None:
            self.example_changed.emit()

    def set_problem(self, sentence: str) -> None:
        """Say why MNIST cannot be used; empty: it can."""
        if sentence != self._problem:
            self._problem = sentence
            self.problem_changed.emit(sentence)

    def use_samples(self, samples: DataSource | None, *, is_absent: bool = False) -> None:
        """Look at a network's own samples; with None at MNIST, or at nothing if they are absent."""
        has_parts = samples is None or samples.test is not None
        same = (samples, is_absent) == (self._samples, self._is_absent)
        unchanged = has_parts and same and self._chosen is None
        self._chosen = None
        if unchanged:
            return
        self._samples, self._is_absent = samples, is_absent
        self._subset = self.subsets[0]
        self._index, self._mini_batch = 0, 1
        self.example_changed.emit()

    @Slot(int)
    def set_mini_batch(self, count: int) -> None:
        """Step through ``count`` examples together, no more than there are; 1: only one."""
        count = max(1, min(count, self.largest_mini_batch))
        if count != self.mini_batch:
            self._keep_place()
            self._mini_batch = count
            self.example_changed.emit()

    def show(self, subset: Subset, index: int) -> None:
        """Look at an example; the number is clamped to the data."""
        self._chosen = None
        self._subset = subset
        dataset = self.dataset
        last = len(dataset) - 1 if dataset is not None else 0
        self._index = max(0, min(index, last))
        self.example_changed.emit()

    def show_chosen(self, chosen: ChosenExamples | None) -> None:
        """Look at these examples; None: at those again that were looked at before."""
        if chosen is not self._chosen:
            self._chosen = chosen
            self.example_changed.emit()

    def move(self, count: int) -> None:
        """Look at the example ``count`` further on, around the ends."""
        dataset = self.dataset
        if dataset is not None:
            self.show(self.subset, (self.index + count) % len(dataset))

    @Slot()
    def show_next(self) -> None:
        """Look at the example after."""
        self.move(1)

    @Slot()
    def show_previous(self) -> None:
        """Look at the example before."""
        self.move(-1)

    def show_random(self) -> None:
        """Look at any example of the subset."""
        dataset = self.dataset
        if dataset is not None:
            self.show(self.subset, int(self._rng.integers(len(dataset))))

    def _keep_place(self) -> None:
        """Go on from the first of the chosen examples, as from any other."""
        if self._chosen is not None:
            self._subset, self._index = self.subset, self.index
            self._chosen = None
