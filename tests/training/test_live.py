from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.optimizers import Optimizer
from nnviz.errors import TrainingError
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig
from nnviz.training.control import TrainingControl
from nnviz.training.dropout import dropout_masks
from nnviz.training.live import Change, changed_job, changes_between, joined
from nnviz.training.loop import run_training
from nnviz.training.next_mini_batch import epoch_order
from nnviz.training.schedules import Schedule
from nnviz.training.snapshot import Mailbox, OutcomeStatus
from nnviz.training.trainer import NumpyTrainer

MOMENTUM = Optimizer("momentum", momentum=0.5)


def changed(config: TrainingConfig, momentum: float, **values: float) -> TrainingConfig:
    return replace(config, optimizer=replace(config.optimizer, momentum=momentum), **values)


def written_out(job, plan):
    """Train by formulas of its own, in float64: sigmoid, quadratic cost, momentum, dropout."""
    (w1, w2), (b1, b2) = (
        [array.astype(np.float64) for array in arrays]
        for arrays in (job.parameters.weights, job.parameters.biases)
    )
    velocity = [np.zeros_like(each) for each in (w1, w2, b1, b2)]
    x, y, n = job.train.inputs / 255, np.eye(3)[job.train.labels], len(job.train)
    seen = 0
    for config in plan:
        epoch, done = divmod(seen, n)
        size = min(config.mini_batch_size, n - done)
        rows = epoch_order(config.seed, epoch, n)[done : done + size]
        kept = dropout_masks(job.spec, config.dropout, config.seed, seen, size, np.float64)
        mask = kept[0] if kept else 1.0
        a0 = x[rows]
        plain = 1 / (1 + np.exp(-(a0 @ w1.T + b1)))
        a1 = plain * mask
        a2 = 1 / (1 + np.exp(-(a1 @ w2.T + b2)))
        d2 = (a2 - y[rows]) * a2 * (1 - a2)
        d1 = (d2 @ w2) * mask * plain * (1 - plain)
        decay = config.l2 / n
        slopes = (d1.T @ a0 / size + decay * w1, d2.T @ a1 / size + decay * w2,
                  d1.mean(0), d2.mean(0))  # fmt: skip
        for each, v, slope in zip((w1, w2, b1, b2), velocity, slopes, strict=True):
            v *= config.optimizer.momentum
            v += slope
            each -= config.learning_rate * v
        seen += size
    return w1, w2, b1, b2


@pytest.mark.usefixtures("compiled_ready")
@pytest.mark.parametrize("kind", [NumpyTrainer, CompiledTrainer])
def test_every_change_counts_from_exactly_the_next_mini_batch_on(make_job, kind):
    job = make_job(learning_rate=0.5, optimizer=MOMENTUM, epochs=9)
    first = job.config
    second = changed(first, 0.9, learning_rate=0.1, l2=2.0, dropout=0.4, mini_batch_size=17)
    third = changed(first, 0.7, learning_rate=0.3, l2=0.5, mini_batch_size=4)
    plan = [first] * 3 + [second] * 2 + [third] * 20
    trainer = kind(job)

    for before, config in zip([first, *plan], plan, strict=False):
        if config is not before:
            trainer.reconfigure(config)
        trainer.advance()

    expected = written_out(job, plan)
    found = (*trainer.parameters.weights, *trainer.parameters.biases)
    for ours, theirs in zip(found, expected, strict=True):
        assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()
    assert trainer.optimizer_state.steps == 25
    assert (trainer.epoch, trainer.mini_batch) == (3, 0)


def test_an_epoch_sees_every_example_once_whatever_its_mini_batches_become(make_job):
    trainer = NumpyTrainer(make_job())
    trainer.advance(2)
    trainer.reconfigure(replace(trainer.job.config, mini_batch_size=20))

    rest = trainer.advance(100)
    whole = trainer.advance(100)

    assert (rest.examples, len(rest.costs), rest.mini_batch, rest.mini_batches_per_epoch) == (
        27, 2, 4, 4,
    )  # fmt: skip
    assert (rest.epoch_done, whole.examples, whole.mini_batches_per_epoch) == (True, 47, 3)


def test_the_schedule_goes_on_from_the_new_rate_at_the_same_place(make_job):
    job = make_job(schedule=Schedule("linear"), epochs=2, learning_rate=1.0, mini_batch_size=1)
    trainer = NumpyTrainer(job)
    while trainer.epoch == 0:
        trainer.advance(47)
    trainer.reconfigure(replace(job.config, learning_rate=10.0))

    rate = trainer._learning_rates(1)

    np.testing.assert_allclose(rate, 10.0 * 0.5, rtol=1e-12)


@pytest.mark.usefixtures("compiled_ready")
def test_the_compiled_trainer_goes_on_in_the_middle_of_an_epoch_of_two_sizes(make_job):
    plain = NumpyTrainer(make_job())
    plain.advance(2)
    plain.reconfigure(replace(plain.job.config, mini_batch_size=3))
    compiled = CompiledTrainer.continuing(plain)

    ours, theirs = compiled.advance(100), plain.advance(100)

    np.testing.assert_allclose(ours.costs, theirs.costs, rtol=1e-5)
    assert (ours.examples, ours.mini_batch) == (theirs.examples, theirs.mini_batch) == (27, 11)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"mini_batch_size": 48}, "mini-batch of 48 examples is larger than small images"),
        ({"epochs": 4}, "A run keeps its optimizer, schedule, epochs"),
        ({"seed": 4}, "so stop it first"),
        ({"optimizer": Optimizer("adam")}, "A run keeps its optimizer"),
    ],
)
def test_what_cannot_change_is_refused_and_changes_nothing(make_job, values, sentence):
    trainer = NumpyTrainer(make_job())
    before = trainer.job

    with pytest.raises(TrainingError, match=sentence):
        trainer.reconfigure(replace(before.config, **values))

    assert trainer.job is before


def test_dropout_without_hidden_neurons_is_refused(make_job):
    job = make_job((12, 3))

    with pytest.raises(TrainingError, match="Dropout leaves out hidden neurons"):
        changed_job(job, replace(job.config, dropout=0.5))


def test_changes_are_written_short_and_in_words():
    before = TrainingConfig(optimizer=MOMENTUM)
    after = changed(before, 0.9, learning_rate=0.5, mini_batch_size=32, l2=5.0)

    changes = changes_between(before, after)

    assert [each.text for each in changes] == [
        "η 3 → 0.5",
        "batch 10 → 32",
        "λ 0 → 5",
        "μ 0.5 → 0.9",
    ]
    assert changes[0].sentence == "Learning rate η: 3 → 0.5"
    assert Change("η", "learning rate η", 0.1, 0.10000001).text == "η 0.1 → 0.10000001"


def test_changes_that_follow_each_other_are_joined():
    rates = [Change("η", "learning rate η", a, b) for a, b in ((3, 2), (2, 1))]
    there_and_back = [Change("λ", "L2 λ", a, b) for a, b in ((0, 1), (1, 0))]

    assert joined((*rates, *there_and_back)) == (Change("η", "learning rate η", 3, 1),)


def test_the_loop_takes_the_newest_change_and_reports_where_it_came(make_job):
    job = make_job(epochs=2)
    control, mailbox = TrainingControl(), Mailbox()
    newest = replace(job.config, learning_rate=0.25, mini_batch_size=20)

    class Changing(NumpyTrainer):
        def advance(self, mini_batches, stop_flag):
            if self.mini_batch == 1 and self.epoch == 0:
                control.change(replace(job.config, learning_rate=9.0))
                control.change(newest)
            return super().advance(1, stop_flag)

    outcome = run_training(
        job, control, mailbox, lambda report: None, lambda job, now: now or Changing(job)
    )

    snapshot = mailbox.take()
    assert outcome.status is OutcomeStatus.COMPLETED
    # Two mini-batches of 10, two of the 27 that were left, three of the second epoch.
    assert len(snapshot.costs) == 2 + 2 + 3
    (change,) = snapshot.changes
    assert (change.mini_batches, change.left_in_epoch) == (2, 2)
    assert (change.before, change.after) == (job.config, newest)
    assert control.take_config() is None
