"""The search for the next example that a network gets wrong."""

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass

__all__ = ["next_wrong"]

CHUNK = 250
"""Examples classified at once: a trained network is wrong somewhere in the first few hundred."""


def next_wrong(
    spec: NetworkSpec, parameters: Parameters, dataset: Dataset, after: int
) -> int | None:
    """Return the first wrongly answered example behind ``after``, around the end; None if none."""
    if dataset.labels is None:
        return None
    order = np.roll(np.arange(len(dataset)), -(after + 1))
    for begin in range(0, len(order), CHUNK):
        chunk = order[begin : begin + CHUNK]
        outputs = forward_pass(spec, parameters, dataset.inputs_at(chunk)).activations[-1]
        wrong = chunk[outputs.argmax(axis=1) != dataset.labels[chunk]]
        if wrong.size:
            return int(wrong[0])
    return None
