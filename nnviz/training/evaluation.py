"""What a network answers to the examples of a dataset, and how often it is right."""

from collections.abc import Callable

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass
from nnviz.errors import ShapeError

__all__ = ["accuracy", "predict", "wrong_examples"]

CHUNK = 1_000
"""Examples at once: a few milliseconds, after which a stop is noticed; its big matrix products
do not hold the GIL."""


def predict(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    is_cancelled: Callable[[], bool] | None = None,
) -> IntArray:
    """Return for every example the index of the largest output, (n,); the first of equal ones.

    Computed in the precision of the parameters. ``is_cancelled`` is asked between chunks; after
    it says yes, the answer is cut short there.
    """
    dtype = parameters.weights[0].dtype
    answers: list[IntArray] = [np.empty(0, dtype=np.int64)]
    for first in range(0, len(dataset), CHUNK):
        if is_cancelled is not None and is_cancelled():
            break
        inputs = dataset.inputs_at(slice(first, first + CHUNK), dtype)
        answers.append(forward_pass(spec, parameters, inputs).activations[-1].argmax(axis=1))
    return np.concatenate(answers)


def accuracy(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    is_cancelled: Callable[[], bool] | None = None,
) -> float | None:
    """Return the share of right answers, 0 … 1; None without labels or if cancelled."""
    if dataset.labels is None:
        return None
    answers = predict(spec, parameters, dataset, is_cancelled)
    if len(answers) < len(dataset):
        return None
    return float(np.mean(answers == dataset.labels))


def wrong_examples(spec: NetworkSpec, parameters: Parameters, dataset: Dataset) -> IntArray:
    """Return the indices of the examples that the network answers wrongly, in order.

    Raises ShapeError if the dataset has no labels.
    """
    if dataset.labels is None:
        raise ShapeError(f"{dataset.name} has no labels, so no answer of it is right or wrong.")
    return np.flatnonzero(predict(spec, parameters, dataset) != dataset.labels)
