from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec
from nnviz.errors import NnvizError
from nnviz.stores.run_again import again, show_weights
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.workspace import Workspace
from nnviz.training.config import TrainingConfig

Again = Callable[..., RunEntry]


@pytest.fixture
def first(qtbot: QtBot, workspace: Workspace) -> RunEntry:
    """A run of five epochs that has ended; what is looked at are its last weights."""
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()
    return workspace.runs.entries[0]


@pytest.fixture
def run_again(qtbot: QtBot, workspace: Workspace, first: RunEntry) -> Again:
    """A function that runs the first run again to its end, with changes."""

    def act(spec: NetworkSpec | None = None, **changes: object) -> RunEntry:
        config: TrainingConfig = replace(first.beginning.config, **changes)  # type: ignore[arg-type]
        with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
            again(workspace, first, config, spec or first.beginning.spec)
        return workspace.runs.entries[-1]

    return act


def test_the_same_again_has_the_same_costs_to_the_last_bit(
    first: RunEntry, run_again: Again
) -> None:
    second = run_again()

    assert second.beginning.parameters is first.beginning.parameters
    assert second.history.costs.tobytes() == first.history.costs.tobytes()


def test_one_change_acts_after_the_first_cost(
    workspace: Workspace, first: RunEntry, run_again: Again
) -> None:
    second = run_again(learning_rate=7.0)
    workspace.runs.compare(1, 2)

    assert second.name == "Run 2 · η 7"
    assert (second.than, second.parent) == (1, None)
    assert [each.symbol for each in second.differs] == ["η"]
    assert workspace.runs.parting is not None
    assert workspace.runs.parting.equal == 1
    assert [each.shown for each in workspace.runs.entries] == [True, True]


def test_another_seed_keeps_the_first_weights_and_orders_the_examples_otherwise(
    first: RunEntry, run_again: Again
) -> None:
    second = run_again(seed=first.beginning.config.seed + 1)

    assert second.beginning.parameters is first.beginning.parameters
    assert second.history.costs.tolist() != first.history.costs.tolist()


def test_other_hidden_layers_are_drawn_from_the_seed(
    workspace: Workspace, run_again: Again
) -> None:
    second = run_again(NetworkSpec((2, 4, 1), ("relu", "identity")))

    assert workspace.spec.sizes == (2, 4, 1)
    assert [each.text for each in second.differs] == ["layers 2-2-1 → 2-4-1"]


def test_undo_leads_back_to_what_was_looked_at(
    workspace: Workspace, first: RunEntry, run_again: Again
) -> None:
    run_again(learning_rate=7.0)

    workspace.undo()
    workspace.undo()

    assert first.weights is not None
    np.testing.assert_array_equal(
        workspace.state.parameters.weights[0], first.weights.weights[0].astype(np.float64)
    )
    assert len(workspace.runs.entries) == 2


def test_what_cannot_be_trained_changes_nothing(workspace: Workspace, first: RunEntry) -> None:
    before = workspace.state

    with pytest.raises(NnvizError, match="larger than"):
        again(workspace, first, replace(first.config, mini_batch_size=99), first.beginning.spec)

    assert workspace.state is before
    assert len(workspace.runs.entries) == 1


def test_the_weights_of_a_run_are_looked_at_and_undo_comes_back(
    workspace: Workspace, first: RunEntry, run_again: Again
) -> None:
    run_again(learning_rate=7.0)
    seen = workspace.state.parameters

    show_weights(workspace, first)
    shown = workspace.state
    workspace.undo()

    assert first.weights is not None
    np.testing.assert_array_equal(shown.parameters.weights[0], first.weights.weights[0])
    assert shown.config.learning_rate == first.config.learning_rate
    np.testing.assert_array_equal(workspace.state.parameters.weights[0], seen.weights[0])


def test_training_on_from_the_weights_of_a_run_branches_off_its_end(
    qtbot: QtBot, workspace: Workspace, first: RunEntry, run_again: Again
) -> None:
    run_again(learning_rate=7.0)
    show_weights(workspace, first)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    branch = workspace.runs.entries[-1]
    assert (branch.number, branch.parent, branch.branch_mini_batch) == (3, 1, 20)
    assert branch.first_epoch == 5.0
