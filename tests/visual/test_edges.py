import numpy as np
import pytest

from nnviz.visual.edges import select_edges


@pytest.mark.parametrize("most", [1, 7, 59, 60, 1000])
def test_the_strongest_are_those_of_a_full_sort(rng: np.random.Generator, most: int) -> None:
    strength = rng.random((6, 10))

    choice = select_edges(strength, most)

    expected = np.sort(strength.ravel())[-most:]
    np.testing.assert_array_equal(strength[choice.neurons, choice.sources], expected)


def test_no_edge_is_chosen_twice(rng: np.random.Generator) -> None:
    strength = rng.integers(0, 3, (20, 30)).astype(np.float64)

    choice = select_edges(strength, 100)

    assert len(set(zip(choice.neurons.tolist(), choice.sources.tolist(), strict=True))) == 100


def test_of_equally_strong_edges_as_many_are_taken_as_fit() -> None:
    strength = np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 1.0]])

    choice = select_edges(strength, 3)

    assert strength[choice.neurons, choice.sources].tolist() == [1.0, 1.0, 2.0]


def test_the_weakest_come_first(rng: np.random.Generator) -> None:
    strength = rng.random((40, 40))

    choice = select_edges(strength, 50)

    assert (np.diff(strength[choice.neurons, choice.sources]) >= 0).all()


def test_a_selected_neuron_has_only_its_own_edges(rng: np.random.Generator) -> None:
    strength = rng.random((5, 30))

    choice = select_edges(strength, 4, neuron=3)

    assert choice.neurons.tolist() == [3] * 4
    assert choice.sources.tolist() == np.argsort(strength[3])[-4:].tolist()


def test_edges_of_strength_zero_are_left_out_of_many() -> None:
    strength = np.zeros((10, 10))
    strength[2, 3] = 0.5

    choice = select_edges(strength, 20)

    assert (choice.neurons.tolist(), choice.sources.tolist()) == ([2], [3])


def test_a_small_layer_keeps_its_edges_of_strength_zero() -> None:
    assert len(select_edges(np.zeros((2, 3)), 20).neurons) == 6


def test_an_edge_that_is_not_a_number_is_the_weakest() -> None:
    choice = select_edges(np.array([[np.nan, 1.0, np.inf]]), 3)

    assert choice.sources.tolist() == [0, 1, 2]
