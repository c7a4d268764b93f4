import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnviz.training import loop
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.snapshot import EpochReport, Mailbox, Outcome, OutcomeStatus
from nnviz.training.trainer import NumpyTrainer, Trainer

TIMEOUT = 30


def numpy_only(job: TrainingJob, current: Trainer | None) -> Trainer:
    return current or NumpyTrainer(job)


class WatchedControl(TrainingControl):
    """Calls ``on_pause`` in the loop's thread once it has paused."""

    def __init__(self, on_pause: Callable[[], None]) -> None:
        super().__init__()
        self._on_pause = on_pause

    def confirm_pause(self) -> None:
        super().confirm_pause()
        self._on_pause()


class Run:
    """A run of the loop in a real thread."""

    def __init__(self, job: TrainingJob, factory: Callable = numpy_only) -> None:
        self.paused = threading.Event()
        self.control, self.mailbox = WatchedControl(self.paused.set), Mailbox()
        self.reports: list[EpochReport] = []
        self.outcomes: list[Outcome] = []
        self.first_epoch_done = threading.Event()
        self._job, self._factory = job, factory
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        outcome = run_training(self._job, self.control, self.mailbox, self._on_epoch, self._factory)
        self.outcomes.append(outcome)

    def _on_epoch(self, report: EpochReport) -> None:
        self.reports.append(report)
        self.first_epoch_done.set()

    def end(self) -> Outcome:
        self.thread.join(TIMEOUT)
        assert not self.thread.is_alive()
        assert len(self.outcomes) == 1
        return self.outcomes[0]


@pytest.fixture
def endless(make_job) -> Iterator[Run]:
    run = Run(make_job(epochs=10_000_000))
    yield run
    run.control.request_stop()
    if run.thread.ident is not None:
        run.thread.join(TIMEOUT)


def start_paused(run: Run) -> None:
    run.control.pause()
    run.thread.start()
    assert run.paused.wait(TIMEOUT)
    assert run.control.is_paused


def test_a_completed_run_reports_every_epoch_and_every_cost(make_job, images, slices):
    job = make_job(test=images)
    run = Run(job)
    alone = NumpyTrainer(job)
    results = list(slices(alone, 100))

    run.thread.start()
    outcome = run.end()

    costs = np.concatenate([result.costs for result in results]).astype(np.float32)
    snapshot = run.mailbox.take()
    assert (outcome.status, outcome.message, outcome.run) == (OutcomeStatus.COMPLETED, "", 7)
    assert not outcome.diverged
    np.testing.assert_array_equal(snapshot.costs, costs)
    np.testing.assert_array_equal(outcome.parameters.weights[0], alone.parameters.weights[0])
    assert [report.epoch for report in run.reports] == [1, 2, 3]
    assert [r.train_accuracy for r in run.reports] == [r.correct / 47 for r in results]
    means = [r.cost_totals.sum() / 47 for r in results]
    assert [r.cost for r in run.reports] == pytest.approx(means, rel=1e-14)


def test_the_test_accuracy_is_that_of_the_parameters_after_the_epoch(make_job, images):
    run = Run(make_job(epochs=1, test=images, initialiser="standard_normal"))

    run.thread.start()
    parameters = run.end().parameters

    a = images.inputs / 255
    for w, b in zip(parameters.weights, parameters.biases, strict=True):
        a = 1 / (1 + np.exp(-(a @ w.T + b)))
    assert run.reports[0].test_accuracy == np.mean(a.argmax(axis=1) == images.labels)


def test_a_stop_ends_the_run_with_its_parameters(endless):
    endless.thread.start()
    assert endless.first_epoch_done.wait(TIMEOUT)

    endless.control.request_stop()
    outcome = endless.end()

    assert outcome.status is OutcomeStatus.STOPPED
    snapshot = endless.mailbox.take()
    assert len(endless.reports) == snapshot.epoch + (snapshot.mini_batch == 5)
    np.testing.assert_array_equal(snapshot.parameters.weights[0], outcome.parameters.weights[0])


def test_a_stop_within_a_slice_gives_that_slice_up(make_job):
    control, mailbox = TrainingControl(), Mailbox()
    slices: list[int] = []

    class StoppingTrainer(NumpyTrainer):
        def _train(self, order, costs, stop_flag):
            slices.append(len(costs))
            if len(slices) == 2:
                control.request_stop()
            return super()._train(order, costs, stop_flag)

    job = make_job()
    alone = NumpyTrainer(job)
    costs = alone.advance(1).costs

    outcome = run_training(job, control, mailbox, lambda report: None,
                           lambda job, current: current or StoppingTrainer(job))  # fmt: skip

    assert (outcome.status, outcome.message) == (OutcomeStatus.STOPPED, "")
    assert slices == [1, 2]
    np.testing.assert_array_equal(mailbox.take().costs, costs.astype(np.float32))
    np.testing.assert_array_equal(outcome.parameters.weights[0], alone.parameters.weights[0])


def test_a_stop_wakes_a_paused_run(endless):
    start_paused(endless)

    endless.control.request_stop()

    assert endless.end().status is OutcomeStatus.STOPPED


def test_a_pause_leaves_its_parameters_in_the_mailbox(endless, make_job):
    start_paused(endless)

    snapshot = endless.mailbox.take()

    assert snapshot.paused
    assert (snapshot.epoch, snapshot.mini_batch, len(snapshot.costs)) == (0, 0, 0)
    initial = make_job().parameters
    np.testing.assert_array_equal(snapshot.parameters.weights[1], initial.weights[1])
    assert not snapshot.parameters.weights[1].flags.writeable
    assert not snapshot.costs.flags.writeable


def test_a_run_that_begins_in_mid_epoch_knows_at_once_how_many_mini_batches_that_has(make_job):
    job = make_job()
    trainer = NumpyTrainer(job)
    trainer.advance(2)  # 20 of 47 examples
    trainer.reconfigure(replace(job.config, mini_batch_size=20))
    run = Run(replace(job, config=trainer.job.config, start=trainer.moment))

    start_paused(run)

    snapshot = run.mailbox.take()
    run.control.request_stop()
    run.end()
    assert (snapshot.mini_batch, snapshot.mini_batches_per_epoch) == (2, 4)


def test_a_single_step_is_exactly_one_mini_batch(make_job):
    job = make_job(epochs=1)
    alone = NumpyTrainer(job)
    cost = alone.advance(1).costs
    pauses: list[int] = []

    def on_pause() -> None:
        pauses.append(0)
        control.run_one_mini_batch() if len(pauses) == 1 else control.request_stop()

    control, mailbox = WatchedControl(on_pause), Mailbox()
    control.pause()
    run_training(job, control, mailbox, lambda report: None, numpy_only)

    snapshot = mailbox.take()
    np.testing.assert_array_equal(snapshot.costs, cost.astype(np.float32))
    assert snapshot.mini_batch == 1
    np.testing.assert_array_equal(snapshot.parameters.weights[0], alone.parameters.weights[0])


def test_one_epoch_more_ends_with_the_epoch_and_pauses(make_job):
    positions: list[tuple[int, int]] = []

    def on_pause() -> None:
        snapshot = mailbox.take()
        positions.append((snapshot.epoch, snapshot.mini_batch))
        control.run_one_epoch() if len(positions) < 3 else control.request_stop()

    control, mailbox = WatchedControl(on_pause), Mailbox()
    control.pause()
    run_training(make_job(), control, mailbox, lambda report: None, numpy_only)

    assert positions == [(0, 0), (0, 5), (1, 5)]


def test_resume_goes_on_to_the_same_end_as_without_a_pause(make_job, slices):
    run = Run(make_job())
    alone = NumpyTrainer(make_job())
    list(slices(alone, 100))
    start_paused(run)

    run.control.resume()
    outcome = run.end()

    np.testing.assert_array_equal(outcome.parameters.weights[0], alone.parameters.weights[0])
    assert not run.control.is_paused


def test_a_snapshot_asked_for_during_a_pause_comes_after_it(endless):
    start_paused(endless)
    endless.mailbox.take()

    endless.control.request_snapshot()
    endless.control.run_one_mini_batch()
    endless.control.request_stop()
    endless.end()

    assert not endless.mailbox.take().paused


def test_a_run_away_cost_fails_with_the_last_good_parameters(make_job):
    job = make_job(activations=("relu", "identity"), learning_rate=1e30)
    run = Run(job)

    run.thread.start()
    outcome = run.end()

    assert outcome.status is OutcomeStatus.FAILED
    assert outcome.diverged
    assert "epoch 1, mini-batch" in outcome.message
    assert all(np.isfinite(array).all() for array in outcome.parameters.weights)
    assert run.mailbox.take() is not None


def test_in_its_first_second_a_run_does_not_say_when_it_ends(endless):
    endless.thread.start()
    endless.first_epoch_done.wait(TIMEOUT)
    endless.control.pause()
    endless.paused.wait(TIMEOUT)

    snapshot = endless.mailbox.take()
    assert snapshot.examples_per_second > 0
    assert snapshot.seconds_left is None


def test_later_it_says_so_by_its_speed(endless, monkeypatch):
    monkeypatch.setattr(loop, "SETTLING_SECONDS", 0.0)
    endless.thread.start()
    endless.first_epoch_done.wait(TIMEOUT)
    endless.control.pause()
    endless.paused.wait(TIMEOUT)

    snapshot = endless.mailbox.take()
    done = snapshot.epoch * 47 + min(snapshot.mini_batch * 10, 47)
    left = 47 * 10_000_000 - done
    # Looking whether there is anything to test takes a microsecond of each of these short epochs.
    assert snapshot.seconds_left == pytest.approx(left / snapshot.examples_per_second, rel=0.05)


def test_a_job_that_does_not_fit_fails_with_its_own_parameters(make_job):
    job = make_job(mini_batch_size=48)

    outcome = run_training(job, TrainingControl(), Mailbox(), lambda report: None)

    assert outcome.status is OutcomeStatus.FAILED
    assert "mini-batch of 48 examples" in outcome.message
    assert outcome.parameters is job.parameters


def test_too_little_memory_is_one_sentence(make_job, caplog):
    def starved(job: TrainingJob, current: Trainer | None) -> Trainer:
        raise MemoryError("cannot allocate")

    job = make_job()

    outcome = run_training(job, TrainingControl(), Mailbox(), lambda report: None, starved)

    assert outcome.status is OutcomeStatus.FAILED
    assert outcome.message == (
        "There is not enough memory for 12-5-3 with a mini-batch size of 10; choose a smaller "
        "network or mini-batch."
    )
    assert outcome.parameters is job.parameters
    assert caplog.text == ""


def test_an_unexpected_error_is_an_outcome_with_its_traceback(make_job):
    def broken(report: EpochReport) -> None:
        raise KeyError("listener")

    outcome = run_training(make_job(), TrainingControl(), Mailbox(), broken, numpy_only)

    assert outcome.status is OutcomeStatus.FAILED
    assert "KeyError('listener')" in outcome.message
    assert 'raise KeyError("listener")' in outcome.details


def test_a_run_that_breaks_hands_over_what_was_trained_until_then(make_job):
    job, mailbox = make_job(), Mailbox()
    alone = NumpyTrainer(job)

    def broken(job: TrainingJob, current: Trainer | None) -> Trainer:
        if current is not None and current.epoch > 0:
            raise LookupError("no second epoch")
        return current or NumpyTrainer(job)

    outcome = run_training(job, TrainingControl(), mailbox, lambda report: None, broken)

    costs = mailbox.take().costs
    np.testing.assert_array_equal(costs, alone.advance(len(costs)).costs.astype(np.float32))
    np.testing.assert_array_equal(outcome.parameters.weights[0], alone.parameters.weights[0])


def test_a_trainer_that_tells_nothing_any_more_leaves_the_last_snapshot(make_job, caplog):
    control, mailbox = TrainingControl(), Mailbox()

    class Mute(NumpyTrainer):
        mute = False

        @property
        def parameters(self):
            if self.mute:
                raise MemoryError("no room for a copy")
            return super().parameters

        def _train(self, order, costs, stop_flag):
            if self.mute:
                raise RuntimeError("broken")
            control.request_snapshot()
            return super()._train(order, costs, stop_flag)

    def falling_mute(job: TrainingJob, current: Trainer | None) -> Trainer:
        current = current or Mute(job)
        current.mute = current.mini_batch > 1
        return current

    outcome = run_training(make_job(), control, mailbox, lambda report: None, falling_mute)

    assert "RuntimeError('broken')" in outcome.message
    assert outcome.parameters is mailbox.take().parameters
    assert "does not tell its parameters" in caplog.text


@pytest.mark.usefixtures("compiled_ready")
def test_changing_over_to_the_compiled_trainer_in_mid_epoch_keeps_the_run(make_job, slices):
    job = make_job(epochs=10)
    kinds: list[type] = []

    def late(job: TrainingJob, current: Trainer | None) -> Trainer:
        if current is not None and current.mini_batch == 3 and len(kinds) < 20:
            current = CompiledTrainer.continuing(current)
        kinds.append(type(current))
        return current or NumpyTrainer(job)

    control, mailbox = WatchedControl(lambda: control.resume()), Mailbox()
    control.pause()
    for _ in range(3):
        control.run_one_mini_batch()

    outcome = run_training(job, control, mailbox, lambda report: None, late)

    alone = CompiledTrainer(job)
    list(slices(alone, 100))
    assert kinds[-1] is CompiledTrainer
    assert NumpyTrainer in kinds
    expected = alone.parameters.weights[0]
    # The two round differently: 1e-5 of the largest weight, as in test_compiled.
    np.testing.assert_allclose(
        outcome.parameters.weights[0], expected, rtol=0, atol=1e-5 * np.abs(expected).max()
    )
    assert len(mailbox.take().costs) == 50
