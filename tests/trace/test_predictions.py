"""What is asked before a step, and which answers are right."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.predictions import Question, draw_question, judge_sign, judge_value, renewed
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]
SPEC = NetworkSpec((3, 4, 2), ("tanh", "sigmoid"))


@pytest.fixture
def trace(make_trace: MakeTrace) -> PassTrace:
    return make_trace(SPEC, seed=4)


def before(
    kind: StepKind, layer: int, granularity: Granularity = Granularity.OPERATION
) -> Timeline:
    """The moment before the first step of a kind."""
    steps = build_steps(SPEC, granularity)
    position = next(i for i, step in enumerate(steps) if (step.kind, step.layer) == (kind, layer))
    return Timeline(steps, position - 1)


def of_value(value: float, largest: float = 1.0) -> Question:
    return Question(Quantity.BIAS_GRADIENT, 1, NodeRef(1, 0), 0, value, largest, has_sign=True)


@pytest.mark.parametrize("examples", [1, 3])
@pytest.mark.parametrize("granularity", Granularity)
def test_every_question_is_about_a_number_that_the_next_step_reveals(
    spec: NetworkSpec,
    make_trace: MakeTrace,
    rng: np.random.Generator,
    granularity: Granularity,
    examples: int,
) -> None:
    trace = make_trace(spec, seed=1, examples=examples)
    timeline = Timeline(build_steps(spec, granularity, examples))
    asked = 0
    while not timeline.at_end:
        question = draw_question(trace, timeline, None, rng)
        known, timeline = timeline.reveal(), timeline.forward()
        if question is None:
            continue
        asked += 1
        neuron = None if question.ref is None else question.ref.neuron
        address = (question.quantity, question.layer, neuron, question.example)
        assert not known.knows(*address)
        assert timeline.reveal().knows(*address)
        assert question.value != 0
        if question.ref is not None:
            value = trace.value(question.quantity, question.ref, question.example)
            assert question.value == value
            assert abs(value) >= 0.09 * question.largest or neuron is not None
    inputs = sum(step.kind is StepKind.INPUT for step in timeline.steps)
    assert asked > (len(timeline.steps) - inputs) / 3


def test_the_selected_neuron_is_asked_for(trace: PassTrace, rng: np.random.Generator) -> None:
    node = NodeRef(1, 2)

    question = draw_question(trace, before(StepKind.BIAS_GRADIENT, 1), node, rng)

    assert question is not None
    assert (question.quantity, question.ref) == (Quantity.BIAS_GRADIENT, node)
    assert question.value == trace.backward.deltas[0][0, 2]


def test_the_selected_edge_is_asked_for(trace: PassTrace, rng: np.random.Generator) -> None:
    edge = EdgeRef(2, 1, 3)

    question = draw_question(trace, before(StepKind.WEIGHT_GRADIENT, 2), edge, rng)

    assert question is not None
    assert (question.quantity, question.ref) == (Quantity.WEIGHT_GRADIENT, edge)


def test_of_a_selected_neuron_one_of_its_edges_is_asked_for_where_only_weights_come(
    trace: PassTrace, rng: np.random.Generator
) -> None:
    question = draw_question(trace, before(StepKind.WEIGHT_GRADIENT, 2), NodeRef(2, 1), rng)

    assert question is not None
    assert isinstance(question.ref, EdgeRef)
    assert question.ref.target_node == NodeRef(2, 1)


def test_a_selection_that_the_step_does_not_compute_is_not_asked_for(
    trace: PassTrace, rng: np.random.Generator
) -> None:
    question = draw_question(trace, before(StepKind.BIAS_GRADIENT, 1), NodeRef(2, 0), rng)

    assert question is not None
    assert question.ref is not None
    assert question.ref.layer == 1


def test_a_step_of_one_neuron_is_asked_about_that_neuron(
    trace: PassTrace, rng: np.random.Generator
) -> None:
    timeline = before(StepKind.NEURON_GRADIENT, 1, Granularity.NEURON).forward()

    question = draw_question(trace, timeline, NodeRef(1, 3), rng)

    assert question is not None
    assert question.ref is not None
    assert question.ref.neuron == timeline.steps[timeline.position + 1].neuron == 1


def test_the_input_is_read_and_not_asked_for(trace: PassTrace, rng: np.random.Generator) -> None:
    timeline = Timeline(build_steps(SPEC, Granularity.LAYER))

    assert draw_question(trace, timeline, NodeRef(0, 0), rng) is None
    assert draw_question(trace, timeline.to(99), None, rng) is None


def test_the_cost_and_sigmoid_activations_are_asked_by_value_only(
    trace: PassTrace, rng: np.random.Generator
) -> None:
    cost = draw_question(trace, before(StepKind.COST, 2), None, rng)
    sigmoid = draw_question(trace, before(StepKind.ACTIVATION, 2), None, rng)
    tanh = draw_question(trace, before(StepKind.ACTIVATION, 1), None, rng)

    assert cost is not None
    assert sigmoid is not None
    assert tanh is not None
    assert cost.value == trace.cost
    assert (cost.has_sign, sigmoid.has_sign, tanh.has_sign) == (False, False, True)


def test_zeros_and_what_is_not_a_number_are_never_drawn(
    make_trace: MakeTrace, rng: np.random.Generator
) -> None:
    spec = NetworkSpec((3, 8, 2), ("relu", "identity"))
    trace = make_trace(spec, seed=3)
    steps = build_steps(spec, Granularity.OPERATION)
    timeline = Timeline(steps, [step.kind for step in steps].index(StepKind.ACTIVATION) - 1)
    assert (trace.forward.activations[1] == 0).any()

    drawn = [draw_question(trace, timeline, None, rng) for _ in range(50)]

    assert all(question is not None and question.value > 0 for question in drawn)


def test_another_pass_is_asked_the_same(make_trace: MakeTrace, rng: np.random.Generator) -> None:
    one, other = make_trace(SPEC, seed=1), make_trace(SPEC, seed=2)
    question = draw_question(one, before(StepKind.BIAS_GRADIENT, 1), NodeRef(1, 0), rng)
    assert question is not None

    again = renewed(other, question)

    assert again is not None
    assert replace(again, value=0, largest=0) == replace(question, value=0, largest=0)
    assert again.value == other.value(Quantity.BIAS_GRADIENT, NodeRef(1, 0))


@pytest.mark.parametrize(
    ("value", "answer", "right"),
    [
        (0.8, 0.8 * 1.04, True),
        (0.8, 0.8 * 1.05, True),
        (0.8, 0.8 * 1.06, False),
        (-0.8, -0.8 * 0.96, True),
        (-0.8, 0.8, False),
        (0.01, 0.055, True),  # tiny beside 1: 0.05 either way
        (0.01, 0.065, False),
        (0.0, 0.04, True),
    ],
)
def test_a_value_is_right_within_five_percent(value: float, answer: float, right: bool) -> None:
    verdict = judge_value(of_value(value), answer)

    assert verdict.right is right
    expected = abs(answer - value) / abs(value) if value else None
    assert verdict.relative_error == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(("value", "sign"), [(-1e-9, -1), (0.0, 0), (3.0, 1)])
def test_a_sign_is_right_if_it_is_that_of_the_value(value: float, sign: int) -> None:
    verdicts = [judge_sign(of_value(value), each) for each in (-1, 0, 1)]

    assert [verdict.right for verdict in verdicts] == [each == sign for each in (-1, 0, 1)]
