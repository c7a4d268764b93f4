"""From an array y to classes with names, or to numbers that outputs should follow."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.datasets.reading import MOST_CLASSES, shape_text, shown_name
from nnviz.errors import DataFileError
from nnviz.formatting import rounded

__all__ = ["Targets", "targets_of"]

MOST_OUTPUTS = 1_000
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Of both parts the labels (n,) uint8, or, without class names, the targets (n, n_L) floats."""

    train: Array
    test: Array | None
    class_names: tuple[str, ...]
    done: tuple[str, ...]


def targets_of(name: str, y: Array, y_test: Array | None) -> Targets:
    """Understand the targets of a file.

    Whole numbers and texts are classes, and so are rows with a single 1. Other numbers are to be
    followed; they are scaled to 0 … 1 unless they lie in −1 … 1. Raises DataFileError for arrays
    that are no targets.
    """
    train, test = _tidy(name, "y", y), None if y_test is None else _tidy(name, "y_test", y_test)
    if (
        y_test is not None
        and test is not None
        and (train.shape[1:], _kind(train)) != (test.shape[1:], _kind(test))
    ):
        raise DataFileError(
            f"{name}: y_train is {shape_text(y.shape)} of {y.dtype} and y_test "
            f"{shape_text(y_test.shape)} of {y_test.dtype}; both must be alike."
        )
    every = train if test is None else np.concatenate((train, test))
    if every.ndim == 2 and _is_one_hot(every):
        names = tuple(map(str, range(every.shape[1])))
        parts = [None if part is None else part.argmax(axis=1).astype(np.uint8)
                 for part in (train, test)]  # fmt: skip
        assert parts[0] is not None
        return Targets(parts[0], parts[1], names, (f"{len(names)} classes",))
    if every.ndim == 1 and every.dtype.kind in "biuU":
        return _classes(name, train, test, every)
    return _numbers(name, train, test)


def _tidy(name: str, array_name: str, y: Array) -> Array:
    """Return (n,) for a single column, else (n, n_L)."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim > 2 or (y.ndim == 2 and y.dtype.kind == "U"):
        raise DataFileError(
            f"{name}: {array_name} is {shape_text(y.shape)}; a number or a text per example is "
            "needed, or a row of numbers."
        )
    if y.dtype.kind == "U" and not _is_text(y):
        raise DataFileError(f"{name}: {array_name} holds texts with signs that there are not.")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        row = int(np.argwhere(~np.isfinite(y))[0][0])
        raise DataFileError(
            f"{name}: target {row:,} of {array_name} holds a NaN or an infinity; take such "
            "examples out."
        )
    if y.ndim == 2 and y.shape[1] > MOST_OUTPUTS:
        raise DataFileError(
            f"{name}: a row of {array_name} has {y.shape[1]:,} numbers, and {MOST_OUTPUTS:,} "
            "outputs are the most here."
        )
    return y


def _is_text(y: Array) -> bool:
    """Whether all code points are such that Python can make a text of them."""
    if not y.dtype.itemsize:
        return True
    points = np.ascontiguousarray(y).view(np.dtype(np.uint32).newbyteorder(y.dtype.byteorder))
    return bool((points <= sys.maxunicode).all())


def _kind(y: Array) -> str:
    """Return what kind of values there are; whole numbers of all sorts are one kind."""
    return {"U": "texts", "f": "fractions"}.get(y.dtype.kind, "whole numbers")


def _is_one_hot(y: Array) -> bool:
    if y.dtype.kind == "U" or not 2 <= y.shape[1] <= MOST_CLASSES:
        return False
    return bool(((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all())


def _classes(name: str, train: Array, test: Array | None, every: Array) -> Targets:
    values = np.unique(every)
    if len(values) > MOST_CLASSES:
        raise DataFileError(
            f"{name}: y names {len(values):,} different classes, and {MOST_CLASSES} are the most; "
            "numbers that outputs should follow are saved as floats."
        )
    if len(values) < 2:
        raise DataFileError(
            f"{name}: y names the one class {values[0]}; there is nothing to tell apart: two "
            "classes are needed."
        )
    names = tuple(_name(value, place) for place, value in enumerate(values))

    def labels(part: Array) -> Array:
        return np.searchsorted(values, part).astype(np.uint8)

    test_labels = None if test is None else labels(test)
    return Targets(labels(train), test_labels, names, (f"{len(names)} classes",))


def _name(value: Any, place: int) -> str:
    if isinstance(value, np.bool_):
        return "true" if value else "false"
    return shown_name(str(value), f"class {place}")


def _numbers(name: str, train: Array, test: Array | None) -> Targets:
    train = (train if train.ndim == 2 else train[:, None]).astype(np.float64)
    test = None if test is None else (test if test.ndim == 2 else test[:, None]).astype(np.float64)
    low, high = float(train.min()), float(train.max())
    if low >= -1 and high <= 1:
        return Targets(train, test, (), ("targets taken as they are",))
    span = high - low or 1.0
    scaled = [None if part is None else (part - low) / span for part in (train, test)]
    assert scaled[0] is not None
    done = f"targets {rounded(low)} … {rounded(high)} scaled to 0 … 1"
    return Targets(scaled[0], scaled[1], (), (done,))
