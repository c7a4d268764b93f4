"""What a dataset is: examples, and what the network should answer to each."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.wording import counted
from nnviz.errors import ShapeError

__all__ = ["Dataset"]

WHITE = 255
"""The largest pixel value; it becomes the input 1."""

A = TypeVar("A", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """``n`` examples; all arrays are read-only views, so that threads can share them.

    Parameters
    ----------
    name : str
        Shown to the user.
    inputs : (n, n_0) array
        uint8 pixels 0 … 255, kept as such in memory, or floats, used as they are.
    targets : (n, n_L) float array, optional
        What the outputs should be; without it, one-hot rows are made of the labels.
    labels : (n,) uint8 array, optional
        The class of each example.
    image_shape : (rows, columns), optional
        How an example's inputs form an image.
    class_count : int, optional
        How many classes the labels name; the largest label + 1 if not given.

    Raises
    ------
    ShapeError
        If the arrays do not fit each other, or there are neither targets nor labels.
    """

    name: str
    inputs: npt.NDArray[np.uint8] | FloatArray
    targets: FloatArray | None = None
    labels: npt.NDArray[np.uint8] | None = None
    image_shape: tuple[int, int] | None = None
    class_count: int | None = None

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2:
            raise ShapeError(
                f"{self.name}: the inputs have {counted(self.inputs.ndim, 'dimension')}; "
                "one row per example is needed."
            )
        if self.targets is None and self.labels is None:
            raise ShapeError(f"{self.name}: neither targets nor labels given; one is needed.")
        if self.targets is not None:
            self._check_rows("targets", self.targets, dimensions=2)
        if self.labels is not None:
            self._check_rows("labels", self.labels, dimensions=1)
            self._settle_class_count(self.labels)
        if self.image_shape is not None and np.prod(self.image_shape) != self.input_size:
            raise ShapeError(
                f"{self.name}: an image of {self.image_shape[0]} × {self.image_shape[1]} does not "
                f"have the {self.input_size} values of an example."
            )
        object.__setattr__(self, "inputs", _locked(self.inputs))
        if self.targets is not None:
            object.__setattr__(self, "targets", _locked(self.targets))
        if self.labels is not None:
            object.__setattr__(self, "labels", _locked(self.labels))

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def input_size(self) -> int:
        """n_0: how many numbers one example has."""
        return int(self.inputs.shape[1])

    @property
    def target_size(self) -> int:
        """n_L: how many outputs a network for this data has."""
        if self.targets is not None:
            return int(self.targets.shape[1])
        return self.class_count or 0

    def inputs_at(self, indices: IntArray | slice, dtype: npt.DTypeLike = np.float64) -> FloatArray:
        """Return the inputs of some examples as a new (m, n_0) array; pixels become 0 … 1."""
        chosen = self.inputs[indices]
        inputs: FloatArray = chosen.astype(dtype)
        if chosen.dtype == np.uint8:
            inputs /= WHITE
        return inputs

    def targets_at(
        self, indices: IntArray | slice, dtype: npt.DTypeLike = np.float64
    ) -> FloatArray:
        """Return the targets of some examples as a new (m, n_L) array."""
        if self.targets is not None:
            targets: FloatArray = self.targets[indices].astype(dtype)
            return targets
        assert self.labels is not None  # checked at construction
        labels = self.labels[indices]
        one_hot: FloatArray = np.zeros((len(labels), self.target_size), dtype=dtype)
        one_hot[np.arange(len(labels)), labels] = 1
        return one_hot

    def first(self, n: int) -> "Dataset":
        """Return the first ``n`` examples (all, if there are fewer) without copying them."""
        return self.at(slice(0, n))

    def at(self, indices: IntArray | slice, name: str | None = None) -> "Dataset":
        """Return some examples as a set of their own, by another name if one is given."""
        return replace(
            self,
            name=name or self.name,
            inputs=self.inputs[indices],
            targets=None if self.targets is None else self.targets[indices],
            labels=None if self.labels is None else self.labels[indices],
        )

    def _check_rows(self, name: str, array: npt.NDArray[A], dimensions: int) -> None:
        if array.ndim != dimensions or len(array) != len(self):
            raise ShapeError(
                f"{self.name}: the {name} have shape {' × '.join(map(str, array.shape))}, "
                f"but the number of examples is {len(self)}; one row per example is needed."
            )

    def _settle_class_count(self, labels: npt.NDArray[np.uint8]) -> None:
        largest = int(labels.max(initial=0))
        if self.class_count is None:
            object.__setattr__(self, "class_count", largest + 1)
        elif largest >= self.class_count:
            raise ShapeError(
                f"{self.name}: there is a label {largest}, but the labels of "
                f"{self.class_count} classes are 0 … {self.class_count - 1}."
            )


def _locked(array: npt.NDArray[A]) -> npt.NDArray[A]:
    """Return a view that cannot be written to."""
    view = array.view()
    view.setflags(write=False)
    return view
