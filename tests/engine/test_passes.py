import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import (
    backward_pass,
    cost_of,
    descend,
    forward_from,
    forward_pass,
    penalty,
)
from nnviz.errors import ShapeError

SPEC = NetworkSpec((2, 3, 2), ("tanh", "sigmoid"), "binary_cross_entropy")
INPUTS = np.array([[0.3, -0.8], [1.2, 0.1], [0.0, 0.5]])
TARGETS = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])


@pytest.fixture
def parameters(rng: np.random.Generator) -> Parameters:
    return initialise(SPEC, "standard_normal", rng)


def test_no_pass_changes_its_arguments(parameters: Parameters) -> None:
    inputs, targets = INPUTS.copy(), TARGETS.copy()
    writable = Parameters(
        tuple(w.copy() for w in parameters.weights), tuple(b.copy() for b in parameters.biases)
    )

    forward = forward_pass(SPEC, writable, inputs)
    kept = [array.copy() for array in (*forward.preactivations, *forward.activations)]
    backward = backward_pass(SPEC, writable, forward, targets, 0.1)
    descend(writable, backward.gradients, 0.5)

    np.testing.assert_array_equal(inputs, INPUTS)
    np.testing.assert_array_equal(targets, TARGETS)
    for array, before in zip(
        (*writable.weights, *writable.biases),
        (*parameters.weights, *parameters.biases),
        strict=True,
    ):
        np.testing.assert_array_equal(array, before)
    for array, before in zip((*forward.preactivations, *forward.activations), kept, strict=True):
        np.testing.assert_array_equal(array, before)


def test_the_gradient_of_a_batch_is_the_mean_of_its_examples(parameters: Parameters) -> None:
    forward = forward_pass(SPEC, parameters, INPUTS)
    together = backward_pass(SPEC, parameters, forward, TARGETS)

    alone = [
        backward_pass(SPEC, parameters, forward_pass(SPEC, parameters, x), y)
        for x, y in zip(INPUTS, TARGETS, strict=True)
    ]

    mean = np.mean([one.gradients.weights[0] for one in alone], axis=0)
    np.testing.assert_allclose(together.gradients.weights[0], mean, rtol=1e-12, atol=1e-15)
    assert together.cost == pytest.approx(np.mean([one.cost for one in alone]), rel=1e-14)


def test_going_on_from_a_hidden_layer_gives_the_same_output(parameters: Parameters) -> None:
    forward = forward_pass(SPEC, parameters, INPUTS)

    rest = forward_from(SPEC, parameters, 1, forward.activations[1])

    np.testing.assert_array_equal(rest.activations[-1], forward.activations[-1])
    assert (len(rest.preactivations), len(rest.activations)) == (1, 2)


def test_the_penalty_is_half_decay_times_all_squared_weights() -> None:
    weights = [np.array([[1.0, 2.0]]), np.array([[3.0]])]

    assert penalty(weights, 0.5) == 0.5 / 2 * (1 + 4 + 9)
    assert penalty(weights, 0) == 0


def test_the_cost_holds_the_penalty(parameters: Parameters) -> None:
    forward = forward_pass(SPEC, parameters, INPUTS)

    plain = cost_of(SPEC, parameters, forward, TARGETS)
    whole = cost_of(SPEC, parameters, forward, TARGETS, 0.25)

    squares = sum(w**2 for array in parameters.weights for w in array.flat)
    assert whole - plain == pytest.approx(0.125 * squares, rel=1e-12)


def test_descent_moves_against_the_gradient_and_leaves_fixed_biases(parameters: Parameters) -> None:
    gradients = Parameters(
        tuple(np.ones_like(w) for w in parameters.weights),
        tuple(np.ones_like(b) for b in parameters.biases),
    )

    both = descend(parameters, gradients, 0.25)
    fixed = descend(parameters, gradients, 0.25, update_biases=False)

    np.testing.assert_array_equal(both.weights[1], parameters.weights[1] - 0.25)
    np.testing.assert_array_equal(both.biases[0], parameters.biases[0] - 0.25)
    np.testing.assert_array_equal(fixed.biases[0], parameters.biases[0])
    assert not both.weights[0].flags.writeable


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (np.zeros((2, 3)), "inputs have shape 2 × 3; rows of 2 numbers"),
        (np.zeros(5), "inputs have shape 5; rows of 2"),
        (np.zeros((0, 2)), "inputs have shape 0 × 2"),
        (np.zeros((1, 2, 2)), "inputs have shape 1 × 2 × 2"),
    ],
)
def test_inputs_of_another_shape_are_refused(
    parameters: Parameters, inputs: np.ndarray, sentence: str
) -> None:
    with pytest.raises(ShapeError, match=sentence):
        forward_pass(SPEC, parameters, inputs)


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (np.zeros((3, 1)), "targets have shape 3 × 1; rows of 2"),
        (np.zeros((2, 2)), "2 targets given for 3 inputs"),
        (np.zeros(2), "1 target given for 3 inputs"),
    ],
)
def test_targets_of_another_shape_are_refused(
    parameters: Parameters, targets: np.ndarray, sentence: str
) -> None:
    forward = forward_pass(SPEC, parameters, INPUTS)

    with pytest.raises(ShapeError, match=sentence):
        backward_pass(SPEC, parameters, forward, targets)
