"""Before and after an update: the numbers that are shown are those of recorded passes."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.passes import forward_pass
from nnviz.stores.pass_source import ShownPass
from nnviz.stores.update_comparison import NOT_YET, Side
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity


def shown(workspace: Workspace) -> ShownPass:
    result = workspace.shown_pass.shown
    assert result is not None
    return result


def test_while_held_the_network_with_the_new_parameters_is_shown_and_nothing_but_its_forward_pass(
    workspace: Workspace,
) -> None:
    workspace.examples.show(workspace.examples.subset, 1)
    workspace.stepper.to_end()
    trace = workspace.stepper.trace
    assert trace is not None

    workspace.comparison.begin()

    seen = shown(workspace)
    assert seen.words == "After the update"
    assert seen.beside is trace
    for layer in (1, 2):
        new = trace.after.weights[layer - 1]
        np.testing.assert_array_equal(seen.trace.layer_values(Quantity.WEIGHT, layer), new)
    expected = forward_pass(trace.spec, trace.after, trace.inputs)
    np.testing.assert_array_equal(seen.trace.forward.activations[-1], expected.activations[-1])
    assert seen.trace.cost == trace.cost_after != trace.cost
    reveal = seen.timeline.reveal()
    assert reveal.knows(Quantity.ACTIVATION, 2)
    assert reveal.knows(Quantity.COST, 2)
    assert not reveal.knows(Quantity.WEIGHT_GRADIENT, 2)
    assert not reveal.knows(Quantity.WEIGHT_AFTER, 1)


def test_let_go_it_shows_the_network_before_the_update_then_the_moment_again(
    workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.to_end()
    trace = workspace.stepper.trace
    workspace.comparison.begin()

    workspace.comparison.end()

    assert workspace.comparison.side is Side.BEFORE
    assert (shown(workspace).words, shown(workspace).trace) == ("Before the update", trace)
    with qtbot.waitSignal(workspace.comparison.changed, timeout=3_000):
        pass
    assert workspace.comparison.side is None
    assert shown(workspace).timeline is workspace.stepper.timeline
    assert shown(workspace).beside is None


def test_before_the_update_is_computed_it_says_so_and_shows_the_moment(
    workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.move_to(4)

    with qtbot.waitSignal(workspace.comparison.refused) as said:
        workspace.comparison.begin()

    assert said.args == [NOT_YET]
    assert shown(workspace).words == NOT_YET
    assert shown(workspace).timeline is workspace.stepper.timeline
    workspace.comparison.end()
    assert shown(workspace).words == ""


@pytest.mark.parametrize("act", ["step_back", "to_start"])
def test_a_step_ends_the_comparison(workspace: Workspace, act: str) -> None:
    workspace.stepper.to_end()
    workspace.comparison.begin()

    getattr(workspace.stepper, act)()

    assert workspace.comparison.side is None
    assert shown(workspace).trace is workspace.stepper.trace


def test_of_a_mini_batch_the_mean_costs_are_compared_and_no_single_activation(
    workspace: Workspace,
) -> None:
    workspace.examples.set_mini_batch(4)
    workspace.stepper.to_end()
    trace = workspace.stepper.trace
    assert trace is not None

    workspace.comparison.begin()

    seen = shown(workspace)
    assert seen.timeline.example is None
    assert seen.trace.cost_of(None) == trace.cost_after
    assert not seen.timeline.reveal().knows(Quantity.ACTIVATION, 1, None, None)
