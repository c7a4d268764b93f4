import numpy as np
import pytest

from nnviz.datasets.toy import from_samples
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import TrainingError
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.next_mini_batch import epoch_order
from nnviz.training.schedules import Schedule
from nnviz.training.trainer import Interrupted, NumpyTrainer


class Float64Trainer(NumpyTrainer):
    dtype = np.float64


def test_one_step_is_the_primer_s_worked_example():
    spec = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
    parameters = Parameters.frozen(
        [np.array([[1.58]]), np.array([[2.45]])], [np.array([-0.14]), np.array([-0.11])]
    )
    config = TrainingConfig(epochs=1, mini_batch_size=1, learning_rate=0.1)
    data = from_samples("one", [[0.8]], [[1.0]])

    trainer = Float64Trainer(TrainingJob(0, spec, parameters, data, None, config))
    result = trainer.advance()

    found = [array.item() for pair in zip(*_arrays(trainer), strict=True) for array in pair]
    expected = [1.5806890827214704, -0.13913864659816227, 2.451433410952623, -0.1081007630517096]
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    np.testing.assert_allclose(result.costs, [0.011164479170294499], rtol=1e-13)


def test_a_mini_batch_with_l2_is_the_written_out_step(make_job):
    job = make_job((12, 3), learning_rate=0.7, l2=2.0)
    trainer = Float64Trainer(job)
    rows = epoch_order(0, 0, 47)[:10]
    x = job.train.inputs[rows] / 255
    y = np.eye(3)[job.train.labels[rows]]
    w, b = (
        array[0].astype(np.float64) for array in (job.parameters.weights, job.parameters.biases)
    )
    a = 1 / (1 + np.exp(-(x @ w.T + b)))
    delta = (a - y) * a * (1 - a)
    cost = ((a - y) ** 2).sum() / 2 / 10 + 2.0 / (2 * 47) * (w**2).sum()

    result = trainer.advance()

    expected = w - 0.7 * (delta.T @ x / 10 + 2.0 / 47 * w)
    np.testing.assert_allclose(trainer.parameters.weights[0], expected, rtol=1e-12)
    np.testing.assert_allclose(trainer.parameters.biases[0], b - 0.7 * delta.mean(0), rtol=1e-12)
    np.testing.assert_allclose(result.costs, [cost], rtol=1e-12)


def test_every_epoch_sees_every_example_once_in_another_order():
    orders = [epoch_order(3, epoch, 50) for epoch in range(4)]

    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == 4


def test_the_same_seed_gives_the_same_run(make_job, slices):
    first, second, other = (NumpyTrainer(make_job(seed=seed)) for seed in (4, 4, 5))

    costs = [np.concatenate([r.costs for r in slices(t, 3)]) for t in (first, second, other)]

    np.testing.assert_array_equal(costs[0], costs[1])
    np.testing.assert_array_equal(first.parameters.weights[0], second.parameters.weights[0])
    assert not np.array_equal(costs[0], costs[2])


def test_a_slice_ends_with_the_epoch_and_counts_the_partial_mini_batch(make_job, slices):
    trainer = NumpyTrainer(make_job())

    results = list(slices(trainer, 4))

    assert [len(result.costs) for result in results] == [4, 1] * 3
    assert [result.examples for result in results] == [40, 7] * 3
    assert [(r.epoch, r.mini_batch, r.epoch_done) for r in results[:3]] == [
        (0, 4, False), (0, 5, True), (1, 4, False),
    ]  # fmt: skip
    assert trainer.is_done


def test_cost_totals_weigh_the_partial_mini_batch_by_its_size(make_job):
    trainer = NumpyTrainer(make_job())

    result = trainer.advance(100)

    np.testing.assert_array_equal(result.cost_totals, result.costs * [10, 10, 10, 10, 7])


def test_right_answers_are_counted_before_the_update(make_job):
    job = make_job(learning_rate=1e-12)
    answers = np.array([0, 0, 0])
    a = job.train.inputs_at(slice(None))
    for w, b in zip(job.parameters.weights, job.parameters.biases, strict=True):
        a = 1 / (1 + np.exp(-(a @ w.T + b)))
    answers = a.argmax(axis=1)

    result = NumpyTrainer(job).advance(100)

    assert result.correct == np.count_nonzero(answers == job.train.labels)


def test_without_labels_no_right_answers_are_counted(make_job):
    job = make_job((2, 1), train=from_samples("pair", [[0, 1], [1, 0]], [[0], [1]]),
                   mini_batch_size=2)  # fmt: skip

    assert NumpyTrainer(job).advance().correct is None


def test_a_run_away_cost_is_named_and_the_last_good_parameters_are_kept(make_job, slices):
    trainer = NumpyTrainer(make_job(activations=("relu", "identity"), learning_rate=1e30))

    with pytest.raises(TrainingError, match=r"epoch 1, mini-batch \d, .*learning rate smaller"):
        list(slices(trainer, 2))

    assert all(np.isfinite(array).all() for pair in _arrays(trainer) for array in pair)


def test_with_l2_a_run_away_cost_names_it_too(make_job, slices):
    trainer = NumpyTrainer(make_job(l2=1e30))

    with pytest.raises(TrainingError, match=r"rate smaller than 0\.5 or an L2 smaller than 1e\+30"):
        list(slices(trainer, 2))


def test_biases_that_are_not_updated_stay_while_the_weights_learn(make_job):
    free, frozen = (NumpyTrainer(make_job(update_biases=each)) for each in (True, False))

    free.advance(), frozen.advance()

    for b, start in zip(frozen.parameters.biases, frozen.job.parameters.biases, strict=True):
        np.testing.assert_array_equal(b, start)
    for ours, theirs in zip(frozen.parameters.weights, free.parameters.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)  # one step: the same gradients


def test_every_mini_batch_has_its_own_learning_rate(make_job):
    # The first epoch is alike, so the gradient of the next update is: half the rate, half the way.
    schedule = Schedule("step", factor=0.5, every=1)
    scheduled, plain = (
        NumpyTrainer(make_job(epochs=2, **each)) for each in ({"schedule": schedule}, {})
    )
    for trainer in (scheduled, plain):
        trainer.advance(5)
    before = plain.parameters.biases[0]

    scheduled.advance(), plain.advance()

    halved, full = (each.parameters.biases[0] - before for each in (scheduled, plain))
    np.testing.assert_allclose(halved, full / 2, atol=1e-7)


def test_an_interrupted_slice_does_not_count(make_job):
    trainer = NumpyTrainer(make_job())
    trainer.advance(2)
    before = trainer.parameters

    with pytest.raises(Interrupted):
        trainer.advance(2, np.ones(1, dtype=np.int32))

    assert (trainer.epoch, trainer.mini_batch) == (0, 2)
    assert trainer.parameters is before


def _arrays(trainer: NumpyTrainer) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    return trainer.parameters.weights, trainer.parameters.biases
