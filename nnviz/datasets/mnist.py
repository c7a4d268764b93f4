"""The MNIST database of handwritten digits: read from its four files and verified."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.idx import parse_idx, unpacked_content
from nnviz.errors import DataFileError

__all__ = ["CHECKSUMS", "Mnist", "load_mnist"]

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"

CHECKSUMS = {
    TRAIN_IMAGES: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    TRAIN_LABELS: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    TEST_IMAGES: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    TEST_LABELS: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the *unpacked* content: packed again, a .gz file differs in size and checksum."""

CLASS_COUNT = 10


@dataclass(frozen=True, slots=True)
class Mnist:
    """The 60,000 examples for training and the 10,000 for testing, images of 28 × 28."""

    train: Dataset
    test: Dataset


def load_mnist(folder: Path) -> Mnist:
    """Read the four files, each as .gz or unpacked, and compare their content's SHA-256.

    Takes about half a second, most of it without the GIL; for any thread. Raises DataFileError
    for a file that is missing, damaged or not MNIST's.
    """
    return Mnist(
        _load("MNIST training set", folder, TRAIN_IMAGES, TRAIN_LABELS),
        _load("MNIST test set", folder, TEST_IMAGES, TEST_LABELS),
    )


def _load(name: str, folder: Path, images_name: str, labels_name: str) -> Dataset:
    images = _verified(folder, images_name, dimensions=3)
    labels = _verified(folder, labels_name, dimensions=1)
    count, rows, columns = images.shape
    return Dataset(
        name,
        images.reshape(count, rows * columns),
        labels=labels,
        image_shape=(rows, columns),
        class_count=CLASS_COUNT,
    )


def _verified(folder: Path, name: str, dimensions: int) -> npt.NDArray[np.uint8]:
    packed = folder / f"{name}.gz"
    path = folder / name if not packed.exists() and (folder / name).exists() else packed
    content = unpacked_content(path)
    array = parse_idx(content, path.name, dimensions)
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != CHECKSUMS[name]:
        raise DataFileError(
            f"{path.name}: its content has SHA-256 {checksum[:8]}…, expected "
            f"{CHECKSUMS[name][:8]}…; copy the file again from the nnviz repository's data folder."
        )
    return array
