import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.training.checkup import ProbeKeeper, Subject, constant_cost, look_at
from nnviz.training.config import TrainingConfig
from nnviz.training.health import measure, probe_of
from nnviz.training.trainer import NumpyTrainer


def subject_of(job, trainer, mini_batches=0, rate=None, tested=None, **changes):
    config = job.config
    return Subject(
        job.run, mini_batches, job.spec, trainer.parameters, config, rate or config.learning_rate,
        job.train, tested, 100, (), **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cost", "output"),
    [
        ("quadratic", "sigmoid"),
        ("sum_of_squares", "sigmoid"),
        ("mean_squared_error", "sigmoid"),
        ("binary_cross_entropy", "sigmoid"),
        ("categorical_cross_entropy", "softmax"),
    ],
)
def test_no_constant_answer_costs_less(rng, cost, output):
    spec = NetworkSpec((2, 3), (output,), cost)
    targets = np.eye(3)[rng.integers(0, 3, 40)]
    least = constant_cost(spec, targets)

    def cost_of(z):
        a = spec.activation(1).value(np.tile(z, (40, 1)))
        return spec.cost_function.value(np.tile(z, (40, 1)), a, targets).mean()

    mean = targets.mean(axis=0)
    best = np.log(mean) if output == "softmax" else np.log(mean / (1 - mean))
    assert cost_of(best) == pytest.approx(least)
    for _ in range(50):
        assert cost_of(best + rng.normal(size=3)) > least


def test_a_class_without_examples_is_a_number_too():
    targets = np.eye(3)[[0, 0, 1]]

    assert np.isfinite(
        constant_cost(NetworkSpec((2, 3), ("softmax",), "categorical_cross_entropy"), targets)
    )


def test_a_look_at_plain_descent_knows_its_next_step(make_job):
    job = make_job(learning_rate=0.5, mini_batch_size=47, l2=0.3)
    trainer = NumpyTrainer(job)
    probe = probe_of(job.train, job.spec)
    before = [w.copy() for w in trainer.parameters.weights]

    check_up = look_at(subject_of(job, trainer), probe)
    trainer.advance(1)

    # The only mini-batch is the whole data, which is the probe: exactly this step is made.
    moved = [
        np.linalg.norm(new - old) / np.linalg.norm(old)
        for new, old in zip(trainer.parameters.weights, before, strict=True)
    ]
    assert check_up.steps == pytest.approx(moved, rel=1e-4)
    assert check_up.step_span == 0


def test_a_look_at_another_optimizer_measures_the_way_since_the_last_one(make_job):
    job = make_job(optimizer=Optimizer("adam"))
    trainer, probe = NumpyTrainer(job), probe_of(job.train, job.spec)
    first = subject_of(job, trainer, 0)
    trainer.advance(4)
    second = subject_of(job, trainer, 4)

    assert look_at(first, probe).steps is None
    assert look_at(first, probe, second).steps is None, "no mini-batches lie between"
    check_up = look_at(second, probe, first)
    way = np.linalg.norm(second.parameters.weights[0] - first.parameters.weights[0])
    size = np.linalg.norm(first.parameters.weights[0])
    assert check_up.steps[0] == pytest.approx(way / size / 4, rel=1e-5)
    assert check_up.step_span == 4


def test_a_look_tells_cost_layers_and_classes(make_job, images):
    job = make_job(l2=5.0)
    trainer, probe = NumpyTrainer(job), probe_of(job.train, job.spec)
    subject = subject_of(job, trainer, tested=images)

    check_up = look_at(subject, probe)

    assert check_up.classes.of == len(images)
    expected = measure(job.spec, trainer.parameters, probe, 5.0 / 47)
    assert [each.weight_gradient for each in check_up.layers] == [
        each.weight_gradient for each in expected
    ]
    (w1, w2), (b1, b2) = trainer.parameters.weights, trainer.parameters.biases
    a1 = 1 / (1 + np.exp(-(probe.inputs @ w1.T + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2.T + b2)))
    without_l2 = ((a2 - probe.targets) ** 2).sum(axis=1).mean() / 2
    assert check_up.cost == pytest.approx(without_l2, rel=1e-5)
    assert look_at(subject, probe, None, lambda: True) is None


def test_classes_alone_need_no_layers(make_job, images):
    job = make_job()
    subject = subject_of(job, NumpyTrainer(job), tested=images, wants_layers=False)

    check_up = look_at(subject, probe_of(job.train, job.spec))

    assert check_up.layers == ()
    assert check_up.classes is not None


def test_a_probe_is_kept_until_the_data_or_the_layers_change(images):
    keeper, spec = ProbeKeeper(), NetworkSpec((12, 5, 3), ("sigmoid", "sigmoid"))
    first = keeper.probe(images, spec)

    assert keeper.probe(images.first(47), spec) is first
    assert keeper.probe(images.first(20), spec) is not first
    assert TrainingConfig().l2 == 0
