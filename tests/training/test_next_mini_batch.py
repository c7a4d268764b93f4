"""A run goes on from any moment as if it had never been left, and its next mini-batch is known."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.passes import backward_pass, forward_pass
from nnviz.engine.updates import update
from nnviz.errors import TrainingError
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.next_mini_batch import next_mini_batch
from nnviz.training.schedules import Schedule
from nnviz.training.trainer import NumpyTrainer, Trainer
from tests.training.conftest import JobMaker

pytestmark = pytest.mark.usefixtures("compiled_ready")


def bits(trainer: Trainer) -> bytes:
    moment = trainer.moment
    values = (moment.parameters, *moment.optimizer_state.moments)
    return b"".join(a.tobytes() for each in values for a in (*each.weights, *each.biases))


@pytest.mark.parametrize("kind", [NumpyTrainer, CompiledTrainer])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_new_run_from_a_moment_goes_on_bit_for_bit(
    make_job: JobMaker, kind: type[Trainer], name: str
) -> None:
    job = make_job(
        optimizer=Optimizer(name), schedule=Schedule("cosine"), dropout=0.3, learning_rate=0.05
    )
    whole = kind(job)
    for _ in range(7):  # into the second epoch of five mini-batches
        whole.advance()
    left = whole.moment
    branch = kind(replace(job, start=left))
    assert bits(branch) == bits(whole)
    while not whole.is_done:
        whole.advance()
        branch.advance()
        assert bits(branch) == bits(whole)
        assert branch.moment.mini_batches == whole.moment.mini_batches
    assert branch.is_done
    assert left.mini_batches == 7
    assert (left.epoch, left.mini_batch, left.examples_done) == (1, 2, 20)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("done", [0, 3, 4, 6])
def test_the_next_mini_batch_is_the_one_that_is_trained(
    make_job: JobMaker, name: str, done: int
) -> None:
    job = make_job(optimizer=Optimizer(name), schedule=Schedule("linear", 0.2), dropout=0.3, l2=0.4)
    trainer = NumpyTrainer(job)
    for _ in range(done):
        trainer.advance()
    moment = trainer.moment
    batch = next_mini_batch(job.spec, job.train, moment)
    assert batch is not None
    x = job.train.inputs_at(batch.examples, np.float32)
    y = job.train.targets_at(batch.examples, np.float32)
    forward = forward_pass(job.spec, moment.parameters, x, batch.masks)
    decay = job.config.l2 / len(job.train)
    backward = backward_pass(job.spec, moment.parameters, forward, y, decay)
    after, state = update(
        job.config.optimizer, moment.optimizer_state, moment.parameters, backward.gradients,
        batch.learning_rate,
    )  # fmt: skip
    result = trainer.advance()
    assert result.costs[0] == backward.cost
    assert len(batch.examples) == result.examples == (7 if done == 4 else 10)
    for ours, trained in zip(after.weights, trainer.parameters.weights, strict=True):
        np.testing.assert_array_equal(ours, trained)
    assert state.steps == trainer.optimizer_state.steps == done + 1


def test_after_the_last_epoch_there_is_no_next_mini_batch(make_job: JobMaker) -> None:
    job = make_job(epochs=1)
    trainer = NumpyTrainer(job)
    trainer.advance(100)
    assert trainer.is_done
    assert next_mini_batch(job.spec, job.train, trainer.moment) is None
    with pytest.raises(TrainingError, match="lies behind the 1 epochs"):
        replace(job, start=trainer.moment).check()


def test_a_moment_of_another_optimizer_is_refused(make_job: JobMaker) -> None:
    moment = NumpyTrainer(make_job(optimizer=Optimizer("adam"))).moment
    with pytest.raises(TrainingError, match="another optimizer than Momentum"):
        replace(make_job(optimizer=Optimizer("momentum")), start=moment).check()
