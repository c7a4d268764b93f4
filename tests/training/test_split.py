import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.errors import TrainingError
from nnviz.training.config import TrainingConfig
from nnviz.training.split import check_split, split_images, split_samples


@pytest.fixture
def samples() -> Dataset:
    """20 samples, each of which is its own number."""
    numbers = np.arange(20.0).reshape(20, 1)
    return Dataset("numbers", numbers, targets=-numbers)


def test_images_for_validation_follow_those_trained_on(images):
    config = TrainingConfig(train_size=30, validation_size=12)

    train, validation = split_images(images, config)

    np.testing.assert_array_equal(train.inputs, images.inputs[:30])
    np.testing.assert_array_equal(validation.inputs, images.inputs[30:42])
    np.testing.assert_array_equal(validation.labels, images.labels[30:42])
    assert np.shares_memory(validation.inputs, images.inputs)
    assert (train.name, validation.name) == ("small images", "small images, validation set")
    assert (validation.class_count, validation.image_shape) == (3, (3, 4))


def test_without_validation_nothing_is_held_back(images, samples):
    config = TrainingConfig(train_size=60_000)

    train, validation = split_images(images, config)

    assert (len(train), validation) == (47, None)
    assert split_samples(samples, config) == (samples, None)


def test_too_few_images_are_refused_with_their_numbers(images):
    with pytest.raises(TrainingError) as caught:
        split_images(images, TrainingConfig(train_size=40, validation_size=8))
    with pytest.raises(TrainingError):
        check_split(TrainingConfig(train_size=55_000, validation_size=5_001))

    check_split(TrainingConfig(train_size=50_000, validation_size=10_000))
    assert str(caught.value) == (
        "40 images to train on and 8 to validate with are more than the 47 there are; "
        "take fewer of one."
    )


def test_samples_are_held_back_at_random_and_none_is_in_both_parts(samples):
    train, validation = split_samples(samples, TrainingConfig(validation_size=5))

    held_back = validation.inputs[:, 0].tolist()
    assert sorted([*train.inputs[:, 0].tolist(), *held_back]) == list(range(20))
    assert (len(train), len(held_back)) == (15, 5)
    assert held_back not in (list(range(5)), list(range(15, 20)))
    np.testing.assert_array_equal(validation.targets, -validation.inputs)
    np.testing.assert_array_equal(train.inputs, np.sort(train.inputs, axis=0))


def test_the_seed_decides_which_samples_are_held_back(samples):
    def held_back(seed: int) -> list[float]:
        config = TrainingConfig(validation_size=5, seed=seed)
        return split_samples(samples, config)[1].inputs[:, 0].tolist()

    assert held_back(1) == held_back(1)
    assert len({tuple(held_back(seed)) for seed in range(8)}) == 8


def test_one_sample_must_be_left(samples):
    assert len(split_samples(samples, TrainingConfig(validation_size=19))[0]) == 1
    with pytest.raises(TrainingError, match="Of 20 samples 20 cannot be held back"):
        split_samples(samples, TrainingConfig(validation_size=20))
