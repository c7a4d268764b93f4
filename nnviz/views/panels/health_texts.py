"""What the table of health says in words: short in its cells, whole in tooltips and aloud."""

import math

from nnviz.engine.wording import counted
from nnviz.formatting import UNKNOWN, count, number
from nnviz.training.checkup import CheckUp
from nnviz.training.health import Histogram, LayerHealth
from nnviz.views.panels.health_columns import COLUMNS, ColumnKind

__all__ = ["asleep_text", "cell_text", "row_text", "short", "troubled_share"]

DIGITS = 2


def short(value: float | None) -> str:
    """Return a number for a cell, a dash for what could not be measured."""
    return UNKNOWN if value is None or math.isnan(value) else number(value, DIGITS)


def troubled_share(layer: LayerHealth) -> float | None:
    """Return the share of dead or saturated neurons; None where neither word makes sense."""
    mask = layer.dead if layer.dead is not None else layer.saturated
    return None if mask is None else float(mask.mean())


def asleep_text(layer: LayerHealth) -> str:
    """Return how many neurons are dead or saturated: 3 of 30 dead."""
    mask = layer.dead if layer.dead is not None else layer.saturated
    if mask is None:
        return UNKNOWN
    word = "dead" if layer.dead is not None else "saturated"
    return f"{count(int(mask.sum()))} of {count(len(mask))} {word}"


def cell_text(check_up: CheckUp, kind: ColumnKind, row: int | None) -> str:
    """Return what a cell says, with the explanation of its column; a heading explains alone."""
    explanation = next(column.explanation for column in COLUMNS if column.kind is kind)
    if row is None:
        return explanation
    layer = check_up.layers[row]
    said = {
        ColumnKind.LAYER: lambda: _layer_text(check_up, layer),
        ColumnKind.GRADIENT: lambda: (
            f"Layer {layer.layer}: |∂C/∂W| = {number(layer.weight_gradient, 3)}, |∂C/∂b| = "
            f"{number(layer.bias_gradient, 3)}; the mean size of δ is {number(layer.error, 3)}."
        ),
        ColumnKind.ASLEEP: lambda: (
            f"Layer {layer.layer}: {_asleep_words(layer)}. Looked at: "
            f"{counted(check_up.examples, 'training example')}."
        ),
        ColumnKind.WEIGHTS: lambda: _range_text("weights", layer.layer, layer.weights),
        ColumnKind.ACTIVATIONS: lambda: _range_text("activations", layer.layer, layer.activations),
        ColumnKind.UPDATE: lambda: f"Layer {layer.layer}: {_update_text(check_up, row)}",
    }[kind]()
    return f"{said}\n\n{explanation}"


def row_text(check_up: CheckUp, row: int) -> str:
    """Return a whole row in one sentence, for screen readers."""
    layer = check_up.layers[row]
    steps = check_up.steps
    update = UNKNOWN if steps is None else number(steps[row], DIGITS)
    return (
        f"Layer {layer.layer}: gradient {number(layer.weight_gradient, DIGITS)}, "
        f"{_asleep_words(layer)}, update {update} of the weights."
    )


def _layer_text(check_up: CheckUp, layer: LayerHealth) -> str:
    spec = check_up.subject.spec
    return (
        f"Layer {layer.layer}: {counted(spec.sizes[layer.layer], 'neuron')}, "
        f"{spec.activation(layer.layer).label}; |W| = {number(layer.weight_norm, 3)}."
    )


def _asleep_words(layer: LayerHealth) -> str:
    if layer.dead is None and layer.saturated is None:
        return "its neurons can neither die nor saturate"
    return asleep_text(layer)


def _range_text(what: str, layer: int, histogram: Histogram) -> str:
    total = int(histogram.counts.sum())
    if not total:
        return f"Layer {layer}: no {what} that are numbers."
    low, high = (number(float(each), 3) for each in (histogram.edges[0], histogram.edges[-1]))
    return f"Layer {layer}: {count(total)} {what} between {low} and {high}."


def _update_text(check_up: CheckUp, row: int) -> str:
    if check_up.steps is None:
        return "not known before a second look while it trains."
    ratio = number(check_up.steps[row], 3)
    if not check_up.step_span:
        return (
            f"{ratio}. Computed: the step that gradient descent would make from here, with the "
            "first mini-batch of the examples looked at."
        )
    return (
        f"{ratio}. Measured: the way since the last look, divided by its "
        f"{count(check_up.step_span)} mini-batches. Single updates are longer, because they "
        "partly cancel each other."
    )
