import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.training.history import TrainingHistory
from nnviz.training.parting import CHUNK, Course, part

PER_EPOCH = 100
WINDOW = 20
"""Of the usual smoothing, for that many mini-batches."""


def course(costs: FloatArray, per_epoch: int = PER_EPOCH) -> Course:
    history = TrainingHistory()
    history.append(costs.astype(np.float32))
    return Course(history, lambda n: n / per_epoch, lambda e: e * per_epoch, per_epoch)


def reference(one: FloatArray, other: FloatArray) -> int | None:
    """The first mini-batch at which the means over the window are apart, written out."""
    for end in range(WINDOW, min(len(one), len(other)) + 1):
        means = [float(np.mean(each[end - WINDOW : end])) for each in (one, other)]
        if abs(means[1] - means[0]) > 0.1 * means[0]:
            return end
    return None


def test_runs_with_the_same_costs_do_not_part(rng: np.random.Generator) -> None:
    costs = rng.random(300)

    parting = part(course(costs), course(costs[:250]))

    assert (parting.common, parting.equal, parting.epoch, parting.is_higher) == (
        250, 250, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("at", [0, 1, 137, 299])
def test_the_last_bit_of_one_cost_parts_two_runs(rng: np.random.Generator, at: int) -> None:
    costs = rng.random(300).astype(np.float32)
    other = costs.copy()
    other[at] = np.nextafter(costs[at], np.float32(2))

    parting = part(course(costs), course(other))

    assert parting.equal == at
    assert parting.epoch is None


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_the_curves_part_where_their_means_are_a_tenth_apart(
    rng: np.random.Generator, factor: float
) -> None:
    costs = 1 + 0.1 * rng.random(400)
    other = costs.copy()
    other[180:] *= factor

    parting = part(course(costs), course(other))

    assert parting.equal == 180
    place = reference(costs, other)
    assert place is not None
    assert parting.epoch == pytest.approx(place / PER_EPOCH)
    assert parting.is_higher is (factor > 1)


def test_before_a_whole_window_nothing_is_apart() -> None:
    costs, other = np.ones(60), np.full(60, 3.0)

    assert part(course(costs), course(other)).epoch == WINDOW / PER_EPOCH
    assert part(course(costs[: WINDOW - 1]), course(other)).epoch is None


def test_runs_of_other_mini_batches_are_compared_at_the_same_epoch() -> None:
    # Per epoch 100 and 50 mini-batches; from epoch 2 on the second costs half.
    costs, other = np.ones(400), np.ones(200)
    other[100:] = 0.5

    parting = part(course(costs), course(other, per_epoch=50))

    # Its window is 20 of 50 mini-batches; five of half the cost take more than a tenth off.
    assert parting.epoch == pytest.approx(105 / 50)
    assert parting.is_higher is False


def test_a_cost_that_is_no_number_is_apart() -> None:
    costs, other = np.ones(100), np.ones(100)
    other[50:] = np.nan

    assert part(course(costs), course(other)).epoch == pytest.approx(51 / PER_EPOCH)


def test_long_runs_are_compared_piece_by_piece() -> None:
    costs = np.ones(3 * CHUNK)
    other = costs.copy()
    other[2 * CHUNK + 5 :] = 2.5

    parting = part(course(costs), course(other))

    # Means over 20 are more than a tenth higher with two of them 1.5 higher.
    assert parting.equal == 2 * CHUNK + 5
    assert parting.epoch == pytest.approx((2 * CHUNK + 7) / PER_EPOCH)


def test_a_run_without_costs_parts_from_nothing() -> None:
    parting = part(course(np.ones(50)), course(np.empty(0)))

    assert (parting.common, parting.equal, parting.epoch) == (0, 0, None)


@pytest.mark.parametrize("seen", [0, 10, 60, 170, 190, 300])
def test_going_on_from_what_was_seen_comes_to_the_same(rng: np.random.Generator, seen: int) -> None:
    costs = 1 + 0.1 * rng.random(300)
    other = costs.copy()
    other[150:] *= 1.3
    before = part(course(costs[:seen]), course(other[:seen]))

    later, whole = (part(course(costs), course(other), known) for known in (before, None))

    assert (later.equal, later.epoch, later.is_higher) == (whole.equal, whole.epoch, True)
    assert later.equal == 150
