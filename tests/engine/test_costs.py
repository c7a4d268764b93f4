import itertools
import math

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS, cost_named
from nnviz.errors import SpecError

PAIRS = [(cost.name, output) for cost in COSTS.values() for output in cost.outputs]
FAR = np.array(list(itertools.product((-1000.0, 1000.0), repeat=2)))
CORNERS = [np.array(corner) for corner in itertools.product((0.0, 1.0), repeat=2)]


@pytest.mark.parametrize(("cost", "output"), PAIRS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("target", CORNERS, ids=str)
def test_everything_is_finite_at_a_thousand(
    cost: str, output: str, dtype: type[np.floating], target: np.ndarray
) -> None:
    z = FAR.astype(dtype)
    y = np.broadcast_to(target.astype(dtype), z.shape)
    activation, function = ACTIVATIONS[output], COSTS[cost]
    a = activation.value(z)

    with np.errstate(invalid="raise"):
        results = (
            function.value(z, a, y),
            function.gradient(z, a, y),
            function.delta(activation, z, a, y),
        )

    for result in results:
        assert result.dtype == dtype
        assert np.isfinite(result).all()


@pytest.mark.parametrize(("z", "y", "value"), [(1000, 0, 1000), (-1000, 1, 1000), (1000, 1, 0)])
def test_binary_cross_entropy_of_a_saturated_output(z: float, y: float, value: float) -> None:
    zs, ys = np.array([[float(z)]]), np.array([[float(y)]])
    a = ACTIVATIONS["sigmoid"].value(zs)
    cost = COSTS["binary_cross_entropy"]

    assert cost.value(zs, a, ys)[0] == value
    assert cost.delta(ACTIVATIONS["sigmoid"], zs, a, ys)[0, 0] == a[0, 0] - y


def test_categorical_cross_entropy_of_a_saturated_output() -> None:
    z, y = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
    a = ACTIVATIONS["softmax"].value(z)
    cost = COSTS["categorical_cross_entropy"]

    assert cost.value(z, a, y)[0] == 2000
    np.testing.assert_array_equal(cost.delta(ACTIVATIONS["softmax"], z, a, y), [[1, -1]])


@pytest.mark.parametrize(
    ("cost", "output"),
    [("binary_cross_entropy", "sigmoid"), ("categorical_cross_entropy", "softmax")],
)
@pytest.mark.parametrize("y", [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [0.9, 0.8, 0.1]])
def test_the_closed_form_of_delta_is_what_the_chain_rule_gives(
    cost: str, output: str, y: list[float]
) -> None:
    z, targets = np.array([[0.4, -1.3, 2.2]]), np.array([y])
    activation, function = ACTIVATIONS[output], COSTS[cost]
    a = activation.value(z)

    chain = activation.delta(z, a, function.gradient(z, a, targets))

    np.testing.assert_allclose(function.delta(activation, z, a, targets), chain, rtol=1e-12)


def test_the_delta_of_each_cross_entropy_is_output_minus_target() -> None:
    z, y = np.array([[0.4, -1.3, 2.2]]), np.array([[0.0, 1.0, 0.0]])

    for cost, output in (
        ("binary_cross_entropy", "sigmoid"),
        ("categorical_cross_entropy", "softmax"),
    ):
        a = ACTIVATIONS[output].value(z)
        np.testing.assert_allclose(
            COSTS[cost].delta(ACTIVATIONS[output], z, a, y), a - y, rtol=1e-15
        )


def test_a_gradient_beyond_the_range_of_floats_stays_at_its_end() -> None:
    z, y = np.array([[-1000.0]]), np.array([[1.0]])
    a = ACTIVATIONS["sigmoid"].value(z)

    gradient = COSTS["binary_cross_entropy"].gradient(z, a, y)

    assert gradient[0, 0] == np.finfo(np.float64).min


def test_the_gradient_of_a_nearly_saturated_wrong_answer_is_exact() -> None:
    z, y = np.array([[40.0]]), np.array([[0.0]])
    a = ACTIVATIONS["sigmoid"].value(z)

    # a rounds to 1 and 1 − a to 0; 1/(1 − σ(z)) is 1 + eᶻ.
    gradient = COSTS["binary_cross_entropy"].gradient(z, a, y)[0, 0]

    assert gradient == pytest.approx(1 + math.exp(40), rel=1e-12)


def test_a_nearly_right_answer_keeps_its_small_cost() -> None:
    z, y = np.array([[40.0]]), np.array([[1.0]])
    a = ACTIVATIONS["sigmoid"].value(z)

    # a rounds to 1, whose logarithm is 0; the cost is ln(1 + e⁻⁴⁰).
    value = COSTS["binary_cross_entropy"].value(z, a, y)[0]

    assert value == pytest.approx(math.exp(-40), rel=1e-12)


@pytest.mark.parametrize(
    ("cost", "value"), [("quadratic", 1.0), ("sum_of_squares", 2.0), ("mean_squared_error", 1.0)]
)
def test_the_three_squared_costs_of_two_outputs_each_off_by_one(cost: str, value: float) -> None:
    a, y = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])

    assert COSTS[cost].value(a, a, y)[0] == value


def test_an_unknown_cost_is_named_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match=r"'hinge'.*quadratic, sum_of_squares"):
        cost_named("hinge")
