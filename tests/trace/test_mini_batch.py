import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.mini_batch import Pull, gradient_norms, pull_of, pull_sentence
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]
SPEC = NetworkSpec((3, 4, 2), ("tanh", "sigmoid"))
EDGE, NODE = EdgeRef(1, 2, 1), NodeRef(2, 1)


def timeline_of(trace: PassTrace) -> Timeline:
    return Timeline(build_steps(trace.spec, Granularity.NEURON, trace.example_count))


def pull(*gradients: float | None, moves: bool = True) -> Pull:
    return Pull(Quantity.BIAS_GRADIENT, gradients, 0.0, None, moves)


@pytest.mark.parametrize("ref", [EDGE, NODE])
def test_the_sum_of_the_pulls_by_their_number_with_the_l2_term_is_what_the_update_uses(
    make_trace: MakeTrace, ref: EdgeRef | NodeRef
) -> None:
    trace = make_trace(SPEC, examples=5, decay=0.2)

    found = pull_of(trace, timeline_of(trace).to(10**6).reveal(), ref)

    assert found is not None
    after = Quantity.WEIGHT_AFTER if ref is EDGE else Quantity.BIAS_AFTER
    before = Quantity.WEIGHT if ref is EDGE else Quantity.BIAS
    step = (trace.value(before, ref) - trace.value(after, ref)) / trace.settings.learning_rate
    assert sum(found.known) / 5 + found.penalty == pytest.approx(step, rel=1e-10)
    assert found.mean == pytest.approx(step, rel=1e-10)
    assert found.sums[-1] == pytest.approx(sum(found.known), rel=1e-12)


def test_a_pull_is_known_from_the_step_of_its_neuron_on(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, examples=3)
    timeline = timeline_of(trace)
    at = timeline.position_of(Quantity.WEIGHT_GRADIENT, EDGE.layer, EDGE.neuron, 1)
    assert at is not None

    before, after = (pull_of(trace, timeline.to(each).reveal(), EDGE) for each in (at - 1, at))

    assert before is not None
    assert after is not None
    assert (len(before.known), len(after.known)) == (1, 2)
    assert after.gradients[1] == trace.value(Quantity.WEIGHT_GRADIENT, EDGE, 1)
    assert before.sums == (before.gradients[0], None, None)
    assert after.mean is None


def test_nothing_pulls_at_an_input(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, examples=2)

    assert pull_of(trace, timeline_of(trace).reveal(), NodeRef(0, 1)) is None


@pytest.mark.parametrize(
    ("gradients", "sentence"),
    [
        ((None, None), "No example has come to it yet."),
        ((-1.0, -2.0, 3.5), "2 examples pull it up, 1 pulls it down."),
        ((-1.0, 2.0, 2.0), "1 example pulls it up, 2 pull it down."),
        ((-1.0, -1.0), "2 examples pull it up."),
        ((0.0, 1.0), "1 example pulls it down, 1 leaves it as it is."),
        ((0.0, 0.0), "2 examples leave it as it is."),
        ((-0.5, 0.5), "1 example pulls it up, 1 pulls it down; they cancel out exactly."),
        ((1.0, None), "So far 1 example pulls it down; 1 is to come."),
        ((1.0, None, None), "So far 1 example pulls it down; 2 are to come."),
        ((math.nan, 1.0), "1 example pulls it down, 1 is NaN."),
    ],
)
def test_the_sentence_counts_who_pulls_up_and_who_down(
    gradients: tuple[float | None, ...], sentence: str
) -> None:
    assert pull_sentence(pull(*gradients)) == sentence


def test_the_sentence_says_if_the_update_will_not_move_a_bias() -> None:
    assert "keeps its biases" in pull_sentence(pull(1.0, 2.0, moves=False))


def test_the_length_of_a_gradient_is_that_of_all_its_numbers(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, examples=3)
    timeline = timeline_of(trace)

    norms = gradient_norms(trace, timeline.to(10**6).reveal())

    for example, norm in enumerate(norms):
        numbers = [
            trace.layer_values(quantity, layer, example).ravel()
            for layer in (1, 2)
            for quantity in (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT)
        ]
        assert norm == pytest.approx(np.linalg.norm(np.concatenate(numbers)), rel=1e-12)
    assert gradient_norms(trace, timeline.reveal()) == (None, None, None)
