import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from nnviz.datasets import mnist
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import load_mnist
from nnviz.errors import DataFileError

IMAGES = struct.pack(">IIII", 0x803, 2, 28, 28) + bytes(range(256)) * 6 + bytes(32)
LABELS = struct.pack(">II", 0x801, 2) + bytes([7, 3])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four small files of MNIST's form, two of them unpacked, with their own checksums."""
    for name, content in (
        (mnist.TRAIN_IMAGES, IMAGES), (mnist.TRAIN_LABELS, LABELS),
        (mnist.TEST_IMAGES, IMAGES), (mnist.TEST_LABELS, LABELS),
    ):  # fmt: skip
        monkeypatch.setitem(mnist.CHECKSUMS, name, hashlib.sha256(content).hexdigest())
        if name.startswith("train"):
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (tmp_path / name).write_bytes(content)
    return tmp_path


def test_packed_and_unpacked_files_are_read(folder):
    data = load_mnist(folder)

    assert data.train.labels.tolist() == data.test.labels.tolist() == [7, 3]
    assert data.train.inputs.shape == data.test.inputs.shape == (2, 784)
    assert data.train.inputs[0, 255] == 255
    assert (data.train.image_shape, data.train.class_count) == ((28, 28), 10)


def test_altered_content_is_refused_with_both_checksums(folder):
    altered = IMAGES[:-1] + b"\x01"
    (folder / f"{mnist.TRAIN_IMAGES}.gz").write_bytes(gzip.compress(altered))
    found, expected = (hashlib.sha256(c).hexdigest()[:8] for c in (altered, IMAGES))

    with pytest.raises(DataFileError) as caught:
        load_mnist(folder)

    assert str(caught.value) == (
        f"train-images-idx3-ubyte.gz: its content has SHA-256 {found}…, expected {expected}…; "
        "copy the file again from the nnviz repository's data folder."
    )


def test_a_missing_file_is_named(folder):
    (folder / mnist.TEST_LABELS).unlink()

    with pytest.raises(DataFileError, match=r"t10k-labels-idx1-ubyte\.gz is missing"):
        load_mnist(folder)


@pytest.mark.mnist
def test_the_real_files_are_mnist():
    data = load_mnist(find_data_folder())

    assert (len(data.train), len(data.test)) == (60_000, 10_000)
    assert data.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(data.test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
