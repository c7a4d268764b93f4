"""The passes made by stepping, walked back and forth."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.network import Parameters
from nnviz.stores import pass_log
from nnviz.stores.edits import UNEDITED
from nnviz.stores.pass_log import NO_PASSES, PassLog, PassRecord
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.what_if import Adjustable, Kind

WEIGHT = Adjustable(Kind.WEIGHT, EdgeRef(1, 1, 0))
INPUT = Adjustable(Kind.INPUT, NodeRef(0, 1))


def numbers(workspace: Workspace) -> bytes:
    """Everything the pass is computed from and computes, bit by bit."""
    trace = workspace.stepper.trace
    assert trace is not None
    arrays = (
        *trace.before.weights, *trace.before.biases, trace.inputs, trace.targets,
        *trace.after.weights, *trace.after.biases, np.array([trace.cost]),
    )  # fmt: skip
    return b"".join(each.tobytes() for each in arrays)


def next_pass(workspace: Workspace) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()


def test_five_passes_are_walked_back_to_the_start_and_on_again_bit_by_bit(
    workspace: Workspace,
) -> None:
    seen = [numbers(workspace)]
    for _ in range(5):
        next_pass(workspace)
        seen.append(numbers(workspace))

    back = [numbers(workspace)]
    while workspace.passes.can_go_back:
        workspace.passes.go_back()
        back.append(numbers(workspace))
    on = [numbers(workspace)]
    while workspace.passes.can_go_on:
        workspace.passes.go_on()
        on.append(numbers(workspace))

    assert len(set(seen)) == 6
    assert back == seen[::-1]
    assert on == seen


def test_walking_keeps_the_moment_and_says_which_pass_it_is(workspace: Workspace) -> None:
    for _ in range(3):
        next_pass(workspace)
    workspace.stepper.move_to(2)

    workspace.passes.go_back()

    assert workspace.stepper.timeline.position == 2
    assert (workspace.passes.number, workspace.passes.last_number) == (3, 4)


def test_an_old_pass_has_its_old_example_learning_rate_and_edits(workspace: Workspace) -> None:
    workspace.what_if.set_value(INPUT, 0.77)
    first = numbers(workspace)
    rate = workspace.config.learning_rate
    next_pass(workspace)
    workspace.what_if.back_to_trained()
    workspace.examples.move(2)
    workspace.set_config(replace(workspace.config, learning_rate=9.0))
    second = numbers(workspace)

    workspace.passes.go_back()
    back = (numbers(workspace), workspace.config.learning_rate, workspace.examples.index)
    workspace.passes.go_on()

    assert back == (first, rate, 0)
    assert numbers(workspace) == second
    assert (workspace.config.learning_rate, workspace.examples.index) == (9.0, 2)


def test_another_learning_rate_of_an_old_pass_is_said(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=0.25))
    next_pass(workspace)
    workspace.set_config(replace(workspace.config, learning_rate=9.0))

    with qtbot.waitSignal(workspace.problem) as said:
        workspace.passes.go_back()

    assert said.args == ["Pass 1 was made with learning rate 0.25 and L2 0; these are set again."]


def test_a_mini_batch_comes_back_whole(workspace: Workspace) -> None:
    workspace.examples.set_mini_batch(3)
    first = numbers(workspace)
    next_pass(workspace)
    workspace.examples.set_mini_batch(1)

    workspace.passes.go_back()

    assert numbers(workspace) == first


def test_a_step_from_an_old_pass_drops_the_later_ones_and_undo_restores_them(
    workspace: Workspace,
) -> None:
    for _ in range(3):
        next_pass(workspace)
    workspace.passes.go_back()
    workspace.passes.go_back()

    next_pass(workspace)
    dropped = workspace.passes.last_number
    workspace.undo()

    assert dropped == 3
    assert (workspace.passes.number, workspace.passes.last_number) == (2, 4)


def test_an_edit_on_an_old_pass_is_still_there_after_walking_away(workspace: Workspace) -> None:
    next_pass(workspace)
    workspace.passes.go_back()
    workspace.what_if.set_value(WEIGHT, 0.5)

    workspace.passes.go_on()
    on = workspace.what_if.edits
    workspace.passes.go_back()

    assert on == ()
    assert [each.adjustable for each in workspace.what_if.edits] == [WEIGHT]


def test_a_run_begins_a_new_history_with_its_result(qtbot: QtBot, workspace: Workspace) -> None:
    next_pass(workspace)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.start_training()

    assert (workspace.passes.number, workspace.passes.last_number) == (1, 1)
    assert not workspace.passes.can_go_back


@pytest.mark.parametrize("change", ["open", "reset"])
def test_other_weights_begin_a_new_history(workspace: Workspace, change: str) -> None:
    next_pass(workspace)

    if change == "open":
        workspace.open_preset("primer-1-1-1")
    else:
        workspace.reset_parameters()

    assert workspace.passes.last_number == 1
    assert len(workspace.passes.costs) == 1


def test_the_cost_of_this_pass_is_unknown_until_its_step(workspace: Workspace) -> None:
    next_pass(workspace)
    trace = workspace.stepper.trace
    assert trace is not None

    at_start = workspace.passes.costs
    workspace.stepper.to_end()

    assert at_start[1] is None
    assert at_start[0] is not None
    assert workspace.passes.costs == (at_start[0], trace.cost)


def record(number: int, floats: int = 1) -> PassRecord:
    parameters = Parameters((np.zeros((floats, 1)),), (np.zeros(0),))
    return PassRecord(number, parameters, UNEDITED, (), 0.1, 0.0, True, (), 0.0)


def walked(count: int, floats: int = 1) -> PassLog:
    log = NO_PASSES
    for number in range(1, count + 1):
        log = log.advanced(record(number, floats))
    return log


def test_so_many_passes_are_kept_and_always_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pass_log, "MOST_PASSES", 6)

    log = walked(20)

    # With the pass that is looked at, number 21, there are six.
    assert [each.number for each in log.before] == [1, 17, 18, 19, 20]
    assert log.forgotten == 15


def test_large_networks_are_bounded_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pass_log, "MOST_BYTES", 4 * 800)

    assert [each.number for each in walked(9, floats=100).before] == [1, 7, 8, 9]
    assert [each.number for each in walked(9, floats=1000).before] == [1, 9]
