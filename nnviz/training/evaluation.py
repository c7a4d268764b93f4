"""What a network answers to the examples of a dataset, and how often it is right."""

from collections.abc import Callable

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass

__all__ = ["accuracy", "predict"]

CHUNK = 1_000
CHUNK_PRODUCTS = 500_000_000
"""Examples at once, and multiplications for them at most: some milliseconds, after which a stop is
noticed; the big matrix products do not hold the GIL."""


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
    chunk = min(CHUNK, max(1, CHUNK_PRODUCTS // spec.edge_count))
    for first in range(0, len(dataset), chunk):
        if is_cancelled is not None and is_cancelled():
            break
        inputs = dataset.inputs_at(slice(first, first + chunk), dtype)
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
