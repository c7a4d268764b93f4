"""The words of the list of paths: a row for each, a title above, the sum below.

Nothing of ∂C by the chosen weight is given away before its step: until then the products and the
sum are dashes, and the paths stand in the order of their neurons.
"""

from dataclasses import dataclass

from nnviz.formatting import UNKNOWN, count, number
from nnviz.trace.chain import (
    Term,
    gradient_need,
    gradient_value,
    is_fused,
    is_known,
    link_need,
    link_value,
    position_of,
    term_of,
)
from nnviz.trace.chain_paths import Path, Paths, first_paths, path_count, strongest_paths
from nnviz.trace.copying import quantity_symbol
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.trace.timeline import Timeline

__all__ = ["LIMIT", "PathList", "list_paths", "start_name", "tell_target"]

LIMIT = 50
"""Paths in the list."""
FACTOR_DIGITS = 3
"""Of the factors, so that a row of them can be taken in; the products have all digits."""
AGREES = 1e-9
"""Up to this part of the paths' size the recorded gradient is what the paths come to."""


@dataclass(frozen=True, slots=True)
class PathList:
    """The listed paths with their texts: route, factors and product of each row."""

    paths: tuple[Path, ...]
    rows: tuple[tuple[str, str, str], ...]
    headers: tuple[str, str, str]
    title: str
    total: str


def list_paths(
    trace: PassTrace, reveal: Reveal, start: Ref, example: int, notation: Notation
) -> PathList:
    """Return the strongest paths of ``start`` once ∂C/∂start is known, before it the first ones."""
    known = is_known(reveal, gradient_need(term_of(start)), example)
    paths: Paths | None = None
    if known:
        paths = strongest_paths(trace, start, example, LIMIT)
    listed = first_paths(trace.spec, start, LIMIT) if paths is None else paths.listed
    total = (
        _unknown_total(trace, start, notation)
        if paths is None
        else _total(trace, paths, example, notation)
    )
    return PathList(
        listed,
        tuple(_row(trace, reveal, path, example, notation) for path in listed),
        (_route_header(trace, start), "Factors from C on", "Product"),
        _title(trace, start, len(listed), example, notation),
        total,
    )


def tell_target(
    trace: PassTrace, timeline: Timeline, target: Term, example: int, notation: Notation
) -> str:
    """Say which derivative is looked at, when it is computed, and how the output is special."""
    need = gradient_need(target)
    name = f"{quantity_symbol(need.quantity, notation)} of layer {target.layer}"
    position = position_of(timeline, need, example)
    if position == timeline.position:
        when = "This step"
    elif is_known(timeline.reveal(), need, example):
        when = "Already computed"
    else:
        when = "Still to come" if timeline.phase is Phase.BACKWARD else "Ahead"
    whose = "" if trace.example_count == 1 else f" for example {example + 1}"
    return f"{when}: {name}{whose}{_output_note(trace, target)}"


def _output_note(trace: PassTrace, target: Term) -> str:
    """Say where the derivatives of the output are no f′(z) each."""
    last = trace.spec.layer_count
    if target.quantity is Quantity.ACTIVATION and target.layer == last:
        return ""
    if is_fused(trace.spec):
        return f"; ∂C/∂z of layer {last} is a − y, cost and output taken together"
    if trace.spec.activation(last).derivative is None:
        return "; softmax has a whole Jacobian, each output depends on every z"
    return ""


def start_name(start: Ref, notation: Notation) -> str:
    """Return the symbol of a weight, bias or input in plain text: w⁽¹⁾₁,₀."""
    neuron = notation.index(start.neuron)
    if isinstance(start, NodeRef):
        if start.layer == 0:
            return f"a{_upper(0, notation)}{_lower(str(neuron), 0, notation)}"
        return f"b{_upper(start.layer, notation)}{_lower(str(neuron), start.layer, notation)}"
    pair = [neuron, notation.index(start.source)]
    if notation.weight_order is WeightOrder.FROM_TO:
        pair.reverse()
    index = f"{pair[0]},{pair[1]}"
    return f"w{_upper(start.layer, notation)}{_lower(index, start.layer, notation)}"


def _upper(layer: int, notation: Notation) -> str:
    if notation.layers is LayerPlace.SUBSCRIPT:
        return ""
    return f"({layer})".translate(str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾"))


def _lower(index: str, layer: int, notation: Notation) -> str:
    if notation.layers is LayerPlace.SUBSCRIPT:
        index = f"{layer};{index}"
    return index.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _title(trace: PassTrace, start: Ref, listed: int, example: int, notation: Notation) -> str:
    """Say how many paths there are, and how many of them are listed."""
    every = path_count(trace.spec, start)
    name = start_name(start, notation)
    whose = "" if trace.example_count == 1 else f" of example {example + 1}"
    if every == 1:
        return f"The one path from {name} to C{whose}"
    shown = "" if listed == every else f", {count(listed)} of them listed"
    return f"{count(every)} paths from {name} to C{whose}{shown}"


def _route_header(trace: PassTrace, start: Ref) -> str:
    first, last = max(start.layer, 1), trace.spec.layer_count
    return f"Layer {last}" if first == last else f"Layers {first} → {last}"


def _row(
    trace: PassTrace, reveal: Reveal, path: Path, example: int, notation: Notation
) -> tuple[str, str, str]:
    numbers: list[str] = []
    for link in path.links(trace.spec):
        known = is_known(reveal, link_need(trace.spec, link), example)
        value = link_value(trace, link, example) if known else None
        text = number(value, min(notation.digits, FACTOR_DIGITS))
        numbers.append(f"({text})" if text.startswith("−") and numbers else text)
    route = [str(notation.index(node.neuron)) for node in path.nodes]
    if path.output is not None:
        route.append(f"a of {notation.index(path.output)}")
    return " → ".join(route), " · ".join(numbers), notation.number(path.product)


def _gradient_name(start: Ref, notation: Notation) -> str:
    """Return ∂C/∂w⁽¹⁾₁,₀; of a neuron it is the error signal in the chosen notation."""
    name = start_name(start, notation)
    if isinstance(start, NodeRef) and start.layer:
        if notation.error is ErrorSymbol.DELTA:
            return f"δ{name[1:]}"
        return f"∂C/∂{notation.error_letter}{name[1:]}"
    return f"∂C/∂{name}"


def _unknown_total(trace: PassTrace, start: Ref, notation: Notation) -> str:
    every = path_count(trace.spec, start)
    name = _gradient_name(start, notation)
    what = "Its product" if every == 1 else "Their sum"
    return f"{what} is {name} = {UNKNOWN}, known once its step is done."


def _total(trace: PassTrace, paths: Paths, example: int, notation: Notation) -> str:
    """Add up: the rest of the paths, the L2 term, and what all come to."""
    parts = []
    if paths.others:
        more = "1 more path" if paths.others == 1 else f"{count(paths.others)} more paths, together"
        parts.append(f"{more} {notation.number(paths.rest)}")
    name = _gradient_name(paths.start, notation)
    summed = "The product" if paths.count == 1 else f"Sum of all {count(paths.count)}"
    value = paths.total + paths.penalty
    if paths.penalty:
        parts.append(f"{summed} {notation.number(paths.total)}")
        parts.append(f"plus (λ/n)w {notation.number(paths.penalty)} = {name}")
        parts[-1] += f" = {notation.number(value)}"
    else:
        parts.append(f"{summed} = {name} = {notation.number(value)}")
    recorded = gradient_value(trace, term_of(paths.start), example)
    if recorded is not None and abs(recorded - value) > AGREES * max(abs(recorded), abs(value)):
        parts.append(f"this pass computed {notation.number(recorded)}")
    return "; ".join(parts) + "."
