"""What a network answers to the examples of a dataset, how often it is right, and its cost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import ForwardPass, forward_pass, penalty

__all__ = ["Evaluation", "accuracy", "evaluate", "predict"]

CHUNK = 1_000
CHUNK_PRODUCTS = 500_000_000
"""Examples at once, and multiplications for them at most: some milliseconds, after which a stop is
noticed; the big matrix products do not hold the GIL."""

IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a network does on a dataset.

    ``accuracy`` is the share of right answers, 0 … 1, None without labels. ``cost`` is the mean
    cost of the examples, with the L2 term that training has; None where it is beyond all numbers.
    """

    accuracy: float | None
    cost: float | None


def evaluate(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    decay: float = 0.0,
    is_cancelled: IsCancelled | None = None,
) -> Evaluation | None:
    """Return accuracy and cost of a dataset from one pass over it; None if cancelled.

    ``decay`` is λ/n of the L2 term λ/(2n) Σw², with n the number of training examples: so the
    cost is the very function that training makes small, and the two can be compared.
    """
    labels = dataset.labels
    examples, right, total = 0, 0, 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # told as an unknown cost
        for chunk, forward in _passes(spec, parameters, dataset, is_cancelled):
            z, a = forward.preactivations[-1], forward.activations[-1]
            costs = spec.cost_function.value(z, a, dataset.targets_at(chunk, a.dtype))
            total += float(costs.sum(dtype=np.float64))
            if labels is not None:
                right += int(np.count_nonzero(a.argmax(axis=1) == labels[chunk]))
            examples += len(a)
        cost = total / max(examples, 1) + penalty(parameters.weights, decay)
    if examples < len(dataset):
        return None
    share = None if labels is None else right / examples
    return Evaluation(share, cost if np.isfinite(cost) else None)


def predict(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    is_cancelled: IsCancelled | None = None,
) -> IntArray:
    """Return for every example the index of the largest output, (n,); the first of equal ones.

    Computed in the precision of the parameters. ``is_cancelled`` is asked between chunks; after
    it says yes, the answer is cut short there.
    """
    answers: list[IntArray] = [np.empty(0, dtype=np.int64)]
    for _, forward in _passes(spec, parameters, dataset, is_cancelled):
        answers.append(forward.activations[-1].argmax(axis=1))
    return np.concatenate(answers)


def accuracy(
    spec: NetworkSpec,
    parameters: Parameters,
    dataset: Dataset,
    is_cancelled: IsCancelled | None = None,
) -> float | None:
    """Return the share of right answers, 0 … 1; None without labels or if cancelled."""
    if dataset.labels is None:
        return None
    answers = predict(spec, parameters, dataset, is_cancelled)
    if len(answers) < len(dataset):
        return None
    return float(np.mean(answers == dataset.labels))


def _passes(
    spec: NetworkSpec, parameters: Parameters, dataset: Dataset, is_cancelled: IsCancelled | None
) -> Iterator[tuple[slice, ForwardPass]]:
    """Yield the forward pass of every chunk, in the precision of the parameters."""
    dtype = parameters.weights[0].dtype
    size = min(CHUNK, max(1, CHUNK_PRODUCTS // spec.edge_count))
    for first in range(0, len(dataset), size):
        if is_cancelled is not None and is_cancelled():
            return
        chunk = slice(first, first + size)
        yield chunk, forward_pass(spec, parameters, dataset.inputs_at(chunk, dtype))
