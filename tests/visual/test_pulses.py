"""Which edges pulse in a step, which way, how strongly, and where pulses end."""

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef
from nnviz.trace.steps import Granularity, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.frame import build_frame
from nnviz.visual.palette import DARK
from nnviz.visual.pulses import MOST, Pulses, pulses_of
from nnviz.visual.scales import Scale
from nnviz.visual.settings import CanvasSettings
from tests.visual.conftest import Recorder


def steps_of(trace: PassTrace, granularity: Granularity) -> tuple[Step, ...]:
    return build_steps(trace.spec, granularity, trace.example_count)


def played(
    trace: PassTrace, kind: StepKind, layer: int, neuron: int | None = None
) -> tuple[Pulses | None, tuple[EdgeFrame, ...]]:
    """Return the pulses of a step, and the edges drawn right after it."""
    for granularity in Granularity:
        steps = steps_of(trace, granularity)
        for position, step in enumerate(steps):
            if (step.kind, step.layer, step.neuron) == (kind, layer, neuron):
                edges = build_frame(trace, Timeline(steps, position), DARK).edges
                return pulses_of(trace, step, edges), edges
    raise AssertionError(f"there is no step {kind} of layer {layer}")


def running(trace: PassTrace, kind: StepKind, layer: int, neuron: int | None = None) -> Pulses:
    pulses, _ = played(trace, kind, layer, neuron)
    assert pulses is not None
    return pulses


def refs_of(
    trace: PassTrace, kind: StepKind, layer: int, neuron: int | None = None
) -> set[EdgeRef]:
    pulses, edges = played(trace, kind, layer, neuron)
    assert pulses is not None
    drawn = {edges[pulses.layer - 1].ref(index) for index in range(edges[pulses.layer - 1].count)}
    ends = zip(pulses.neurons.tolist(), pulses.sources.tolist(), strict=True)
    refs = {EdgeRef(pulses.layer, neuron, source) for neuron, source in ends}
    assert refs <= drawn
    return refs


def all_edges(layer: int, size: int, sources: int) -> set[EdgeRef]:
    return {EdgeRef(layer, j, k) for j in range(size) for k in range(sources)}


@pytest.fixture
def dead() -> PassTrace:
    """A 2-2-1 ReLU network: z of the hidden neurons is 2 and −1, so the second is dead."""
    spec = NetworkSpec((2, 2, 1), ("relu", "identity"))
    weights = [np.array([[1.0, 1.0], [1.0, -2.0]]), np.array([[3.0, 4.0]])]
    parameters = Parameters.frozen(weights, [np.zeros(2), np.zeros(1)])
    return PassTrace.record(
        spec, parameters, np.ones(2), np.array([1.0]), PassSettings(0.1, decay=0.5)
    )


def test_forward_every_edge_into_the_layer_carries_its_product_in_the_colour_of_its_weight(
    record: Recorder,
) -> None:
    trace = record(2, 3, 2)
    pulses, _ = played(trace, StepKind.LAYER, 2)

    assert pulses is not None
    assert not pulses.backward
    assert refs_of(trace, StepKind.LAYER, 2) == all_edges(2, 2, 3)
    at = pulses.neurons, pulses.sources
    weights = trace.before.weights[1][at]
    products = np.abs(weights * trace.forward.activations[1][0][at[1]])
    np.testing.assert_allclose(pulses.strengths, products / products.max())
    np.testing.assert_array_equal(pulses.positive, weights > 0)
    assert pulses.scale is Scale.WEIGHT


@pytest.mark.parametrize(
    ("kind", "layer", "edge_layer", "end"),
    [
        (StepKind.PREACTIVATION, 1, 1, 1),
        (StepKind.LAYER_GRADIENT, 2, 2, 1),
        (StepKind.WEIGHT_GRADIENT, 1, 1, 0),
        (StepKind.ACTIVATION_GRADIENT, 1, 2, 1),
    ],
)
def test_a_step_sends_pulses_along_the_edges_that_it_computes_with(
    record: Recorder, kind: StepKind, layer: int, edge_layer: int, end: int
) -> None:
    pulses = running(record(2, 3, 2), kind, layer)

    assert (pulses.layer, pulses.end) == (edge_layer, end)
    assert pulses.backward is (end < edge_layer)
    assert len(pulses.neurons) == 6


def test_backward_pulses_carry_the_recorded_gradients(record: Recorder) -> None:
    trace = record(2, 3, 2)
    pulses, _ = played(trace, StepKind.WEIGHT_GRADIENT, 2)

    assert pulses is not None
    at = pulses.neurons, pulses.sources
    gradients = trace.backward.gradients.weights[1][at]
    np.testing.assert_allclose(pulses.strengths, np.abs(gradients) / np.abs(gradients).max())
    np.testing.assert_array_equal(pulses.positive, gradients > 0)


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        (StepKind.INPUT, 0), (StepKind.ACTIVATION, 1), (StepKind.COST, 2),
        (StepKind.ACTIVATION_GRADIENT, 2), (StepKind.BIAS_GRADIENT, 1), (StepKind.UPDATE, 2),
    ],
)  # fmt: skip
def test_what_is_computed_in_place_sends_nothing_along_edges(
    record: Recorder, kind: StepKind, layer: int
) -> None:
    assert played(record(2, 3, 2), kind, layer)[0] is None


def test_by_neuron_only_the_edges_of_that_neuron_pulse(record: Recorder) -> None:
    trace = record(2, 3, 2)

    assert refs_of(trace, StepKind.NEURON, 1, 2) == {EdgeRef(1, 2, 0), EdgeRef(1, 2, 1)}
    assert {ref.neuron for ref in refs_of(trace, StepKind.NEURON_GRADIENT, 2, 0)} == {0}


def test_forward_pulses_end_at_a_dead_neuron_and_none_leaves_it(dead: PassTrace) -> None:
    into = running(dead, StepKind.LAYER, 1)

    assert refs_of(dead, StepKind.LAYER, 1) == all_edges(1, 2, 2)
    assert into.dead == (1,)
    assert into.stopped.sum() == 2
    assert refs_of(dead, StepKind.LAYER, 2) == {EdgeRef(2, 0, 0)}


def test_backward_pulses_end_at_a_dead_neuron_and_none_leaves_it(dead: PassTrace) -> None:
    back = running(dead, StepKind.ACTIVATION_GRADIENT, 1)

    assert back.dead == (1,)
    assert back.stopped.sum() == 1
    assert (dead.backward.gradients.weights[0][1] != 0).all()  # the L2 term has no part in it
    assert refs_of(dead, StepKind.LAYER_GRADIENT, 1) == {EdgeRef(1, 0, 0), EdgeRef(1, 0, 1)}


def test_of_a_large_layer_no_more_pulses_run_than_edges_are_drawn_or_can_be_told_apart(
    record: Recorder,
) -> None:
    trace = record(50, 30, 2)
    pulses, edges = played(trace, StepKind.LAYER, 1)

    assert pulses is not None
    assert 0 < len(pulses.neurons) <= min(len(edges[0].neurons), MOST)


def test_values_that_are_not_finite_send_no_pulse(record: Recorder) -> None:
    trace = record(2, 2, 1, activations=("identity", "identity"), scale=1e200)

    pulses, _ = played(trace, StepKind.WEIGHT_GRADIENT, 1)

    assert not np.isfinite(trace.backward.gradients.weights[0]).any()
    assert pulses is None or np.isfinite(pulses.strengths).all()


def test_all_edges_as_a_density_have_pulses_along_the_strongest(record: Recorder) -> None:
    wide = record(50, 30, 2)
    steps = steps_of(wide, Granularity.LAYER)
    settings = CanvasSettings(all_edges=True)
    edges = build_frame(wide, Timeline(steps, 1), DARK, settings=settings).edges
    assert edges[0].density is not None

    pulses = pulses_of(wide, steps[1], edges)

    assert pulses is not None
    carried = np.abs(
        wide.layer_values(Quantity.WEIGHT, 1) * wide.layer_values(Quantity.ACTIVATION, 0)
    )
    assert len(pulses.neurons) == min(MOST, np.count_nonzero(carried))
    assert carried[pulses.neurons, pulses.sources].min() >= np.sort(carried.ravel())[-MOST]
