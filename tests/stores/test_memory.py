"""Stepping with an optimizer: what it remembers goes from pass to pass, back, and undone."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.updates import OptimizerState, update
from nnviz.stores.comparison_store import Weights
from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef
from nnviz.trace.steps import Granularity, StepKind
from nnviz.trace.what_if import Adjustable, Kind

WITH_MEMORY = [name for name in OPTIMIZERS if name != "sgd"]


def use(workspace: Workspace, name: str, **settings: float) -> None:
    config = replace(workspace.config, optimizer=Optimizer(name, **settings), learning_rate=0.05)
    workspace.set_config(config)


def trace_of(workspace: Workspace) -> PassTrace:
    trace = workspace.stepper.trace
    assert trace is not None
    return trace


def next_pass(workspace: Workspace) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()


def numbers(workspace: Workspace) -> bytes:
    """Everything that the update is computed from and computes, bit by bit."""
    trace = trace_of(workspace)
    assert trace.state is not None
    assert trace.state_after is not None
    moments = (*trace.state.moments, *trace.state_after.moments)
    arrays = [
        array
        for each in (trace.before, trace.after, *moments)
        for array in (*each.weights, *each.biases)
    ]
    return bytes([trace.update_number]) + b"".join(each.tobytes() for each in arrays)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_passes_go_on_with_what_the_optimizer_remembers(workspace: Workspace, name: str) -> None:
    use(workspace, name)
    parameters = workspace.state.parameters
    optimizer = workspace.config.optimizer
    state = OptimizerState.initial(optimizer, parameters)

    for number in range(1, 4):
        trace = trace_of(workspace)
        assert trace.optimizer == optimizer
        assert trace.update_number == number
        parameters, state = update(optimizer, state, parameters, trace.backward.gradients, 0.05)
        for recorded, expected in zip(trace.after.weights, parameters.weights, strict=True):
            np.testing.assert_array_equal(recorded, expected)
        next_pass(workspace)


@pytest.mark.parametrize("name", WITH_MEMORY)
def test_walking_back_and_on_gives_the_same_moments_bit_by_bit(
    workspace: Workspace, name: str
) -> None:
    use(workspace, name)
    seen = [numbers(workspace)]
    for _ in range(3):
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

    assert len(set(seen)) == 4
    assert back == seen[::-1]
    assert on == seen


def test_undo_takes_a_pass_and_its_memory_back(workspace: Workspace) -> None:
    use(workspace, "adam")
    next_pass(workspace)
    before = numbers(workspace)

    next_pass(workspace)
    workspace.undo()

    assert numbers(workspace) == before


def test_an_old_pass_has_its_old_optimizer_again_and_says_so(workspace: Workspace) -> None:
    said: list[str] = []
    workspace.problem.connect(said.append)
    use(workspace, "momentum")
    next_pass(workspace)
    first = numbers(workspace)
    next_pass(workspace)
    use(workspace, "adam")

    workspace.passes.go_back()

    assert numbers(workspace) == first
    assert workspace.config.optimizer == Optimizer("momentum")
    assert said == [
        "Pass 2 was made with Momentum, learning rate 0.05 and L2 0; these are set again."
    ]


def test_another_optimizer_begins_without_memory_and_the_later_passes_do_not_follow(
    workspace: Workspace,
) -> None:
    use(workspace, "adam")
    for _ in range(2):
        next_pass(workspace)
    workspace.passes.go_back()

    use(workspace, "rmsprop")

    trace = trace_of(workspace)
    assert trace.update_number == 1
    assert not any(each.any() for each in trace.state.moments[0].weights)
    assert not workspace.passes.can_go_on
    next_pass(workspace)
    assert trace_of(workspace).update_number == 2


def test_undo_past_a_change_of_the_optimizer_never_mixes_their_memories(
    workspace: Workspace,
) -> None:
    use(workspace, "adam")
    next_pass(workspace)
    next_pass(workspace)
    use(workspace, "momentum")

    workspace.undo()  # the pass; the optimizer of now stays

    trace = trace_of(workspace)
    assert trace.optimizer.name == workspace.config.optimizer.name
    assert len(trace.state.moments) == trace.optimizer.method.moments


@pytest.mark.parametrize("change", ["reset", "open", "run"])
def test_parameters_that_no_pass_made_have_no_memory(workspace: Workspace, change: str) -> None:
    use(workspace, "adam")
    next_pass(workspace)
    assert trace_of(workspace).update_number == 2

    if change == "reset":
        workspace.reset_parameters()
    elif change == "open":
        workspace.open_preset("primer-2-3-2")
        use(workspace, "adam")
    else:
        workspace.take_parameters(workspace.state.parameters)

    assert trace_of(workspace).update_number == 1


def test_a_weight_changed_by_hand_keeps_the_memory(workspace: Workspace) -> None:
    use(workspace, "momentum")
    next_pass(workspace)
    remembered = trace_of(workspace).state.moments[0].weights[0]

    workspace.what_if.set_value(Adjustable(Kind.WEIGHT, EdgeRef(1, 1, 0)), 0.77)

    trace = trace_of(workspace)
    np.testing.assert_array_equal(trace.state.moments[0].weights[0], remembered)
    base = workspace.what_if.base_trace(Adjustable(Kind.WEIGHT, EdgeRef(1, 1, 0)))
    np.testing.assert_array_equal(base.state.moments[0].weights[0], remembered)
    assert base.update_number == 2


def test_the_network_after_the_update_goes_on_with_the_moments(workspace: Workspace) -> None:
    use(workspace, "adam")
    workspace.stepper.to_end()
    workspace.comparison.begin()

    seen = workspace.shown_pass.shown

    assert seen.trace.update_number == 2
    np.testing.assert_array_equal(
        seen.trace.state.moments[0].weights[0],
        trace_of(workspace).state_after.moments[0].weights[0],
    )


def test_the_steps_are_those_of_the_optimizer(workspace: Workspace) -> None:
    workspace.stepper.set_granularity(Granularity.OPERATION)
    plain = len(workspace.stepper.timeline.steps)

    use(workspace, "adam")

    kinds = [step.kind for step in workspace.stepper.timeline.steps]
    assert len(kinds) == plain + 2
    assert kinds[-3:] == [StepKind.MOMENTS, StepKind.BIAS_CORRECTION, StepKind.NEW_VALUES]


def test_a_mistake_is_compared_with_a_plain_pass(workspace: Workspace) -> None:
    use(workspace, "adam")
    bug = workspace.challenges.bug

    assert bug.first_bite(Mistake.GRADIENT_ASCENT).step.kind is StepKind.UPDATE
    bug.run(Mistake.GRADIENT_ASCENT)

    trace, right = trace_of(workspace), bug.right_trace()
    assert trace.optimizer.name == right.optimizer.name == "sgd"
    w, g = trace.before.weights[0], trace.backward.gradients.weights[0]
    np.testing.assert_allclose(trace.after.weights[0], w + 0.05 * g)
    np.testing.assert_allclose(right.after.weights[0], w - 0.05 * g)
    bug.back_to_right_pass()
    assert trace_of(workspace).optimizer.name == "adam"


def test_other_weights_on_the_second_canvas_have_no_memory(workspace: Workspace) -> None:
    use(workspace, "adam")
    next_pass(workspace)
    second = workspace.second_pass
    second.set_open(True)

    same = second.shown.trace.update_number
    second.show_weights(Weights.START)

    assert (same, second.shown.trace.update_number) == (2, 1)
