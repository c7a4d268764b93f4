"""The passes made by stepping, walked back and forth."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import PLAIN
from nnviz.stores import pass_log
from nnviz.stores.edits import UNEDITED
from nnviz.stores.pass_history import LATER_PASSES_DROPPED, WALK_HELD
from nnviz.stores.pass_log import NO_PASSES, PassLog, PassRecord
from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.what_if import Adjustable, Kind

WEIGHT = Adjustable(Kind.WEIGHT, EdgeRef(1, 1, 0))
BIAS = Adjustable(Kind.BIAS, NodeRef(2, 0))
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


def numbers_of_pass(workspace: Workspace) -> tuple[int, int, bytes, float, float]:
    """Where one stands, of how many, and all that the pass is computed from."""
    passes, config = workspace.passes, workspace.config
    place = (passes.number, passes.last_number)
    return (*place, numbers(workspace), config.learning_rate, config.l2)


def change_weight(workspace: Workspace) -> None:
    workspace.what_if.set_value(WEIGHT, 0.5)


def change_rate(workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=3.0))


def change_l2(workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, l2=0.5))


def change_example(workspace: Workspace) -> None:
    workspace.examples.move(1)


def change_mini_batch(workspace: Workspace) -> None:
    workspace.examples.set_mini_batch(2)


def back_to_trained(workspace: Workspace) -> None:
    workspace.what_if.back_to_trained()


@pytest.mark.parametrize(
    "change",
    [change_weight, change_rate, change_l2, change_example, change_mini_batch, back_to_trained],
)
def test_a_change_of_an_old_pass_drops_the_later_ones_and_undo_restores_them(
    qtbot: QtBot, workspace: Workspace, change: Callable[[Workspace], None]
) -> None:
    workspace.what_if.set_value(INPUT, 0.77)
    next_pass(workspace)
    second = numbers(workspace)
    workspace.passes.go_back()
    before = numbers_of_pass(workspace)

    with qtbot.waitSignal(workspace.problem) as said:
        change(workspace)
    changed = numbers_of_pass(workspace)
    change_rate(workspace)
    workspace.examples.move(2)
    while workspace.passes.last_number == 1:
        workspace.undo()
    undone = numbers_of_pass(workspace)
    workspace.passes.go_on()

    assert said.args == [LATER_PASSES_DROPPED]
    assert changed[:2] == (1, 1)
    assert undone == before
    assert numbers(workspace) == second


def test_what_the_passes_do_not_depend_on_keeps_them(workspace: Workspace) -> None:
    next_pass(workspace)
    workspace.passes.go_back()

    workspace.set_config(replace(workspace.config, epochs=77, seed=5))

    assert workspace.passes.can_go_on
    assert workspace.history.undo_text == "Walk to pass 1"


def test_a_walk_is_one_change_and_undo_and_redo_go_its_whole_way(workspace: Workspace) -> None:
    for _ in range(3):
        next_pass(workspace)
    newest = numbers_of_pass(workspace)
    for _ in range(3):
        workspace.passes.go_back()
    first = numbers_of_pass(workspace)
    text = workspace.history.undo_text

    workspace.undo()
    undone = numbers_of_pass(workspace)
    workspace.undo()
    third = numbers_of_pass(workspace)
    workspace.redo()
    again = numbers_of_pass(workspace)
    workspace.redo()

    assert text == "Walk to pass 1"
    assert undone == newest == again
    assert third[:2] == (3, 3)
    assert numbers_of_pass(workspace) == first


def test_a_walk_to_and_fro_is_no_change(workspace: Workspace) -> None:
    next_pass(workspace)

    workspace.passes.go_back()
    workspace.passes.go_on()

    assert workspace.history.undo_text == "Next pass"


def test_undo_across_a_walk_brings_back_the_rate_l2_and_the_examples(
    workspace: Workspace,
) -> None:
    next_pass(workspace)
    workspace.set_config(replace(workspace.config, learning_rate=9.0, l2=0.5))
    workspace.examples.move(2)
    workspace.examples.set_mini_batch(2)
    workspace.what_if.set_value(WEIGHT, 0.3)
    edited = numbers_of_pass(workspace)
    workspace.passes.go_back()
    first = numbers_of_pass(workspace)

    workspace.undo()
    undone = numbers_of_pass(workspace)
    workspace.redo()
    redone = numbers_of_pass(workspace)
    workspace.undo()
    workspace.undo()

    assert undone == edited
    assert redone == first
    assert (workspace.passes.number, workspace.config.learning_rate) == (2, 9.0)
    assert workspace.what_if.edits == ()


def test_undo_of_a_walk_keeps_the_moment(workspace: Workspace) -> None:
    next_pass(workspace)
    workspace.passes.go_back()
    workspace.stepper.move_to(2)

    workspace.undo()

    assert workspace.stepper.timeline.position == 2


def test_the_passes_of_a_mistake_are_not_walked_through(qtbot: QtBot, workspace: Workspace) -> None:
    for _ in range(2):
        next_pass(workspace)
    workspace.passes.go_back()
    workspace.stepper.to_end()
    right = workspace.passes.costs
    workspace.challenges.bug.run(Mistake.BIAS_FORGOTTEN)

    mistaken = workspace.passes.costs
    held = (workspace.passes.can_go_back, workspace.passes.can_go_on)
    with qtbot.waitSignal(workspace.problem) as back:
        workspace.passes.go_back()
    with qtbot.waitSignal(workspace.problem) as on:
        workspace.passes.go_on()
    number = workspace.passes.number
    workspace.challenges.bug.back_to_right_pass()

    assert None not in right[:2]
    assert mistaken == (right[0], None, right[2])
    assert held == (False, False)
    assert back.args == on.args == [WALK_HELD]
    assert number == 2
    assert workspace.passes.costs == right


def test_a_run_begins_a_new_history_with_its_result(qtbot: QtBot, workspace: Workspace) -> None:
    next_pass(workspace)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

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


def test_a_cost_that_no_step_has_computed_is_not_remembered(workspace: Workspace) -> None:
    next_pass(workspace)

    workspace.passes.go_back()
    untouched = workspace.passes.costs
    workspace.passes.go_on()
    workspace.stepper.to_end()
    trace = workspace.stepper.trace
    assert trace is not None
    workspace.passes.go_back()

    assert untouched[0] is not None
    assert untouched[1] is None
    assert workspace.passes.costs[1] == trace.cost


def test_a_cost_that_was_computed_once_is_remembered(workspace: Workspace) -> None:
    for _ in range(3):
        next_pass(workspace)
    known = workspace.passes.costs[:3]

    for _ in range(3):
        workspace.passes.go_back()  # at the moment before the first step
    back = workspace.passes.costs
    workspace.what_if.set_value(BIAS, 0.5)

    assert None not in known
    assert back == (*known, None)
    assert workspace.passes.costs == (None,)  # it has another cost now


def record(number: int, floats: int = 1) -> PassRecord:
    parameters = Parameters((np.zeros((floats, 1)),), (np.zeros(0),))
    return PassRecord(number, parameters, UNEDITED, (), 0.1, 0.0, True, PLAIN, None, (), 0.0)


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
