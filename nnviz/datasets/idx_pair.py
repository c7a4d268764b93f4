"""Pairs of IDX files, images and their labels, as MNIST and its relatives come: plain or gzip.

Which label file belongs to which image file is told by their names, as in train-images-idx3-ubyte
and train-labels-idx1-ubyte; t10k or test in the place of train names the test part.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nnviz.datasets.data_source import DataSource, held_back, split_sentence
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.idx import gunzip, parse_idx
from nnviz.datasets.reading import MOST_CLASSES, Reading, check_amount, content_of, shown_name
from nnviz.errors import DataFileError

__all__ = ["is_idx_name", "load_idx", "load_idx_folder"]

_ADVICE = "get the file again from where it came from."
_IDX = re.compile(r"(idx[0-9]?|ubyte)(\.gz)?$", re.IGNORECASE)
_IMAGES = re.compile(r"images", re.IGNORECASE)
_PARTS = (("train", "t10k"), ("train", "test"))
FASHION_LABELS = {"25c81989df183df01b3e8a0aad5dffbe", "bb300cfdad3c16e7a12a480ee83cd310"}
"""MD5 of Fashion-MNIST's two packed label files, as its authors publish them."""
FASHION_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Images (n, rows, columns) and labels (n,), and whether they are Fashion-MNIST's."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    is_fashion: bool


def is_idx_name(name: str) -> bool:
    """Whether a file is called like an IDX file."""
    return _IDX.search(name) is not None


def load_idx_folder(folder: Path, reading: Reading) -> DataSource:
    """Read the one pair of a folder, or its pairs for training and test. Raises DataFileError."""
    images = sorted(
        path for path in folder.iterdir() if is_idx_name(path.name) and _IMAGES.search(path.name)
    )
    chosen = [path for path in images if _counterpart(path) not in images or _is_train(path)]
    # The same file may lie there packed and unpacked.
    chosen = list({path.name.removesuffix(".gz"): path for path in chosen}.values())
    if not chosen:
        raise DataFileError(
            f"{folder} holds IDX files, but none with images in its name, such as "
            "train-images-idx3-ubyte; open the image file itself."
        )
    if len(chosen) > 1:
        raise DataFileError(
            f"{folder} holds {len(chosen)} sets of IDX images, such as {chosen[0].name} and "
            f"{chosen[1].name}; open the image file of the one that you want."
        )
    return load_idx(chosen[0], reading)


def load_idx(path: Path, reading: Reading) -> DataSource:
    """Read the pair that a file of images or of labels belongs to, and the test part beside it.

    Raises DataFileError.
    """
    images = path if _IMAGES.search(path.name) else _partner(path)
    counterpart = _counterpart(images)
    if counterpart is None:
        return _split(path, _read(images, reading))
    if not _is_train(images):
        images, counterpart = counterpart, images
    return _with_test(path, _read(images, reading), _read(counterpart, reading))


def _split(path: Path, part: _Part) -> DataSource:
    count = len(part.images)
    train, test = held_back(count)
    names = _class_names(path.name, part.is_fashion, part.labels)
    every = _dataset(_name(path), part, len(names))
    return DataSource(
        _name(path),
        every.at(train, f"{_name(path)}, training set"),
        every.at(test, f"{_name(path)}, test set") if len(test) else None,
        names,
        f"{_what(count, part)}; {split_sentence(len(train), len(test))}.",
    )


def _with_test(path: Path, train: _Part, test: _Part) -> DataSource:
    if train.images.shape[1:] != test.images.shape[1:]:
        raise DataFileError(
            f"{path.name}: the training images are {_size(train)} and the test images "
            f"{_size(test)}; both must have one size."
        )
    names = _class_names(path.name, train.is_fashion, np.concatenate((train.labels, test.labels)))
    return DataSource(
        _name(path),
        _dataset(f"{_name(path)}, training set", train, len(names)),
        _dataset(f"{_name(path)}, test set", test, len(names)),
        names,
        f"{_what(len(train.images) + len(test.images), train)}; the last {len(test.images):,}, "
        "from files of their own, are the test set.",
    )


def _read(path: Path, reading: Reading) -> _Part:
    """Read images and their labels."""
    partner = _partner(path)
    reading.check()
    reading.say(f"reading {path.name} …")
    images, _ = _array(path, 3)
    reading.check()
    labels, checksum = _array(partner, 1)
    reading.check()
    count, rows, columns = images.shape
    check_amount(path.name, count, rows * columns)
    if len(labels) != count:
        raise DataFileError(
            f"{path.name} has {count:,} images and {partner.name} {len(labels):,} labels; "
            "each image needs one: check that they belong together."
        )
    return _Part(images, labels, checksum in FASHION_LABELS)


def _array(path: Path, dimensions: int) -> tuple[npt.NDArray[np.uint8], str]:
    """Return the array in a file, and the MD5 of the file as it lies there."""
    content = content_of(path)
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if path.suffix == ".gz":
        content = gunzip(content, path.name, _ADVICE)
    return parse_idx(content, path.name, dimensions, _ADVICE), checksum


def _dataset(name: str, part: _Part, class_count: int) -> Dataset:
    count, rows, columns = part.images.shape
    return Dataset(
        name, part.images.reshape(count, rows * columns), labels=part.labels,
        image_shape=(rows, columns), class_count=class_count,
    )  # fmt: skip


def _class_names(name: str, is_fashion: bool, labels: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    if is_fashion:
        return FASHION_NAMES
    if (labels == labels[0]).all():
        raise DataFileError(
            f"{name}: all labels are {labels[0]}; there is nothing to tell apart: two classes are "
            "needed."
        )
    return tuple(map(str, range(min(int(labels.max()) + 1, MOST_CLASSES))))


def _what(count: int, part: _Part) -> str:
    return f"{count:,} images of {_size(part)}, bytes 0 … 255 divided by 255"


def _size(part: _Part) -> str:
    return f"{part.images.shape[1]} × {part.images.shape[2]}"


def _partner(path: Path) -> Path:
    """Return the label file of an image file, or the other way round, packed or not."""
    name = path.name.removesuffix(".gz")
    for one, other in (("images", "labels"), ("labels", "images")):
        if one in name.lower():
            wanted = re.sub(one, other, name, flags=re.IGNORECASE)
            digit = ("idx3", "idx1") if one == "images" else ("idx1", "idx3")
            found = _beside(path, wanted.replace(*digit))
            if found is not None:
                return found
            raise DataFileError(
                f"{path.name} lies alone: there is no {wanted.replace(*digit)} beside it; "
                "images and labels come in two files of one folder."
            )
    raise DataFileError(
        f"{path.name} does not say whether it holds images or labels; name the two files as in "
        "train-images-idx3-ubyte and train-labels-idx1-ubyte."
    )


def _counterpart(images: Path) -> Path | None:
    """Return the test images beside the training images, or the other way round."""
    name = images.name.removesuffix(".gz")
    for pair in _PARTS:
        for one, other in (pair, pair[::-1]):
            if one in name.lower():
                found = _beside(images, re.sub(one, other, name, flags=re.IGNORECASE))
                if found is not None:
                    return found
    return None


def _is_train(images: Path) -> bool:
    return "train" in images.name.lower()


def _beside(path: Path, name: str) -> Path | None:
    """Return a file of the same folder, packed like ``path`` if it is there so."""
    packed, plain = path.with_name(f"{name}.gz"), path.with_name(name)
    order = (packed, plain) if path.suffix == ".gz" else (plain, packed)
    return next((each for each in order if each.is_file()), None)


def _name(path: Path) -> str:
    """Return the folder's name: the files are called alike everywhere."""
    return shown_name(path.resolve().parent.name, "IDX files")
