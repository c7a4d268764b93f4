"""What is told of a single weight."""

from collections.abc import Callable

import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.formatting import number
from nnviz.trace.explain_edge import explain_edge
from nnviz.trace.expression_text import plain
from nnviz.trace.naming import edge_name
from nnviz.trace.notation import Notation, WeightOrder
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef
from nnviz.trace.steps import StepKind

MakeTrace = Callable[..., PassTrace]

EDGE = EdgeRef(2, 1, 0)
SPEC = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))


@pytest.mark.parametrize(
    ("notation", "name"),
    [
        (Notation(), "w(1, 0)"),
        (Notation(first_index=1), "w(2, 1)"),
        (Notation(weight_order=WeightOrder.FROM_TO), "w(0, 1)"),
    ],
)
def test_a_weight_is_named_in_the_readers_notation(notation: Notation, name: str) -> None:
    assert edge_name(EDGE, notation) == name


def test_the_gradient_says_why_it_is_what_it_is(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC)

    told = explain_edge(StepKind.WEIGHT_GRADIENT, trace, EDGE, Notation(), 0)

    assert told.sentence == (
        "w(1, 0) of layer 2 multiplies a0, so its gradient is the error signal at neuron 1 "
        "times a0."
    )
    assert plain(told.symbolic[0]) == "∂C/∂w^(2)_1,0 = ∂C/∂b^(2)_1 · a^(1)_0"
    value = trace.backward.deltas[1][0, 1] * trace.forward.activations[1][0, 0]
    assert str(told.numeric[0]).endswith(f" = {number(value)}")


def test_what_an_edge_carries_names_its_layer_once(make_trace: MakeTrace) -> None:
    told = explain_edge(StepKind.PREACTIVATION, make_trace(SPEC), EDGE, Notation(), 0)

    assert told.sentence == (
        "w(1, 0) of layer 2 multiplies a0; the product is one term of the sum that makes z1."
    )


@pytest.mark.parametrize("example", [0, 1, 2, None])
def test_of_a_mini_batch_each_example_and_the_mean_have_their_own_number(
    make_trace: MakeTrace, example: int | None
) -> None:
    trace = make_trace(SPEC, examples=3)
    each = trace.backward.deltas[1][:, 1] * trace.forward.activations[1][:, 0]

    told = explain_edge(StepKind.WEIGHT_GRADIENT, trace, EDGE, Notation(), example)

    expected = each.mean() if example is None else each[example]
    assert str(told.numeric[0]).endswith(f" = {number(expected)}")


def test_the_update_ends_at_the_new_weight(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC)

    told = explain_edge(StepKind.UPDATE, trace, EDGE, Notation(), 0)

    assert str(told.numeric[-1]).endswith(f" = {number(trace.after.weights[1][1, 0])}")
    assert "η = 0.3000" in told.sentence
