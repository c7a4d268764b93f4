import numpy as np
import pytest

from nnviz.training.history import ChangeMark, TrainingHistory
from nnviz.training.snapshot import EpochReport


@pytest.fixture
def history() -> TrainingHistory:
    """The costs 1, 2, … 10, in two pieces."""
    history = TrainingHistory()
    history.append(np.arange(1.0, 5.0))
    history.append(np.arange(5.0, 11.0))
    return history


def test_costs_are_kept_in_order_as_float32(history):
    assert history.costs.tolist() == list(range(1, 11))
    assert history.costs.dtype == np.float32
    assert not history.costs.flags.writeable


def test_it_goes_on_growing_after_the_costs_were_looked_at(history):
    looked_at = history.costs

    history.append(np.full(5_000, 0.5))

    assert len(history) == 5_010
    assert history.costs[-1] == 0.5
    assert looked_at.tolist() == list(range(1, 11))


def test_enough_points_show_every_cost(history):
    x, y = history.decimated(10)

    np.testing.assert_array_equal(x, np.arange(1, 11))
    np.testing.assert_allclose(y, np.arange(1, 11))


def test_fewer_points_are_means_of_buckets_drawn_at_their_middles(history):
    x, y = history.decimated(3)  # buckets of 4: 1-4, 5-8, 9-10

    np.testing.assert_allclose(x, [2.5, 6.5, 9.5])
    np.testing.assert_allclose(y, [2.5, 6.5, 9.5])


def test_full_buckets_stay_while_the_curve_grows(history):
    before = history.decimated(5)[1][:5]

    history.append(np.array([100.0]))

    assert len(before) == 5
    np.testing.assert_allclose(history.decimated(6)[1][:5], before)


def test_the_smoothed_curve_is_the_mean_of_the_window_up_to_each_point(history):
    x, y = history.smoothed(window=3, max_points=10)

    np.testing.assert_array_equal(x, np.arange(1, 11))
    np.testing.assert_allclose(y, [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9])


def test_means_of_150_000_costs_do_not_lose_digits():
    history = TrainingHistory()
    costs = np.random.default_rng(0).random(150_000)
    history.append(costs)

    _, y = history.decimated(1_200)

    np.testing.assert_allclose(y[1_170], costs[1_170 * 128 : 1_171 * 128].mean(), rtol=1e-9)
    assert len(y) == 1_172


def test_without_costs_the_curves_are_empty():
    history = TrainingHistory()

    assert [len(part) for part in (*history.decimated(5), *history.smoothed(3, 5))] == [0] * 4


def test_reports_are_kept_in_order():
    history = TrainingHistory()
    reports = [EpochReport(1, epoch, 0.1, 0.9, None, 1.0) for epoch in (1, 2)]

    for report in reports:
        history.add_epoch(report)

    assert history.reports == tuple(reports)


def test_a_truncated_history_has_the_first_costs_reports_and_marks_alone() -> None:
    history = TrainingHistory()
    history.append(np.arange(10, dtype=np.float32))
    for epoch in (1, 2):
        history.add_epoch(EpochReport(1, epoch, 0.5, None, None, 1.0))
    for place in (2, 6):
        history.add_mark(ChangeMark(place, (), is_branch=True))

    past = history.truncated(6, 1)

    assert past.costs.tolist() == [0, 1, 2, 3, 4, 5]
    assert [each.epoch for each in past.reports] == [1]
    assert [each.mini_batch for each in past.marks] == [2]
    assert len(history) == 10


def test_the_mean_before_a_mini_batch_is_of_the_last_costs_and_unknown_at_the_start() -> None:
    history = TrainingHistory()
    history.append(np.array([4, 2, 6], dtype=np.float32))

    assert history.mean_before(0, 5) is None
    assert history.mean_before(2, 5) == 3
    assert history.mean_before(3, 2) == 4


def test_a_number_of_all_reports_is_known_at_any_time_and_nan_where_there_is_none() -> None:
    history = TrainingHistory()
    assert history.reported("cost").tolist() == []

    for epoch in range(1, 3_001):
        history.add_epoch(EpochReport(1, epoch, 1 / epoch, None, epoch / 4_000, 1.0))
        if epoch in (1, 1_024, 1_025):
            assert history.reported("epoch").tolist() == list(range(1, epoch + 1))

    assert history.reported("cost").tolist() == [1 / epoch for epoch in range(1, 3_001)]
    assert history.reported("test_accuracy")[-1] == 0.75
    assert np.isnan(history.reported("train_accuracy")).all()
    assert history.truncated(0, 2).reported("epoch").tolist() == [1, 2]


def test_reports_count_as_memory() -> None:
    history = TrainingHistory()
    before = history.nbytes

    for epoch in range(1_000):
        history.add_epoch(EpochReport(1, epoch, 0.1 * epoch, None, None, 0.5))

    assert 150_000 < history.nbytes - before < 400_000
