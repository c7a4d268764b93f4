"""Every derivative against central differences of the cost, which know no backpropagation."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.costs import COSTS
from nnviz.engine.gradient_check import central_difference, numeric_gradients, relative_error
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import backward_pass, cost_of, forward_from, forward_pass

TOLERANCE = 1e-7  # h = 1e-3 leaves h⁴ ≈ 1e-12 of truncation and ε/h ≈ 1e-13 of rounding
KINK = 0.02  # a nudge of 1e-3 moves no z further than this

Problem = tuple[NetworkSpec, Parameters, FloatArray, FloatArray]

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [(cost.name, output) for cost in COSTS.values() for output in cost.outputs]
SIZES = [(1, 1), (2, 3, 2), (3, 4, 2, 3)]
EACH_OUTPUT = pytest.mark.parametrize(("cost", "output"), OUTPUTS)


def problem(sizes: tuple[int, ...], hidden: str, cost: str, output: str, examples: int) -> Problem:
    spec = NetworkSpec(sizes, (hidden,) * (len(sizes) - 2) + (output,), cost)
    for seed in itertools.count():
        rng = np.random.default_rng(seed)
        parameters = initialise(spec, "scaled_normal", rng)
        inputs = rng.normal(size=(examples, sizes[0]))
        targets = rng.uniform(0.1, 0.9, size=(examples, sizes[-1]))
        zs = forward_pass(spec, parameters, inputs).preactivations
        if min(np.abs(z).min() for z in zs) > KINK and max(z.max() for z in zs) > 0:
            return spec, parameters, inputs, targets
    raise AssertionError


def problems(cost: str, output: str) -> Iterator[Problem]:
    """Every shape with every hidden activation, of one example and of three."""
    for sizes, hidden, examples in itertools.product(SIZES, HIDDEN, (1, 3)):
        if len(sizes) > 2 or hidden == HIDDEN[0]:
            yield problem(sizes, hidden, cost, output, examples)


@EACH_OUTPUT
def test_weight_and_bias_gradients_agree_with_central_differences(cost: str, output: str) -> None:
    for spec, parameters, inputs, targets in problems(cost, output):
        backward = backward_pass(
            spec, parameters, forward_pass(spec, parameters, inputs), targets, decay=0.1
        )

        numeric = numeric_gradients(spec, parameters, inputs, targets, decay=0.1)
        for analytic, other in zip(backward.gradients.weights, numeric.weights, strict=True):
            assert relative_error(analytic, other) <= TOLERANCE
        for analytic, other in zip(backward.gradients.biases, numeric.biases, strict=True):
            # The other layers' size: a layer whose ReLUs are all off has nothing but rounding.
            assert np.abs(analytic - other).max() <= TOLERANCE * max(1e-3, np.abs(other).max())


@EACH_OUTPUT
def test_deltas_are_the_bias_gradients_of_each_example_alone(cost: str, output: str) -> None:
    for spec, parameters, inputs, targets in problems(cost, output):
        backward = backward_pass(spec, parameters, forward_pass(spec, parameters, inputs), targets)

        for example in range(len(inputs)):
            one = slice(example, example + 1)
            alone = numeric_gradients(spec, parameters, inputs[one], targets[one])
            for delta, numeric in zip(backward.deltas, alone.biases, strict=True):
                np.testing.assert_allclose(delta[example], numeric, rtol=TOLERANCE, atol=1e-10)


@EACH_OUTPUT
def test_activation_gradients_agree_with_nudged_activations_down_to_the_input(
    cost: str, output: str
) -> None:
    for each in problems(cost, output):
        assert_activation_gradients_agree(*each)


def assert_activation_gradients_agree(
    spec: NetworkSpec, parameters: Parameters, inputs: FloatArray, targets: FloatArray
) -> None:
    forward = forward_pass(spec, parameters, inputs)
    example = len(inputs) - 1
    target = targets[example : example + 1]

    backward = backward_pass(spec, parameters, forward, targets)

    for layer in range(spec.layer_count):
        for neuron in range(spec.sizes[layer]):
            moved = forward.activations[layer][example : example + 1].copy()

            def nudged(
                value: float, layer: int = layer, at: int = neuron, moved: FloatArray = moved
            ) -> float:
                moved[0, at] = value
                return cost_of(
                    spec, parameters, forward_from(spec, parameters, layer, moved), target
                )

            numeric = central_difference(nudged, float(moved[0, neuron]), 1e-3)
            analytic = backward.activation_gradients[layer][example, neuron]
            assert analytic == pytest.approx(numeric, rel=TOLERANCE, abs=1e-10)


def textbook_cost(name: str, a: FloatArray, y: FloatArray) -> float:
    """The cost as a function of a alone, as the books print it."""
    match name:
        case "quadratic":
            return sum((p - t) ** 2 for p, t in zip(a, y, strict=True)) / 2
        case "sum_of_squares":
            return sum((p - t) ** 2 for p, t in zip(a, y, strict=True))
        case "mean_squared_error":
            return sum((p - t) ** 2 for p, t in zip(a, y, strict=True)) / len(a)
        case "binary_cross_entropy":
            return -float(np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)))
        case _:
            return -float(np.sum(y * np.log(a)))


@pytest.mark.parametrize(("cost", "output"), OUTPUTS)
def test_the_output_gradient_agrees_with_nudged_outputs_of_the_textbook_cost(
    cost: str, output: str
) -> None:
    spec, parameters, inputs, targets = problem((3, 4, 3), "tanh", cost, output, 2)
    forward = forward_pass(spec, parameters, inputs)

    backward = backward_pass(spec, parameters, forward, targets)

    for example, neuron in np.ndindex(2, 3):
        a, y = forward.activations[-1][example].copy(), targets[example]

        def nudged(value: float, a: FloatArray = a, y: FloatArray = y, at: int = neuron) -> float:
            a[at] = value
            return textbook_cost(cost, a, y)

        numeric = central_difference(nudged, float(a[neuron]), 1e-4)
        analytic = backward.activation_gradients[-1][example, neuron]
        assert analytic == pytest.approx(numeric, rel=TOLERANCE, abs=1e-10)


@pytest.mark.parametrize(("cost", "output"), OUTPUTS)
def test_the_cost_is_the_mean_of_the_textbook_cost(cost: str, output: str) -> None:
    spec, parameters, inputs, targets = problem((3, 4, 3), "sigmoid", cost, output, 5)
    forward = forward_pass(spec, parameters, inputs)

    value = cost_of(spec, parameters, forward, targets)

    rows = zip(forward.activations[-1], targets, strict=True)
    assert value == pytest.approx(np.mean([textbook_cost(cost, a, y) for a, y in rows]), rel=1e-12)


@pytest.mark.parametrize(("cost", "output"), OUTPUTS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_float32_pass_stays_float32_and_close_to_float64(
    hidden: str, cost: str, output: str
) -> None:
    spec, parameters, inputs, targets = problem((3, 6, 4, 3), hidden, cost, output, 4)
    small = parameters.astype(np.float32)

    rough = backward_pass(spec, small, forward_pass(spec, small, inputs), targets, 0.01)

    exact = backward_pass(spec, parameters, forward_pass(spec, parameters, inputs), targets, 0.01)
    assert rough.cost == pytest.approx(exact.cost, rel=1e-5)
    arrays = (*rough.gradients.weights, *rough.gradients.biases, *rough.activation_gradients)
    others = (*exact.gradients.weights, *exact.gradients.biases, *exact.activation_gradients)
    for array, other in zip(arrays, others, strict=True):
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, other, rtol=1e-3, atol=2e-6)
