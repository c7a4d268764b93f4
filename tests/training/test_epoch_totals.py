import numpy as np
import pytest

from nnviz.training.epoch_totals import NO_TOTALS


def test_the_sum_of_the_costs_has_the_same_bits_in_slices_of_any_size(rng):
    costs = rng.random(1_000)
    whole = NO_TOTALS.plus(costs, 1_000, 10, 1.0)

    sliced = NO_TOTALS
    for part in np.split(costs, [1, 2, 5, 130, 131, 700]):
        sliced = sliced.plus(part, len(part), 1, 0.1)

    assert sliced.cost == whole.cost
    assert whole.cost == pytest.approx(costs.sum(), rel=1e-13)
    assert (sliced.examples, sliced.correct) == (1_000, 7)


def test_without_labels_no_answers_are_counted():
    totals = NO_TOTALS.plus(np.array([1.0, 2.0]), 4, None, 0.1)

    assert totals.correct is None
    assert totals.accuracy is None
    assert totals.mean_cost == 0.75
