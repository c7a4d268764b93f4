"""The paths from a weight to the cost: their sum is the gradient, their order is exact."""

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.chain import link_value
from nnviz.trace.chain_paths import Path, first_paths, path_count, strongest_paths
from nnviz.trace.chain_texts import list_paths
from nnviz.trace.mistakes import Mistake
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]

ALL = 10**6
DEEP = NetworkSpec((3, 4, 5, 4, 3), ("tanh", "sigmoid", "leaky_relu", "softmax"))
SOFTMAX = NetworkSpec((4, 6, 3), ("sigmoid", "softmax"), "quadratic")


def starts(spec: NetworkSpec) -> list[Ref]:
    """A weight and a bias of each layer, and an input."""
    found: list[Ref] = [NodeRef(0, 0)]
    for layer in range(1, spec.layer_count + 1):
        found += [EdgeRef(layer, spec.sizes[layer] - 1, 0), NodeRef(layer, 0)]
    return found


def own_gradient(trace: PassTrace, ref: Ref, example: int) -> float:
    """∂C/∂ref of one example alone, from the recorded backward pass."""
    if isinstance(ref, NodeRef) and ref.layer == 0:
        return float(trace.backward.activation_gradients[0][example, ref.neuron])
    delta = float(trace.backward.deltas[ref.layer - 1][example, ref.neuron])
    if isinstance(ref, NodeRef):
        return delta
    return delta * float(trace.forward.activations[ref.layer - 1][example, ref.source])


def factors(trace: PassTrace, path: Path, example: int = 0) -> list[float]:
    """The numbers of the path's links; none may be missing."""
    values = [link_value(trace, link, example) for link in path.links(trace.spec)]
    return [value for value in values if value is not None]


def every_product(trace: PassTrace, start: EdgeRef) -> list[float]:
    """The product along each path of DEEP or SOFTMAX, written out, in no order."""
    sizes, count = trace.spec.sizes, trace.spec.layer_count
    a = trace.forward.activations[-1][0]
    gradients = trace.backward.activation_gradients[-1][0]
    products = []
    for above in itertools.product(*(range(size) for size in sizes[start.layer + 1 :])):
        neurons = (start.neuron, *above)
        value = float(trace.forward.activations[start.layer - 1][0, start.source])
        for layer, (here, there) in enumerate(itertools.pairwise(neurons), start.layer):
            value *= trace.activation_derivative(NodeRef(layer, here))
            value *= float(trace.before.weights[layer][there, here])
        last = neurons[-1]
        products += [
            value * float(a[i] * ((i == last) - a[last]) * gradients[i])
            for i in range(sizes[count])
        ]
    return products


def test_the_products_of_all_paths_make_the_gradient(
    spec: NetworkSpec, make_trace: MakeTrace
) -> None:
    trace = make_trace(spec, seed=3, examples=3)

    for ref, example in itertools.product(starts(spec), range(3)):
        paths = strongest_paths(trace, ref, example, ALL)
        products = [path.product or 0.0 for path in paths.listed]
        size = sum(map(abs, products)) or 1.0
        assert len(products) == paths.count == path_count(spec, ref)
        assert abs(math.fsum(products) - own_gradient(trace, ref, example)) <= 1e-12 * size
        assert abs(paths.total - own_gradient(trace, ref, example)) <= 1e-12 * size


@pytest.mark.parametrize("seed", range(12))
def test_over_a_mini_batch_the_sums_average_to_the_recorded_gradient(
    make_trace: MakeTrace, seed: int
) -> None:
    trace = make_trace(DEEP, seed=seed, examples=4, decay=0.02)
    edge = EdgeRef(2, 3, 1)

    paths = [strongest_paths(trace, edge, example, ALL) for example in range(4)]

    products = [path.product or 0.0 for each in paths for path in each.listed]
    penalty = 0.02 * float(trace.before.weights[1][3, 1])
    recorded = float(trace.backward.gradients.weights[1][3, 1])
    size = sum(map(abs, products)) + abs(penalty)
    assert abs(math.fsum(products) / 4 + penalty - recorded) <= 1e-12 * size


def test_the_penalty_is_named_apart_and_belongs_to_weights_only(make_trace: MakeTrace) -> None:
    trace = make_trace(DEEP, decay=0.02)

    weight = strongest_paths(trace, EdgeRef(1, 0, 2))
    bias = strongest_paths(trace, NodeRef(1, 0))

    assert weight.penalty == 0.02 * trace.before.weights[0][0, 2]
    assert bias.penalty == 0


@pytest.mark.parametrize("spec", [DEEP, SOFTMAX], ids=str)
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_the_strongest_are_those_of_all_paths_written_out(
    make_trace: MakeTrace, spec: NetworkSpec, limit: int
) -> None:
    trace = make_trace(spec, seed=limit)
    edge = EdgeRef(1, 2, 1)
    expected = sorted(every_product(trace, edge), key=abs, reverse=True)

    paths = strongest_paths(trace, edge, 0, limit)

    listed = [path.product or 0.0 for path in paths.listed]
    np.testing.assert_allclose(listed, expected[:limit], rtol=1e-12)
    assert paths.count == len(expected)
    assert paths.others == max(len(expected) - limit, 0)
    np.testing.assert_allclose(paths.rest, math.fsum(expected[limit:]), atol=1e-14)


def test_each_listed_product_is_that_of_its_own_factors(
    spec: NetworkSpec, make_trace: MakeTrace
) -> None:
    trace = make_trace(spec, seed=5, examples=2)

    for ref in starts(spec):
        for path in strongest_paths(trace, ref, 1, 20).listed:
            numbers = factors(trace, path, 1)
            assert len(numbers) == len(path.links(spec))
            np.testing.assert_allclose(math.prod(numbers), path.product, rtol=1e-11, atol=1e-300)


def test_of_many_paths_the_rest_comes_from_the_exact_sum(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((20, 128, 64, 10), ("tanh", "tanh", "sigmoid"))
    trace = make_trace(spec)

    paths = strongest_paths(trace, NodeRef(0, 3))

    gradient = trace.backward.activation_gradients[0][0, 3]
    assert paths.count == 128 * 64 * 10
    assert len(paths.listed) == 50
    assert len(set(paths.listed)) == 50
    listed = math.fsum(path.product or 0.0 for path in paths.listed)
    assert listed + paths.rest == pytest.approx(gradient, rel=1e-10)


def test_without_a_limit_reached_nothing_is_left_over(make_trace: MakeTrace) -> None:
    paths = strongest_paths(make_trace(SOFTMAX), EdgeRef(2, 0, 1))

    assert (paths.count, paths.others, paths.rest) == (3, 0, 0.0)


def test_paths_in_the_order_of_neurons_tell_nothing_of_their_strength() -> None:
    paths = first_paths(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")), NodeRef(0, 1), 4)

    chosen = [tuple(node.neuron for node in path.nodes) for path in paths]
    assert chosen == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert {path.product for path in paths} == {None}


def test_a_path_passes_its_edges_from_the_weight_to_the_output() -> None:
    path = Path(EdgeRef(1, 2, 0), (NodeRef(1, 2), NodeRef(2, 1)))

    assert path.edges == (EdgeRef(1, 2, 0), EdgeRef(2, 1, 2))
    assert path.refs == {*path.edges, NodeRef(1, 2), NodeRef(2, 1)}


def test_every_path_through_a_dead_neuron_is_zero(
    make_trace: MakeTrace,
) -> None:
    spec = NetworkSpec((2, 3, 2), ("relu", "identity"))
    trace = make_trace(spec)
    dead = [
        NodeRef(1, neuron)
        for neuron in range(3)
        if trace.value(Quantity.ACTIVATION, NodeRef(1, neuron)) == 0
    ]

    products = [path.product for node in dead for path in strongest_paths(trace, node).listed]

    assert products
    assert set(products) == {0.0}


def told_totals(trace: PassTrace, start: Ref) -> list[str]:
    """What stands below the paths of each example once all is known."""
    steps = build_steps(trace.spec, Granularity.LAYER, trace.example_count)
    reveal = Timeline(steps).to(len(steps) - 1).reveal()
    return [
        list_paths(trace, reveal, start, example, Notation()).total
        for example in range(trace.example_count)
    ]


def test_paths_that_cancel_but_for_their_rounding_are_no_difference() -> None:
    spec = NetworkSpec((1, 1, 3), ("identity", "identity"))
    up = np.array([[0.1], [-0.3], [0.2]])
    parameters = Parameters((np.ones((1, 1)), up), (np.zeros(1), np.zeros(3)))
    targets = up[:, 0] - [0.3, 0.3, 0.3]  # 0.03 − 0.09 + 0.06
    trace = PassTrace.record(spec, parameters, np.ones(1), targets, PassSettings(0.1))
    elsewhere = Parameters.frozen(  # as if summed in another order
        (np.full((1, 1), -2e-17), trace.backward.gradients.weights[1]),
        trace.backward.gradients.biases,
    )

    trace = replace(trace, backward=replace(trace.backward, gradients=elsewhere))

    assert abs(strongest_paths(trace, EdgeRef(1, 0, 0)).total) < 1e-16
    assert "this pass computed" not in told_totals(trace, EdgeRef(1, 0, 0))[0]


@pytest.mark.parametrize("seed", range(8))
def test_a_pass_that_computed_something_else_is_told(make_trace: MakeTrace, seed: int) -> None:
    right = make_trace(DEEP, seed, 2)
    mistake = Mistake.HIDDEN_DERIVATIVE_FORGOTTEN
    wrong = PassTrace.record(
        DEEP, right.before, right.inputs, right.targets, right.settings, mistake
    )

    for total in told_totals(right, EdgeRef(1, 0, 0)):
        assert "this pass computed" not in total
    for total in told_totals(wrong, EdgeRef(1, 0, 0)):
        assert "this pass computed" in total


def test_the_rounding_of_a_saturated_softmax_is_no_difference() -> None:
    spec = NetworkSpec((1, 1, 2), ("identity", "softmax"), "quadratic")
    parameters = Parameters(
        (np.ones((1, 1)), np.array([[9.3], [-9.1]])), (np.zeros(1), np.zeros(2))
    )
    trace = PassTrace.record(spec, parameters, np.ones(1), np.array([0.3, 0.9]), PassSettings(0.1))

    assert "this pass computed" not in told_totals(trace, EdgeRef(1, 0, 0))[0]
