from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.network import NetworkSpec
from nnviz.engine.passes import backward_pass, descend, forward_pass
from nnviz.errors import NnvizError
from nnviz.stores.examples_store import Subset
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.training.snapshot import TrainingSnapshot

LONG = 1_000_000


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def first_weights(workspace: Workspace) -> list[list[float]]:
    weights: list[list[float]] = workspace.state.parameters.weights[0].tolist()
    return weights


def start_long_run(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, epochs=LONG, learning_rate=0.001))
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
        workspace.run.start()


def test_without_the_data_folder_the_small_presets_work(workspace: Workspace) -> None:
    workspace.open_preset("primer-2-3-2")

    workspace.stepper.to_end()

    assert workspace.stepper.timeline.at_end
    assert workspace.examples.problem == ""


def test_without_the_data_folder_mnist_is_a_sentence(qtbot: QtBot, workspace: Workspace) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000) as problem:
        workspace.open_preset("mnist-784-30-10")

    assert "does not exist; name the folder" in problem.args[0]
    assert workspace.stepper.locked
    assert workspace.why_no_example() == problem.args[0]


def test_training_without_data_says_why_and_does_not_start(
    qtbot: QtBot, workspace: Workspace
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-30-10")

    with qtbot.waitSignal(workspace.problem) as problem:
        workspace.run.start_or_pause()

    assert "does not exist" in problem.args[0]
    assert workspace.training.state is TrainingState.IDLE


@pytest.mark.mnist
def test_mnist_comes_in_the_background_and_unlocks_the_stepper(qtbot: QtBot, kernels: None) -> None:
    workspace = Workspace()
    try:
        with qtbot.waitSignal(workspace.training.data_loaded, timeout=20_000):
            workspace.open_preset("mnist-784-30-10")

        assert not workspace.stepper.locked
        assert workspace.examples.label == 7  # the first test image is a 7
    finally:
        assert workspace.training.shutdown()


def test_a_pass_updates_as_the_engine_does(workspace: Workspace) -> None:
    state, samples = workspace.state, workspace.state.samples
    assert samples is not None
    x, y = samples.train.inputs_at(slice(0, 1)), samples.train.targets_at(slice(0, 1))
    forward = forward_pass(state.spec, state.parameters, x)
    gradients = backward_pass(state.spec, state.parameters, forward, y).gradients
    expected = descend(state.parameters, gradients, workspace.config.learning_rate)

    workspace.next_pass()

    # Both are float64 and the same formulas.
    for ours, theirs in zip(workspace.state.parameters.weights, expected.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert workspace.state.passes == 1
    assert workspace.stepper.timeline.at_start


def test_undo_and_redo_walk_back_and_forth_through_passes(workspace: Workspace) -> None:
    # Sample 1: on sample 0, all inputs 0, no weight of layer 1 would change.
    workspace.examples.show(Subset.SAMPLES, 1)
    weights = [first_weights(workspace)]
    for _ in range(2):
        workspace.next_pass()
        weights.append(first_weights(workspace))

    workspace.undo()
    after_undo = first_weights(workspace)
    workspace.undo()
    after_two = first_weights(workspace)
    workspace.redo()

    assert (after_undo, after_two, first_weights(workspace)) == (weights[1], weights[0], weights[1])


def test_reset_draws_the_same_weights_from_the_same_seed(workspace: Workspace) -> None:
    before = first_weights(workspace)
    workspace.examples.show(Subset.SAMPLES, 1)
    workspace.next_pass()

    workspace.reset_parameters()

    assert first_weights(workspace) == before
    assert workspace.state.passes == 0


def test_another_seed_draws_other_weights(workspace: Workspace) -> None:
    before = first_weights(workspace)

    workspace.set_config(replace(workspace.config, seed=1))
    workspace.reset_parameters()

    assert first_weights(workspace) != before


def test_a_new_network_on_the_same_samples_can_be_taken_back(workspace: Workspace) -> None:
    old = workspace.state

    workspace.new_network(NetworkSpec((2, 5, 1), ("tanh", "sigmoid")), "xavier", workspace.config)
    opened = workspace.spec.sizes
    workspace.undo()

    assert opened == (2, 5, 1)
    assert workspace.state is old


def test_a_network_that_does_not_fit_the_data_is_refused(workspace: Workspace) -> None:
    spec = NetworkSpec((3, 5, 1), ("tanh", "sigmoid"))

    with pytest.raises(NnvizError, match="2 inputs and 1 outputs, the layers 3-5-1 have 3 and 1"):
        workspace.new_network(spec, "xavier", workspace.config)

    assert workspace.spec.sizes == (2, 2, 1)


def test_a_selection_that_the_new_network_lacks_is_cleared(workspace: Workspace) -> None:
    workspace.selection.select(NodeRef(1, 1))

    workspace.new_network(NetworkSpec((2, 1, 1), ("tanh", "sigmoid")), "xavier", workspace.config)

    assert workspace.selection.selected is None


def test_training_changes_the_weights_that_are_looked_at(
    qtbot: QtBot, workspace: Workspace
) -> None:
    before = first_weights(workspace)

    workspace.run.start()
    wait_for(qtbot, workspace, TrainingState.IDLE)

    trace = workspace.stepper.trace
    assert first_weights(workspace) != before
    assert trace is not None
    np.testing.assert_array_equal(first_weights(workspace), trace.before.weights[0])


def test_one_undo_takes_a_whole_run_back(qtbot: QtBot, workspace: Workspace) -> None:
    before = first_weights(workspace)
    workspace.run.start()
    wait_for(qtbot, workspace, TrainingState.IDLE)

    workspace.undo()

    assert first_weights(workspace) == before


def test_while_a_run_is_on_nothing_is_undone_or_reset(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.one_mini_batch()
    wait_for(qtbot, workspace, TrainingState.PAUSED)
    paused = first_weights(workspace)

    workspace.undo()
    workspace.reset_parameters()

    assert first_weights(workspace) == paused
    assert workspace.training.state is TrainingState.PAUSED


def test_the_one_button_starts_pauses_and_resumes(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, epochs=LONG))

    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, TrainingState.RUNNING)
    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, TrainingState.PAUSED)
    workspace.run.start_or_pause()

    assert workspace.training.state is TrainingState.RUNNING


def test_a_pause_shows_the_very_weights_it_holds(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.one_epoch()
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    snapshot = workspace.training.snapshot
    assert snapshot is not None
    assert len(workspace.training.history) == 4
    np.testing.assert_array_equal(first_weights(workspace), snapshot.parameters.weights[0])


def test_a_followed_run_renews_the_pass(qtbot: QtBot, workspace: Workspace) -> None:
    start_long_run(qtbot, workspace)
    trace = workspace.stepper.trace

    with qtbot.waitSignal(workspace.stepper.trace_changed, timeout=5_000):
        pass

    assert workspace.run.follow
    assert workspace.stepper.trace is not trace


def test_stepping_holds_the_pass_still(qtbot: QtBot, workspace: Workspace) -> None:
    start_long_run(qtbot, workspace)
    workspace.stepper.step_forward()
    trace = workspace.stepper.trace
    snapshots: list[TrainingSnapshot] = []
    workspace.training.snapshot_changed.connect(snapshots.append)

    qtbot.waitUntil(lambda: len(snapshots) > 5, timeout=10_000)

    assert not workspace.run.follow
    assert workspace.stepper.trace is trace


def test_following_again_shows_the_newest_weights_at_once(
    qtbot: QtBot, workspace: Workspace
) -> None:
    start_long_run(qtbot, workspace)
    workspace.stepper.step_forward()
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=5_000):
        pass

    workspace.run.set_follow(True)

    snapshot = workspace.training.snapshot
    assert snapshot is not None
    np.testing.assert_array_equal(first_weights(workspace), snapshot.parameters.weights[0])


def test_another_network_ends_the_run_and_clears_its_curves(
    qtbot: QtBot, workspace: Workspace
) -> None:
    start_long_run(qtbot, workspace)

    workspace.open_preset("primer-2-3-2")
    printed = first_weights(workspace)
    qtbot.wait(150)

    assert workspace.training.state is TrainingState.IDLE
    assert len(workspace.training.history) == 0
    assert first_weights(workspace) == printed


def test_a_mini_batch_larger_than_the_data_is_a_sentence(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, mini_batch_size=5))

    with qtbot.waitSignal(workspace.problem) as problem:
        workspace.run.start()

    assert "choose a smaller mini-batch" in problem.args[0]
    assert workspace.history.undo_text != "Training"


def test_next_wrong_finds_the_next_example_with_a_wrong_answer(
    qtbot: QtBot, workspace: Workspace, digits: Mnist
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    test = digits.test
    assert test.labels is not None
    outputs = forward_pass(
        workspace.spec, workspace.state.parameters, test.inputs_at(slice(None))
    ).activations[-1]
    wrong = np.flatnonzero(outputs.argmax(axis=1) != test.labels)
    workspace.examples.show(Subset.TEST, int(wrong[2]))

    workspace.show_next_wrong()

    assert workspace.examples.index == wrong[3]
    assert workspace.answer() != workspace.examples.label


def test_a_saved_network_opens_with_the_same_numbers(workspace: Workspace, tmp_path: Path) -> None:
    saved = workspace.state
    workspace.save_network(tmp_path / "xor.json")
    workspace.open_preset("primer-1-1-1")

    workspace.open_network(tmp_path / "xor.json")

    assert workspace.spec == saved.spec
    np.testing.assert_array_equal(first_weights(workspace), saved.parameters.weights[0])
    assert workspace.training_data is not None
    assert len(workspace.training_data) == 4


@pytest.mark.filterwarnings("error")
def test_weights_too_large_for_the_trainer_are_a_sentence(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.open_preset("primer-2-3-2")
    with qtbot.waitSignal(workspace.parameters_changed):
        workspace.what_if.set_value(Adjustable(Kind.WEIGHT, EdgeRef(1, 0, 0)), 1e300)

    with qtbot.waitSignal(workspace.problem) as problem:
        workspace.run.start()

    assert "layer 1" in problem.args[0]
    assert workspace.training.state is TrainingState.IDLE
