from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.files.network_file import NetworkDocument, write_network
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.training.snapshot import TrainingSnapshot

LONG = 1_000_000


def weights_of(workspace: Workspace) -> list[list[float]]:
    weights: list[list[float]] = workspace.state.parameters.weights[0].tolist()
    return weights


def run_until_paused(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.start(one_mini_batch=True)
    wait_for(qtbot, workspace, TrainingState.PAUSED)


def start_long_run(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, epochs=LONG, learning_rate=0.001))
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
        workspace.run.start()


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def test_a_network_that_does_not_fit_the_digits_locks_the_stepper(
    workspace: Workspace, digits: Mnist, tmp_path: Path
) -> None:
    spec = NetworkSpec((784, 5), ("sigmoid",))
    parameters = initialise(spec, "standard_normal", np.random.default_rng(0))
    document = NetworkDocument(
        "misfit", spec, parameters, 1.0, 0.0, True, np.empty((0, 784)), np.empty((0, 5))
    )
    write_network(tmp_path / "misfit.json", document)
    workspace.examples.set_mnist(digits)

    workspace.open_network(tmp_path / "misfit.json")

    assert workspace.stepper.locked
    trace = workspace.stepper.trace
    assert trace is not None
    assert trace.spec == workspace.spec == spec
    assert "MNIST has 784 inputs and 10 outputs" in workspace.why_no_example()


def test_a_pass_cannot_be_kept_while_a_run_is_paused(qtbot: QtBot, workspace: Workspace) -> None:
    run_until_paused(qtbot, workspace)
    paused = weights_of(workspace)
    workspace.stepper.to_end()

    workspace.next_pass()

    assert weights_of(workspace) == paused
    assert workspace.history.undo_text == "Training"


def test_undo_of_a_new_network_returns_what_the_held_run_had_learned(
    qtbot: QtBot, workspace: Workspace
) -> None:
    start_long_run(qtbot, workspace)
    workspace.stepper.step_forward()
    held = weights_of(workspace)
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
        pass
    snapshot = workspace.training.snapshot
    assert snapshot is not None

    workspace.new_network(NetworkSpec((2, 4, 1), ("tanh", "identity")), "he", workspace.config)
    workspace.undo()

    assert weights_of(workspace) == snapshot.parameters.weights[0].astype(np.float64).tolist()
    assert weights_of(workspace) != held


def test_undo_of_a_new_network_has_no_passes_that_the_held_run_did_not_make(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()
    workspace.run.set_follow(False)
    start_long_run(qtbot, workspace)

    workspace.open_preset("mazur-2-2-2")
    workspace.undo()

    assert (workspace.passes.number, workspace.passes.last_number) == (1, 1)


def test_opening_a_preset_can_be_undone(workspace: Workspace) -> None:
    before = weights_of(workspace)

    workspace.open_preset("mazur-2-2-2")
    workspace.undo()

    assert workspace.state.title == "XOR 2-2-1"
    assert weights_of(workspace) == before


def test_undo_of_a_pass_leaves_the_learning_rate(workspace: Workspace) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()
    workspace.set_config(replace(workspace.config, learning_rate=9.0))

    workspace.undo()

    assert workspace.config.learning_rate == 9.0


def test_undo_of_training_starts_the_curves_anew(qtbot: QtBot, workspace: Workspace) -> None:
    before = weights_of(workspace)
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()
    assert len(workspace.training.history) > 0

    workspace.undo()

    assert weights_of(workspace) == before
    assert len(workspace.training.history) == 0
    assert workspace.training.snapshot is None


def test_a_wish_not_to_follow_outlives_the_start_of_a_run(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.run.set_follow(False)

    start_long_run(qtbot, workspace)

    assert not workspace.run.follow


def test_a_hold_by_stepping_ends_when_the_run_goes_on(qtbot: QtBot, workspace: Workspace) -> None:
    start_long_run(qtbot, workspace)
    workspace.stepper.step_forward()
    assert not workspace.run.follow
    workspace.training.pause()
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    workspace.run.start_or_pause()

    assert workspace.run.follow


def test_the_end_of_a_held_run_is_said(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.set_follow(False)

    with qtbot.waitSignal(workspace.problem, timeout=10_000) as said:
        workspace.run.start()

    assert said.args == ["The run has ended; the pass now shows its last weights."]


@pytest.mark.parametrize("preset", ["mazur-2-2-2", "primer-1-1-1"])
def test_another_network_has_no_selection(workspace: Workspace, preset: str) -> None:
    workspace.selection.select(NodeRef(1, 0))

    workspace.open_preset(preset)

    assert workspace.selection.selected is None


def test_undo_of_a_new_network_of_the_same_layers_tells_that_another_is_looked_at(
    qtbot: QtBot, workspace: Workspace
) -> None:
    title = workspace.state.title
    workspace.new_network(workspace.spec, "xavier", workspace.config)
    assert workspace.state.title == "2-2-1" != title

    with qtbot.waitSignal(workspace.network_changed, timeout=0):
        workspace.undo()

    assert workspace.state.title == title


def test_each_of_many_presses_trains_its_mini_batch(qtbot: QtBot, workspace: Workspace) -> None:
    for _ in range(5):
        workspace.run.one_mini_batch()

    def five_done() -> bool:
        snapshot: TrainingSnapshot | None = workspace.training.snapshot
        return len(workspace.training.history) == 5 and snapshot is not None and snapshot.paused

    qtbot.waitUntil(five_done, timeout=10_000)
    wait_for(qtbot, workspace, TrainingState.PAUSED)
