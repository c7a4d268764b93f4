from dataclasses import replace

import numpy as np
import pytest

from nnviz.datasets.toy import from_samples
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.stores.branching import cut, moment_for
from nnviz.stores.epoch_axis import EpochAxis, RunSegment
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.history import TrainingHistory
from nnviz.training.loop import run_training
from nnviz.training.run_record import KeptMoment, RunRecord
from nnviz.training.snapshot import Mailbox
from nnviz.training.trainer import NumpyTrainer, Trainer

SPEC = NetworkSpec((2, 1), ("sigmoid",))


def numpy_only(job: TrainingJob, current: Trainer | None) -> Trainer:
    return current or NumpyTrainer(job)


def a_job(run: int = 1, examples: int = 41, size: int = 10, epochs: int = 3) -> TrainingJob:
    """41 examples in mini-batches of 10 are five mini-batches, the last of a single example."""
    rng = np.random.default_rng(1)
    data = from_samples("points", rng.random((examples, 2)), rng.random((examples, 1)))
    parameters = initialise(SPEC, "xavier", rng, np.float32)
    return TrainingJob(run, SPEC, parameters, data, None, TrainingConfig(epochs, size, 0.5))


def trained(*jobs: TrainingJob) -> tuple[TrainingHistory, EpochAxis, RunRecord]:
    """Return the curves and the record of runs that follow each other."""
    history, axis, record, mailbox = TrainingHistory(), EpochAxis(), RunRecord(), Mailbox()
    for job in jobs:
        first = len(history)
        record.begin(job, first)
        axis = axis.with_run(
            RunSegment(job.run, first, -(-len(job.train) // job.config.mini_batch_size))
        )
        run_training(job, TrainingControl(), mailbox, history.add_epoch, numpy_only, record)
        snapshot = mailbox.take()
        assert snapshot is not None
        history.append(snapshot.costs)
    return history, axis, record


def at(record: RunRecord, place: int) -> KeptMoment:
    return next(each for each in reversed(record.kept) if each.place == place)


@pytest.mark.parametrize("place", range(16))
def test_the_epochs_of_a_branch_end_where_those_of_the_run_did(place: int) -> None:
    history, axis, record = trained(a_job())
    kept = at(record, place)
    job = replace(a_job(run=2), start=kept.moment)

    past, epochs, _ = cut(history, axis, record, kept, job)

    assert len(past) == place
    assert [each.epoch for each in past.reports] == list(range(1, place // 5 + 1))
    for epoch in range(place // 5 + 1, 4):
        assert epochs.epoch_end(2, epoch) == 5 * epoch
    numbers = np.arange(16.0)
    np.testing.assert_allclose(epochs.epochs(numbers), numbers / 5)


def test_a_branch_of_a_second_run_counts_from_where_that_one_began() -> None:
    history, axis, record = trained(a_job(), a_job(run=2))
    kept = at(record, 22)
    job = replace(a_job(run=3), start=kept.moment)

    past, epochs, _ = cut(history, axis, record, kept, job)

    assert [(each.run, each.epoch) for each in past.reports] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert [epochs.epoch_end(3, epoch) for epoch in (2, 3)] == [25, 30]


def test_other_mini_batches_end_the_epoch_that_was_begun() -> None:
    history, axis, record = trained(a_job())
    kept = at(record, 7)
    job = a_job(run=2, size=21)
    job = replace(job, start=moment_for(job, kept.moment))

    _, epochs, _ = cut(history, axis, record, kept, job)

    # 21 of 41 examples are left of the second epoch: one mini-batch; then two an epoch.
    assert [epochs.epoch_end(2, epoch) for epoch in (2, 3)] == [8, 10]
    np.testing.assert_allclose(epochs.epochs(np.array([7.0, 8.0, 10.0])), [1.4, 2, 3])


def test_a_branch_at_the_start_leaves_nothing_of_the_run() -> None:
    history, axis, record = trained(a_job())
    kept = record.kept[0]

    past, epochs, branch = cut(history, axis, record, kept, replace(a_job(run=2)))

    assert len(past) == 0
    assert past.reports == ()
    assert epochs.epoch_end(2, 1) == 5
    assert branch.kept == (kept,)


def test_going_on_at_the_very_end_is_no_branch_unless_something_changes() -> None:
    history, axis, record = trained(a_job())
    kept = record.kept[-1]
    longer = a_job(run=2, epochs=5)
    faster = replace(longer, config=replace(longer.config, learning_rate=1.0))

    same, _, _ = cut(history, axis, record, kept, longer)
    changed, _, _ = cut(history, axis, record, kept, faster)

    assert same.marks == ()
    assert [(each.is_branch, len(each.changes)) for each in changed.marks] == [(False, 1)]


def test_where_a_branch_starts_fits_its_own_hyperparameters() -> None:
    _, _, record = trained(a_job())
    moment = at(record, 9).moment
    adam = a_job()
    adam = replace(adam, config=replace(adam.config, optimizer=Optimizer("adam")))

    other, fewer = moment_for(adam, moment), moment_for(a_job(examples=40), moment)

    assert (other.optimizer_state.steps, len(other.optimizer_state.moments)) == (0, 2)
    assert other.config == adam.config
    assert (moment.epoch, moment.examples_done) == (1, 40)
    assert (fewer.epoch, fewer.mini_batch, fewer.examples_done) == (2, 0, 0)
