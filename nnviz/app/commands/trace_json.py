"""One pass as JSON, ``nnviz-trace/1``: with every digit, and never a NaN or an infinity."""

import json

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace

__all__ = ["first_not_finite", "pass_json"]

_Field = FloatArray | float | tuple[FloatArray, ...]


def pass_json(trace: PassTrace, mini_batch: bool) -> str:
    """Return the pass as one JSON object.

    A single example loses its example axis; of a mini-batch, all but the derivatives of weights
    and biases, which are means, keep it. Raises ValueError for a value that is not finite.
    """
    fields = _fields(trace)
    if not mini_batch:
        fields |= {name: _without_example_axis(fields[name]) for name in _PER_EXAMPLE}
    return json.dumps({name: _plain(value) for name, value in fields.items()}, allow_nan=False)


def first_not_finite(trace: PassTrace) -> str | None:
    """Return the name of the first field of the pass that holds a NaN or an infinity."""
    for name, value in _fields(trace).items():
        arrays = value if isinstance(value, tuple) else (value,)
        if not all(np.isfinite(array).all() for array in arrays):
            return name
    return None


_PER_EXAMPLE = ("inputs", "targets", "preactivations", "activations", "dC_da", "dC_dz")
"""The fields with an example axis, which comes first."""


def _fields(trace: PassTrace) -> dict[str, _Field]:
    """Return the fields in the format's order."""
    return {
        "inputs": trace.inputs,
        "targets": trace.targets,
        "preactivations": trace.forward.preactivations,
        "activations": trace.forward.activations,
        "cost": trace.cost,
        "dC_da": trace.backward.activation_gradients,
        "dC_dz": trace.backward.deltas,
        "dC_db": trace.backward.gradients.biases,
        "dC_dw": trace.backward.gradients.weights,
        "weights_after": trace.after.weights,
        "biases_after": trace.after.biases,
        "cost_after": trace.cost_after,
    }


def _without_example_axis(value: _Field) -> _Field:
    if isinstance(value, tuple):
        return tuple(array[0] for array in value)
    return value[0] if isinstance(value, np.ndarray) else value


def _plain(value: _Field) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [array.tolist() for array in value]
    return value
