"""A run that diverges ends right before the mini-batch that spoils it, whatever its slices are."""

import numpy as np
import pytest

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.passes import backward_pass, forward_pass
from nnviz.engine.updates import OptimizerState, update
from nnviz.errors import DivergedError
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.next_mini_batch import next_mini_batch
from nnviz.training.snapshot import Mailbox, OutcomeStatus
from nnviz.training.trainer import NumpyTrainer, Trainer
from tests.training.conftest import JobMaker

pytestmark = pytest.mark.usefixtures("compiled_ready")

KINDS = [NumpyTrainer, CompiledTrainer]
DIVERGING = {
    "at the first, by its update": {"learning_rate": 3e38, "l2": 4700.0},
    "at the second, by its cost": {"learning_rate": 1e30},
    "slowly": {"learning_rate": 1.0, "l2": 100.0, "activations": ("relu", "identity")},
    "slowly, with momentum": {"learning_rate": 2.0, "optimizer": Optimizer("momentum")},
    "by L2": {"learning_rate": 0.5, "l2": 9000.0},
    "by L2 alone": {"learning_rate": 0.3, "l2": 2000.0, "activations": ("sigmoid",) * 2},
    "with dropout": {"learning_rate": 9.0, "dropout": 0.3},
}


def diverging_job(make_job: JobMaker, how: str) -> TrainingJob:
    return make_job(**{"activations": ("identity",) * 2, "epochs": 200, **DIVERGING[how]})  # type: ignore[arg-type]


def is_finite(*values: Parameters) -> bool:
    return all(np.isfinite(a).all() for each in values for a in (*each.weights, *each.biases))


def written_out(job: TrainingJob) -> tuple[int, int, list[float], Parameters, OptimizerState]:
    """Train one mini-batch after the other with the engine; stop before the first that is bad."""
    trainer = NumpyTrainer(job)  # knows where the run stands, and trains nothing here
    moment, costs, n = trainer.moment, [], len(job.train)
    parameters, state = moment.parameters, moment.optimizer_state
    for number in range(10_000):
        epoch, mini_batch = divmod(number, -(-n // job.config.mini_batch_size))
        moment = type(moment)(
            epoch, mini_batch, mini_batch * job.config.mini_batch_size, number, parameters, state,
            job.config,
        )  # fmt: skip
        batch = next_mini_batch(job.spec, job.train, moment)
        assert batch is not None
        with np.errstate(all="ignore"):
            x = job.train.inputs_at(batch.examples, np.float32)
            y = job.train.targets_at(batch.examples, np.float32)
            forward = forward_pass(job.spec, parameters, x, batch.masks)
            backward = backward_pass(job.spec, parameters, forward, y, job.config.l2 / n)
            after, state_after = update(
                job.config.optimizer, state, parameters, backward.gradients, batch.learning_rate
            )
        if not (backward.cost < 3.4e38 and is_finite(after, *state_after.moments)):
            return epoch, mini_batch, costs, parameters, state
        costs.append(backward.cost)
        parameters, state = after, state_after
    raise AssertionError("it does not diverge")


def diverge(trainer: Trainer, slices: int) -> tuple[list[float], str]:
    costs: list[float] = []
    while not trainer.is_done:
        try:
            costs += trainer.advance(slices).costs.tolist()
        except DivergedError as error:
            return costs, str(error)
    raise AssertionError("it does not diverge")


def bits(trainer: Trainer) -> bytes:
    moment = trainer.moment
    values = (moment.parameters, *moment.optimizer_state.moments)
    return b"".join(a.tobytes() for each in values for a in (*each.weights, *each.biases))


@pytest.mark.parametrize("how", DIVERGING)
@pytest.mark.parametrize("slices", [1, 3, 1000])
def test_the_reference_ends_where_single_steps_written_out_do(
    make_job: JobMaker, how: str, slices: int
) -> None:
    job = diverging_job(make_job, how)
    epoch, mini_batch, expected, parameters, state = written_out(job)

    trainer = NumpyTrainer(job)
    costs, sentence = diverge(trainer, slices)

    assert (trainer.epoch, trainer.mini_batch) == (epoch, mini_batch)
    assert trainer.mini_batches == trainer.optimizer_state.steps == len(expected)
    assert costs == expected
    assert f"In epoch {epoch + 1}, mini-batch {mini_batch + 1}, the " in sentence
    pairs = zip(
        (parameters, *state.moments),
        (trainer.parameters, *trainer.optimizer_state.moments),
        strict=True,
    )
    for theirs, ours in pairs:
        for a, b in zip((*theirs.weights, *theirs.biases), (*ours.weights, *ours.biases),
                        strict=True):  # fmt: skip
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("how", DIVERGING)
@pytest.mark.parametrize("kind", KINDS)
def test_slices_of_any_size_end_before_the_same_mini_batch_bit_for_bit(
    make_job: JobMaker, kind: type[Trainer], how: str
) -> None:
    job = diverging_job(make_job, how)
    single = kind(job)
    costs, sentence = diverge(single, 1)

    for slices in (2, 4, 1000):
        trainer = kind(job)
        assert diverge(trainer, slices) == (costs, sentence)
        assert bits(trainer) == bits(single)
        assert np.isfinite(costs).all()
        assert trainer.moment.mini_batches == len(costs)


def test_the_sentence_says_whether_cost_or_update_is_no_number(make_job: JobMaker) -> None:
    sentences = [
        diverge(NumpyTrainer(diverging_job(make_job, how)), 4)[1] for how in list(DIVERGING)[:2]
    ]

    assert "mini-batch 1, the update grew beyond all numbers" in sentences[0]
    assert "mini-batch 2, the cost grew beyond all numbers" in sentences[1]


@pytest.mark.parametrize("how", ["slowly", "by L2 alone"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_outcome_is_the_moment_before_and_the_curve_goes_up_to_it(
    make_job: JobMaker, kind: type[Trainer], how: str
) -> None:
    job = diverging_job(make_job, how)
    alone = kind(job)
    costs, sentence = diverge(alone, 1)
    mailbox = Mailbox()

    outcome = run_training(
        job, TrainingControl(), mailbox, lambda report: None, lambda job, old: old or kind(job)
    )

    snapshot = mailbox.take()
    assert outcome.status is OutcomeStatus.FAILED
    assert outcome.diverged is outcome.moment
    assert outcome.message == sentence
    assert outcome.moment is not None
    assert outcome.moment.mini_batches == len(costs) > 10
    assert (outcome.moment.epoch, outcome.moment.mini_batch) == (alone.epoch, alone.mini_batch)
    assert outcome.parameters is outcome.moment.parameters
    for a, b in zip(outcome.parameters.weights, alone.parameters.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert snapshot is not None
    np.testing.assert_array_equal(snapshot.costs, np.float32(costs))
    assert np.isfinite(snapshot.costs).all()


def test_a_run_that_fails_otherwise_has_not_diverged(make_job: JobMaker) -> None:
    job = make_job(mini_batch_size=48)

    outcome = run_training(job, TrainingControl(), Mailbox(), lambda report: None)

    assert (outcome.status, outcome.diverged) == (OutcomeStatus.FAILED, None)
