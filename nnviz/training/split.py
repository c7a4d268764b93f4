"""Which examples are held back from training to validate with.

Three parts, three jobs: training changes the weights, validation chooses when to stop and which
epoch is best, and the test judges at the end. Chosen by the test, the test would flatter.
"""

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.errors import TrainingError
from nnviz.formatting import count
from nnviz.training.config import TrainingConfig

__all__ = ["check_split", "split_images", "split_samples"]

MNIST_IMAGES = 60_000
_SALT = 0x5641_4C49
"""So that what is held back has nothing to do with the first weights of the same seed."""

Split = tuple[Dataset, Dataset | None]
"""What is trained on, and what is held back: None where that is nothing."""


def check_split(config: TrainingConfig, images: int = MNIST_IMAGES) -> None:
    """Raise TrainingError if so many images are too few for both parts."""
    if config.validation_size and config.train_size + config.validation_size > images:
        raise TrainingError(
            f"{count(config.train_size)} images to train on and {count(config.validation_size)} "
            f"to validate with are more than the {count(images)} there are; take fewer of one."
        )


def split_images(images: Dataset, config: TrainingConfig) -> Split:
    """Return the first images of MNIST's training set, and for validation those that follow.

    50,000 and 10,000 are the split of the articles. Copies nothing. Raises TrainingError where
    there are too few images.
    """
    check_split(config, len(images))
    end = config.train_size + config.validation_size
    train = images.first(config.train_size)
    if not config.validation_size:
        return train, None
    return train, images.at(slice(config.train_size, end), _validation_name(images))


def split_samples(samples: Dataset, config: TrainingConfig) -> Split:
    """Return a network's own samples without a random part, and that part.

    The seed decides which; both parts keep the order of the samples. Raises TrainingError where
    nothing would be left to train on.
    """
    size = config.validation_size
    if size == 0:
        return samples, None
    if size >= len(samples):
        raise TrainingError(
            f"Of {count(len(samples))} samples {count(size)} cannot be held back for validation; "
            "at least one must be left to train on."
        )
    order = np.random.default_rng([config.seed, _SALT]).permutation(len(samples))
    held_back = samples.at(np.sort(order[:size]), _validation_name(samples))
    return samples.at(np.sort(order[size:])), held_back


def _validation_name(data: Dataset) -> str:
    return f"{data.name}, validation set"
