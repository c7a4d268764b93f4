import math

import numpy as np
import pytest

from nnviz.engine.initialisers import INITIALISERS, initialise
from nnviz.engine.network import NetworkSpec
from nnviz.errors import SpecError

SPEC = NetworkSpec((500, 400, 3), ("tanh", "sigmoid"))


@pytest.mark.parametrize(
    ("name", "weights", "biases"),
    [
        ("standard_normal", 1.0, 1.0),
        ("scaled_normal", 1 / math.sqrt(500), 1.0),
        ("he", math.sqrt(2 / 500), 0.0),
        ("xavier", math.sqrt(2 / 900), 0.0),
        ("small_normal", 0.1, 0.0),
    ],
)
def test_means_and_deviations_of_a_large_layer(name: str, weights: float, biases: float) -> None:
    parameters = initialise(SPEC, name, np.random.default_rng(3))
    w, b = parameters.weights[0], parameters.biases[0]

    # Five standard errors: of a mean σ/√n, of a deviation σ/√(2n).
    assert abs(w.mean()) <= 5 * weights / math.sqrt(w.size)
    assert w.std() == pytest.approx(weights, abs=5 * weights / math.sqrt(2 * w.size))
    assert abs(b.mean()) <= 5 * biases / math.sqrt(b.size)
    assert b.std() == pytest.approx(biases, abs=5 * biases / math.sqrt(2 * b.size))


def test_every_initialiser_is_covered_above() -> None:
    assert set(INITIALISERS) == {
        "standard_normal", "scaled_normal", "he", "xavier", "small_normal",
    }  # fmt: skip


@pytest.mark.parametrize("name", INITIALISERS)
def test_one_seed_gives_the_same_network_and_another_seed_another(name: str) -> None:
    first, same, other = (initialise(SPEC, name, np.random.default_rng(s)) for s in (1, 1, 2))

    np.testing.assert_array_equal(first.weights[0], same.weights[0])
    np.testing.assert_array_equal(first.biases[1], same.biases[1])
    assert not np.array_equal(first.weights[0], other.weights[0])


@pytest.mark.parametrize("name", INITIALISERS)
def test_float32_is_the_rounded_float64(name: str) -> None:
    exact = initialise(SPEC, name, np.random.default_rng(5))
    rounded = initialise(SPEC, name, np.random.default_rng(5), np.float32)

    for array, other in zip(
        (*exact.weights, *exact.biases), (*rounded.weights, *rounded.biases), strict=True
    ):
        assert other.dtype == np.float32
        np.testing.assert_array_equal(array.astype(np.float32), other)


def test_the_parameters_fit_their_network() -> None:
    initialise(SPEC, "he", np.random.default_rng(0)).check(SPEC)


def test_an_unknown_initialiser_is_named_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match=r"'zeros'.*standard_normal, scaled_normal"):
        initialise(SPEC, "zeros", np.random.default_rng(0))
