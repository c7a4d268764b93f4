import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.datasets.dataset import Dataset
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training.health import (
    PROBE_SIZE,
    Probe,
    histogram_of,
    measure,
    movements,
    next_steps,
    probe_of,
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def network(sizes, activations, cost="quadratic", seed=0, initialiser="xavier"):
    spec = NetworkSpec(sizes, activations, cost)
    return spec, initialise(spec, initialiser, np.random.default_rng(seed))


def random_probe(rng, spec, count=30):
    labels = rng.integers(0, spec.sizes[-1], count)
    return Probe(rng.normal(size=(count, spec.sizes[0])), np.eye(spec.sizes[-1])[labels])


def with_output_bias(parameters, neuron, bias, layer=-1):
    biases = [b.copy() for b in parameters.biases]
    biases[layer][neuron] = bias
    return Parameters.frozen(parameters.weights, biases)


def test_gradient_norms_are_those_of_the_formulas_written_out(rng):
    spec, parameters = network((3, 4, 2), ("sigmoid", "sigmoid"))
    probe, decay = random_probe(rng, spec), 0.01
    (w1, w2), (b1, b2) = parameters.weights, parameters.biases
    a1 = sigmoid(probe.inputs @ w1.T + b1)
    a2 = sigmoid(a1 @ w2.T + b2)
    delta2 = (a2 - probe.targets) * a2 * (1 - a2)
    delta1 = (delta2 @ w2) * a1 * (1 - a1)

    first, second = measure(spec, parameters, probe, decay)

    m = len(probe.inputs)
    assert first.weight_gradient == pytest.approx(
        np.sqrt(((delta1.T @ probe.inputs / m + decay * w1) ** 2).sum())
    )
    assert second.weight_gradient == pytest.approx(
        np.sqrt(((delta2.T @ a1 / m + decay * w2) ** 2).sum())
    )
    assert first.bias_gradient == pytest.approx(np.sqrt((delta1.mean(axis=0) ** 2).sum()))
    assert second.bias_gradient == pytest.approx(np.sqrt((delta2.mean(axis=0) ** 2).sum()))
    assert first.error == pytest.approx(np.abs(delta1).mean())
    assert second.weight_norm == pytest.approx(np.sqrt((w2**2).sum()))


def test_gradient_norms_are_the_slopes_of_the_cost(rng):
    # A small step against the gradient lowers the cost by its length times the norm.
    spec, parameters = network((3, 5, 2), ("tanh", "softmax"), "categorical_cross_entropy")
    probe = random_probe(rng, spec)
    (norm, _) = (layer.bias_gradient for layer in measure(spec, parameters, probe))

    def cost(b1):
        a1 = np.tanh(probe.inputs @ parameters.weights[0].T + b1)
        z2 = a1 @ parameters.weights[1].T + parameters.biases[1]
        a2 = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
        return -(probe.targets * np.log(a2)).sum(axis=1).mean()

    b1, h = parameters.biases[0], 1e-6
    slopes = [
        (cost(b1 + h * unit) - cost(b1 - h * unit)) / (2 * h) for unit in np.eye(len(b1))
    ]  # fmt: skip
    assert norm == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


@pytest.mark.parametrize("layer", [0, 1])
def test_a_relu_that_no_example_wakes_is_dead(rng, layer):
    spec, parameters = network((3, 5, 4, 2), ("relu", "relu", "sigmoid"), initialiser="he")
    parameters = with_output_bias(parameters, 2, -1e3, layer)

    health = measure(spec, parameters, random_probe(rng, spec, 200))

    assert health[layer].dead[2]
    assert health[layer].dead.sum() == 1
    assert health[layer].saturated is None


def test_one_example_that_wakes_a_relu_is_enough():
    spec = NetworkSpec((1, 1, 1), ("relu", "identity"))
    parameters = Parameters.frozen(
        [np.ones((1, 1)), np.ones((1, 1))], [np.array([-1.0]), np.zeros(1)]
    )
    asleep = Probe(np.full((50, 1), 1.0), np.zeros((50, 1)))  # z = 0 is not above 0
    awake = Probe(np.array([[1.0]] * 49 + [[1.001]]), np.zeros((50, 1)))

    assert measure(spec, parameters, asleep)[0].dead.all()
    assert not measure(spec, parameters, awake)[0].dead.any()


@pytest.mark.parametrize(("name", "flat_from"), [("sigmoid", 5.9865), ("tanh", 2.9932)])
def test_a_neuron_is_saturated_where_its_slope_is_a_hundredth_of_the_steepest(name, flat_from):
    # σ′ = 0.0025 at |z| = 5.9865, tanh′ = 0.01 at |z| = 2.9932: solved by hand.
    spec = NetworkSpec((1, 1, 1), (name, "identity"))
    parameters = Parameters.frozen([np.ones((1, 1))] * 2, [np.zeros(1)] * 2)

    def saturated(z, share):
        inputs = np.full((100, 1), 0.0)
        inputs[: round(100 * share)] = z
        return measure(spec, parameters, Probe(inputs, np.zeros((100, 1))))[0].saturated[0]

    assert saturated(flat_from + 0.001, 1)
    assert saturated(-flat_from - 0.001, 1)
    assert not saturated(flat_from - 0.001, 1)
    assert saturated(9, 0.95)
    assert not saturated(9, 0.94)


def test_an_output_that_is_silent_on_its_own_examples_is_dead(rng):
    spec, parameters = network((3, 4, 4), ("sigmoid", "sigmoid"))
    probe = random_probe(rng, spec, 100)
    stuck = with_output_bias(parameters, 1, -20.0)

    assert measure(spec, stuck, probe)[-1].dead.tolist() == [False, True, False, False]
    assert measure(spec, parameters, probe)[-1].dead.sum() == 0
    # Loud is not dead, and neither is silent where nothing is its own.
    assert measure(spec, with_output_bias(parameters, 1, 20.0), probe)[-1].dead.sum() == 0
    few = Probe(probe.inputs[:4], np.eye(4)[[1, 1, 1, 1]])
    assert measure(spec, stuck, few)[-1].dead is None, "too few to say anything"
    others = Probe(probe.inputs, np.eye(4)[np.zeros(100, dtype=int)])
    assert measure(spec, stuck, others)[-1].dead.sum() == 0


def test_the_cross_entropy_keeps_outputs_from_dying(rng):
    spec, parameters = network((3, 4, 4), ("sigmoid", "sigmoid"), "binary_cross_entropy")

    last = measure(spec, with_output_bias(parameters, 1, -20.0), random_probe(rng, spec, 100))[-1]

    assert last.dead is None
    assert last.saturated is None


@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=4),
    st.sampled_from(["sigmoid", "tanh", "relu", "leaky_relu", "identity"]),
    st.floats(0.01, 50),
    st.integers(0, 2**16),
)
def test_of_any_network_masks_and_histograms_fit_its_layers(sizes, name, size, seed):
    rng = np.random.default_rng(seed)
    spec = NetworkSpec(tuple(sizes), (name,) * (len(sizes) - 1))
    parameters = initialise(spec, "standard_normal", rng)
    parameters = Parameters.frozen([size * w for w in parameters.weights], parameters.biases)
    probe = random_probe(rng, spec, 20)

    for health in measure(spec, parameters, probe):
        n, sources = spec.sizes[health.layer], spec.sizes[health.layer - 1]
        assert health.weights.counts.sum() == n * sources
        assert health.activations.counts.sum() == 20 * n
        assert health.dead is None or health.dead.shape == (n,)
        assert health.saturated is None or health.saturated.shape == (n,)
        if name == "relu":  # what is dead gets no gradient at all
            dead = measure(spec, parameters, probe)[health.layer - 1].dead
            assert not dead.all() or health.weight_gradient == 0
        assert health.weight_gradient >= 0


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=80))
def test_every_value_lies_in_the_bin_that_counts_it(values):
    array = np.sort(np.array(values))
    histogram = histogram_of(array)

    assert histogram.counts.sum() == len(values)
    assert (np.diff(histogram.edges) > 0).all()
    bins = np.repeat(np.arange(len(histogram.counts)), histogram.counts)
    spare = 1e-9 * (histogram.edges[-1] - histogram.edges[0])
    assert (histogram.edges[bins] - spare <= array).all()
    assert (array <= histogram.edges[bins + 1] + spare).all()


def test_a_histogram_of_values_between_edges_is_numpys(rng):
    values = rng.normal(size=5_000)
    histogram = histogram_of(values, 25)

    counts, edges = np.histogram(values, 25)
    assert histogram.counts.tolist() == counts.tolist()
    assert histogram.edges == pytest.approx(edges)


def test_a_histogram_leaves_out_what_is_no_number():
    assert histogram_of(np.array([1.0, np.nan, np.inf, 2.0])).counts.sum() == 2
    assert histogram_of(np.array([np.nan])).counts.sum() == 0
    assert histogram_of(np.full(7, 3.0)).counts.sum() == 7


def test_the_way_between_two_looks_is_shared_by_the_mini_batches():
    before = Parameters.frozen([np.array([[3.0, 4.0]])], [np.zeros(1)])
    after = Parameters.frozen([np.array([[3.0, 4.5]])], [np.ones(1)])

    assert movements(before, after, 10) == pytest.approx((0.5 / 5 / 10,))
    assert np.isnan(movements(Parameters.frozen([np.zeros((1, 2))], [np.zeros(1)]), after, 1)[0])


def test_the_next_step_is_the_one_that_descent_makes(rng):
    spec, parameters = network((3, 4, 2), ("sigmoid", "sigmoid"))
    probe = random_probe(rng, spec, 8)
    first, second = measure(spec, parameters, probe, 0.1)

    steps = next_steps(spec, parameters, probe, 0.5, 0.1)

    assert steps == pytest.approx(
        [0.5 * each.weight_gradient / each.weight_norm for each in (first, second)]
    )


def test_a_probe_is_spread_over_the_data_and_always_the_same():
    data = Dataset("many", np.arange(3_000, dtype=float).reshape(1_000, 3), np.zeros((1_000, 2)))
    spec = NetworkSpec((3, 2), ("sigmoid",))

    probe = probe_of(data, spec)

    assert probe.inputs.shape == (PROBE_SIZE, 3)
    assert probe.inputs[0, 0] == 0
    assert probe.inputs[-1, 0] == 2_997
    assert np.array_equal(probe.inputs, probe_of(data, spec).inputs)
    assert len(probe_of(data.first(7), spec).inputs) == 7


def test_a_wide_network_is_looked_at_with_fewer_examples():
    data = Dataset("wide", np.zeros((600, 2)), np.zeros((600, 1)))

    assert len(probe_of(data, NetworkSpec((2, 400_000, 1), ("relu", "sigmoid"))).inputs) == 49


def test_parameters_that_are_no_numbers_are_looked_at_too(rng):
    spec, parameters = network((3, 4, 2), ("relu", "sigmoid"))
    broken = Parameters.frozen([np.full((4, 3), np.nan), parameters.weights[1]], parameters.biases)

    health = measure(spec, broken, random_probe(rng, spec))

    assert np.isnan(health[0].weight_norm)
    assert health[0].weights.counts.sum() == 0
