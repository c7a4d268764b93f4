import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.presets.presets import PRESETS
from nnviz.training import choice
from nnviz.training.choice import numpy_is_faster
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.trainer import NumpyTrainer
from nnviz.training.warm_up import best_trainer

EXAMPLES = 4_096
MNIST, HALF, DENSE = 0.19, 0.5, 1.0


@pytest.fixture(scope="module")
def pixels():  # type: ignore[no-untyped-def]
    """Return a function that makes images of which a share of the pixels is lit."""
    rng = np.random.default_rng(3)
    heights = rng.random((EXAMPLES, 784), dtype=np.float32)

    def make(lit: float) -> Dataset:
        inputs = np.where(heights < lit, 200, 0).astype(np.uint8)
        return Dataset("pixels", inputs, labels=np.zeros(EXAMPLES, np.uint8), class_count=10)

    return make


def job_of(data: Dataset, spec: NetworkSpec, mini_batch_size: int) -> TrainingJob:
    # The rule looks at no parameters.
    nothing = Parameters((), ())
    config = TrainingConfig(mini_batch_size=mini_batch_size)
    return TrainingJob(0, spec, nothing, data, None, config)


@pytest.mark.parametrize(
    ("sizes", "lit", "mini_batch_size", "numpys"),
    [
        ((784, 30, 10), MNIST, 10, False),
        ((784, 128, 10), MNIST, 128, False),
        ((784, 128, 10), DENSE, 10, False),
        ((784, 128, 10), DENSE, 128, True),
        ((784, 512, 512, 10), MNIST, 10, False),
        ((784, 512, 512, 10), MNIST, 128, True),
        ((784, 512, 512, 10), HALF, 32, False),
        ((784, 1024, 1024, 10), MNIST, 1, False),
        ((784, 1024, 1024, 10), MNIST, 128, True),
        ((784, 2048, 10), DENSE, 512, True),
    ],
)
def test_the_choice_is_the_one_that_was_faster(pixels, sizes, lit, mini_batch_size, numpys):
    spec = NetworkSpec(sizes, ("relu",) * (len(sizes) - 2) + ("sigmoid",))

    assert numpy_is_faster(job_of(pixels(lit), spec, mini_batch_size)) is numpys


def test_the_networks_that_come_with_the_program_are_for_the_loops(pixels):
    digits = pixels(MNIST)

    for preset in PRESETS.values():
        data = digits
        if not preset.uses_mnist:
            document = preset.document()
            data = Dataset(preset.name, document.inputs, targets=document.targets)
        assert not numpy_is_faster(job_of(data, preset.spec, preset.config.mini_batch_size))


def test_a_mini_batch_that_would_make_a_stop_wait_is_for_the_loops(pixels, monkeypatch):
    spec = NetworkSpec((784, 1024, 1024, 10), ("relu", "relu", "sigmoid"))

    assert numpy_is_faster(job_of(pixels(DENSE), spec, 512))
    assert not numpy_is_faster(job_of(pixels(DENSE), spec, EXAMPLES))
    monkeypatch.setattr(choice, "LONGEST_US", np.inf)
    assert numpy_is_faster(job_of(pixels(DENSE), spec, EXAMPLES))


def test_a_trainer_is_chosen_by_the_rule_and_stays(compiled_ready, make_job, rng):
    data = Dataset("dense", rng.random((300, 300)), targets=rng.random((300, 3)))
    wide = make_job((300, 300, 3), train=data, mini_batch_size=150)
    narrow = make_job((300, 8, 3), train=data, mini_batch_size=2)

    first = best_trainer(wide)
    first.advance()

    assert type(first) is NumpyTrainer
    assert best_trainer(wide, first) is first
    assert type(best_trainer(narrow)) is CompiledTrainer
    assert type(best_trainer(narrow, NumpyTrainer(narrow))) is CompiledTrainer


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_where_numpy_is_chosen_the_loops_would_train_the_same(
    compiled_ready, make_job, rng, optimizer
):
    data = Dataset("dense", rng.random((320, 300)), targets=rng.random((320, 3)))
    job = make_job(
        (300, 300, 3), train=data, mini_batch_size=150, epochs=7, learning_rate=5e-4,
        optimizer=Optimizer(optimizer),
    )  # fmt: skip
    assert numpy_is_faster(job)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)
    for _ in range(10):
        plain.advance(2), compiled.advance(2)

    handed_over = CompiledTrainer.continuing(plain)
    back = NumpyTrainer.continuing(compiled)
    handed_over.advance(), back.advance()

    for a, b in zip(handed_over.parameters.weights, back.parameters.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5 * np.abs(b).max())
