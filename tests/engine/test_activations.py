import math

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, activation_named
from nnviz.engine.gradient_check import central_difference
from nnviz.errors import SpecError

TEXTBOOK = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "identity": lambda z: z,
}
FAR = np.array([[-1000.0, 1000.0], [1000.0, -1000.0], [1000.0, 1000.0], [-1000.0, -1000.0]])


@pytest.mark.parametrize("name", TEXTBOOK)
@pytest.mark.parametrize("z", [-30.0, -2.5, -0.1, 0.1, 2.5, 30.0])
def test_values_are_those_of_the_textbook_formula(name: str, z: float) -> None:
    value = ACTIVATIONS[name].value(np.array([z]))[0]

    assert value == pytest.approx(TEXTBOOK[name](z), rel=1e-14)


@pytest.mark.parametrize("name", TEXTBOOK)
@pytest.mark.parametrize("z", [-2.5, -0.1, 0.1, 2.5])
def test_derivatives_are_the_slopes_of_the_textbook_formula(name: str, z: float) -> None:
    derivative = ACTIVATIONS[name].derivative
    assert derivative is not None

    assert derivative(np.array([z]))[0] == pytest.approx(
        central_difference(TEXTBOOK[name], z, 1e-3), rel=1e-9
    )


@pytest.mark.parametrize(
    ("name", "slope"), [("relu", 0), ("leaky_relu", 0.01), ("identity", 1), ("sigmoid", 0.25)]
)
def test_the_slope_at_zero(name: str, slope: float) -> None:
    derivative = ACTIVATIONS[name].derivative
    assert derivative is not None

    assert derivative(np.zeros(1))[0] == slope


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_deltas_are_finite_at_a_thousand(name: str) -> None:
    activation = ACTIVATIONS[name]

    with np.errstate(over="raise", divide="raise", invalid="raise"):
        a = activation.value(FAR)
        delta = activation.delta(FAR, a, np.ones_like(FAR))

    assert np.isfinite(a).all()
    assert np.isfinite(delta).all()


@pytest.mark.parametrize(
    ("name", "limits", "slopes"),
    [
        ("sigmoid", (0, 1), (0, 0)),
        ("tanh", (-1, 1), (0, 0)),
        ("relu", (0, 1000), (0, 1)),
        ("leaky_relu", (-10, 1000), (0.01, 1)),
        ("identity", (-1000, 1000), (1, 1)),
        ("softmax", (0, 1), (0, 0)),
    ],
)
def test_values_and_slopes_reach_their_limits(
    name: str, limits: tuple[float, float], slopes: tuple[float, float]
) -> None:
    z = np.array([[-1000.0, 1000.0]])
    activation = ACTIVATIONS[name]

    a = activation.value(z)

    np.testing.assert_array_equal(a, [limits])
    np.testing.assert_array_equal(activation.delta(z, a, np.ones_like(z)), [slopes])


def test_the_slope_of_a_saturated_sigmoid_is_not_lost_to_rounding() -> None:
    slope = ACTIVATIONS["sigmoid"].derivative
    assert slope is not None

    # σ(40) rounds to 1, so σ(1 − σ) would be 0; the slope is e⁻⁴⁰ to sixteen digits.
    assert slope(np.array([40.0]))[0] == pytest.approx(math.exp(-40), rel=1e-14)
    assert slope(np.array([-40.0]))[0] == pytest.approx(math.exp(-40), rel=1e-14)


def test_softmax_ignores_a_shift_and_adds_up_to_one() -> None:
    z = np.array([[0.3, -1.2, 2.0]])

    a = ACTIVATIONS["softmax"].value(z)

    exact = [math.exp(value) for value in z[0]]
    np.testing.assert_allclose(a[0], np.array(exact) / sum(exact), rtol=1e-14)
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z + 500), a, rtol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_keep_shape_and_precision_and_leave_z_alone(
    name: str, dtype: type[np.floating]
) -> None:
    z = np.array([[0.5, -0.25, 0.0]], dtype=dtype)
    before = z.copy()
    activation = ACTIVATIONS[name]

    a = activation.value(z)
    delta = activation.delta(z, a, np.ones_like(z))

    assert (a.dtype, a.shape) == (delta.dtype, delta.shape) == (dtype, z.shape)
    assert not np.shares_memory(a, z)
    np.testing.assert_array_equal(z, before)


def test_an_unknown_activation_is_named_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match=r"'swish'.*sigmoid, tanh, relu"):
        activation_named("swish")
