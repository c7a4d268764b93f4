from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.errors import TrainingError
from nnviz.files.network_file import write_network
from nnviz.presets.presets import preset_named
from nnviz.stores.documents import document_of, state_of_file
from nnviz.stores.network_state import NetworkState
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training import memory
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import Schedule


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """Mazur's network in a file that says that biases are not trained."""
    path = tmp_path / "frozen.json"
    write_network(path, replace(preset_named("mazur-2-2-2").document(), update_biases=False))
    return path


def test_a_file_decides_for_passes_and_training_whether_biases_are_updated(frozen: Path) -> None:
    state = state_of_file(frozen)

    assert not state.config.update_biases
    assert not state.pass_settings.update_biases
    assert not document_of(state).update_biases


def test_a_network_with_samples_is_trained_like_a_small_preset(tmp_path: Path) -> None:
    write_network(tmp_path / "mine.json", preset_named("xor-2-2-1").document())

    state = state_of_file(tmp_path / "mine.json")

    assert state.title == "mine"
    assert state.config == preset_named("xor-2-2-1").config


def test_a_trained_network_goes_on_like_its_preset(tmp_path: Path) -> None:
    write_network(tmp_path / "trained.json", preset_named("mnist-784-10").document())

    state = state_of_file(tmp_path / "trained.json")

    assert state.title == "trained"
    assert state.reads_mnist
    assert state.config == TrainingConfig()
    assert state.initialiser == preset_named("mnist-784-10").initialiser


def test_a_run_leaves_frozen_biases_as_they_are(
    qtbot: QtBot, workspace: Workspace, frozen: Path
) -> None:
    workspace.open_network(frozen)
    workspace.set_config(replace(workspace.config, epochs=3))
    before = workspace.state.parameters

    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)

    after = workspace.state.parameters
    for b, start in zip(after.biases, before.biases, strict=True):
        np.testing.assert_array_equal(b, start.astype(np.float32))
    assert not np.array_equal(after.weights[-1], before.weights[-1].astype(np.float32))


def test_undo_brings_back_whether_biases_are_trained(workspace: Workspace, tmp_path: Path) -> None:
    document = preset_named("xor-2-2-1").document()
    without = replace(document, inputs=np.empty((0, 2)), targets=np.empty((0, 1)))
    write_network(tmp_path / "frozen.json", replace(without, update_biases=False))
    write_network(tmp_path / "free.json", without)
    workspace.open_network(tmp_path / "frozen.json")
    workspace.open_network(tmp_path / "free.json")
    assert workspace.config.update_biases

    workspace.undo()

    assert not workspace.config.update_biases


def test_a_saved_network_opens_with_how_its_updates_are_made(tmp_path: Path) -> None:
    state = NetworkState.of_preset(preset_named("xor-to-learn-2-3-1"))
    config = replace(
        state.config, learning_rate=0.01, l2=0.5, optimizer=Optimizer("adamw", beta2=0.99),
        schedule=Schedule("step", 0.2, 0.3, 7), dropout=0.25,
    )  # fmt: skip

    write_network(tmp_path / "mine.json", document_of(replace(state, config=config)))

    assert state_of_file(tmp_path / "mine.json").config == config


def test_a_network_that_memory_does_not_hold_is_neither_made_nor_trained(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, problems = workspace.state, list[str]()
    workspace.problem.connect(problems.append)
    monkeypatch.setattr(memory, "available_bytes", lambda: 200)

    with pytest.raises(TrainingError, match=r"^2-5-1 with its 21 parameters .* 0 MB are free"):
        workspace.new_network(
            NetworkSpec((2, 5, 1), ("tanh", "sigmoid")), "xavier", workspace.config
        )
    workspace.run.start()

    assert workspace.state is before
    assert len(problems) == 1
    assert "2-2-1 with its 9 parameters takes about" in problems[0]
    assert workspace.training.state is TrainingState.IDLE
