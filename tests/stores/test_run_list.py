from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.stores import run_list
from nnviz.stores.run_entry import Ancestry, RunState
from nnviz.stores.run_list import RunList
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.parting import part

Trainer = Callable[..., None]


@pytest.fixture
def runs(workspace: Workspace) -> RunList:
    return workspace.runs


@pytest.fixture
def train(qtbot: QtBot, workspace: Workspace) -> Trainer:
    """A function that trains from the weights that are looked at, to the end."""

    def act(**changes: object) -> None:
        workspace.set_config(replace(workspace.config, **changes))  # type: ignore[arg-type]
        with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
            workspace.run.start()

    return act


def test_a_run_is_kept_with_what_it_began_with_and_what_came_of_it(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    first = workspace.state.parameters

    train(epochs=3)

    (entry,) = runs.entries
    assert (entry.number, entry.name, entry.state) == (1, "Run 1", RunState.COMPLETED)
    np.testing.assert_array_equal(
        entry.beginning.parameters.weights[0], first.weights[0].astype(np.float32)
    )
    assert entry.weights is not None
    np.testing.assert_array_equal(entry.weights.weights[0], workspace.state.parameters.weights[0])
    assert entry.epochs_done == 3
    assert entry.cost == pytest.approx(workspace.training.history.costs[-4:].mean())
    assert entry.test_accuracy is None
    assert entry.train_seconds is not None
    assert runs.current is entry


def test_training_on_stays_the_same_row(runs: RunList, train: Trainer) -> None:
    train(epochs=2)

    train(learning_rate=0.25, epochs=3)

    (entry,) = runs.entries
    (again,) = entry.continued
    assert len(entry.history) == (2 + 3) * 4
    assert again.mini_batch == 8
    assert [each.symbol for each in again.differs] == ["η", "epochs"]


def test_the_list_survives_a_reset_and_another_network(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train()
    costs = workspace.training.history.costs.copy()

    workspace.reset_parameters()
    train(learning_rate=0.5)
    workspace.open_preset("primer-2-3-2")

    one, other = runs.entries
    assert [one.number, other.number] == [1, 2]
    np.testing.assert_array_equal(one.history.costs, costs)
    assert other.name == "Run 2 · η 0.5"
    assert [each.after for each in other.differs] == ["0.5"]
    assert (one.shown, other.shown, runs.current) == (False, False, None)
    assert one.beginning.parameters is other.beginning.parameters
    assert one.colour != other.colour


def test_two_runs_with_one_change_are_equal_until_it_acts(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train()
    workspace.reset_parameters()
    train(learning_rate=5.0)

    one, other = runs.entries
    parting = part(one.course, other.course)

    # The first cost is computed before the first update, so only that one is the same.
    assert parting.equal == 1
    assert one.history.costs[0] == other.history.costs[0]


def test_a_run_of_the_same_seed_and_settings_is_the_same(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train()
    workspace.reset_parameters()
    train()

    parting = part(*(each.course for each in runs.entries))

    assert (parting.equal, parting.common, parting.epoch) == (20, 20, None)
    assert runs.entries[1].differs == ()


def test_a_run_from_the_end_of_a_kept_one_begins_where_that_ended(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train(epochs=3)
    workspace.training.clear_history()

    train(epochs=2)

    first, branch = runs.entries
    assert (branch.parent, branch.branch_mini_batch) == (1, 12)
    assert branch.first_epoch == 3.0
    assert branch.epochs(np.array([4.0])).tolist() == [4.0]
    assert first.parent is None


def test_a_run_that_is_left_keeps_what_it_came_to(
    qtbot: QtBot, workspace: Workspace, runs: RunList
) -> None:
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)
    paused = runs.entries[0].state

    workspace.open_preset("primer-2-3-2")

    (entry,) = runs.entries
    assert (paused, entry.state) == (RunState.PAUSED, RunState.LEFT)
    assert len(entry.history) == 1
    assert entry.weights is not None


def test_a_stopped_run_is_stopped(qtbot: QtBot, workspace: Workspace, runs: RunList) -> None:
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.training.stop()

    assert runs.entries[0].state is RunState.STOPPED


def test_a_removed_run_can_be_put_back(workspace: Workspace, runs: RunList, train: Trainer) -> None:
    train()
    workspace.reset_parameters()
    train()

    runs.remove(1)
    without = [each.number for each in runs.entries]
    runs.put_back()

    assert (without, [each.number for each in runs.entries]) == ([2], [1, 2])
    assert runs.removed is None


def test_removing_the_current_run_clears_the_curves(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train()

    runs.remove(1)

    assert len(workspace.training.history) == 0
    assert runs.entries == ()


def test_a_run_that_is_on_stays(qtbot: QtBot, workspace: Workspace, runs: RunList) -> None:
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    runs.remove(1)

    assert len(runs.entries) == 1
    workspace.training.stop()


def test_of_too_many_runs_the_oldest_that_nobody_pinned_goes(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    monkeypatch.setattr(run_list, "MAX_RUNS", 3)
    said: list[str] = []
    workspace.problem.connect(said.append)
    for _ in range(2):
        train(epochs=1)
        workspace.reset_parameters()
    runs.pin(1, True)

    for _ in range(2):
        train(epochs=1)
        workspace.reset_parameters()

    assert [each.number for each in runs.entries] == [1, 3, 4]
    assert said[0].startswith("“Run 2” is no longer kept")


def test_where_memory_is_short_the_oldest_weights_go_first(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train()
    size = runs.entries[0].history.nbytes
    monkeypatch.setattr(run_list, "MAX_BYTES", 2 * size + 80)
    workspace.reset_parameters()

    train(learning_rate=0.5)

    one, other = runs.entries
    assert one.weights is None
    assert other.weights is not None
    assert len(one.history) == 20


def test_names_and_pairs_are_kept(workspace: Workspace, runs: RunList, train: Trainer) -> None:
    train()
    workspace.reset_parameters()
    train()

    runs.rename(2, "  slow ")
    runs.rename(1, "  ")
    runs.compare(2, 1)

    assert [each.name for each in runs.entries] == ["Run 1", "slow"]
    assert runs.compared == runs.entries
    runs.remove(1)
    assert runs.compared is None


def test_colours_are_taken_again_when_they_are_free(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    for _ in range(3):
        train(epochs=1)
        workspace.reset_parameters()
    runs.remove(2)

    train(epochs=1)

    assert [each.colour for each in runs.entries] == [0, 2, 1]


def test_a_run_that_kept_its_best_epoch_is_gone_on_with_from_there(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train(epochs=12, learning_rate=0.9, validation_size=1, keep_best=True)
    outcome = workspace.training.outcome
    workspace.training.clear_history()

    train(epochs=2)

    first, branch = runs.entries
    assert outcome is not None
    assert outcome.best is not None
    assert first.weights_at == 3 * outcome.best.epoch
    assert (branch.parent, branch.branch_mini_batch) == (1, first.weights_at)
    assert branch.first_epoch == outcome.best.epoch


def test_a_run_that_stopped_early_says_so(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    train(epochs=400, learning_rate=1.5, validation_size=1, patience=2)

    outcome = workspace.training.outcome
    assert outcome is not None
    assert outcome.early
    assert runs.entries[0].state is RunState.EARLY


def test_a_branch_goes_on_bit_for_bit_and_its_epochs_end_where_they_should(
    qtbot: QtBot, workspace: Workspace, runs: RunList
) -> None:
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)
    snapshot = workspace.training.snapshot
    assert snapshot is not None
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.training.resume()
    data = workspace.training_data
    assert data is not None
    job = workspace.state.training_job(workspace.training.next_run_number(), data, None)
    workspace.training.clear_history()

    runs.expect(Ancestry(1, 1))
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.training.start(replace(job, start=snapshot.moment))

    first, branch = runs.entries
    assert (branch.parent, branch.branch_mini_batch, branch.first_epoch) == (1, 1, 0.25)
    assert branch.history.costs.tobytes() == first.history.costs[1:].tobytes()
    ends = [branch.axis.epoch_end(each.run, each.epoch) for each in branch.history.reports]
    assert ends == [3, 7, 11, 15, 19]
    assert branch.epochs(np.array(ends, np.float64)).tolist() == [1, 2, 3, 4, 5]


def test_points_drawn_anew_are_other_data_and_run_again_with_their_own(
    workspace: Workspace, runs: RunList, train: Trainer
) -> None:
    workspace.open_preset("moons-2-6-2")
    train(epochs=2)
    drawn = workspace.state.samples
    assert drawn is not None
    assert drawn.toy is not None
    workspace.data.draw_toy(replace(drawn.toy, noise=0.3))
    train(epochs=2)

    first, second = runs.entries

    assert "other data" in [each.value for each in second.differs]
    assert first.beginning.data.startswith("Moons: 300 points to train on")
    assert first.beginning.samples is drawn
    assert first.test_accuracy is not None
