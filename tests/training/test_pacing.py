import threading
from collections.abc import Callable
from time import perf_counter

import pytest

from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.pacing import FLAT_OUT, SPEEDS, Pace, speed_text
from nnviz.training.snapshot import Mailbox, Outcome, OutcomeStatus
from nnviz.training.trainer import NumpyTrainer

ALMOST_NEVER = 1e-3
"""Mini-batches a second: the second one is due in a quarter of an hour."""


class Run:
    """A run in a real thread; ``trained`` counts its mini-batches."""

    def __init__(self, job, limit: float) -> None:
        self.control, self.mailbox = TrainingControl(), Mailbox()
        self.control.set_speed_limit(limit)
        self.begun = threading.Event()
        self.slices: list[int] = []
        self.outcomes: list[Outcome] = []
        run = self

        class Counted(NumpyTrainer):
            def advance(self, mini_batches, stop_flag):
                result = super().advance(mini_batches, stop_flag)
                run.slices.append(len(result.costs))
                run.begun.set()
                return result

        self.thread = threading.Thread(
            target=lambda: self.outcomes.append(
                run_training(job, self.control, self.mailbox, lambda report: None,
                             lambda job, now: now or Counted(job))
            )
        )  # fmt: skip
        self.thread.start()
        assert self.begun.wait(30)

    def until(self, holds: Callable[[], bool]) -> None:
        end = perf_counter() + 30
        while not holds():
            assert perf_counter() < end
            self.thread.join(0.002)

    def end(self) -> Outcome:
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.outcomes[0]


@pytest.fixture
def slow(make_job):
    """A run that has trained its first mini-batch and waits for the turn of its second."""
    run = Run(make_job(), ALMOST_NEVER)
    yield run
    run.control.request_stop()
    run.end()


def test_a_limited_run_takes_its_time_and_trains_the_same(make_job, slices):
    job = make_job()
    alone = NumpyTrainer(job)
    list(slices(alone, 100))
    started = perf_counter()

    outcome = Run(job, limit=100.0).end()

    # 15 mini-batches, each after its hundredth of a second.
    assert perf_counter() - started > 0.13
    assert (outcome.parameters.weights[0] == alone.parameters.weights[0]).all()


def test_a_stop_ends_the_wait(slow):
    slow.control.request_stop()

    assert slow.end().status is OutcomeStatus.STOPPED
    assert slow.slices == [1]


def test_a_pause_and_a_single_step_do_not_wait(slow):
    slow.control.pause()
    slow.until(lambda: slow.control.is_paused)

    slow.control.run_one_mini_batch()
    slow.until(lambda: slow.slices == [1, 1])

    slow.until(lambda: slow.control.is_paused)


def test_another_speed_ends_the_wait(slow):
    slow.control.set_speed_limit(FLAT_OUT)

    assert slow.end().status is OutcomeStatus.COMPLETED
    assert sum(slow.slices) == 15


def test_the_speed_and_the_time_left_are_those_of_the_limit(slow):
    slow.control.request_stop()
    slow.end()

    snapshot = slow.mailbox.take()
    assert snapshot.examples_per_second == pytest.approx(10 * ALMOST_NEVER)
    assert snapshot.seconds_left == pytest.approx((3 * 47 - 10) / 10 / ALMOST_NEVER, rel=1e-3)


def test_after_flat_out_a_limit_waits_for_one_mini_batch_and_not_for_all():
    pace = Pace()

    pace.begin(FLAT_OUT, 5_000)

    assert 0.4 < pace.seconds_to_wait(1.0) <= 1.0
    assert pace.seconds_to_wait(FLAT_OUT) == 0
    assert [pace.largest_slice(limit, 64) for limit in (1.0, 1000.0, FLAT_OUT)] == [1, 20, 64]


def test_speeds_are_told_in_words():
    texts = [speed_text(limit) for limit in SPEEDS]

    assert (texts[0], texts[2], texts[-2], texts[-1]) == (
        "1 mini-batch/s", "5 mini-batches/s", "1,000 mini-batches/s", "flat out",
    )  # fmt: skip
