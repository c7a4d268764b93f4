"""Early stopping by a written-out reference, and a real run that learns its examples by heart."""

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import Parameters
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.early_stopping import BestEpoch, Criterion, EarlyStopping
from nnviz.training.evaluation import Evaluation
from nnviz.training.loop import run_training
from nnviz.training.snapshot import EpochReport, Mailbox, Outcome, OutcomeStatus
from nnviz.training.trainer import NumpyTrainer, Trainer

EPOCHS = 40


def reference(values: list[float], patience: int) -> tuple[int, int]:
    """Return after which epoch a run with these accuracies ends, and which one is the best."""
    end = len(values)
    for epoch in range(1, len(values) + 1):
        best = values.index(max(values[:epoch])) + 1
        if patience and epoch - best >= patience:
            end = epoch
            break
    return end, values.index(max(values[:end])) + 1


def parameters_of(epoch: int) -> Parameters:
    return Parameters.frozen([np.full((1, 1), float(epoch))], [np.zeros(1)])


@given(st.lists(st.sampled_from([0.5, 0.75, 0.875, 0.9]), min_size=1), st.integers(0, 4))
def test_it_is_over_when_the_reference_says_so(values: list[float], patience: int) -> None:
    watch, ended = EarlyStopping(patience), len(values)
    for epoch, value in enumerate(values, start=1):
        watch.add(epoch, Evaluation(value, 0.1 * epoch), parameters_of(epoch))
        if watch.is_over:
            ended = epoch
            break

    assert watch.best is not None
    assert (ended, watch.best.epoch) == reference(values, patience)
    assert watch.best.parameters.weights[0][0, 0] == watch.best.epoch
    assert watch.best.criterion is Criterion.ACCURACY


def test_without_classes_a_lower_cost_is_better_and_an_unknown_one_is_not() -> None:
    watch = EarlyStopping(patience=2)
    over = []
    for epoch, cost in enumerate((None, 3.0, 1.0, None, 2.0), start=1):
        watch.add(epoch, Evaluation(None, cost), parameters_of(epoch))
        over.append(watch.is_over)

    assert over == [False, False, False, False, True]
    assert watch.best is not None
    assert (watch.best.epoch, watch.best.value, watch.best.criterion) == (3, 1.0, Criterion.COST)


@pytest.fixture
def others() -> Dataset:
    """30 images with labels of their own chance: nothing that is learned elsewhere helps."""
    rng = np.random.default_rng(11)
    pixels = rng.integers(0, 256, (30, 12)).astype(np.uint8)
    labels = rng.integers(0, 3, 30).astype(np.uint8)
    return Dataset("other images", pixels, labels=labels, image_shape=(3, 4), class_count=3)


@pytest.fixture
def by_heart(make_job: Callable[..., TrainingJob], others: Dataset) -> Callable[..., TrainingJob]:
    """Return a function that makes jobs which learn 47 random answers by heart."""

    def make(**config: float) -> TrainingJob:
        settings = {"epochs": EPOCHS, "learning_rate": 2.0, "validation": others, **config}
        return make_job(sizes=(12, 20, 3), **settings)

    return make


def train(
    job: TrainingJob, on_epoch: Callable[[EpochReport, TrainingControl], None] | None = None
) -> tuple[Outcome, list[EpochReport], Mailbox]:
    """Train in a real thread."""
    reports: list[EpochReport] = []
    outcomes: list[Outcome] = []
    control, mailbox = TrainingControl(), Mailbox()

    def take(report: EpochReport) -> None:
        reports.append(report)
        if on_epoch is not None:
            on_epoch(report, control)

    def factory(job: TrainingJob, current: Trainer | None) -> Trainer:
        return current or NumpyTrainer(job)

    def run() -> None:
        outcomes.append(run_training(job, control, mailbox, take, factory))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    (outcome,) = outcomes
    return outcome, reports, mailbox


def after_each_epoch(job: TrainingJob) -> list[Parameters]:
    """Return the parameters of a trainer that nobody evaluates or stops."""
    trainer, found = NumpyTrainer(job), []
    while not trainer.is_done:
        if trainer.advance(1).epoch_done:
            found.append(trainer.parameters)
    return found


def right(parameters: Parameters, data: Dataset) -> float:
    """The share of right answers, written out in float64."""
    a = data.inputs / 255
    for w, b in zip(parameters.weights, parameters.biases, strict=True):
        a = 1 / (1 + np.exp(-(a @ w.T + b)))
    return float(np.mean(a.argmax(axis=1) == data.labels))


def assert_same(one: Parameters, other: Parameters) -> None:
    for ours, theirs in zip(one.weights + one.biases, other.weights + other.biases, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("patience", [1, 3, 6])
def test_a_run_stops_early_where_the_reference_does(by_heart, others, patience) -> None:
    job = by_heart(patience=patience)
    states = after_each_epoch(job)
    values = [right(parameters, others) for parameters in states]
    end, best = reference(values, patience)

    outcome, reports, mailbox = train(job)

    assert end < EPOCHS
    assert (outcome.status, outcome.early, outcome.epochs) == (OutcomeStatus.COMPLETED, True, end)
    assert [report.validation_accuracy for report in reports] == values[:end]
    assert outcome.best is not None
    assert (outcome.best.epoch, outcome.best.value) == (best, values[best - 1])
    assert_same(outcome.best.parameters, states[best - 1])
    assert_same(outcome.parameters, states[end - 1])
    assert len(mailbox.take().costs) == 5 * end


def test_with_keep_best_the_run_ends_with_the_best_epochs_parameters(by_heart, others) -> None:
    job = by_heart(keep_best=True)
    states = after_each_epoch(job)
    _, best = reference([right(parameters, others) for parameters in states], 0)

    outcome, reports, _ = train(job)

    assert best < EPOCHS == len(reports)
    assert not outcome.early
    assert outcome.kept_best
    assert outcome.moment is None  # the run did not end there
    assert_same(outcome.parameters, states[best - 1])


@pytest.mark.usefixtures("compiled_ready")
def test_the_compiled_trainers_best_parameters_are_those_of_that_epoch(by_heart, others) -> None:
    job = by_heart(patience=4)
    alone, states = CompiledTrainer(job), []
    while not alone.is_done:
        if alone.advance(1).epoch_done:
            states.append(alone.parameters)
    end, best = reference([right(parameters, others) for parameters in states], 4)

    outcome = run_training(job, TrainingControl(), Mailbox(), lambda report: None,
                           lambda job, current: current or CompiledTrainer(job))  # fmt: skip

    assert (outcome.early, outcome.epochs, outcome.best.epoch) == (True, end, best)
    assert_same(outcome.best.parameters, states[best - 1])
    assert_same(outcome.parameters, states[end - 1])


def test_a_run_that_is_stopped_keeps_its_best_epoch_too(by_heart, others) -> None:
    job = by_heart(keep_best=True)
    states = after_each_epoch(job)
    values = [right(parameters, others) for parameters in states]
    _, best = reference(values[:10], 0)

    outcome, _, _ = train(
        job, lambda report, control: report.epoch == 10 and control.request_stop()
    )

    assert (outcome.status, outcome.epochs) == (OutcomeStatus.STOPPED, 10)
    assert outcome.best.epoch == best
    assert_same(outcome.parameters, states[best - 1])


def test_a_run_that_needs_its_last_epoch_has_not_stopped_early(by_heart, others) -> None:
    values = [right(each, others) for each in after_each_epoch(by_heart())]
    end, _ = reference(values, 3)

    outcome, reports, _ = train(by_heart(patience=3, epochs=end))

    assert len(reports) == end
    assert not outcome.early


def test_validation_does_not_disturb_the_run(by_heart, images) -> None:
    plain, plain_reports, _ = train(by_heart(validation=None, epochs=6))
    watched, reports, _ = train(by_heart(test=images, epochs=6))

    assert_same(plain.parameters, watched.parameters)
    assert [each.cost for each in reports] == [each.cost for each in plain_reports]
    assert (plain.best, plain_reports[0].validation_accuracy) == (None, None)
    assert (plain_reports[0].validation_cost, plain_reports[0].test_cost) == (None, None)


def test_costs_are_those_of_the_parameters_after_the_epoch(by_heart, others, images) -> None:
    job = by_heart(epochs=2, l2=0.5, test=images)

    outcome, reports, _ = train(job)

    def cost(data: Dataset) -> float:
        a = data.inputs / 255
        for w, b in zip(outcome.parameters.weights, outcome.parameters.biases, strict=True):
            a = 1 / (1 + np.exp(-(a @ w.T + b)))
        squares = sum(float((w.astype(np.float64) ** 2).sum()) for w in outcome.parameters.weights)
        mean = ((a - np.eye(3)[data.labels]) ** 2).sum(axis=1).mean() / 2
        return mean + 0.5 / (2 * 47) * squares

    # float32 in the run, float64 here.
    assert reports[-1].validation_cost == pytest.approx(cost(others), rel=1e-5)
    assert reports[-1].test_cost == pytest.approx(cost(images), rel=1e-5)


def test_without_classes_the_lowest_validation_cost_is_the_best(make_job) -> None:
    rng = np.random.default_rng(2)
    train_data, held_back = (
        Dataset(name, rng.random((n, 3)), targets=rng.random((n, 2)))
        for name, n in (("noise", 10), ("other noise", 8))
    )
    job = make_job(sizes=(3, 12, 2), train=train_data, validation=held_back, epochs=300,
                   learning_rate=3.0, patience=20)  # fmt: skip

    outcome, reports, _ = train(job)

    costs = [report.validation_cost for report in reports]
    assert outcome.early
    assert outcome.best.criterion is Criterion.COST
    assert outcome.best.epoch == int(np.argmin(costs)) + 1 == len(costs) - 20
    assert reports[0].validation_accuracy is None


def test_an_outcome_with_other_parameters_than_the_best_has_not_kept_them() -> None:
    best = BestEpoch(2, parameters_of(2), 0.5, Criterion.ACCURACY)

    last = Outcome(1, OutcomeStatus.COMPLETED, "", parameters_of(3), best=best)

    assert not last.kept_best


def test_a_run_that_fails_keeps_its_best_epoch_too(make_job, others) -> None:
    job = make_job(activations=("relu", "identity"), validation=others, keep_best=True,
                   learning_rate=0.05, epochs=20)  # fmt: skip
    wild = replace(job.config, learning_rate=1e30)

    outcome, reports, _ = train(
        job, lambda report, control: report.epoch == 3 and control.change(wild)
    )

    values = [report.validation_accuracy for report in reports]
    assert (outcome.status, outcome.epochs) == (OutcomeStatus.FAILED, 3)
    assert outcome.kept_best
    assert_same(outcome.parameters, after_each_epoch(job)[values.index(max(values))])
