from collections.abc import Callable, Iterator

import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import Mnist, load_mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.trainer import SliceResult, Trainer
from nnviz.training.warm_up import wait_until_ready

JobMaker = Callable[..., TrainingJob]
Slices = Callable[[Trainer, int], Iterator[SliceResult]]


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    return load_mnist(find_data_folder())


@pytest.fixture(scope="session")
def compiled_ready() -> None:
    assert wait_until_ready(300), "the kernels did not compile"


@pytest.fixture
def images() -> Dataset:
    """47 sparse images of 12 pixels with 3 labels; 47 leaves a partial last mini-batch."""
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (47, 12)).astype(np.uint8)
    pixels[rng.random(pixels.shape) < 0.6] = 0
    labels = rng.integers(0, 3, 47).astype(np.uint8)
    return Dataset("small images", pixels, labels=labels, image_shape=(3, 4), class_count=3)


@pytest.fixture
def make_job(images: Dataset) -> JobMaker:
    """Return a function that makes jobs for the small images, 12-5-3 unless told otherwise."""

    def make(
        sizes: tuple[int, ...] = (12, 5, 3),
        activations: tuple[str, ...] | None = None,
        cost: str = "quadratic",
        train: Dataset = images,
        test: Dataset | None = None,
        initialiser: str = "xavier",
        validation: Dataset | None = None,
        **config: float,
    ) -> TrainingJob:
        spec = NetworkSpec(sizes, activations or ("sigmoid",) * (len(sizes) - 1), cost)
        settings = {"epochs": 3, "mini_batch_size": 10, "learning_rate": 0.5, **config}
        settings["validation_size"] = 0 if validation is None else len(validation)
        parameters = initialise(spec, initialiser, np.random.default_rng(1), np.float32)
        return TrainingJob(
            7, spec, parameters, train, test, TrainingConfig(**settings),  # type: ignore[arg-type]
            validation=validation,
        )  # fmt: skip

    return make


@pytest.fixture
def slices() -> Slices:
    """Return a function that trains to the end in slices of at most that many mini-batches."""

    def train(trainer: Trainer, mini_batches: int) -> Iterator[SliceResult]:
        while not trainer.is_done:
            yield trainer.advance(mini_batches)

    return train
