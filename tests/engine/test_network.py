import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import ShapeError, SpecError

SPEC = NetworkSpec((2, 3, 1), ("tanh", "sigmoid"), "binary_cross_entropy")


@pytest.mark.parametrize(
    ("sizes", "activations", "cost", "sentence"),
    [
        ((2,), (), "quadratic", "at least 2 layers.*1 given"),
        ((), (), "quadratic", "at least 2 layers.*0 given"),
        ((2, 0, 1), ("tanh", "tanh"), "quadratic", "Layer 1 has size 0"),
        ((2, -3), ("tanh",), "quadratic", "Layer 1 has size -3"),
        ((2, 1.5), ("tanh",), "quadratic", "Layer 1 has size 1.5"),
        ((True, 1), ("tanh",), "quadratic", "Layer 0 has size True"),
        ((2, 1), ("tanh", "tanh"), "quadratic", "2 activations given for 1 layer after"),
        ((2, 1), ("swish",), "quadratic", "no activation 'swish'"),
        ((2, 1), ("tanh",), "hinge", "no cost 'hinge'"),
        ((2, 3, 1), ("softmax", "tanh"), "quadratic", "Layer 1 uses softmax"),
        ((2, 2), ("softmax",), "binary_cross_entropy",
         "binary_cross_entropy does not go with softmax outputs; it needs sigmoid"),
        ((2, 2), ("sigmoid",), "categorical_cross_entropy",
         "categorical_cross_entropy does not go with sigmoid outputs; it needs softmax"),
        ((2, 2), ("relu",), "binary_cross_entropy", "does not go with relu outputs"),
        ((10_000, 10_000), ("tanh",), "quadratic", "100,010,000 parameters.*50,000,000"),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused_with_the_value(
    sizes: tuple[int, ...], activations: tuple[str, ...], cost: str, sentence: str
) -> None:
    with pytest.raises(SpecError, match=sentence):
        NetworkSpec(sizes, activations, cost)


@pytest.mark.parametrize("target", [-0.25, 1.5, float("nan"), float("inf")])
@pytest.mark.parametrize(
    ("output", "cost"),
    [("sigmoid", "binary_cross_entropy"), ("softmax", "categorical_cross_entropy")],
)
def test_targets_outside_zero_to_one_are_refused_by_the_cross_entropies(
    output: str, cost: str, target: float
) -> None:
    spec = NetworkSpec((1, 2), (output,), cost)

    with pytest.raises(SpecError, match=f"target {target:g} .*{cost}.*between 0 and 1"):
        spec.check_targets(np.array([[0.5, target]]))


def test_the_squared_costs_take_any_target_and_all_costs_take_zero_and_one() -> None:
    NetworkSpec((1, 1), ("sigmoid",), "quadratic").check_targets(np.array([[-7.0]]))
    SPEC.check_targets(np.array([[0.0], [1.0]]))


def test_a_network_counts_its_layers_edges_and_parameters() -> None:
    spec = NetworkSpec((784, 30, 10), ("sigmoid", "sigmoid"))

    assert str(spec) == "784-30-10"
    assert (spec.layer_count, spec.edge_count, spec.parameter_count) == (2, 23_820, 23_860)


def replaced(name: str, layer: int, array: np.ndarray) -> Parameters:
    parameters = initialise(SPEC, "he", np.random.default_rng(0))
    arrays = {"weights": list(parameters.weights), "biases": list(parameters.biases)}
    arrays[name][layer - 1] = array
    return Parameters.frozen(arrays["weights"], arrays["biases"])


@pytest.mark.parametrize(
    ("name", "layer", "array", "sentence"),
    [
        ("weights", 1, np.ones((2, 3)), "weights of layer 1 have shape 2 × 3; 2-3-1 needs 3 × 2"),
        ("biases", 2, np.ones(3), "biases of layer 2 have shape 3; 2-3-1 needs 1"),
        ("weights", 2, np.full((1, 3), np.nan), "weights of layer 2 hold a NaN"),
        ("biases", 1, np.array([0, np.inf, 0]), "biases of layer 1 hold a NaN or an infinity"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(
    name: str, layer: int, array: np.ndarray, sentence: str
) -> None:
    with pytest.raises(ShapeError, match=sentence):
        replaced(name, layer, array).check(SPEC)


def test_a_missing_layer_of_parameters_is_refused() -> None:
    parameters = initialise(SPEC, "he", np.random.default_rng(0))

    with pytest.raises(ShapeError, match="1 array of biases given, but 2-3-1 has 2 layers"):
        Parameters(parameters.weights, parameters.biases[:1]).check(SPEC)


def test_frozen_parameters_are_copies_that_nobody_can_write_to() -> None:
    weights, biases = [np.ones((3, 2))], [np.zeros(3)]

    frozen = Parameters.frozen(weights, biases)
    weights[0][0, 0] = 7

    assert frozen.weights[0][0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        frozen.biases[0][0] = 1


def test_parameters_are_equal_by_numbers_and_shapes_not_by_identity() -> None:
    one = Parameters.frozen([np.ones((2, 1))], [np.zeros(2)])
    deeper = Parameters.frozen([np.ones((2, 1)), np.ones((1, 2))], [np.zeros(2), np.zeros(1)])

    assert one.equals(Parameters.frozen([np.ones((2, 1))], [np.zeros(2)]))
    assert not one.equals(Parameters.frozen([np.full((2, 1), 1.5)], [np.zeros(2)]))
    assert not one.equals(Parameters.frozen([np.ones((1, 2))], [np.zeros(2)]))
    assert not one.equals(deeper)
    assert not deeper.equals(one)
