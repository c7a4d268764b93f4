"""Array types and the one way to freeze an array."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "FloatArray", "IntArray", "read_only", "read_only_all"]

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]


def read_only(array: FloatArray, dtype: npt.DTypeLike | None = None) -> FloatArray:
    """Return a C-contiguous copy of ``array`` that nobody can write to; itself if it is such."""
    flags = array.flags
    is_frozen = flags.owndata and flags.c_contiguous and not flags.writeable
    if is_frozen and (dtype is None or array.dtype == dtype):
        return array
    copy = np.array(array, dtype=dtype, order="C", copy=True)
    copy.setflags(write=False)
    return copy


def read_only_all(
    arrays: Iterable[FloatArray], dtype: npt.DTypeLike | None = None
) -> tuple[FloatArray, ...]:
    """Return read-only copies of ``arrays``, as a tuple."""
    return tuple(read_only(array, dtype) for array in arrays)
