"""The pass of the examples that are looked at, with the parameters that are looked at."""

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import IntArray
from nnviz.stores.edits import Rows
from nnviz.stores.network_state import NetworkState
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_trace import PassTrace

__all__ = ["fits", "record_pass", "rows_of"]


def fits(state: NetworkState, dataset: Dataset | None) -> bool:
    """Whether the network can read the data, and be compared with its targets."""
    return dataset is not None and (dataset.input_size, dataset.target_size) == (
        state.spec.sizes[0],
        state.spec.sizes[-1],
    )


def rows_of(state: NetworkState, dataset: Dataset | None, indices: IntArray) -> Rows:
    """Return the inputs and targets of some examples; zeros where there are none that fit."""
    if dataset is not None and fits(state, dataset):
        return dataset.inputs_at(indices), dataset.targets_at(indices)
    return np.zeros((1, state.spec.sizes[0])), np.zeros((1, state.spec.sizes[-1]))


def record_pass(state: NetworkState, rows: Rows, mistake: Mistake | None = None) -> PassTrace:
    """Record one pass of some examples, with a classic mistake if one is given."""
    return PassTrace.record(
        state.spec, state.parameters, *rows, state.pass_settings, mistake, state.optimizer_state
    )
