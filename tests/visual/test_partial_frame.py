"""Frames by neuron and of mini-batches: nothing is shown that belongs to another moment."""

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.formatting import UNKNOWN, number, signed
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.frame import SceneFrame, build_frame
from nnviz.visual.normalisation import DENSE
from nnviz.visual.palette import DARK
from nnviz.visual.scales import Scale

SPEC = NetworkSpec((2, 3, 2), ("relu", "sigmoid"))
SOFTMAX = NetworkSpec((2, 3, 3), ("tanh", "softmax"), "categorical_cross_entropy")
STEPS = range(-1, 13)
"""Of a pass of 2-3-2 by neuron."""


def record(spec: NetworkSpec = SPEC, examples: int = 1, seed: int = 3) -> PassTrace:
    rng = np.random.default_rng(seed)
    parameters = initialise(spec, "standard_normal", rng, np.float64)
    inputs = rng.random((examples, spec.sizes[0]))
    targets = np.eye(spec.sizes[-1])[rng.integers(spec.sizes[-1], size=examples)]
    return PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.5))


def timeline_of(trace: PassTrace, granularity: Granularity = Granularity.NEURON) -> Timeline:
    return Timeline(build_steps(trace.spec, granularity, trace.example_count))


def texts_of(frame: SceneFrame) -> list[str]:
    """Every text that a frame writes."""
    texts = [line.text for line in frame.cost] + [frame.caption]
    texts += [f"{entry.title} {entry.low} {entry.middle} {entry.high}" for entry in frame.legend]
    for layer in frame.layers:
        texts += [*layer.names, *(text for each in layer.inside for text in each)]
        texts += [line.text for lines in layer.lines for line in lines]
        texts += [line.text for line in (*layer.activations, *layer.targets)]
    for edges in frame.edges:
        texts += [line.text for each in edges.labels for lines in each for line in lines]
    return texts


def rows(array: np.ndarray | None) -> int:
    return 0 if array is None else len(array)


@pytest.mark.parametrize("position", STEPS)
def test_only_the_neurons_that_are_known_have_a_fill_a_ring_and_numbers(position: int) -> None:
    trace = record()
    timeline = timeline_of(trace).to(position)
    reveal = timeline.reveal()

    frame = build_frame(trace, timeline, DARK)

    for layer, size in enumerate(SPEC.sizes):
        shown = frame.layers[layer]
        assert rows(shown.fill) == reveal.known_count(Quantity.ACTIVATION, layer, size)
        gradient = Quantity.BIAS_GRADIENT if layer else Quantity.ACTIVATION_GRADIENT
        assert rows(shown.ring) == reveal.known_count(gradient, layer, size)
        for neuron in range(size):
            known = reveal.knows(Quantity.ACTIVATION, layer, neuron)
            a = trace.value(Quantity.ACTIVATION, NodeRef(layer, neuron))
            assert shown.inside[neuron][0] == (number(a) if known else UNKNOWN)


@pytest.mark.parametrize("position", STEPS)
def test_the_numbers_of_an_edge_come_with_the_neuron_that_it_feeds(position: int) -> None:
    trace = record()
    timeline = timeline_of(trace).to(position)

    frame = build_frame(trace, timeline, DARK)

    for edges in frame.edges:
        for index, lines in enumerate(edges.labels[0]):
            ref = edges.ref(index)
            value = trace.value(Quantity.WEIGHT_GRADIENT, ref)
            wanted = timeline.reveal().knows(Quantity.WEIGHT_GRADIENT, ref.layer, ref.neuron)
            assert (f"∂C/∂w {signed(value)}" in [line.text for line in lines]) == wanted


def test_edges_into_neurons_without_a_derivative_are_plain_lines() -> None:
    trace = record()
    timeline = timeline_of(trace)
    timeline = timeline.to(timeline.position_of(Quantity.WEIGHT_GRADIENT, 1, 1) or 0)

    edges = build_frame(trace, timeline, DARK).edges[0]

    assert edges.scale is Scale.DERIVATIVE
    plain = edges.neurons == 2
    assert {tuple(rgb) for rgb in edges.rgb[plain].tolist()} == {DARK.border}
    assert set(edges.widths[plain].tolist()) == {1.0}
    known = trace.layer_values(Quantity.WEIGHT_GRADIENT, 1)[:2]
    assert edges.limit == np.abs(known).max()


def test_of_a_large_layer_the_strongest_edges_of_its_known_neurons_are_drawn() -> None:
    trace = record(NetworkSpec((100, 12, 3), ("sigmoid", "sigmoid")))
    timeline = timeline_of(trace)
    timeline = timeline.to(timeline.position_of(Quantity.WEIGHT_GRADIENT, 1, 6) or 0)

    frame = build_frame(trace, timeline, DARK)
    selected = build_frame(trace, timeline, DARK, NodeRef(1, 9))

    assert trace.before.weights[0].size > DENSE
    assert set(frame.edges[0].neurons.tolist()) <= set(range(7))
    assert "of 700 known" in frame.caption
    # The edges into a neuron without a derivative show their weights.
    assert selected.edges[0].scale is Scale.WEIGHT
    assert set(selected.edges[0].neurons.tolist()) == {9}


def test_the_activations_of_a_softmax_appear_together() -> None:
    trace = record(SOFTMAX)
    timeline = timeline_of(trace)
    last_sum = timeline.position_of(Quantity.PREACTIVATION, 2) or 0

    sums, shares = (build_frame(trace, timeline.to(last_sum + more), DARK) for more in (0, 1))

    assert sums.layers[2].fill is None
    assert rows(shares.layers[2].fill) == 3
    assert all("z –" not in lines[0].text for lines in sums.layers[2].lines)


def test_the_rings_of_a_softmax_show_one_derivative_until_the_next_is_complete() -> None:
    trace = record(SOFTMAX)
    timeline = timeline_of(trace)
    first = timeline.position_of(Quantity.BIAS_GRADIENT, 2, 0) or 0

    titles = [
        build_frame(trace, timeline.to(at), DARK).legend[-1].title for at in (first, first + 2)
    ]

    assert titles == ["rings ∂C/∂a, layer 2", "rings ∂C/∂b, layer 2"]


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("example", range(3))
def test_walking_through_an_example_shows_what_its_own_pass_shows(
    granularity: Granularity, example: int
) -> None:
    trace = record(examples=3)
    alone = PassTrace.record(
        SPEC, trace.before, trace.inputs[example], trace.targets[example], trace.settings
    )
    timeline, own = timeline_of(trace, granularity), timeline_of(alone, granularity)
    length = len(own.steps) - 1

    for step in range(length):
        many = build_frame(trace, timeline.to(example * length + step), DARK)
        single = build_frame(alone, own.to(step), DARK)

        assert texts_of(many) == texts_of(single)
        for one, other in zip(many.layers, single.layers, strict=True):
            np.testing.assert_array_equal(one.fill, other.fill)
            np.testing.assert_array_equal(one.ring, other.ring)


def test_the_mean_shows_what_all_examples_share_and_nothing_of_a_single_one() -> None:
    trace = record(examples=3)
    timeline = timeline_of(trace)
    mean = next(i for i, s in enumerate(timeline.steps) if s.kind is StepKind.MEAN_GRADIENT)

    frame = build_frame(trace, timeline.to(mean), DARK)

    assert all(layer.fill is None for layer in frame.layers)
    assert [line.text for line in frame.cost] == [number(trace.cost)]
    assert frame.caption == "Edges: mean ∂C/∂w"
    edge, node = EdgeRef(1, 2, 1), NodeRef(1, 1)
    gradient = trace.value(Quantity.WEIGHT_GRADIENT, edge, None)
    assert f"∂C/∂w {signed(gradient)}" in texts_of(frame)
    bias = trace.value(Quantity.BIAS_GRADIENT, node, None)
    assert f"∂C/∂b {signed(bias)}" in [line.text for line in frame.layers[1].lines[1]]
    assert [line.text for line in frame.layers[2].targets] == ["y –", "y –"]


def test_the_update_of_a_mini_batch_shows_the_new_weights_and_the_cost_of_all() -> None:
    trace = record(examples=3)

    frame = build_frame(trace, timeline_of(trace).to(10**6), DARK)

    assert [line.text for line in frame.cost] == [
        number(trace.cost), f"→ {number(trace.cost_after)}",
    ]  # fmt: skip
    weight = trace.value(Quantity.WEIGHT_AFTER, EdgeRef(1, 0, 0))
    assert f"w → {number(weight, 5)}" in texts_of(frame)


def test_the_canvas_speaks_the_readers_notation() -> None:
    trace = record()
    notation = Notation(error=ErrorSymbol.DELTA, first_index=1, digits=3)

    frame = build_frame(trace, timeline_of(trace).to(10), DARK, notation=notation)

    delta = trace.value(Quantity.BIAS_GRADIENT, NodeRef(2, 0))
    assert f"δ {signed(delta, 3)}" in [line.text for line in frame.layers[2].lines[0]]
    assert frame.layers[0].names == ("x₁", "x₂")
    assert frame.layers[1].names[0] == "layer 1 · 1"
    assert frame.layers[1].inside[0][0] == number(trace.forward.activations[1][0, 0], 3)
