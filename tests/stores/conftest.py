from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.datasets.toy import xor
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.stores.training_store import TrainingStore
from nnviz.stores.workspace import Workspace
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.warm_up import wait_until_ready

JobMaker = Callable[..., TrainingJob]


@pytest.fixture(scope="session")
def kernels() -> None:
    """The compiled loops, ready: no test waits for them, and no thread of theirs is left."""
    assert wait_until_ready(300)


@pytest.fixture
def training(qtbot: QtBot, kernels: None) -> Iterator[TrainingStore]:
    store = TrainingStore()
    yield store
    assert store.shutdown()


@pytest.fixture
def workspace(qtbot: QtBot, kernels: None, tmp_path: Path) -> Iterator[Workspace]:
    """XOR with random weights, four mini-batches an epoch; there are no MNIST files."""
    result = Workspace(data_folder=tmp_path / "nothing")
    result.open_preset("xor-2-2-1")
    result.set_config(replace(result.config, mini_batch_size=1, epochs=5))
    result.reset_parameters()
    yield result
    assert result.training.shutdown()


@pytest.fixture
def make_job() -> JobMaker:
    """Return a function that makes XOR jobs, 2-3-1 with four mini-batches an epoch."""

    def make(
        run: int = 1, epochs: int = 3, activation: str = "sigmoid", **config: float
    ) -> TrainingJob:
        spec = NetworkSpec((2, 3, 1), (activation, activation))
        parameters = initialise(spec, "standard_normal", np.random.default_rng(1), np.float32)
        settings = TrainingConfig(epochs=epochs, mini_batch_size=1, learning_rate=0.5)
        return TrainingJob(run, spec, parameters, xor(), None, replace(settings, **config))

    return make


@pytest.fixture
def digits() -> Mnist:
    """60 and 40 random pictures of MNIST's shape, with random labels."""
    rng = np.random.default_rng(3)

    def pictures(name: str, count: int) -> Dataset:
        pixels = rng.integers(0, 256, (count, 784)).astype(np.uint8)
        labels = rng.integers(0, 10, count).astype(np.uint8)
        return Dataset(name, pixels, labels=labels, image_shape=(28, 28), class_count=10)

    return Mnist(pictures("few digits", 60), pictures("few test digits", 40))
