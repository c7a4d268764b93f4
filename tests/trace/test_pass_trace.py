import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import ShapeError, SpecError
from nnviz.trace.mistakes import Mistake
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

MakeTrace = Callable[..., PassTrace]
FUNCTIONS = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (math.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: max(z, 0.0), lambda a: 1.0 if a > 0 else 0.0),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda a: 1.0 if a > 0 else 0.01),
    "identity": (lambda z: z, lambda a: 1.0),
}
SPECS = [
    NetworkSpec((1, 1), ("sigmoid",)),
    NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")),
    NetworkSpec((3, 4, 2), ("tanh", "identity")),
    NetworkSpec((4, 5, 3, 2), ("relu", "leaky_relu", "tanh")),
    NetworkSpec((2, 3, 3, 1), ("leaky_relu", "identity", "sigmoid")),
]


def arrays_of(trace: PassTrace) -> list[np.ndarray]:
    forward, backward = trace.forward, trace.backward
    parameters = (trace.before, trace.after, backward.gradients)
    return [
        trace.inputs, trace.targets, *forward.preactivations, *forward.activations,
        *backward.activation_gradients, *backward.deltas,
        *(array for each in parameters for array in (*each.weights, *each.biases)),
    ]  # fmt: skip


class LoopPass:
    """The same pass of one example by loops over neurons, with Python's own floats.

    Quadratic cost; ∂C/∂w and ∂C/∂b are summed up over the examples by the caller.
    """

    def __init__(
        self, spec: NetworkSpec, parameters: Parameters, x: np.ndarray, y: np.ndarray
    ) -> None:
        self.w = [array.tolist() for array in parameters.weights]
        self.b = [array.tolist() for array in parameters.biases]
        self.a = [list(map(float, x))]
        self.z: list[list[float]] = []
        for layer, name in enumerate(spec.activations):
            value = FUNCTIONS[name][0]
            self.z.append([])
            self.a.append([])
            for neuron in range(spec.sizes[layer + 1]):
                z = self.b[layer][neuron]
                for source in range(spec.sizes[layer]):
                    z += self.w[layer][neuron][source] * self.a[layer][source]
                self.z[layer].append(z)
                self.a[layer + 1].append(value(z))
        self.cost = sum((a - t) ** 2 for a, t in zip(self.a[-1], y, strict=True)) / 2
        self._go_back(spec, y)

    def _go_back(self, spec: NetworkSpec, y: np.ndarray) -> None:
        slopes = [a - float(t) for a, t in zip(self.a[-1], y, strict=True)]
        self.dc_da = [slopes]
        self.delta: list[list[float]] = []
        for layer in range(spec.layer_count, 0, -1):
            slope = FUNCTIONS[spec.activations[layer - 1]][1]
            delta = [slope(a) * s for a, s in zip(self.a[layer], slopes, strict=True)]
            self.delta.insert(0, delta)
            slopes = []
            for source in range(spec.sizes[layer - 1]):
                slopes.append(0.0)
                for neuron in range(spec.sizes[layer]):
                    slopes[source] += self.w[layer - 1][neuron][source] * delta[neuron]
            self.dc_da.insert(0, slopes)


@pytest.mark.parametrize("spec", SPECS, ids=str)
@pytest.mark.parametrize("examples", [1, 4])
def test_a_trace_equals_a_pass_written_as_loops(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, seed=4, examples=examples, decay=0.05)
    loops = [
        LoopPass(spec, trace.before, x, y) for x, y in zip(trace.inputs, trace.targets, strict=True)
    ]
    squares = sum(w * w for array in trace.before.weights for w in array.ravel().tolist())

    mean_cost = sum(loop.cost for loop in loops) / examples
    assert trace.cost == pytest.approx(mean_cost + 0.05 / 2 * squares, rel=1e-12)
    close = {"rtol": 1e-11, "atol": 1e-14}
    for example, loop in enumerate(loops):
        for layer in range(spec.layer_count + 1):
            a = trace.layer_values(Quantity.ACTIVATION, layer, example)
            np.testing.assert_allclose(a, loop.a[layer], **close)
            gradient = trace.layer_values(Quantity.ACTIVATION_GRADIENT, layer, example)
            np.testing.assert_allclose(gradient, loop.dc_da[layer], **close)
    for layer in range(1, spec.layer_count + 1):
        for neuron in range(spec.sizes[layer]):
            node = NodeRef(layer, neuron)
            bias = sum(loop.delta[layer - 1][neuron] for loop in loops) / examples
            found = trace.value(Quantity.BIAS_GRADIENT, node, None)
            assert found == pytest.approx(bias, abs=1e-13)
            assert trace.value(Quantity.BIAS_AFTER, node) == pytest.approx(
                loops[0].b[layer - 1][neuron] - 0.3 * bias, abs=1e-13
            )
            for source in range(spec.sizes[layer - 1]):
                edge = EdgeRef(layer, neuron, source)
                w = loops[0].w[layer - 1][neuron][source]
                products = [lp.delta[layer - 1][neuron] * lp.a[layer - 1][source] for lp in loops]
                gradient = sum(products) / examples + 0.05 * w
                found = trace.value(Quantity.WEIGHT_GRADIENT, edge, None)
                assert found == pytest.approx(gradient, abs=1e-13)
                after = trace.value(Quantity.WEIGHT_AFTER, edge)
                assert after == pytest.approx(w - 0.3 * gradient, abs=1e-13)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_all_arrays_of_a_trace_are_read_only_float64(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, examples=2)

    assert [array for array in arrays_of(trace) if array.flags.writeable] == []
    assert {array.dtype for array in arrays_of(trace)} == {np.dtype(np.float64)}


def test_recording_changes_no_argument_and_keeps_no_hold_on_it(rng: np.random.Generator) -> None:
    spec = SPECS[1]
    drawn = initialise(spec, "he", rng)
    parameters = Parameters(
        tuple(w.copy() for w in drawn.weights), tuple(b.copy() for b in drawn.biases)
    )
    inputs, targets = np.array([[0.8, 0.2]]), np.array([[0.0, 1.0]])

    trace = PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.1))

    np.testing.assert_array_equal(parameters.weights[0], drawn.weights[0])
    np.testing.assert_array_equal(inputs, [[0.8, 0.2]])
    np.testing.assert_array_equal(targets, [[0.0, 1.0]])
    mine = (inputs, targets, *parameters.weights, *parameters.biases)
    for array in arrays_of(trace):
        assert not any(np.shares_memory(array, each) for each in mine)


def test_fixed_biases_stay_while_the_weights_move(make_trace: MakeTrace) -> None:
    trace = make_trace(SPECS[1], update_biases=False)

    np.testing.assert_array_equal(trace.after.biases[0], trace.before.biases[0])
    assert not np.array_equal(trace.after.weights[0], trace.before.weights[0])
    assert np.abs(trace.backward.gradients.biases[0]).min() > 0


def test_a_single_example_may_be_given_as_vectors(make_trace: MakeTrace) -> None:
    rows = make_trace(SPECS[1])

    flat = PassTrace.record(rows.spec, rows.before, rows.inputs[0], rows.targets[0], rows.settings)

    assert flat.cost == rows.cost
    assert (flat.example_count, flat.inputs.shape) == (1, (1, 2))


def test_targets_that_the_cost_cannot_take_are_refused(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 2), ("sigmoid",), "binary_cross_entropy")
    trace = make_trace(spec)

    with pytest.raises(SpecError, match=r"target 1\.25 .*between 0 and 1"):
        PassTrace.record(
            spec, trace.before, trace.inputs, np.array([[0.0, 1.25]]), PassSettings(0.1)
        )
    with pytest.raises(ShapeError, match="targets have shape 1 × 3"):
        PassTrace.record(spec, trace.before, trace.inputs, np.zeros((1, 3)), PassSettings(0.1))


@pytest.mark.parametrize(
    "quantity",
    [each for each in Quantity if each not in (Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT)],
)
def test_the_input_layer_has_only_activations_and_their_gradients(
    make_trace: MakeTrace, quantity: Quantity
) -> None:
    with pytest.raises(KeyError):
        make_trace(SPECS[1]).layer_values(quantity, 0)


@pytest.mark.parametrize("name", [*FUNCTIONS, "softmax"])
def test_the_slope_of_a_neuron_is_that_of_its_activation(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(NetworkSpec((2, 3), (name,)), examples=2)
    node = NodeRef(1, 2)
    a = trace.value(Quantity.ACTIVATION, node, example=1)

    slope = trace.activation_derivative(node, example=1)

    expected = a * (1 - a) if name == "softmax" else FUNCTIONS[name][1](a)
    assert slope == pytest.approx(expected, rel=1e-12)


GRADIENTS = (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_the_gradients_of_a_mini_batch_are_the_means_of_passes_recorded_one_by_one(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, seed=2, examples=4)
    alone = [
        PassTrace.record(spec, trace.before, x, y, trace.settings)
        for x, y in zip(trace.inputs, trace.targets, strict=True)
    ]

    close = {"rtol": 1e-12, "atol": 1e-12}
    assert trace.cost_of(None) == pytest.approx(np.mean([each.cost for each in alone]), rel=1e-12)
    for example, each in enumerate(alone):
        assert trace.cost_of(example) == pytest.approx(each.cost, rel=1e-12)
    for layer in range(1, spec.layer_count + 1):
        for quantity in GRADIENTS:
            own = [each.layer_values(quantity, layer) for each in alone]
            np.testing.assert_allclose(
                trace.layer_values(quantity, layer, None), np.mean(own, axis=0), **close
            )
            for example in range(4):
                found = trace.layer_values(quantity, layer, example)
                np.testing.assert_allclose(found, own[example], **close)


def test_the_l2_term_belongs_to_the_mean_and_to_no_example_of_a_mini_batch(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(SPECS[2], examples=3, decay=0.1)
    weights = trace.before.weights[0]

    own = [trace.layer_values(Quantity.WEIGHT_GRADIENT, 1, example) for example in range(3)]

    mean = trace.layer_values(Quantity.WEIGHT_GRADIENT, 1, None)
    np.testing.assert_allclose(mean, np.mean(own, axis=0) + 0.1 * weights, atol=1e-12)
    penalty = 0.05 * sum(float((w * w).sum()) for w in trace.before.weights)
    costs = [trace.cost_of(example) for example in range(3)]
    assert trace.cost == pytest.approx(np.mean(costs) + penalty, rel=1e-12)


def test_a_single_example_is_its_own_mean(make_trace: MakeTrace) -> None:
    trace = make_trace(SPECS[2], examples=1, decay=0.1)

    for layer in (1, 2):
        for quantity in (*GRADIENTS, Quantity.ACTIVATION, Quantity.PREACTIVATION):
            own, mean = (trace.layer_values(quantity, layer, each) for each in (0, None))
            np.testing.assert_array_equal(own, mean)
    assert trace.cost_of(0) == trace.cost_of(None) == trace.cost


def test_one_number_of_an_example_is_that_of_its_layer(make_trace: MakeTrace) -> None:
    trace = make_trace(SPECS[2], examples=3)
    layer, neuron, source = 2, 1, 0

    found = trace.value(Quantity.WEIGHT_GRADIENT, EdgeRef(layer, neuron, source), 2)

    whole = trace.layer_values(Quantity.WEIGHT_GRADIENT, layer, 2)
    assert found == pytest.approx(whole[neuron, source], rel=1e-15)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("mistake", [None, *Mistake])
def test_a_pass_that_overflows_is_recorded_without_a_warning(mistake: Mistake | None) -> None:
    spec = NetworkSpec((2, 2, 2), ("identity", "sigmoid"), "quadratic")
    huge = np.full((2, 2), 1e300)
    parameters = Parameters((huge, huge), (np.zeros(2), np.zeros(2)))
    rows, settings = np.full((2, 2), 1e10), PassSettings(0.5, 0.1)

    trace = PassTrace.record(spec, parameters, rows, rows, settings, mistake)

    assert not np.isfinite(trace.forward.preactivations[0]).any()
