"""The second pass: its numbers are those of a pass recorded by hand, at the same moment."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.network import Parameters
from nnviz.stores.comparison_store import ComparisonStore, Weights
from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef
from nnviz.trace.what_if import adjustables_of


@pytest.fixture
def store(workspace: Workspace) -> ComparisonStore:
    workspace.second_pass.set_open(True)
    return workspace.second_pass


def trace_of(store: ComparisonStore) -> PassTrace:
    assert store.shown is not None
    return store.shown.trace


def recorded(workspace: Workspace, parameters: Parameters, *indices: int) -> PassTrace:
    """Record a pass of XOR's samples by hand."""
    state = workspace.state
    assert state.samples is not None
    rows = np.array(indices)
    inputs, targets = state.samples.train.inputs_at(rows), state.samples.train.targets_at(rows)
    return PassTrace.record(state.spec, parameters, inputs, targets, state.pass_settings)


def assert_same(one: PassTrace, other: PassTrace) -> None:
    assert one.cost == other.cost
    for mine, yours in zip(
        (*one.forward.activations, *one.backward.gradients.weights, *one.after.biases),
        (*other.forward.activations, *other.backward.gradients.weights, *other.after.biases),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, yours)


def test_while_closed_nothing_is_recorded(workspace: Workspace) -> None:
    store = workspace.second_pass
    workspace.examples.show_next()

    assert store.shown is None
    store.set_open(True)
    assert store.shown is not None
    store.set_open(False)
    assert store.shown is None


def test_at_first_it_shows_the_next_example_at_the_same_moment(
    store: ComparisonStore, workspace: Workspace
) -> None:
    workspace.stepper.move_to(3)

    assert store.example == (Subset.SAMPLES, 1)
    assert_same(trace_of(store), recorded(workspace, workspace.state.parameters, 1))
    assert store.shown is not None
    assert store.shown.timeline is workspace.stepper.timeline


def test_it_holds_its_example_while_the_first_goes_on_until_it_is_to_follow(
    store: ComparisonStore, workspace: Workspace
) -> None:
    store.show_previous()
    store.show_previous()  # around the end
    workspace.examples.show(Subset.SAMPLES, 2)

    assert_same(trace_of(store), recorded(workspace, workspace.state.parameters, 3))
    store.follow_first(True)
    assert_same(trace_of(store), recorded(workspace, workspace.state.parameters, 2))


def test_a_mini_batch_has_as_many_examples_on_both(
    store: ComparisonStore, workspace: Workspace
) -> None:
    store.show_example(Subset.SAMPLES, 3)

    workspace.examples.set_mini_batch(3)

    assert_same(trace_of(store), recorded(workspace, workspace.state.parameters, 3, 0, 1))


def test_after_steps_it_can_show_what_the_first_pass_began_with(
    store: ComparisonStore, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=0.7))
    start = workspace.state.parameters
    assert Weights.START not in store.choices()
    for _ in range(2):
        workspace.stepper.to_end()
        workspace.next_pass()

    store.show_weights(Weights.START)

    assert_same(trace_of(store), recorded(workspace, start, 1))
    assert workspace.stepper.trace is not None
    assert workspace.stepper.trace.before is not start


def test_after_a_run_it_can_show_what_the_run_began_with(
    store: ComparisonStore, workspace: Workspace, qtbot: QtBot
) -> None:
    start = workspace.state.parameters
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    store.show_weights(Weights.START)

    for mine, first in zip(trace_of(store).before.weights, start.weights, strict=True):
        np.testing.assert_array_equal(mine, first.astype(np.float32))  # training is in float32


def test_kept_weights_stay_while_the_network_changes(workspace: Workspace) -> None:
    store, kept = workspace.second_pass, workspace.state.parameters

    store.keep()
    workspace.stepper.to_end()
    workspace.next_pass()

    assert store.is_open
    assert store.same_example
    assert_same(trace_of(store), recorded(workspace, kept, 0))
    workspace.open_preset("primer-2-3-2")  # they do not fit this one
    assert store.weights is Weights.CURRENT
    assert trace_of(store).spec == workspace.spec


def test_beside_a_change_by_hand_it_can_show_the_network_without_it(
    store: ComparisonStore, workspace: Workspace
) -> None:
    before = workspace.state.parameters
    workspace.what_if.set_value(adjustables_of(workspace.spec, EdgeRef(1, 0, 1))[0], 2.5)

    store.show_weights(Weights.UNEDITED)

    assert_same(trace_of(store), recorded(workspace, before, 1))
    workspace.what_if.back_to_trained()
    assert store.weights is Weights.CURRENT


def test_digits_that_come_later_are_shown_once_they_are_there(
    store: ComparisonStore, workspace: Workspace, digits: Mnist, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")

    workspace.examples.set_mnist(digits)

    assert store.example == (Subset.TEST, 1)
    assert store.label_of(0) == int(digits.test.labels[1])  # type: ignore[index]
    np.testing.assert_array_equal(trace_of(store).inputs, digits.test.inputs_at(np.array([1])))
