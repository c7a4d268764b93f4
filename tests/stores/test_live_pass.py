"""The canvas's pass of a run: as new as the newest snapshot, gone when the views' pass is newer."""

from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from nnviz.engine.passes import forward_pass
from nnviz.stores.follow import INTERVAL_MS
from nnviz.stores.training_store import TrainingState
from nnviz.stores.update_comparison import Side
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity


def begin(qtbot: QtBot, workspace: Workspace) -> None:
    """Start a long run, and wait for a snapshot that the views do not show."""
    workspace.set_config(replace(workspace.config, epochs=10_000_000))
    workspace.run.start()
    trace = workspace.stepper.trace
    with qtbot.waitSignal(workspace.stepper.trace_changed, timeout=5_000):
        pass
    assert workspace.stepper.trace is not trace
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=5_000):
        pass


def test_the_live_pass_has_the_newest_parameters(qtbot: QtBot, workspace: Workspace) -> None:
    begin(qtbot, workspace)
    changes: list[None] = []
    workspace.live.changed.connect(lambda: changes.append(None))

    workspace.live.renew()

    snapshot, trace = workspace.training.snapshot, workspace.live.trace
    assert snapshot is not None
    assert trace is not None
    expected = forward_pass(workspace.spec, trace.before, trace.inputs)
    np.testing.assert_array_equal(trace.before.weights[0], snapshot.parameters.weights[0])
    np.testing.assert_allclose(
        trace.layer_values(Quantity.ACTIVATION, 2), expected.activations[-1][0]
    )
    assert len(changes) == 1
    workspace.live.renew()
    assert len(changes) == 1  # the same snapshot once more


def test_a_newer_pass_of_the_views_ends_it(qtbot: QtBot, workspace: Workspace) -> None:
    begin(qtbot, workspace)
    workspace.live.renew()

    with qtbot.waitSignal(workspace.stepper.trace_changed, timeout=5_000):
        pass

    assert workspace.live.trace is None


def test_stepping_ends_it_because_the_pass_is_held(qtbot: QtBot, workspace: Workspace) -> None:
    begin(qtbot, workspace)
    workspace.live.renew()

    workspace.stepper.step_forward()

    assert not workspace.run.follow
    assert workspace.live.trace is None


def test_without_a_run_there_is_none(workspace: Workspace) -> None:
    workspace.live.renew()

    assert workspace.training.state is TrainingState.IDLE
    assert workspace.live.trace is None


def test_comparing_an_update_holds_the_pass_until_it_is_let_go(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.stepper.to_end()
    begin(qtbot, workspace)
    workspace.live.renew()

    workspace.comparison.begin()
    trace = workspace.stepper.trace
    with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=5_000):
        pass
    qtbot.wait(2 * INTERVAL_MS)

    assert not workspace.run.follow
    assert workspace.stepper.trace is trace
    assert workspace.comparison.side is Side.AFTER
    workspace.comparison.cancel()
