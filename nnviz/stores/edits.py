"""What has been changed by hand: numbers of the network, and of the example that is shown.

A value of its own, part of the NetworkState, so that undo takes edits back like all else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from nnviz.engine.arrays import FloatArray, read_only
from nnviz.engine.network import Parameters
from nnviz.stores.examples_store import ExamplesStore, Subset
from nnviz.trace.refs import EdgeRef
from nnviz.trace.what_if import Adjustable, Kind

__all__ = [
    "UNEDITED",
    "ExampleKey",
    "ExampleNumber",
    "ParameterEdits",
    "Rows",
    "look_at",
    "parameter",
    "shown_keys",
    "with_parameter",
]

ExampleKey = tuple[Subset, int]
"""An example: its set and its number there."""

Rows = tuple[FloatArray, FloatArray]
"""The inputs (m, n_0) and the targets (m, n_L) of a pass."""


@dataclass(frozen=True, slots=True)
class ExampleNumber:
    """An input or a target of one example, and what it was changed to."""

    example: ExampleKey
    adjustable: Adjustable
    value: float

    def applied(self, rows: Rows, keys: Sequence[ExampleKey]) -> Rows:
        """Return the rows, of the examples ``keys``, with this number in them."""
        inputs, targets = rows
        if self.example not in keys:
            return rows
        place = (keys.index(self.example), self.adjustable.ref.neuron)
        if self.adjustable.kind is Kind.INPUT:
            return _with(inputs, place, self.value), targets
        return inputs, _with(targets, place, self.value)


@dataclass(frozen=True, slots=True, eq=False)
class ParameterEdits:
    """Which weights and biases were changed by hand, and all of them as they were before.

    It speaks of the parameters ``edited``, that very object: once training or a step has put
    others in their place, it is out of date and everything counts as unedited.
    """

    trained: Parameters | None = None
    edited: Parameters | None = None
    changed: tuple[Adjustable, ...] = ()

    def trained_of(self, parameters: Parameters) -> Parameters:
        """Return ``parameters`` as they were last trained, loaded, reset or stepped."""
        return self.trained if self.trained and self.edited is parameters else parameters

    def changed_in(self, parameters: Parameters) -> tuple[Adjustable, ...]:
        """Return what differs from the trained parameters, in the order of the edits."""
        return self.changed if self.edited is parameters else ()

    def with_value(self, parameters: Parameters, adjustable: Adjustable, value: float) -> Self:
        """Return the edits after one more; ``edited`` has the new parameters."""
        trained = self.trained_of(parameters)
        changed = self.changed_in(parameters)
        if value == parameter(trained, adjustable):
            changed = tuple(each for each in changed if each != adjustable)
        elif adjustable not in changed:
            changed = (*changed, adjustable)
        edited = with_parameter(parameters, adjustable, value) if changed else trained
        return replace(self, trained=trained, edited=edited, changed=changed)


UNEDITED = ParameterEdits()
"""Nothing changed by hand."""


def shown_keys(examples: ExamplesStore) -> tuple[ExampleKey, ...]:
    """Return the examples that are looked at, or were before a run's mini-batch was opened."""
    subset, indices = examples.place
    return tuple((subset, int(index)) for index in indices)


def look_at(examples: ExamplesStore, keys: Sequence[ExampleKey]) -> None:
    """Look at examples again, those that ``shown_keys`` named."""
    if tuple(keys) != shown_keys(examples):
        examples.show(*keys[0])
        examples.set_mini_batch(len(keys))


def parameter(parameters: Parameters, adjustable: Adjustable) -> float:
    """Return a weight or bias."""
    ref = adjustable.ref
    if isinstance(ref, EdgeRef):
        return float(parameters.weights[ref.layer - 1][ref.neuron, ref.source])
    return float(parameters.biases[ref.layer - 1][ref.neuron])


def with_parameter(parameters: Parameters, adjustable: Adjustable, value: float) -> Parameters:
    """Return parameters that differ in one weight or bias, and share all other arrays."""
    ref = adjustable.ref
    weights, biases = list(parameters.weights), list(parameters.biases)
    if isinstance(ref, EdgeRef):
        weights[ref.layer - 1] = _with(weights[ref.layer - 1], (ref.neuron, ref.source), value)
    else:
        biases[ref.layer - 1] = _with(biases[ref.layer - 1], (ref.neuron,), value)
    return Parameters(tuple(weights), tuple(biases))


def _with(array: FloatArray, place: tuple[int, ...], value: float) -> FloatArray:
    copy = np.array(array)
    copy[place] = value
    return read_only(copy)
