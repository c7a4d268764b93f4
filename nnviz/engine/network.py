"""What a network is: its shape (``NetworkSpec``) and its numbers (``Parameters``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from nnviz.engine.activations import Activation, activation_named
from nnviz.engine.arrays import FloatArray, read_only_all
from nnviz.engine.costs import Cost, cost_named
from nnviz.engine.wording import counted
from nnviz.errors import ShapeError, SpecError

__all__ = ["MAX_PARAMETERS", "NetworkSpec", "Parameters"]

MAX_PARAMETERS = 50_000_000
"""Refused above this many weights and biases: 400 MB in float64, several times over in a pass."""


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A dense network without its numbers: layer sizes, an activation per layer 1 … L, a cost.

    Raises SpecError for fewer than two layers, a size below 1, an unknown name, softmax before the
    last layer, or a cost that makes no sense with the output activation.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    cost: str = "quadratic"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2:
            raise SpecError(
                f"A network needs at least 2 layers, an input and an output; "
                f"{len(self.sizes)} given."
            )
        for layer, size in enumerate(self.sizes):
            if isinstance(size, bool) or not isinstance(size, int) or size < 1:
                raise SpecError(
                    f"Layer {layer} has size {size!r}; a whole number from 1 is needed."
                )
        if self.parameter_count > MAX_PARAMETERS:
            raise SpecError(
                f"{self} has {self.parameter_count:,} parameters, more than the "
                f"{MAX_PARAMETERS:,} that fit in memory here; make a layer smaller."
            )
        if len(self.activations) != self.layer_count:
            raise SpecError(
                f"{counted(len(self.activations), 'activation')} given for "
                f"{counted(self.layer_count, 'layer')} after the input; one per layer is needed."
            )
        for layer, name in enumerate(self.activations, start=1):
            activation_named(name)
            if name == "softmax" and layer < self.layer_count:
                raise SpecError(
                    f"Layer {layer} uses softmax, which only the output layer can; "
                    "choose another activation there."
                )
        cost = cost_named(self.cost)
        if self.activations[-1] not in cost.outputs:
            raise SpecError(
                f"The cost {self.cost} does not go with {self.activations[-1]} outputs; "
                f"it needs {' or '.join(cost.outputs)}."
            )

    def __str__(self) -> str:
        return "-".join(map(str, self.sizes))

    @property
    def layer_count(self) -> int:
        """L: the layers that have weights, the input not counted."""
        return len(self.sizes) - 1

    @property
    def parameter_count(self) -> int:
        """How many weights and biases there are."""
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return sum((sources + 1) * size for sources, size in pairs)

    @property
    def edge_count(self) -> int:
        """How many weights there are."""
        return self.parameter_count - sum(self.sizes[1:])

    def activation(self, layer: int) -> Activation:
        """Return the activation of layer 1 … L."""
        return activation_named(self.activations[layer - 1])

    @property
    def cost_function(self) -> Cost:
        """The cost, as functions."""
        return cost_named(self.cost)

    def check_targets(self, targets: FloatArray) -> None:
        """Raise SpecError if a target lies outside 0 … 1 and the cost is a cross-entropy."""
        if not self.cost_function.probability_targets:
            return
        outside = targets[~((targets >= 0) & (targets <= 1))]  # NaN, too
        if outside.size:
            raise SpecError(
                f"The target {float(outside.flat[0]):g} does not go with the cost {self.cost}; "
                "its targets must lie between 0 and 1."
            )


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """The numbers of a network, read-only, so that threads and traces can share them."""

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]

    @classmethod
    def frozen(
        cls,
        weights: Sequence[FloatArray],
        biases: Sequence[FloatArray],
        dtype: npt.DTypeLike | None = None,
    ) -> Self:
        """Copy the arrays and clear their write flags; those that are read-only are shared."""
        return cls(read_only_all(weights, dtype), read_only_all(biases, dtype))

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Return read-only arrays in another precision; their own where it is the same."""
        return self.frozen(self.weights, self.biases, dtype)

    def equals(self, other: "Parameters") -> bool:
        """Whether all numbers and shapes are the same; the few biases are compared first."""
        ours, theirs = (*self.biases, *self.weights), (*other.biases, *other.weights)
        return len(ours) == len(theirs) and all(
            a is b or np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True)
        )

    def check(self, spec: NetworkSpec) -> None:
        """Raise ShapeError where an array does not fit ``spec`` or holds a NaN or infinity."""
        for name, arrays in (("weights", self.weights), ("biases", self.biases)):
            if len(arrays) != spec.layer_count:
                raise ShapeError(
                    f"{counted(len(arrays), 'array')} of {name} given, but {spec} has "
                    f"{counted(spec.layer_count, 'layer')} after the input."
                )
            for layer, array in enumerate(arrays, start=1):
                expected: tuple[int, ...] = (spec.sizes[layer],)
                if name == "weights":
                    expected = (spec.sizes[layer], spec.sizes[layer - 1])
                if array.shape != expected:
                    raise ShapeError(
                        f"The {name} of layer {layer} have shape {_shape(array.shape)}; "
                        f"{spec} needs {_shape(expected)}."
                    )
                if not np.isfinite(array).all():
                    raise ShapeError(f"The {name} of layer {layer} hold a NaN or an infinity.")


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
