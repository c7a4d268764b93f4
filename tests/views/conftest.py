from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.stores.workspace import Workspace
from nnviz.training.warm_up import wait_until_ready
from nnviz.visual.raster_warm_up import wait_for_rasters


@pytest.fixture(scope="session")
def kernels() -> None:
    """The compiled loops, ready: no test waits for them, and no thread of theirs is left."""
    assert wait_until_ready(300)
    assert wait_for_rasters(300)


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
def image_workspace(qtbot: QtBot, workspace: Workspace) -> Workspace:
    """A 784-10 network with 60 random pictures to train on, six mini-batches an epoch."""
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(few_digits())
    workspace.set_config(replace(workspace.config, epochs=3))
    return workspace


def few_digits() -> Mnist:
    rng = np.random.default_rng(3)

    def pictures(name: str, count: int) -> Dataset:
        pixels = rng.integers(0, 256, (count, 784)).astype(np.uint8)
        labels = rng.integers(0, 10, count).astype(np.uint8)
        return Dataset(name, pixels, labels=labels, image_shape=(28, 28), class_count=10)

    return Mnist(pictures("few digits", 60), pictures("few test digits", 40))
