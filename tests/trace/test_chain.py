"""The graph of the chain rule: its factors are right, and are shown only once they are known."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.chain import (
    Link,
    Need,
    Term,
    gradient_need,
    is_known,
    is_outer,
    link_goal,
    link_need,
    link_shape,
    link_value,
    position_of,
    term_of,
    term_shape,
)
from nnviz.trace.chain_graph import build_graph, product_of, step_target
from nnviz.trace.chain_paths import strongest_paths
from nnviz.trace.chain_texts import list_paths, tell_target
from nnviz.trace.expressions import Expression
from nnviz.trace.notation import Notation, WeightOrder
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]

CHAIN = NetworkSpec((1, 1, 1), ("tanh", "sigmoid"))
PRIMER = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
DEEP = NetworkSpec((3, 4, 4, 2), ("tanh", "tanh", "sigmoid"))
FUSED = NetworkSpec((2, 3, 2), ("sigmoid", "softmax"), "categorical_cross_entropy")
JACOBIAN = NetworkSpec((2, 3, 2), ("sigmoid", "softmax"))
EDGE = EdgeRef(1, 1, 0)


def timeline_of(spec: NetworkSpec, position: int = -1) -> Timeline:
    return Timeline(build_steps(spec, Granularity.OPERATION), position)


def names(links: tuple[Link, ...]) -> list[str]:
    """C/a2, a2/z2 …: what is differentiated by what."""
    return [
        "/".join(
            term.quantity.symbol + ("" if term.quantity is Quantity.COST else str(term.layer))
            for term in (link.above, link.below)
        )
        for link in links
    ]


def product_names(spec: NetworkSpec, target: Term) -> list[str]:
    return names(product_of(spec, build_graph(spec, None), target, Notation()).links)


def test_the_spine_runs_from_the_cost_to_the_input() -> None:
    graph = build_graph(PRIMER, None)

    assert names(graph.spine_links) == ["C/a2", "a2/z2", "z2/a1", "a1/z1", "z1/a0"]
    assert [term.layer for term in graph.weights] == [1, 2]
    assert {term.ref for term in graph.spine} == {None}


def test_a_chosen_edge_makes_single_neurons_of_both_its_ends() -> None:
    graph = build_graph(PRIMER, EDGE)

    assert graph.preactivation(1).ref == NodeRef(1, 1)
    assert graph.activation(0).ref == NodeRef(0, 0)
    assert graph.weights[0].ref == EDGE
    assert graph.preactivation(2).ref is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Term(Quantity.WEIGHT, 1), ["C/a2", "a2/z2", "z2/a1", "a1/z1", "z1/w1"]),
        (Term(Quantity.BIAS, 1), ["C/a2", "a2/z2", "z2/a1", "a1/z1", "z1/b1"]),
        (Term(Quantity.ACTIVATION, 1), ["C/a2", "a2/z2", "z2/a1"]),
        (Term(Quantity.WEIGHT, 2), ["C/a2", "a2/z2", "z2/w2"]),
        (Term(Quantity.ACTIVATION, 2), ["C/a2"]),
        (Term(Quantity.ACTIVATION, 0), ["C/a2", "a2/z2", "z2/a1", "a1/z1", "z1/a0"]),
    ],
)
def test_a_product_goes_from_the_cost_to_its_target(target: Term, expected: list[str]) -> None:
    assert product_names(PRIMER, target) == expected


def test_a_fused_pair_is_one_factor_but_for_the_activations_themselves() -> None:
    assert product_names(FUSED, Term(Quantity.WEIGHT, 2)) == ["C/z2", "z2/w2"]
    assert product_names(FUSED, Term(Quantity.ACTIVATION, 2)) == ["C/a2"]


def test_softmax_with_another_cost_keeps_its_whole_jacobian() -> None:
    graph = build_graph(JACOBIAN, NodeRef(2, 1))

    jacobian = graph.spine_links[1]

    assert link_shape(JACOBIAN, jacobian) == "2×1"
    assert link_need(JACOBIAN, jacobian).quantity is Quantity.ACTIVATION


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_in_a_chain_of_single_neurons_the_factors_multiply_to_the_gradient(
    make_trace: MakeTrace, decay: float
) -> None:
    trace = make_trace(CHAIN, decay=decay)
    product = product_of(CHAIN, build_graph(CHAIN, None), Term(Quantity.WEIGHT, 1), Notation())

    factors = [link_value(trace, link) for link in product.links]

    penalty = decay * float(trace.before.weights[0][0, 0])
    assert None not in factors
    assert math.prod(factor or 0.0 for factor in factors) + penalty == pytest.approx(
        trace.backward.gradients.weights[0][0, 0], rel=1e-13
    )


def test_shapes_fit_together_from_one_factor_to_the_next() -> None:
    product = product_of(DEEP, build_graph(DEEP, None), Term(Quantity.ACTIVATION, 0), Notation())

    shapes = [link_shape(DEEP, link).split("×") for link in product.links]

    assert shapes[0] == ["1", "2"]
    assert all(left[1] == right[0] for left, right in itertools.pairwise(shapes))
    assert shapes[-1][1] == "3"


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_product_by_a_matrix_ends_with_an_outer_product_of_its_shape(layer: int) -> None:
    graph = build_graph(DEEP, None)
    product = product_of(DEEP, graph, Term(Quantity.WEIGHT, layer), Notation())
    *inner, last = product.links

    shapes = [tuple(map(int, link_shape(DEEP, link).split("×"))) for link in inner]
    signal = np.linalg.multi_dot([*map(np.ones, shapes), np.eye(shapes[-1][1])])
    activations = np.ones(tuple(map(int, link_shape(DEEP, last).split("×"))))

    assert [is_outer(link) for link in product.links] == [False] * len(inner) + [True]
    assert activations.shape[0] == 1
    assert "×".join(map(str, np.outer(signal, activations).shape)) == term_shape(
        DEEP, product.target
    )


def test_a_row_of_the_matrix_needs_no_outer_product() -> None:
    product = product_of(
        DEEP, build_graph(DEEP, NodeRef(2, 1)), Term(Quantity.WEIGHT, 2), Notation()
    )

    assert link_shape(DEEP, product.links[-1]) == term_shape(DEEP, product.target) == "1×4"
    assert not is_outer(product.links[-1])


def test_a_slope_is_looked_for_where_it_is_a_factor_or_else_at_its_activation() -> None:
    slope = build_graph(PRIMER, NodeRef(1, 2)).spine_links[3]
    start = timeline_of(PRIMER)
    end = start.to(len(start.steps) - 1)

    assert link_goal(PRIMER, slope, start.reveal()) == Need(Quantity.ACTIVATION, 1, 2)
    assert link_goal(PRIMER, slope, end.reveal()) == Need(Quantity.BIAS_GRADIENT, 1, 2)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Term(Quantity.WEIGHT, 1), [(0, 1, 2, 0), (0, 3, 1, 1)]),
        (Term(Quantity.BIAS, 1), [(0, 1, 2, 0)]),
        (Term(Quantity.ACTIVATION, 1), [(0, 1, 2, 0)]),
        (Term(Quantity.ACTIVATION, 2), []),
        (Term(Quantity.BIAS, 2), []),
    ],
)
def test_braces_hold_the_error_signals_that_a_step_reuses(
    target: Term, expected: list[tuple[int, int, int, int]]
) -> None:
    product = product_of(PRIMER, build_graph(PRIMER, None), target, Notation())

    braces = [(brace.first, brace.last, brace.layer, brace.level) for brace in product.braces]

    assert braces == expected
    assert all("from layer 2" in words(brace.label) for brace in product.braces if brace.layer == 2)


def test_the_output_layer_reuses_nothing_from_above() -> None:
    product = product_of(PRIMER, build_graph(PRIMER, None), Term(Quantity.WEIGHT, 2), Notation())

    assert [brace.layer for brace in product.braces] == [2]


def test_one_path_of_many_is_no_error_signal(make_trace: MakeTrace) -> None:
    path = strongest_paths(make_trace(PRIMER), EDGE).listed[0]
    graph = build_graph(PRIMER, EDGE, path)

    product = product_of(PRIMER, graph, Term(Quantity.WEIGHT, 1), Notation(), one_of_many=True)

    assert product.braces == ()
    assert product.links == path.links(PRIMER)


def words(expression: Expression) -> str:
    return repr(expression)


def test_each_backward_step_is_about_its_own_derivative() -> None:
    steps = build_steps(PRIMER, Granularity.OPERATION)

    targets = {step.kind: step_target(step, None) for step in steps if step.layer == 2}

    assert targets[StepKind.ACTIVATION_GRADIENT] == Term(Quantity.ACTIVATION, 2)
    assert targets[StepKind.BIAS_GRADIENT] == Term(Quantity.BIAS, 2)
    assert targets[StepKind.WEIGHT_GRADIENT] == Term(Quantity.WEIGHT, 2)
    assert targets[StepKind.COST] == Term(Quantity.WEIGHT, 1)
    assert step_target(None, NodeRef(2, 0)) == Term(Quantity.BIAS, 2)


def test_local_derivatives_are_known_from_the_forward_pass_and_c_by_a_only_from_its_step() -> None:
    links = build_graph(PRIMER, None).spine_links
    steps = timeline_of(PRIMER).steps

    at = [position_of(timeline_of(PRIMER), link_need(PRIMER, link)) for link in links]

    found = [None if place is None else (steps[place].kind, steps[place].layer) for place in at]
    assert found == [
        (StepKind.ACTIVATION_GRADIENT, 2), (StepKind.PREACTIVATION, 2), None,
        (StepKind.PREACTIVATION, 1), None,
    ]  # fmt: skip


@pytest.mark.parametrize("spec", [PRIMER, FUSED, JACOBIAN], ids=["primer", "fused", "jacobian"])
def test_a_number_is_known_exactly_from_the_step_that_computes_it_on(spec: NetworkSpec) -> None:
    graph = build_graph(spec, EDGE)

    for link in graph.spine_links:
        need = link_need(spec, link)
        place = position_of(timeline_of(spec), need)
        first = -1 if place is None else place
        known = [
            is_known(timeline_of(spec, at).reveal(), need)
            for at in range(-1, len(timeline_of(spec).steps))
        ]
        assert known == [at >= first for at in range(-1, len(known) - 1)]


def test_the_sum_of_the_paths_is_no_secret_only_after_the_step_of_the_gradient(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(PRIMER)
    timeline = timeline_of(PRIMER)
    place = position_of(timeline, gradient_need(term_of(EDGE)))
    assert place is not None

    before = list_paths(trace, timeline.to(place - 1).reveal(), EDGE, 0, Notation())
    after = list_paths(trace, timeline.to(place).reveal(), EDGE, 0, Notation())

    assert {row[2] for row in before.rows} == {"–"}
    assert "= –" in before.total
    assert [path.nodes[-1].neuron for path in before.paths] == [0, 1]
    value = Notation().number(trace.value(Quantity.WEIGHT_GRADIENT, EDGE))
    assert value in after.total
    assert value not in before.total
    assert "–" not in {row[2] for row in after.rows}


def test_before_anything_is_computed_only_the_weights_have_numbers(make_trace: MakeTrace) -> None:
    trace = make_trace(PRIMER)

    told = list_paths(trace, timeline_of(PRIMER).reveal(), EDGE, 0, Notation())

    weight = Notation().number(float(trace.before.weights[1][0, 1]))
    assert told.rows[0][1].replace("(", "").replace(")", "") == f"– · – · {weight} · – · –"


def test_many_paths_say_how_many_are_left_out_and_what_they_come_to(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 40, 30), ("tanh", "sigmoid"))
    trace = make_trace(spec)
    last = len(timeline_of(spec).steps) - 1

    told = list_paths(trace, timeline_of(spec, last).reveal(), NodeRef(0, 1), 0, Notation())

    rest = strongest_paths(trace, NodeRef(0, 1)).rest
    assert told.title == "1,200 paths from a⁽⁰⁾₁ to C, 50 of them listed"
    assert f"1,150 more paths, together {Notation().number(rest)}" in told.total


def test_the_penalty_of_a_weight_is_added_by_name(make_trace: MakeTrace) -> None:
    trace = make_trace(PRIMER, decay=0.05)
    last = len(timeline_of(PRIMER).steps) - 1

    told = list_paths(trace, timeline_of(PRIMER, last).reveal(), EDGE, 0, Notation())

    penalty = 0.05 * float(trace.before.weights[0][1, 0])
    assert f"plus (λ/n)w {Notation().number(penalty)}" in told.total
    assert told.total.endswith(
        f"{Notation().number(float(trace.backward.gradients.weights[0][1, 0]))}."
    )
    assert "this pass computed" not in told.total


@pytest.mark.parametrize(
    ("spec", "note"),
    [
        (PRIMER, ""),
        (FUSED, "; ∂C/∂z of layer 2 is a − y, cost and output taken together"),
        (JACOBIAN, "; softmax has a whole Jacobian, each output depends on every z"),
    ],
    ids=["primer", "fused", "jacobian"],
)
def test_the_caption_says_how_the_output_is_differentiated(
    make_trace: MakeTrace, spec: NetworkSpec, note: str
) -> None:
    target, timeline = Term(Quantity.WEIGHT, 1), timeline_of(spec)
    last = len(timeline.steps) - 1

    told = [
        tell_target(make_trace(spec), timeline.to(at), target, 0, Notation())
        for at in (-1, last - 2, last - 1, last)
    ]

    assert told == [
        f"{when}: ∂C/∂w of layer 1{note}"
        for when in ("Ahead", "Still to come", "This step", "Already computed")
    ]


def test_in_a_mini_batch_the_example_is_named_and_the_penalty_left_to_the_mean(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(PRIMER, examples=3, decay=0.1)
    timeline = Timeline(build_steps(PRIMER, Granularity.LAYER, 3))
    steps = len(timeline.steps)

    told = list_paths(trace, timeline.to(steps - 1).reveal(), EDGE, 2, Notation())

    own = float(trace.backward.deltas[0][2, 1] * trace.inputs[2, 0])
    assert told.title == "2 paths from w⁽¹⁾₁,₀ to C of example 3"
    assert told.total == f"Sum of all 2 = ∂C/∂w⁽¹⁾₁,₀ = {Notation().number(own)}."


def test_names_follow_the_notation(make_trace: MakeTrace) -> None:
    trace = make_trace(PRIMER)
    notation = Notation(first_index=1, weight_order=WeightOrder.FROM_TO)

    told = list_paths(trace, timeline_of(PRIMER).reveal(), EDGE, 0, notation)

    assert told.title == "2 paths from w⁽¹⁾₁,₂ to C"
    assert [row[0] for row in told.rows] == ["2 → 1", "2 → 2"]


def test_f_prime_and_jacobian_agree_with_central_differences(make_trace: MakeTrace) -> None:
    trace = make_trace(JACOBIAN)
    z = trace.forward.preactivations[-1]
    softmax = JACOBIAN.activation(2).value
    step = 1e-6

    for i, j in itertools.product(range(2), repeat=2):
        moved = np.zeros_like(z)
        moved[0, j] = step
        slope = (softmax(z + moved) - softmax(z - moved))[0, i] / (2 * step)
        link = Link(Term(Quantity.ACTIVATION, 2, i), Term(Quantity.PREACTIVATION, 2, j))
        assert link_value(trace, link) == pytest.approx(slope, rel=1e-8)
