"""A run that stops early in the real worker thread, and the weights of its best epoch after it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.files.network_file import NetworkDocument, read_network, write_network
from nnviz.files.run_fields import RunSettings
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.snapshot import Outcome

PATIENCE = 20


@pytest.fixture
def noise(workspace: Workspace, tmp_path: Path) -> Workspace:
    """18 samples of pure chance, 8 of them held back: what is learned of them helps nobody."""
    rng = np.random.default_rng(2)
    spec = NetworkSpec((3, 12, 2), ("sigmoid", "sigmoid"), "quadratic")
    document = NetworkDocument(
        "Noise", spec, initialise(spec, "xavier", rng), 3.0, 0.0, True,
        rng.random((18, 3)), rng.random((18, 2)),
        run=RunSettings(5, 400, validation_size=8, patience=PATIENCE),
    )  # fmt: skip
    write_network(tmp_path / "noise.json", document)
    workspace.open_network(tmp_path / "noise.json")
    return workspace


def train(qtbot: QtBot, workspace: Workspace) -> Outcome:
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000) as finished:
        workspace.run.start()
    return finished.args[0]


def are_same(one: Parameters, other: Parameters) -> bool:
    pairs = zip(one.weights + one.biases, other.weights + other.biases, strict=True)
    return all(np.array_equal(ours, theirs) for ours, theirs in pairs)


def test_a_run_stops_early_with_its_last_weights_and_offers_the_best(
    qtbot: QtBot, noise: Workspace
) -> None:
    can_use = [noise.best.can_use]

    outcome = train(qtbot, noise)
    can_use.append(noise.best.can_use)

    reports = noise.training.history.reports
    costs = [report.validation_cost for report in reports]
    assert outcome.early
    assert outcome.best is not None
    assert outcome.best.epoch == int(np.argmin(costs)) + 1 == len(reports) - PATIENCE
    assert can_use == [False, True]
    assert are_same(noise.state.parameters, outcome.parameters)
    assert noise.training.outcome is outcome


def test_using_the_best_weights_is_one_change_that_undo_takes_back(
    qtbot: QtBot, noise: Workspace
) -> None:
    outcome = train(qtbot, noise)
    last = noise.state.parameters
    told: list[bool] = []
    noise.stepper.move_to(2)
    noise.best.changed.connect(lambda: told.append(noise.best.in_use))

    noise.best.use()
    best, text = noise.state.parameters, noise.history.undo_text
    noise.best.use()  # once more changes nothing
    noise.undo()
    back = noise.state.parameters
    noise.redo()

    assert outcome.best is not None
    assert are_same(best, outcome.best.parameters)
    assert text == "Best Weights"
    assert back is last
    assert noise.state.parameters is best
    assert told == [True, False, True]
    assert noise.stepper.timeline.position == 2
    assert len(noise.training.history.reports) == outcome.epochs  # the curves stay


def test_with_keep_best_the_run_hands_over_its_best_weights(qtbot: QtBot, noise: Workspace) -> None:
    noise.set_config(replace(noise.config, keep_best=True))

    outcome = train(qtbot, noise)

    assert outcome.kept_best
    assert are_same(noise.state.parameters, outcome.parameters)
    assert noise.best.in_use
    assert "already" in noise.best.why_not


def test_a_held_pass_is_said_to_show_the_best_weights(qtbot: QtBot, noise: Workspace) -> None:
    noise.set_config(replace(noise.config, keep_best=True))
    noise.run.set_follow(False)

    with qtbot.waitSignal(noise.problem, timeout=20_000) as said:
        noise.run.start()

    assert said.args == ["The run has ended; the pass now shows the weights of its best epoch."]


@pytest.mark.parametrize("forget", ["undo", "reset_parameters", "run", "open_preset"])
def test_the_best_weights_are_forgotten_with_the_run(
    qtbot: QtBot, noise: Workspace, forget: str
) -> None:
    train(qtbot, noise)
    if forget == "run":
        noise.run.one_mini_batch()
        qtbot.waitUntil(lambda: noise.training.state is TrainingState.PAUSED, timeout=10_000)
    elif forget == "open_preset":
        noise.open_preset("primer-2-3-2")
    else:
        getattr(noise, forget)()

    assert noise.best.epoch is None
    assert not noise.best.can_use
    assert "only judges" in noise.best.why_not


def test_without_validation_there_is_no_best_epoch(qtbot: QtBot, workspace: Workspace) -> None:
    outcome = train(qtbot, workspace)

    assert outcome.best is None
    assert not workspace.best.can_use


def test_a_saved_network_trains_on_as_it_was_trained(noise: Workspace, tmp_path: Path) -> None:
    config = replace(noise.config, keep_best=True, seed=7, epochs=31, patience=3, dropout=0.25)
    noise.set_config(config)
    noise.save_network(tmp_path / "again.json")
    noise.open_preset("primer-2-3-2")

    noise.open_network(tmp_path / "again.json")

    assert noise.config == config


def test_a_preset_that_is_saved_says_nothing_of_its_run(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.open_preset("xor-2-2-1")

    workspace.save_network(tmp_path / "xor.json")

    assert read_network(tmp_path / "xor.json").run == RunSettings()


def test_too_large_a_validation_is_refused_when_a_run_is_to_start(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, validation_size=4))

    with qtbot.waitSignal(workspace.problem) as problem:
        workspace.run.start()

    assert problem.args[0] == (
        "Of 4 samples 4 cannot be held back for validation; at least one must be left to train on."
    )
    assert not workspace.training.is_active
    assert workspace.history.undo_text != "Training"


def test_mnists_validation_images_follow_those_of_training(
    qtbot: QtBot, workspace: Workspace, digits: Mnist
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    workspace.set_config(replace(workspace.config, epochs=2, train_size=40, validation_size=20))

    outcome = train(qtbot, workspace)

    job, reports = workspace.training.job, workspace.training.history.reports
    assert job is not None
    assert job.validation is not None
    np.testing.assert_array_equal(job.validation.inputs, digits.train.inputs[40:])
    assert [report.validation_accuracy is None for report in reports] == [False, False]
    assert outcome.best is not None


def test_a_mini_batch_of_all_samples_stays_one_of_all(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.open_preset("xor-to-learn-2-3-1")
    sizes = []
    for held_back in (1, 2, 4, 0):
        workspace.set_config(workspace.state.config_validating(held_back))
        sizes.append(workspace.config.mini_batch_size)
    workspace.set_config(replace(workspace.config, validation_size=1, mini_batch_size=3))
    workspace.save_network(tmp_path / "xor.json")
    workspace.open_network(tmp_path / "xor.json")

    outcome = train(qtbot, workspace)

    assert sizes == [3, 2, 1, 4]
    assert workspace.config.mini_batch_size == 3
    assert read_network(tmp_path / "xor.json").run == RunSettings(validation_size=1)
    assert outcome.best is not None


def test_stepping_counts_l2_per_example_trained_on(noise: Workspace) -> None:
    noise.set_config(replace(noise.config, l2=0.5))

    assert noise.state.pass_settings.decay == 0.5 / 10
