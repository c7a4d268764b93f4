"""The pass of the example that is looked at, with the parameters that are looked at."""

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.stores.network_state import NetworkState
from nnviz.trace.pass_trace import PassTrace

__all__ = ["TRAIN_SIZE", "fits", "record_pass"]

TRAIN_SIZE = 50_000
"""How many of MNIST's 60,000 training images a run uses, as in the articles."""


def fits(state: NetworkState, dataset: Dataset | None) -> bool:
    """Whether the network can read the data, and be compared with its targets."""
    return dataset is not None and (dataset.input_size, dataset.target_size) == (
        state.spec.sizes[0],
        state.spec.sizes[-1],
    )


def record_pass(state: NetworkState, dataset: Dataset | None, index: int) -> PassTrace:
    """Record the pass of example ``index``; of zeros where there is none, to be kept locked."""
    inputs: FloatArray = np.zeros(state.spec.sizes[0])
    targets: FloatArray = np.zeros(state.spec.sizes[-1])
    if dataset is not None and fits(state, dataset):
        chosen = np.array([index])
        inputs, targets = dataset.inputs_at(chosen), dataset.targets_at(chosen)
    count = len(state.samples) if state.samples is not None else TRAIN_SIZE
    return PassTrace.record(
        state.spec, state.parameters, inputs, targets, state.pass_settings(count)
    )
