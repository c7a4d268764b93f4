"""How a network does on each class: the confusion matrix, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training.evaluation import predict

__all__ = ["ClassReport", "class_report", "spread_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class ClassReport:
    """``confusion[true, answer]`` counts examples, (classes, classes).

    ``examples`` are the numbers of the examples in their data set, rising, (m,); ``labels`` and
    ``answers`` belong to them, (m,). ``names`` has a word for each class. ``of`` is how many
    examples the data set has.
    """

    names: tuple[str, ...]
    confusion: IntArray
    examples: IntArray
    labels: IntArray
    answers: IntArray
    of: int

    @property
    def counts(self) -> IntArray:
        """How many examples each class has, (classes,)."""
        return np.asarray(self.confusion.sum(axis=1))

    @property
    def right(self) -> IntArray:
        """How many of them were answered correctly, (classes,)."""
        return self.confusion.diagonal()

    @property
    def accuracies(self) -> FloatArray:
        """The share of right answers in each class, (classes,); NaN for one without examples."""
        with np.errstate(invalid="ignore"):
            return self.right / self.counts

    @property
    def accuracy(self) -> float:
        """The share of right answers of all."""
        return float(self.right.sum() / self.confusion.sum())

    def next_example(self, true: int, answer: int, after: int) -> int | None:
        """Return the next example of ``true`` answered so, behind ``after`` and around the end."""
        found = self.examples[(self.labels == true) & (self.answers == answer)]
        if not len(found):
            return None
        later = found[found > after]
        return int(later[0] if len(later) else found[0])


def spread_rows(data: Dataset, most: int) -> IntArray:
    """Return at most ``most`` examples' numbers, at equal distances."""
    size = min(most, len(data))
    return np.linspace(0, len(data) - 1, size).round().astype(np.int64)


def class_report(
    spec: NetworkSpec,
    parameters: Parameters,
    data: Dataset,
    names: tuple[str, ...],
    most: int,
    is_cancelled: Callable[[], bool] | None = None,
) -> ClassReport | None:
    """Ask the network about at most ``most`` examples; None without labels or if cancelled.

    The examples lie at equal distances, always the same ones.
    """
    if data.labels is None:
        return None
    rows = spread_rows(data, most)
    part = data if len(rows) == len(data) else data.at(rows)
    answers = predict(spec, parameters, part, is_cancelled)
    if len(answers) < len(rows):
        return None
    labels, classes = data.labels[rows].astype(np.int64), max(data.target_size, spec.sizes[-1])
    confusion = np.bincount(labels * classes + answers, minlength=classes * classes)
    if len(names) != classes:
        names = tuple(map(str, range(classes)))
    return ClassReport(names, confusion.reshape(classes, classes), rows, labels, answers, len(data))
