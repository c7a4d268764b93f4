import math

import pytest

from nnviz.errors import TrainingError
from nnviz.training.schedules import SCHEDULES, Schedule


def shares(schedule: Schedule, per_epoch: int = 2, epochs: int = 5) -> list[float]:
    return [schedule.share(t, per_epoch, epochs) for t in range(per_epoch * epochs)]


def test_a_constant_rate_stays():
    assert shares(Schedule()) == [1.0] * 10


def test_a_step_comes_every_few_epochs():
    found = shares(Schedule("step", factor=0.5, every=2))

    assert found == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_a_linear_rate_would_be_0_just_after_the_end():
    found = shares(Schedule("linear"))

    assert found == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def test_a_cosine_is_flat_half_and_flat_again():
    found = shares(Schedule("cosine"))

    assert found[0] == 1
    assert found[5] == pytest.approx(0.5)
    assert found[9] == pytest.approx((1 - math.cos(math.pi / 10)) / 2)
    assert found[2] + found[8] == pytest.approx(1)


@pytest.mark.parametrize("name", ["constant", "linear", "cosine"])
def test_the_warm_up_rises_evenly_and_the_rest_goes_over_what_is_left(name):
    found = shares(Schedule(name, warm_up=0.4))

    assert found[:4] == pytest.approx([0.25, 0.5, 0.75, 1])
    rest = [Schedule(name).share(t, 1, 6) for t in range(6)]
    assert found[4:] == pytest.approx(rest)


def test_steps_keep_their_epochs_when_there_is_a_warm_up():
    found = shares(Schedule("step", warm_up=0.2, factor=0.1, every=3))

    assert found == pytest.approx([0.5, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1])


def test_a_run_may_be_all_warm_up():
    assert shares(Schedule("linear", warm_up=1), 1, 4) == [0.25, 0.5, 0.75, 1]


def test_every_share_lies_above_0_and_at_most_1():
    for name in SCHEDULES:
        for warm_up in (0, 0.03, 0.5, 1):
            found = shares(Schedule(name, warm_up), 7, 13)
            assert 0 < min(found) <= max(found) <= 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "cosin"}, "There is no schedule 'cosin'; choose one of constant, step, linear, "),
        ({"warm_up": 1.5}, "The warm-up is 1.5; a share of the run from 0 to 1 is needed."),
        ({"warm_up": math.nan}, "The warm-up is nan; a share of the run from 0 to 1 is needed."),
        ({"factor": 0.0}, "The factor of a step is 0; a number above 0 and up to 1 is needed."),
        ({"factor": 1.1}, "The factor of a step is 1.1; a number above 0 and up to 1 is needed."),
        ({"every": 0}, "The epochs between steps are 0; a whole number from 1 is needed."),
        ({"every": 1.5}, "The epochs between steps are 1.5; a whole number from 1 is needed."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(values, sentence):
    with pytest.raises(TrainingError) as caught:
        Schedule(**values)

    assert str(caught.value).startswith(sentence)
