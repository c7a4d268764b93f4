from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.trainer import NumpyTrainer


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def step(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.one_mini_batch()
    wait_for(qtbot, workspace, TrainingState.PAUSED)


def test_a_change_in_a_pause_counts_from_the_next_mini_batch_and_is_marked(
    qtbot: QtBot, workspace: Workspace
) -> None:
    job = workspace.state.training_job(0, workspace.training_data, None)  # type: ignore[arg-type]
    alone = NumpyTrainer(job)
    step(qtbot, workspace)
    rate = workspace.config.learning_rate
    before = workspace.training.history.marks
    for value in (7.0, 0.5):
        workspace.set_config(replace(workspace.config, learning_rate=value))

    step(qtbot, workspace)
    workspace.training.stop()
    wait_for(qtbot, workspace, TrainingState.IDLE)

    alone.advance()
    alone.reconfigure(replace(job.config, learning_rate=0.5))
    alone.advance()
    np.testing.assert_allclose(
        workspace.state.parameters.weights[0], alone.parameters.weights[0], rtol=1e-5
    )
    (mark,) = workspace.training.history.marks
    assert before == ()
    assert (mark.mini_batch, [each.text for each in mark.changes]) == (1, [f"η {rate:g} → 0.5"])
    assert workspace.config.learning_rate == 0.5
    assert workspace.training.job is not None
    assert workspace.training.job.config == workspace.config


def test_epochs_stay_epochs_after_another_mini_batch_size(
    qtbot: QtBot, workspace: Workspace
) -> None:
    step(qtbot, workspace)
    workspace.set_config(replace(workspace.config, mini_batch_size=2))
    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, TrainingState.IDLE)

    # One of one example, then 2 and 1; four epochs more of two mini-batches.
    training = workspace.training
    assert len(training.history) == 3 + 4 * 2
    qtbot.waitUntil(lambda: len(training.history.reports) == 5)
    ends = [
        training.epoch_axis.epoch_end(each.run, each.epoch) for each in training.history.reports
    ]
    assert ends == [3, 5, 7, 9, 11]
    assert training.snapshot is not None
    assert training.snapshot.mini_batches_per_epoch == 2


def test_a_refused_value_is_one_sentence_and_changes_nothing(
    qtbot: QtBot, workspace: Workspace
) -> None:
    step(qtbot, workspace)
    before = workspace.config

    with qtbot.waitSignal(workspace.problem) as problem:
        workspace.set_config(replace(before, mini_batch_size=5))
    step(qtbot, workspace)

    assert problem.args[0].startswith(
        "A mini-batch of 5 examples is larger than XOR 2-2-1 with its 4"
    )
    assert workspace.config is before
    assert workspace.training.history.marks == ()


def test_undoing_the_run_keeps_the_changed_value_and_clears_the_marks(
    qtbot: QtBot, workspace: Workspace
) -> None:
    weights = workspace.state.parameters.weights[0]
    step(qtbot, workspace)
    workspace.set_config(replace(workspace.config, l2=0.5))
    step(qtbot, workspace)
    workspace.training.stop()
    wait_for(qtbot, workspace, TrainingState.IDLE)
    marked = len(workspace.training.history.marks)

    workspace.undo()

    assert (marked, workspace.training.history.marks) == (1, ())
    assert workspace.config.l2 == 0.5
    np.testing.assert_array_equal(workspace.state.parameters.weights[0], weights)


def test_a_mark_of_a_second_run_stands_after_the_first_one(
    qtbot: QtBot, workspace: Workspace
) -> None:
    for _ in range(2):
        step(qtbot, workspace)
    workspace.training.stop()
    wait_for(qtbot, workspace, TrainingState.IDLE)
    step(qtbot, workspace)
    workspace.set_config(replace(workspace.config, mini_batch_size=3))

    step(qtbot, workspace)

    (mark,) = workspace.training.history.marks
    assert mark.mini_batch == 3
    # One of four, then the three that are left: the epoch ends with it, half an epoch after run 1.
    axis = workspace.training.epoch_axis
    assert axis.epoch_end(2, 1) == 4
    np.testing.assert_allclose(axis.epochs(np.array([2.0, 3.0, 4.0])), [0.5, 0.75, 1.5])
