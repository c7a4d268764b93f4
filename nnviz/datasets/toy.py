"""Small datasets for learning the stepper, and the way to make one of given samples."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.wording import counted
from nnviz.errors import ShapeError

__all__ = ["from_samples", "xor"]

Samples = FloatArray | Sequence[Sequence[float]]


def from_samples(name: str, inputs: Samples, targets: Samples) -> Dataset:
    """Return a dataset of float64 copies of the samples, one row each.

    Raises ShapeError if the rows differ in length or a sample lacks its target.
    """
    return Dataset(name, _rows(name, "inputs", inputs), targets=_rows(name, "targets", targets))


def xor() -> Dataset:
    """Return the four cases of "either, but not both": two inputs, one target."""
    return from_samples("XOR", [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])


def _rows(name: str, kind: str, samples: Samples) -> npt.NDArray[np.float64]:
    try:
        rows = np.array(samples, dtype=np.float64)
    except ValueError as error:
        raise ShapeError(
            f"{name}: the {kind} are not rows of equally many numbers ({error})."
        ) from error
    if rows.ndim != 2:
        raise ShapeError(
            f"{name}: the {kind} have {counted(rows.ndim, 'dimension')}; "
            "one row per sample is needed."
        )
    return rows
