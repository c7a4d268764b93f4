"""The words of the list of paths: a row for each, a title above, the sum below.

Nothing of ∂C by the chosen weight is given away before its step: until then the products and the
sum are dashes, and the paths stand in the order of their neurons.
"""

from dataclasses import dataclass

from nnviz.formatting import UNKNOWN, count
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
from nnviz.trace.chain_factors import (
    factor_letters,
    factor_names,
    factor_numbers,
    indexed,
    weight_name,
)
from nnviz.trace.chain_paths import Path, Paths, first_paths, path_count, strongest_paths
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.trace.timeline import Timeline

__all__ = ["LIMIT", "PathList", "list_paths", "start_name", "tell_target"]

LIMIT = 50
"""Paths in the list."""
AGREES = 1e-9
"""Up to this part of the paths' amounts the recorded gradient is what the paths come to."""


@dataclass(frozen=True, slots=True)
class PathList:
    """The listed paths with their texts: route, factors and product of each row.

    ``names`` are the symbols of each row's factors, with their neurons.
    """

    paths: tuple[Path, ...]
    rows: tuple[tuple[str, str, str], ...]
    names: tuple[str, ...]
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
        tuple(factor_names(trace, path.links(trace.spec), notation) for path in listed),
        (_route_header(trace, start), _factors_header(trace, listed), "Product"),
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
    if isinstance(start, EdgeRef):
        return weight_name(start, notation)
    letter = "b" if start.layer else "a"
    return indexed(letter, start.layer, str(notation.index(start.neuron)), notation)


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


def _factors_header(trace: PassTrace, listed: tuple[Path, ...]) -> str:
    """Return the kinds of the factors, which are the same in each row."""
    return factor_letters(trace, listed[0].links(trace.spec)) if listed else ""


def _row(
    trace: PassTrace, reveal: Reveal, path: Path, example: int, notation: Notation
) -> tuple[str, str, str]:
    values = [
        link_value(trace, link, example)
        if is_known(reveal, link_need(trace.spec, link), example)
        else None
        for link in path.links(trace.spec)
    ]
    route = [str(notation.index(node.neuron)) for node in path.nodes]
    if path.output is not None:
        route.append(f"a of {notation.index(path.output)}")
    factors = factor_numbers(values, path.product, notation)
    return " → ".join(route), factors, notation.number(path.product)


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
    # Where paths cancel, the sum may be all rounding: it is measured against what was added up.
    scale = max(paths.size + abs(paths.penalty), abs(recorded or 0.0))
    if recorded is not None and abs(recorded - value) > AGREES * scale:
        parts.append(f"this pass computed {notation.number(recorded)}")
    return "; ".join(parts) + "."
