"""Passes as text: JSON, ``nnviz-trace/1``, and CSV, one number a line; with every digit.

One builder for the command line and for the window: what one prints, the other writes. What an
optimizer remembers, and whom dropout leaves out, are further fields of the passes that have them.
"""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.errors import NetworkFileError, TrainingError
from nnviz.files.atomic import write_atomically
from nnviz.trace.moments import Stage, corrects, moments_of
from nnviz.trace.pass_trace import PassTrace

__all__ = [
    "CSV_HEADER",
    "JSON_END",
    "JSON_START",
    "check_finite",
    "csv_document",
    "csv_rows",
    "first_not_finite",
    "json_document",
    "pass_json",
    "write_trace",
]

JSON_START, JSON_END = '{"format": "nnviz-trace/1", "passes": [', "\n]}\n"
"""What stands before and after the passes; each begins a line, after a comma but for the first."""

CSV_HEADER = ("pass", "example", "layer", "quantity", "neuron", "source", "value")
CSV_BEFORE = ("weights", "biases")
"""Quantities that only the CSV has: the parameters that the pass began with."""

_Field = FloatArray | float | int | tuple[FloatArray, ...]
_Cell = int | str
_Row = tuple[_Cell, ...]


def json_document(passes: Iterable[str]) -> str:
    """Return one JSON document of passes that ``pass_json`` has made."""
    return JSON_START + ",".join(f"\n{each}" for each in passes) + JSON_END


def pass_json(trace: PassTrace, mini_batch: bool) -> str:
    """Return the pass as one JSON object.

    A single example loses its example axis; of a mini-batch, all but the derivatives of weights
    and biases, which are means, keep it. Raises ValueError for a value that is not finite.
    """
    fields = _fields(trace)
    if not mini_batch:
        fields |= {
            name: _without_example_axis(fields[name]) for name in _PER_EXAMPLE if name in fields
        }
    return json.dumps({name: _plain(value) for name, value in fields.items()}, allow_nan=False)


def csv_document(trace: PassTrace, number: int, examples: Sequence[int]) -> str:
    """Return one pass as CSV with its header, lines ending in a line feed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(csv_rows(trace, number, examples))
    return text.getvalue()


def csv_rows(trace: PassTrace, number: int, examples: Sequence[int]) -> Iterator[_Row]:
    """Yield one row per number of pass ``number``, from 1; layers and neurons count from 0.

    ``examples`` are the numbers of the pass's examples. What is not of one example, layer, neuron
    or source leaves that column empty; of a NaN or an infinity, ``float`` reads the value too.
    """
    fields: dict[str, _Field] = {
        "weights": trace.before.weights,
        "biases": trace.before.biases,
    } | _fields(trace)
    for name, field in fields.items():
        if isinstance(field, float | int):
            yield (number, "", "", name, "", "", repr(field))
            continue
        layers, first = _layers(trace, name, field)
        for layer, array in enumerate(layers, start=first):
            yield from _array_rows(number, examples, layer, name, array)


def _layers(trace: PassTrace, name: str, field: _Field) -> tuple[tuple[FloatArray, ...], int]:
    """Return a field layer by layer, and the number of its first layer."""
    if name == "masks" and isinstance(field, tuple):
        return field, 1
    if isinstance(field, tuple):
        return field, trace.spec.layer_count + 1 - len(field)
    last = trace.spec.layer_count if name == "targets" else 0
    return (np.asarray(field),), last


def _array_rows(
    number: int, examples: Sequence[int], layer: int, name: str, array: FloatArray
) -> Iterator[_Row]:
    for index in np.ndindex(array.shape):
        example: _Cell = ""
        source: _Cell = ""
        if name in _PER_EXAMPLE:
            example, neuron = examples[index[0]], index[1]
        elif len(index) == 2:
            neuron, source = index
        else:
            (neuron,) = index
        yield (number, example, layer, name, neuron, source, repr(float(array[index])))


def write_trace(
    path: str | os.PathLike[str], trace: PassTrace, number: int, examples: Sequence[int],
    mini_batch: bool = False,
) -> None:  # fmt: skip
    """Write one pass as JSON or CSV, as the ending of the name says.

    Raises NetworkFileError for another ending or a place that cannot be written, TrainingError for
    a pass that JSON cannot hold because a value is not finite.
    """
    ending = Path(path).suffix.lower()
    if ending == ".json":
        check_finite(trace, number)
        content = json_document([pass_json(trace, mini_batch)])
    elif ending == ".csv":
        content = csv_document(trace, number, examples)
    else:
        raise NetworkFileError(
            f"{path}: a trace is written as JSON or CSV; let the name end in .json or .csv."
        )
    write_atomically(path, content)


def check_finite(trace: PassTrace, number: int) -> None:
    """Raise TrainingError if pass ``number`` holds a NaN or an infinity."""
    name = first_not_finite(trace)
    if name is not None:
        raise TrainingError(
            f"Pass {number}: {name} is no longer a finite number; "
            "a smaller learning_rate or smaller weights may keep it in range."
        )


def first_not_finite(trace: PassTrace) -> str | None:
    """Return the name of the first field of the pass that holds a NaN or an infinity."""
    for name, value in _fields(trace).items():
        arrays = value if isinstance(value, tuple) else (value,)
        if not all(np.isfinite(array).all() for array in arrays):
            return name
    return None


_PER_EXAMPLE = ("inputs", "targets", "masks", "preactivations", "activations", "dC_da", "dC_dz")
"""The fields with an example axis, which comes first."""


def _fields(trace: PassTrace) -> dict[str, _Field]:
    """Return the fields in the format's order."""
    return {
        "inputs": trace.inputs,
        "targets": trace.targets,
        **({"masks": trace.forward.masks} if trace.forward.masks else {}),
        "preactivations": trace.forward.preactivations,
        "activations": trace.forward.activations,
        "cost": trace.cost,
        "dC_da": trace.backward.activation_gradients,
        "dC_dz": trace.backward.deltas,
        "dC_db": trace.backward.gradients.biases,
        "dC_dw": trace.backward.gradients.weights,
        **_memory(trace),
        "weights_after": trace.after.weights,
        "biases_after": trace.after.biases,
        "cost_after": trace.cost_after,
    }


def _memory(trace: PassTrace) -> dict[str, _Field]:
    """Return t and every moment before the update, after it and corrected: m_w_before, m_hat_b."""
    moments = moments_of(trace.optimizer)
    if not moments:
        return {}
    stages = [(Stage.BEFORE, "{}_{}_before"), (Stage.AFTER, "{}_{}_after")]
    if corrects(trace.optimizer):
        stages.append((Stage.CORRECTED, "{}_hat_{}"))
    layers = range(1, trace.spec.layer_count + 1)
    fields: dict[str, _Field] = {"update_number": trace.update_number}
    for stage, name in stages:
        for moment in moments:
            for letter in "wb":
                quantity = moment.quantity(stage, letter == "w")
                fields[name.format(moment.letter, letter)] = tuple(
                    trace.layer_values(quantity, layer) for layer in layers
                )
    return fields


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
