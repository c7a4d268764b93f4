from dataclasses import replace

import numpy as np
import pytest

from nnviz.datasets.toy_recipe import TOY_SETS, Toy
from nnviz.datasets.toy_sets import toy_source
from nnviz.errors import ShapeError

CLOUDS = ("xor", "circles", "spirals", "moons", "gaussians")


def inputs_and_labels(toy: Toy) -> tuple[np.ndarray, np.ndarray]:
    train = toy_source(toy).train
    assert train.labels is not None
    return train.inputs_at(slice(None)), train.labels


@pytest.mark.parametrize("name", TOY_SETS)
def test_the_same_recipe_gives_the_same_points_and_another_seed_others(name: str) -> None:
    toy = Toy.at_first(name)

    one, again, other = (toy_source(each) for each in (toy, toy, replace(toy, seed=1)))

    np.testing.assert_array_equal(one.train.inputs, again.train.inputs)
    np.testing.assert_array_equal(
        one.train.targets_at(slice(None)), again.train.targets_at(slice(None))
    )
    assert not np.array_equal(one.train.inputs, other.train.inputs)
    assert one.toy == toy


@pytest.mark.parametrize("name", TOY_SETS)
def test_there_are_half_as_many_to_test_with_and_none_of_them_is_trained_on(name: str) -> None:
    source = toy_source(replace(Toy.at_first(name), points=40))

    assert source.test is not None
    assert (len(source.train), len(source.test)) == (40, 20)
    both = np.concatenate((source.train.inputs, source.test.inputs))
    assert len(np.unique(both, axis=0)) == 60
    assert source.note.startswith(f"{TOY_SETS[name].title}: 40 points to train on and 20 to test")


@pytest.mark.parametrize("name", CLOUDS)
def test_half_of_the_points_are_of_each_class_in_mixed_order(name: str) -> None:
    source = toy_source(Toy.at_first(name))

    assert source.train.labels is not None
    assert np.bincount(source.train.labels).tolist() == [150, 150]
    assert source.train.labels[:20].min() != source.train.labels[:20].max()
    assert source.sizes == (2, 2)
    assert len(source.class_names) == 2


def test_clouds_of_xor_belong_together_across_the_middle() -> None:
    inputs, labels = inputs_and_labels(Toy("xor", 400, 0.1))

    np.testing.assert_array_equal(labels == 1, inputs[:, 0] * inputs[:, 1] < 0)


def test_circles_lie_one_in_the_other() -> None:
    inputs, labels = inputs_and_labels(Toy("circles", 200, 0.0))

    np.testing.assert_allclose(np.hypot(*inputs.T), np.where(labels == 0, 0.4, 0.9))


def test_spirals_turn_as_far_as_they_are_from_the_middle_half_a_turn_apart() -> None:
    inputs, labels = inputs_and_labels(Toy("spirals", 200, 0.0))
    radius = np.hypot(*inputs.T)

    turned = np.arctan2(inputs[:, 1], inputs[:, 0]) - np.pi * labels - 2.5 * np.pi * radius

    np.testing.assert_allclose(np.cos(turned), 1.0)
    assert radius.max() <= 1


def test_moons_are_half_circles_that_reach_into_each_other() -> None:
    inputs, labels = inputs_and_labels(Toy("moons", 200, 0.0))
    upper, lower = inputs[labels == 0], inputs[labels == 1]

    np.testing.assert_allclose(np.hypot(*(upper - [-0.3, -0.15]).T), 0.6)
    np.testing.assert_allclose(np.hypot(*(lower - [0.3, 0.15]).T), 0.6)
    assert upper[:, 1].min() < lower[:, 1].max()


def test_gaussians_have_the_noise_as_their_deviation() -> None:
    inputs, labels = inputs_and_labels(Toy("gaussians", 10_000, 0.25))

    left = inputs[labels == 0]

    np.testing.assert_allclose(left.mean(axis=0), [-0.45, -0.3], atol=0.02)
    np.testing.assert_allclose(left.std(axis=0), 0.25, atol=0.01)


def test_the_sine_is_one_period_whose_targets_alone_are_moved() -> None:
    exact, noisy = (toy_source(Toy("sine", 500, noise)).train for noise in (0.0, 0.2))

    assert exact.targets is not None
    assert noisy.targets is not None
    np.testing.assert_allclose(exact.targets, np.sin(np.pi * exact.inputs))
    assert abs(np.std(noisy.targets - np.sin(np.pi * noisy.inputs)) - 0.2) < 0.02
    assert toy_source(Toy("sine", 50, 0.1)).class_names == ()


@pytest.mark.parametrize(
    ("name", "points", "noise", "message"),
    [
        ("spiral", 100, 0.1, "There is no toy set 'spiral'; choose one of xor, circles"),
        ("moons", 3, 0.1, "3 points are asked for; choose 4 to 10,000"),
        ("moons", 10_001, 0.1, "10,001 points are asked for"),
        ("moons", 100, -0.1, "The noise is -0.1; a number from 0 to 2 is needed"),
        ("moons", 100, float("nan"), "The noise is nan"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, points: int, noise: float, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Toy(name, points, noise)
