"""Mini-batches through the stores: which examples, which steps, which update."""

import numpy as np
import pytest

from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Granularity, StepKind


def trace_of(workspace: Workspace) -> PassTrace:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace


def test_a_mini_batch_begins_at_the_example_and_goes_around_the_end(workspace: Workspace) -> None:
    workspace.examples.show(Subset.SAMPLES, 2)

    workspace.examples.set_mini_batch(3)

    assert workspace.examples.indices.tolist() == [2, 3, 0]
    dataset = workspace.examples.dataset
    assert dataset is not None
    np.testing.assert_array_equal(
        trace_of(workspace).inputs, dataset.inputs_at(np.array([2, 3, 0]))
    )


@pytest.mark.parametrize("wanted", [5, 32, 1000])
def test_a_mini_batch_has_at_most_all_examples(workspace: Workspace, wanted: int) -> None:
    workspace.examples.set_mini_batch(wanted)

    assert trace_of(workspace).example_count == workspace.examples.mini_batch == 4


@pytest.mark.parametrize("granularity", Granularity)
def test_the_next_pass_takes_the_update_of_exactly_these_examples(
    workspace: Workspace, granularity: Granularity
) -> None:
    workspace.stepper.set_granularity(granularity)
    workspace.examples.show(Subset.SAMPLES, 1)
    workspace.examples.set_mini_batch(3)
    state, dataset = workspace.state, workspace.examples.dataset
    assert dataset is not None
    rows = np.array([1, 2, 3])
    expected = PassTrace.record(
        state.spec, state.parameters, dataset.inputs_at(rows), dataset.targets_at(rows),
        state.pass_settings,
    )  # fmt: skip

    workspace.stepper.to_end()
    workspace.next_pass()

    for found, after in zip(
        (*workspace.state.parameters.weights, *workspace.state.parameters.biases),
        (*expected.after.weights, *expected.after.biases),
        strict=True,
    ):
        np.testing.assert_array_equal(found, after)
    assert workspace.stepper.timeline.at_start
    assert trace_of(workspace).example_count == 3


def test_choosing_a_mini_batch_and_switching_it_off_keeps_the_moment(workspace: Workspace) -> None:
    workspace.stepper.move_to(2)
    seen = []

    for count in (4, 2, 1):
        workspace.examples.set_mini_batch(count)
        step = workspace.stepper.timeline.current
        seen.append(step and (step.kind, step.layer, step.example))

    assert seen == [(StepKind.LAYER, 2, 0)] * 3


def test_the_end_of_a_single_pass_is_not_the_end_of_a_mini_batch(workspace: Workspace) -> None:
    workspace.stepper.to_end()

    workspace.examples.set_mini_batch(4)

    timeline = workspace.stepper.timeline
    assert (timeline.position, timeline.example) == (5, 0)
    assert not timeline.reveal().knows(Quantity.WEIGHT_AFTER, 1)


def test_going_to_other_examples_keeps_the_mini_batch_and_the_moment(workspace: Workspace) -> None:
    workspace.examples.set_mini_batch(3)
    workspace.stepper.move_to(8)

    workspace.examples.move(1)

    assert workspace.examples.indices.tolist() == [1, 2, 3]
    assert trace_of(workspace).example_count == 3
    assert workspace.stepper.timeline.position == 8


def test_other_data_begins_without_a_mini_batch(workspace: Workspace) -> None:
    workspace.examples.set_mini_batch(4)

    workspace.open_preset("primer-2-3-2")

    assert workspace.examples.mini_batch == 1
    assert trace_of(workspace).example_count == 1


def test_setting_the_same_number_again_changes_nothing(workspace: Workspace) -> None:
    changes: list[bool] = []
    workspace.examples.set_mini_batch(3)
    workspace.examples.example_changed.connect(lambda: changes.append(True))

    workspace.examples.set_mini_batch(3)

    assert changes == []


def test_the_granularity_goes_round(workspace: Workspace) -> None:
    seen = []
    for _ in range(3):
        workspace.stepper.next_granularity()
        seen.append(workspace.stepper.granularity)

    assert seen == [Granularity.OPERATION, Granularity.NEURON, Granularity.LAYER]


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("count", [1, 3])
def test_stepping_to_the_end_and_back_leaves_everything_as_it_was(
    workspace: Workspace, granularity: Granularity, count: int
) -> None:
    workspace.stepper.set_granularity(granularity)
    workspace.examples.set_mini_batch(count)
    before, trace = workspace.stepper.timeline, trace_of(workspace)

    while not workspace.stepper.timeline.at_end:
        workspace.stepper.step_forward()
    while not workspace.stepper.timeline.at_start:
        workspace.stepper.step_back()

    assert workspace.stepper.timeline == before
    assert workspace.stepper.timeline.reveal().known == frozenset()
    assert trace_of(workspace) is trace
