import numpy as np
import pytest

from nnviz.stores.epoch_axis import EpochAxis, RunSegment

TWO_RUNS = EpochAxis((RunSegment(1, 0, 4), RunSegment(2, 6, 10)))
"""The first run stopped in the middle of its second epoch; the next has longer epochs."""


def test_without_a_run_mini_batches_count_as_they_are() -> None:
    assert EpochAxis().epochs(np.array([3.0])).tolist() == [3]


def test_mini_batches_become_fractions_of_their_own_runs_epochs() -> None:
    numbers = np.array([0, 2, 4, 6, 11, 16])

    assert TWO_RUNS.epochs(numbers).tolist() == [0, 0.5, 1, 1.5, 2, 2.5]


def test_an_epoch_ends_where_its_run_counts_it() -> None:
    assert TWO_RUNS.epoch_end(1, 1) == 4
    assert TWO_RUNS.epoch_end(2, 1) == 16


def test_an_unknown_run_has_no_epochs() -> None:
    with pytest.raises(ValueError, match=r"Run 3 is not one of \[1, 2\]"):
        TWO_RUNS.epoch_end(3, 1)
