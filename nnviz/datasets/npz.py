"""Reader of numpy's .npz: the arrays x and y, or x_train, y_train, x_test, y_test as of Keras.

Nothing is ever unpickled: a pickle may run any program. The sizes that the headers promise are
checked against what is there before any array is made.
"""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from nnviz.datasets.data_source import DataSource, held_back, split_sentence
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.input_arrays import Inputs, inputs_of
from nnviz.datasets.reading import MOST_VALUES, Reading, check_amount, shape_text, shown_name
from nnviz.datasets.target_arrays import Targets, targets_of
from nnviz.errors import DataFileError

__all__ = ["load_npz"]

_WHOLE = ("x", "y")
_PARTS = ("x_train", "y_train", "x_test", "y_test")
_ADVICE = "write the file again with numpy.savez(name, x=…, y=…)"
_MOST_BYTES = 8 * MOST_VALUES
"""Of one array: all values in double precision."""
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Names:
    """The entries of the zip that hold the arrays; of test ones there may be none."""

    x: str
    y: str
    x_test: str | None = None
    y_test: str | None = None


def load_npz(path: Path, reading: Reading) -> DataSource:
    """Read a .npz file. Raises DataFileError for whatever is wrong with it."""
    try:
        with zipfile.ZipFile(path) as file:
            return _load(path, file, reading)
    except zipfile.BadZipFile as error:
        raise DataFileError(
            f"{path.name} is not a .npz file, or damaged ({error}); {_ADVICE}."
        ) from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise DataFileError(
            f"{path.name}: its content cannot be unpacked ({error}); {_ADVICE}."
        ) from error
    except OSError as error:
        raise DataFileError(
            f"{path} cannot be read ({error.strerror or error}); check its name and permissions."
        ) from error


def _load(path: Path, file: zipfile.ZipFile, reading: Reading) -> DataSource:
    names = _names(path.name, {entry.removesuffix(".npy"): entry for entry in file.namelist()})
    x, y = (_array(path.name, file, each, reading) for each in (names.x, names.y))
    x_test = y_test = None
    if names.x_test is not None and names.y_test is not None:
        x_test = _array(path.name, file, names.x_test, reading)
        y_test = _array(path.name, file, names.y_test, reading)
    reading.say(f"scaling {path.name} …")
    reading.check()
    order = test = None
    if x_test is None:
        order, test = held_back(len(x))
    inputs = inputs_of(path.name, x, x_test, order)
    reading.check()
    targets = targets_of(path.name, y, y_test)
    return _source(path, inputs, targets, order, test)


def _source(
    path: Path, inputs: Inputs, targets: Targets, order: Array | None, test: Array | None
) -> DataSource:
    name, count = shown_name(path.stem, "data"), len(inputs.train)
    _check_counts(path.name, "x", inputs.train, "y", targets.train)
    train_set = _dataset(f"{name}, training set", inputs.train, targets.train, inputs, targets)
    if order is not None and test is not None:
        test_set = train_set.at(test, f"{name}, test set") if len(test) else None
        train_set, ending = train_set.at(order), split_sentence(len(order), len(test))
    else:
        assert inputs.test is not None  # both come with x_test and y_test
        assert targets.test is not None
        _check_counts(path.name, "x_test", inputs.test, "y_test", targets.test)
        test_set = _dataset(f"{name}, test set", inputs.test, targets.test, inputs, targets)
        count += len(inputs.test)
        ending = f"the {len(inputs.test):,} of x_test are the test set"
    note = "; ".join((f"{count:,} {inputs.what}", *inputs.done, *targets.done, ending))
    return DataSource(name, train_set, test_set, targets.class_names, f"{note}.")


def _dataset(name: str, x: Array, y: Array, inputs: Inputs, targets: Targets) -> Dataset:
    if targets.class_names:
        return Dataset(
            name, x, labels=y, image_shape=inputs.image_shape,
            class_count=len(targets.class_names),
        )  # fmt: skip
    return Dataset(name, x, targets=y, image_shape=inputs.image_shape)


def _check_counts(name: str, x_name: str, x: Array, y_name: str, y: Array) -> None:
    if len(x) != len(y):
        raise DataFileError(
            f"{name}: {x_name} holds {len(x):,} examples and {y_name} {len(y):,}; each example "
            "needs one target."
        )


def _names(name: str, entries: dict[str, str]) -> _Names:
    """Return which entries hold the arrays."""
    if set(_PARTS) <= set(entries):
        x, y, x_test, y_test = (entries[each] for each in _PARTS)
        return _Names(x, y, x_test, y_test)
    for pair in (_WHOLE, _PARTS[:2]):
        if set(pair) <= set(entries):
            return _Names(entries[pair[0]], entries[pair[1]])
    there = ", ".join(sorted(entries)[:6]) or "none"
    raise DataFileError(
        f"{name} holds the arrays {there}, and needs x and y, or x_train, y_train, x_test and "
        f"y_test; {_ADVICE}."
    )


def _array(name: str, file: zipfile.ZipFile, entry: str, reading: Reading) -> Array:
    """Return one array, its size checked before its memory is asked for."""
    reading.check()
    array_name = entry.removesuffix(".npy")
    reading.say(f"reading {array_name} of {name} …")
    with file.open(entry) as stream:
        try:
            shape, dtype = _header(stream)
        except ValueError as error:
            raise DataFileError(
                f"{name}: {array_name} is not an array of numpy's ({error}); {_ADVICE}."
            ) from error
        header_length = stream.tell()
    if dtype.hasobject:
        raise DataFileError(
            f"{name}: {array_name} holds Python objects, which may run programs and are never "
            "read; save plain numbers or texts."
        )
    if dtype.kind not in "biufU":
        raise DataFileError(
            f"{name}: {array_name} holds values of the kind {dtype}; numbers are needed, or texts "
            "as classes."
        )
    count = int(np.prod(shape, dtype=object))
    if not shape or min(shape) <= 0:
        raise DataFileError(
            f"{name}: {array_name} is {shape_text(shape)}; it needs a row per example."
        )
    check_amount(f"{name}: {array_name}", shape[0], count // shape[0])
    promised, there = header_length + count * dtype.itemsize, file.getinfo(entry).file_size
    if promised != there:
        raise DataFileError(
            f"{name}: {array_name} has {there:,} bytes, and its header promises {promised:,}; "
            f"{_ADVICE}."
        )
    if promised > _MOST_BYTES:
        raise DataFileError(
            f"{name}: {array_name} unpacks to {promised / 1e9:.1f} GB, and {_MOST_BYTES / 1e9:.1f} "
            "GB are the most; take fewer examples or a smaller type of numbers."
        )
    with file.open(entry) as stream:
        try:
            array: Array = np.lib.format.read_array(stream, allow_pickle=False)
        except ValueError as error:
            raise DataFileError(f"{name}: {array_name} is damaged ({error}); {_ADVICE}.") from error
    return array


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise ValueError(f"version {version[0]}.{version[1]} of the format")
    shape, _, dtype = _HEADERS[version](stream)
    return shape, dtype
