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


def test_a_change_of_the_mini_batch_size_keeps_the_epochs_whole() -> None:
    # One of four mini-batches is done; two larger ones end the epoch, the next epochs have two.
    axis = EpochAxis((RunSegment(1, 0, 4),)).with_size(first=1, left=2, per_epoch=2)

    assert axis.epochs(np.array([1, 2, 3, 5])).tolist() == [0.25, 0.625, 1, 2]
    assert [axis.epoch_end(1, epoch) for epoch in (1, 2, 3)] == [3, 5, 7]
    assert axis.mini_batches_per_epoch == 2


def test_a_second_change_or_run_in_the_same_epoch_drops_what_was_not_reached() -> None:
    once = EpochAxis((RunSegment(1, 0, 4),)).with_size(first=1, left=3, per_epoch=4)

    twice = once.with_size(first=2, left=1, per_epoch=2)
    stopped = once.with_run(RunSegment(2, 2, 10))

    assert [twice.epoch_end(1, epoch) for epoch in (1, 2)] == [3, 5]
    assert stopped.epochs(np.array([2, 12])).tolist() == [0.5, 1.5]


def test_a_change_between_two_epochs_begins_with_the_next_one() -> None:
    axis = EpochAxis((RunSegment(1, 0, 4),)).with_size(first=4, left=2, per_epoch=2)

    assert [axis.epoch_end(1, epoch) for epoch in (1, 2)] == [4, 6]
    assert len(axis.segments) == 2


def test_epochs_lead_back_to_their_mini_batches() -> None:
    axis = EpochAxis().with_run(RunSegment(1, 0, 4)).with_run(RunSegment(2, 10, 2))
    numbers = np.arange(0, 20, dtype=np.float64)

    np.testing.assert_allclose(axis.mini_batches(axis.epochs(numbers)), numbers, atol=1e-12)


def test_without_runs_an_epoch_is_a_mini_batch() -> None:
    assert EpochAxis().mini_batches(np.array([3.0])).tolist() == [3.0]


def test_a_run_that_goes_on_from_a_moment_ends_its_epochs_where_the_other_would_have() -> None:
    # Of four mini-batches an epoch two epochs and one mini-batch were over before.
    axis = EpochAxis().with_run(RunSegment(1, 0, 4, begun=2.25))

    assert [axis.epoch_end(1, epoch) for epoch in (3, 4)] == [3, 7]
    assert axis.epochs(np.array([3.0, 7.0])).tolist() == [0.75, 1.75]


def test_another_size_of_such_a_run_keeps_the_ends_of_its_epochs() -> None:
    axis = EpochAxis().with_run(RunSegment(1, 0, 4, begun=2.25))

    # After one more, half an epoch is left: one mini-batch of twice the size.
    axis = axis.with_size(1, left=1, per_epoch=2)

    assert [axis.epoch_end(1, epoch) for epoch in (3, 4)] == [2, 4]
    np.testing.assert_allclose(axis.epochs(np.array([2.0, 4.0])), [0.75, 1.75])


def test_the_ends_of_many_epochs_are_those_of_each() -> None:
    axis = TWO_RUNS.with_run(RunSegment(7, 20, 4, 2.5)).with_size(23, 2, 3)
    runs = np.array([1, 2, 7, 7, 7, 7], np.float64)
    epochs = np.array([1, 1, 3, 4, 5, 6], np.float64)

    each = [axis.epoch_end(int(run), int(epoch)) for run, epoch in zip(runs, epochs, strict=True)]

    assert axis.epoch_ends(runs, epochs).tolist() == each
    assert each == [4, 16, 22, 25, 28, 31]
