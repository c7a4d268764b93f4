"""From arrays of any numbers to inputs from 0 to 1, and the words for what was done to them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.datasets.reading import check_amount, shape_text
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.errors import DataFileError
from nnviz.formatting import rounded

__all__ = ["Inputs", "inputs_of"]

GREY = np.array([0.299, 0.587, 0.114])
"""How much red, green and blue count for the grey of a pixel (ITU-R BT.601)."""
WHITE = 255
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Inputs (n, n_0) of both parts, bytes or floats from 0 to 1, and what to say of them.

    ``what`` follows the number of examples: "images of 28 × 28"; ``done`` are parts of a sentence.
    """

    train: Array
    test: Array | None
    image_shape: tuple[int, int] | None
    what: str
    done: tuple[str, ...]


def inputs_of(name: str, x: Array, x_test: Array | None, trained: IntArray | None) -> Inputs:
    """Scale the inputs of a file to 0 … 1.

    Where their range is not that of bytes it is taken from the examples to train on: from all of
    ``x``, or from those numbered ``trained``. Raises DataFileError for arrays that are no inputs.
    """
    if x_test is not None and x.shape[1:] != x_test.shape[1:]:
        raise DataFileError(
            f"{name}: an example of x_train is {shape_text(x.shape[1:])} and one of x_test "
            f"{shape_text(x_test.shape[1:])}; both must be alike."
        )
    _check_numbers(name, "x", x)
    if x_test is not None:
        _check_numbers(name, "x_test", x_test)
    done: list[str] = []
    train, was_coloured = _grey(name, x)
    test = None if x_test is None else _grey(name, x_test)[0]
    if was_coloured:
        done.append("colours made grey")
    shape = (train.shape[1], train.shape[2]) if train.ndim == 3 else None
    what = f"images of {shape[0]} × {shape[1]}" if shape else _plain(train)
    train = train.reshape(len(train), -1)
    test = None if test is None else test.reshape(len(test), -1)
    check_amount(name, *train.shape)
    scaler = _scaler(train if trained is None else train[trained], test, shape is not None)
    done.append(scaler.done)
    return Inputs(
        scaler.scaled(train), None if test is None else scaler.scaled(test), shape, what,
        tuple(done),
    )  # fmt: skip


def _plain(x: Array) -> str:
    count = x.shape[1] if x.ndim > 1 else 1
    return f"examples of {count:,} {'number' if count == 1 else 'numbers'}"


def _check_numbers(name: str, array_name: str, x: Array) -> None:
    if x.dtype.kind == "U":
        raise DataFileError(f"{name}: {array_name} holds texts; inputs are numbers.")
    if x.dtype.kind == "f":
        finite = np.isfinite(x)
        if not finite.all():
            row = int(np.argwhere(~finite)[0][0])
            raise DataFileError(
                f"{name}: example {row:,} of {array_name} holds a NaN or an infinity; take such "
                "examples out, or fill in numbers."
            )


def _grey(name: str, x: Array) -> tuple[Array, bool]:
    """Return (n, …) with at most three dimensions, colours made grey, and whether they were."""
    if x.ndim <= 3:
        return (x[:, None] if x.ndim == 1 else x), False
    if x.ndim == 4 and x.shape[3] == 1:
        return x[..., 0], False
    if x.ndim == 4 and x.shape[3] in (3, 4):
        grey = np.stack([image[..., :3] @ GREY for image in x])
        return (np.rint(grey).astype(np.uint8) if x.dtype == np.uint8 else grey), True
    if x.ndim == 4 and x.shape[1] == 1:
        return x[:, 0], False
    raise DataFileError(
        f"{name}: x is {shape_text(x.shape)}; rows of numbers, images (n × rows × columns) or "
        "colour images (n × rows × columns × 3) are needed."
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scaler:
    """(x − low) / span, or bytes as they are where ``span`` is None."""

    low: FloatArray
    span: FloatArray | None
    done: str

    def scaled(self, x: Array) -> Array:
        if self.span is None:
            return np.asarray(x, np.uint8)
        return ((x.astype(np.float64) - self.low) / self.span).astype(np.float32)


def _scaler(x: Array, test: Array | None, is_image: bool) -> _Scaler:
    """Return what brings the examples ``x`` to 0 … 1; those of the test decide the type alone."""
    parts = (x,) if test is None else (x, test)
    low, high = min(float(each.min()) for each in parts), max(float(each.max()) for each in parts)
    zero, one = np.zeros(1), np.ones(1)
    whole = all(each.dtype.kind in "biu" for each in parts)
    if all(each.dtype == np.uint8 for each in parts) or (
        is_image and whole and low >= 0 and 1 < high <= WHITE
    ):
        return _Scaler(zero, None, "bytes 0 … 255 divided by 255")
    if low >= 0 and high <= 1:
        return _Scaler(zero, one, "all from 0 to 1 already, taken as they are")
    if is_image and low >= 0 and 1 < high <= WHITE:
        return _Scaler(zero, one * WHITE, "divided by 255")
    if is_image:
        low, high = float(x.min()), float(x.max())
        span = high - low or 1.0
        done = f"{rounded(low)} … {rounded(high)} scaled to 0 … 1"
        return _Scaler(one * low, one * span, done)
    # In float64 before they are subtracted: 100 − (−100) is no int8.
    lows, highs = (each.astype(np.float64) for each in (x.min(axis=0), x.max(axis=0)))
    spans = highs - lows
    spans[spans == 0] = 1.0
    return _Scaler(lows, spans, "each input scaled from its smallest and largest value to 0 … 1")
