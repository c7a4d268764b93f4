"""Numbers changed by hand: what they do to the pass, and every way back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec
from nnviz.errors import SpecError
from nnviz.files.network_file import read_network
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.what_if import Adjustable, Kind, cost_along

WEIGHT = Adjustable(Kind.WEIGHT, EdgeRef(1, 1, 0))
BIAS = Adjustable(Kind.BIAS, NodeRef(2, 0))
INPUT = Adjustable(Kind.INPUT, NodeRef(0, 1))
TARGET = Adjustable(Kind.TARGET, NodeRef(2, 0))
EVERY = (WEIGHT, BIAS, INPUT, TARGET)


def trace_of(workspace: Workspace) -> PassTrace:
    trace = workspace.stepper.trace
    assert trace is not None
    return trace


def numbers(workspace: Workspace) -> bytes:
    """Everything a pass is computed from, bit by bit."""
    trace = trace_of(workspace)
    arrays = (*trace.before.weights, *trace.before.biases, trace.inputs, trace.targets)
    return b"".join(each.tobytes() for each in arrays)


@pytest.mark.parametrize("adjustable", EVERY, ids=lambda each: each.kind.value)
def test_a_change_moves_the_cost_to_where_the_curve_says(
    workspace: Workspace, adjustable: Adjustable
) -> None:
    expected = float(cost_along(trace_of(workspace), adjustable, np.array([0.77]))[0])

    workspace.what_if.set_value(adjustable, 0.77)

    # The curve adds in another order than the pass: some units in the last place.
    np.testing.assert_allclose(trace_of(workspace).cost, expected, rtol=1e-12)


@pytest.mark.parametrize("adjustable", EVERY, ids=lambda each: each.kind.value)
def test_undo_and_redo_of_a_change_are_exact_and_keep_the_moment(
    workspace: Workspace, adjustable: Adjustable
) -> None:
    workspace.stepper.move_to(3)
    before = numbers(workspace)
    workspace.what_if.set_value(adjustable, 0.77)
    changed = numbers(workspace)

    workspace.undo()
    undone = numbers(workspace)
    workspace.redo()

    assert undone == before != changed == numbers(workspace)
    assert workspace.stepper.timeline.position == 3


def test_a_drag_is_one_change_and_a_second_drag_another(workspace: Workspace) -> None:
    before = numbers(workspace)
    for value in (0.1, 0.2, 0.3):
        workspace.what_if.set_value(WEIGHT, value, merge=True)
    workspace.what_if.finish()
    workspace.what_if.set_value(WEIGHT, 0.4, merge=True)

    workspace.undo()
    value = trace_of(workspace).before.weights[0][1, 0]
    workspace.undo()

    assert value == 0.3
    assert numbers(workspace) == before


def test_a_change_is_named_in_the_users_notation(workspace: Workspace) -> None:
    notation = replace(workspace.display.notation, first_index=1)
    workspace.display.set_notation(notation)

    workspace.what_if.set_value(WEIGHT, 0.5)

    assert workspace.history.undo_text == "change w(1) 2←1"


def test_back_to_trained_takes_all_back_at_once_and_can_be_undone(workspace: Workspace) -> None:
    before = numbers(workspace)
    for adjustable in EVERY:
        workspace.what_if.set_value(adjustable, 0.77)
    edited = numbers(workspace)

    workspace.what_if.back_to_trained()
    restored = numbers(workspace)
    left = workspace.what_if.edits
    workspace.undo()

    assert restored == before
    assert left == ()
    assert numbers(workspace) == edited
    assert [each.adjustable for each in workspace.what_if.edits] == list(EVERY)


def test_an_edit_says_what_it_was_and_its_own_reset_leaves_the_others(workspace: Workspace) -> None:
    original = trace_of(workspace).before.biases[1][0]
    workspace.what_if.set_value(WEIGHT, 0.5)
    workspace.what_if.set_value(BIAS, 0.25)
    edit = workspace.what_if.edits[1]

    workspace.what_if.reset(BIAS)

    assert (edit.adjustable, edit.original, edit.value) == (BIAS, original, 0.25)
    assert [each.adjustable for each in workspace.what_if.edits] == [WEIGHT]
    assert trace_of(workspace).before.biases[1][0] == original


def test_another_example_drops_the_edits_and_undo_brings_both_back(workspace: Workspace) -> None:
    workspace.what_if.set_value(INPUT, 0.77)
    edited = numbers(workspace)

    workspace.examples.move(1)
    dropped = workspace.what_if.edits
    workspace.undo()

    assert dropped == ()
    assert workspace.examples.index == 0
    assert numbers(workspace) == edited


def test_a_pass_keeps_the_edited_input_and_takes_the_weights_as_its_own(
    workspace: Workspace,
) -> None:
    workspace.what_if.set_value(INPUT, 0.77)
    workspace.what_if.set_value(WEIGHT, 0.5)
    after = trace_of(workspace).after.weights[0][1, 0]
    workspace.stepper.to_end()

    workspace.next_pass()

    assert [each.adjustable for each in workspace.what_if.edits] == [INPUT]
    assert workspace.what_if.original(WEIGHT) == after


def test_the_base_of_a_comparison_differs_in_that_number_alone(workspace: Workspace) -> None:
    workspace.what_if.set_value(BIAS, 0.25)
    expected = numbers(workspace)
    workspace.what_if.set_value(INPUT, 0.77)

    base = workspace.what_if.base_trace(INPUT)

    assert base is not None
    arrays = (*base.before.weights, *base.before.biases, base.inputs, base.targets)
    assert b"".join(each.tobytes() for each in arrays) == expected
    assert workspace.what_if.base_trace(INPUT) is base


def test_in_a_mini_batch_only_the_edited_example_changes(workspace: Workspace) -> None:
    workspace.examples.set_mini_batch(3)
    before = trace_of(workspace).inputs

    workspace.what_if.set_value(INPUT, 0.77, example=2)

    expected = np.array(before)
    expected[2, 1] = 0.77
    np.testing.assert_array_equal(trace_of(workspace).inputs, expected)
    assert [each.example for each in workspace.what_if.edits] == [2]


def test_nothing_changes_while_a_run_is_on(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.start(one_mini_batch=True)
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)
    before = numbers(workspace)

    workspace.what_if.set_value(WEIGHT, 0.5)

    assert numbers(workspace) == before
    assert workspace.what_if.why_not.startswith("Stop the run")


def test_a_run_begins_with_the_edited_weights_and_ends_the_edits(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, epochs=1, learning_rate=1e-9))
    workspace.what_if.set_value(WEIGHT, 0.5)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    # So small a learning rate leaves the weight where the run found it, in float32.
    assert trace_of(workspace).before.weights[0][1, 0] == pytest.approx(0.5, abs=1e-6)
    assert workspace.what_if.edits == ()


def test_saving_saves_the_edited_network(workspace: Workspace, tmp_path: Path) -> None:
    workspace.what_if.set_value(WEIGHT, 0.5)

    workspace.save_network(tmp_path / "edited.json")

    assert read_network(tmp_path / "edited.json").parameters.weights[0][1, 0] == 0.5


def test_a_target_that_the_cost_refuses_is_said_and_not_taken(workspace: Workspace) -> None:
    spec = NetworkSpec((2, 2, 1), ("tanh", "sigmoid"), "binary_cross_entropy")
    workspace.new_network(spec, "he", workspace.config)

    with pytest.raises(SpecError, match="between 0 and 1"):
        workspace.what_if.set_value(TARGET, 1.5)

    assert workspace.what_if.edits == ()


def test_another_network_has_no_edits_and_undo_brings_them_back(workspace: Workspace) -> None:
    for adjustable in EVERY:
        workspace.what_if.set_value(adjustable, 0.77)
    edited = numbers(workspace)

    workspace.open_preset("mazur-2-2-2")
    left = workspace.what_if.edits
    workspace.undo()

    assert left == ()
    assert numbers(workspace) == edited
    assert len(workspace.what_if.edits) == len(EVERY)


def test_undo_of_another_network_brings_back_the_mini_batch_with_all_its_edits(
    workspace: Workspace,
) -> None:
    workspace.examples.move(1)
    workspace.examples.set_mini_batch(3)
    workspace.what_if.set_value(INPUT, 0.3, 2)
    workspace.what_if.set_value(INPUT, 0.4, 0)
    edited = numbers(workspace)

    workspace.open_preset("mazur-2-2-2")
    workspace.undo()

    assert (workspace.examples.index, workspace.examples.mini_batch) == (1, 3)
    assert [(each.example, each.value) for each in workspace.what_if.edits] == [(2, 0.3), (0, 0.4)]
    assert numbers(workspace) == edited


def test_undo_of_a_weight_stays_with_the_example_and_the_learning_rate(
    workspace: Workspace,
) -> None:
    workspace.what_if.set_value(WEIGHT, 0.5)
    workspace.examples.move(2)
    workspace.set_config(replace(workspace.config, learning_rate=9.0))

    workspace.undo()

    assert workspace.what_if.edits == ()
    assert (workspace.examples.index, workspace.config.learning_rate) == (2, 9.0)


def test_redo_of_an_edited_input_shows_its_example(workspace: Workspace) -> None:
    workspace.what_if.set_value(INPUT, 0.77)
    edited = numbers(workspace)
    workspace.undo()
    workspace.examples.move(1)

    workspace.redo()

    assert workspace.examples.index == 0
    assert numbers(workspace) == edited


def test_a_cancelled_drag_leaves_neither_a_number_nor_an_entry(workspace: Workspace) -> None:
    workspace.what_if.set_value(BIAS, 0.3)
    workspace.what_if.finish()
    before, text = numbers(workspace), workspace.history.undo_text
    for value in (0.1, 0.2, 0.9):
        workspace.what_if.set_value(WEIGHT, value, merge=True)

    workspace.what_if.cancel()

    assert numbers(workspace) == before
    assert workspace.history.undo_text == text
    assert [edit.adjustable for edit in workspace.what_if.edits] == [BIAS]


def test_a_drag_that_is_over_is_not_cancelled(workspace: Workspace) -> None:
    workspace.what_if.set_value(WEIGHT, 0.9, merge=True)
    workspace.what_if.finish()

    workspace.what_if.cancel()

    assert workspace.what_if.edits[0].value == 0.9
