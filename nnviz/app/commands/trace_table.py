"""One pass as tables that people can read: layer by layer, neurons and then weights."""

from collections.abc import Iterable, Sequence

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.optimizers import SETTINGS
from nnviz.files.network_file import NetworkDocument
from nnviz.formatting import count, number
from nnviz.trace.moments import Stage, moments_of
from nnviz.trace.pass_trace import PassSettings, PassTrace

__all__ = ["MAX_ROWS", "aligned", "heading", "pass_table"]

MAX_ROWS = 12
"""Tables with more rows show this many, those with the largest numbers."""

_Columns = dict[str, FloatArray | IntArray]


def heading(document: NetworkDocument, settings: PassSettings, dropout: float = 0.0) -> str:
    """Return the network and its hyperparameters in two lines."""
    spec, method = document.spec, settings.optimizer.method
    parts = [
        f"sizes {spec}",
        f"activations {', '.join(spec.activations)}",
        f"cost {spec.cost}",
        f"learning rate {settings.learning_rate:g}",
    ]
    if settings.optimizer.name != "sgd":
        parts.append(f"optimizer {method.name}")
        parts += [
            f"{SETTINGS[name].label} {getattr(settings.optimizer, name):g}"
            for name in method.settings
        ]
    if dropout:
        parts.append(f"dropout {dropout:g}")
    if document.l2:
        parts.append(f"L2 {document.l2:g}")
    if not document.update_biases:
        parts.append("biases stay")
    return f"{document.name}\n{'; '.join(parts)}"


def pass_table(trace: PassTrace, digits: int, mini_batch: bool) -> str:
    """Return the whole pass; numbers have ``digits`` significant digits."""
    blocks = [_input_block(trace, digits)]
    for layer in range(1, trace.spec.layer_count + 1):
        name = trace.spec.activations[layer - 1]
        last = layer == trace.spec.layer_count
        blocks.append([f"Layer {layer} ({name}{', output' if last else ''})"])
        blocks[-1] += _neuron_block(trace, layer, digits, mini_batch)
        if mini_batch:
            blocks.append(_bias_block(trace, layer, digits))
        blocks.append(_weight_block(trace, layer, digits))
    blocks.append(
        [f"Cost C {number(trace.cost, digits)}, after the update "
         f"{number(trace.cost_after, digits)}"]
    )  # fmt: skip
    return "\n\n".join("\n".join(lines) for lines in blocks)


def aligned(
    headers: Sequence[str], rows: Iterable[Sequence[str]], hidden: str | None = None
) -> list[str]:
    """Return the lines of a table with right-aligned columns; ``hidden`` is its last line."""
    cells = [headers, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
    return [*lines, f"  {hidden}"] if hidden else lines


def _input_block(trace: PassTrace, digits: int) -> list[str]:
    columns = _example_columns(trace, 0) | {
        "a": trace.forward.activations[0].ravel(),
        "∂C/∂a": trace.backward.activation_gradients[0].ravel(),
    }
    return ["Layer 0 (input)", *_table(columns, "a", "neurons", digits)]


def _neuron_block(trace: PassTrace, layer: int, digits: int, mini_batch: bool) -> list[str]:
    """Return the table of a layer's neurons; of a mini-batch, of every example."""
    columns = _example_columns(trace, layer) | {
        "z": trace.forward.preactivations[layer - 1].ravel(),
    }
    if trace.forward.masks and layer < trace.spec.layer_count:
        columns["r"] = trace.forward.masks[layer - 1].ravel()
    columns |= {
        "a": trace.forward.activations[layer].ravel(),
    }
    if layer == trace.spec.layer_count:
        columns["target y"] = trace.targets.ravel()
    columns["∂C/∂a"] = trace.backward.activation_gradients[layer].ravel()
    if mini_batch:
        columns["∂C/∂z"] = trace.backward.deltas[layer - 1].ravel()
        return _table(columns, "∂C/∂z", "neurons", digits)
    return _table(columns | _bias_columns(trace, layer), "∂C/∂b", "neurons", digits)


def _bias_block(trace: PassTrace, layer: int, digits: int) -> list[str]:
    neurons: _Columns = {"neuron": np.arange(trace.spec.sizes[layer])}
    return _table(neurons | _bias_columns(trace, layer), "∂C/∂b", "biases", digits)


def _bias_columns(trace: PassTrace, layer: int) -> _Columns:
    return {
        "∂C/∂b": trace.backward.gradients.biases[layer - 1],
        "b": trace.before.biases[layer - 1],
        **_moment_columns(trace, layer, of_weight=False),
        "b after": trace.after.biases[layer - 1],
    }


def _moment_columns(trace: PassTrace, layer: int, *, of_weight: bool) -> _Columns:
    """Return what the optimizer remembers after the update, by its letters."""
    return {
        moment.letter: trace.layer_values(moment.quantity(Stage.AFTER, of_weight), layer).ravel()
        for moment in moments_of(trace.optimizer)
    }


def _weight_block(trace: PassTrace, layer: int, digits: int) -> list[str]:
    to, source = np.indices(trace.before.weights[layer - 1].shape)
    columns: _Columns = {
        "neuron": to.ravel(),
        "from": source.ravel(),
        "∂C/∂w": trace.backward.gradients.weights[layer - 1].ravel(),
        "w": trace.before.weights[layer - 1].ravel(),
        **_moment_columns(trace, layer, of_weight=True),
        "w after": trace.after.weights[layer - 1].ravel(),
    }
    return _table(columns, "∂C/∂w", "weights", digits)


def _example_columns(trace: PassTrace, layer: int) -> _Columns:
    example, neuron = np.indices((trace.example_count, trace.spec.sizes[layer]))
    if trace.example_count == 1:
        return {"neuron": neuron.ravel()}
    return {"sample": example.ravel(), "neuron": neuron.ravel()}


def _table(columns: _Columns, by: str, what: str, digits: int) -> list[str]:
    """Return the table of ``columns``; of a long one the rows with the largest |``by``|."""
    total = len(columns[by])
    order = np.argsort(-np.abs(columns[by]), kind="stable")[:MAX_ROWS]
    shown = np.sort(order)
    texts = [
        [str(int(value)) if values.dtype.kind == "i" else number(float(value), digits)
         for value in values[shown]]
        for values in columns.values()
    ]  # fmt: skip
    hidden = None
    if total > MAX_ROWS:
        hidden = f"… {count(total - MAX_ROWS)} more {what} with smaller |{by}|; --json has them all"
    return aligned(list(columns), zip(*texts, strict=True), hidden)
