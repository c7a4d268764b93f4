"""The legend: each colour scale on the screen with the values at its ends, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.formatting import UNKNOWN, number
from nnviz.trace.quantities import Quantity
from nnviz.visual.edge_frame import EdgeFrame
from nnviz.visual.normalisation import activation_ends, is_shared, only_neuron, ring_end
from nnviz.visual.scales import BOUNDED, Scale
from nnviz.visual.source import FrameSource, ring_quantity, ring_values

__all__ = ["LegendEntry", "build_legend"]

WHOLE = "whole network"
LISTED = 4
"""Of more layers than this the smallest and the largest end are named, not each."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One colour scale with the values at its ends, or in the middle those of each layer."""

    scale: Scale
    title: str
    low: str
    high: str
    middle: str = ""


def build_legend(source: FrameSource, edges: Sequence[EdgeFrame]) -> tuple[LegendEntry, ...]:
    """Return the entries for activations, weights, and the derivatives of edges and of rings."""
    return (
        _activations(source),
        _edges(source, edges, Scale.WEIGHT, "edges w"),
        _edges(source, edges, Scale.DERIVATIVE, "edges ∂C/∂w"),
        _rings(source),
    )


def _activations(source: FrameSource) -> LegendEntry:
    """Name one scale where all layers share it, else that of each layer, the input first."""
    spec, title = source.trace.spec, "activation a"
    limits = [activation_ends(source, layer) for layer in range(spec.layer_count + 1)]
    known = [pair for pair in limits if pair is not None]
    if is_shared(source) and not BOUNDED.keys() >= set(spec.activations):
        title = _titled(title, WHOLE)
        limits = list(dict.fromkeys(known)) or [None]
    if len(set(known)) == 1 and None not in limits[1:]:
        return LegendEntry(Scale.ACTIVATION, title, *_written(known[0]))
    if WHOLE not in title:
        title = _titled(title, "per layer")
    if len(limits) <= LISTED:
        each = (UNKNOWN if pair is None else "…".join(_written(pair)) for pair in limits)
        return LegendEntry(Scale.ACTIVATION, title, "", "", " / ".join(each))
    if not known:
        return LegendEntry(Scale.ACTIVATION, title, UNKNOWN, UNKNOWN)
    ends = min(low for low, _ in known), max(high for _, high in known)
    return LegendEntry(Scale.ACTIVATION, f"{title} within", *_written(ends))


def _written(ends: tuple[float, float]) -> tuple[str, str]:
    """Write whole numbers bare: 0 and 1 are ends, not measurements."""
    low, high = (
        f"{end:.0f}".replace("-", "−")
        if float(end).is_integer() and abs(end) < 1000
        else number(end, 2)
        for end in ends
    )
    return low, high


def _edges(
    source: FrameSource, edges: Sequence[EdgeFrame], scale: Scale, title: str
) -> LegendEntry:
    """Name the ends of the layers whose edges are coloured by this scale."""
    shown = [edge for edge in edges if edge.scale is scale]
    if shown and is_shared(source):
        return _diverging(scale, _titled(title, WHOLE), [shown[0].limit])
    where = _where([edge.layer for edge in shown], source)
    neurons = [only_neuron(source, edge.layer) for edge in shown]
    if len(shown) == 1 and neurons[0] is not None:
        where = f"{where}, neuron {source.notation.index(neurons[0])}".lstrip(", ")
    notes = [
        "" if neuron is None else f" (neuron {source.notation.index(neuron)})" for neuron in neurons
    ]
    return _diverging(scale, _titled(title, where), [edge.limit for edge in shown], notes)


def _rings(source: FrameSource) -> LegendEntry:
    """Name what the rings of each layer show, and the ends of their scales."""
    shown: dict[Quantity, list[int]] = {}
    limits = []
    for layer in range(source.trace.spec.layer_count + 1):
        quantity, values = ring_quantity(source, layer), ring_values(source, layer)
        if quantity is not None and values is not None:
            shown.setdefault(quantity, []).append(layer)
            limits.append(ring_end(source, layer))
    if shown and is_shared(source):
        symbols = ", ".join(source.symbol(quantity) for quantity in shown)
        return _diverging(Scale.DERIVATIVE, _titled(f"rings {symbols}", WHOLE), limits[:1])
    titles = [
        _titled(source.symbol(quantity), _where(each, source)) for quantity, each in shown.items()
    ]
    return _diverging(Scale.DERIVATIVE, f"rings {'; '.join(titles) or '∂C/∂·'}", limits)


def _where(layers: Sequence[int], source: FrameSource) -> str:
    """Say which layers: nothing for the only one, "per layer" for all but the input."""
    count = source.trace.spec.layer_count
    if not layers or (count == 1 and list(layers) == [1]):
        return ""
    if list(layers) == list(range(1, count + 1)):
        return "per layer"
    names = ["input"] if layers[0] == 0 else []
    numbered = [layer for layer in layers if layer > 0]
    if len(numbered) == 1:
        names.append(f"layer {numbered[0]}")
    elif numbered:
        names.append(f"layers {numbered[0]}–{numbered[-1]}")
    return ", ".join(names)


def _titled(title: str, where: str) -> str:
    return f"{title}, {where}" if where else title


def _diverging(
    scale: Scale, title: str, limits: Sequence[float], notes: Sequence[str] = ()
) -> LegendEntry:
    """Name one end with its sign, or those of several layers, whose colours run to their own."""
    if not limits:
        return LegendEntry(scale, title, "−", "+")
    if len(limits) == 1:
        end = number(limits[0], 3)
        if limits[0] == 0:
            return LegendEntry(scale, title, end, end)
        return LegendEntry(scale, title, f"−{end}", f"+{end}")
    if len(limits) > LISTED:
        middle = f"± {number(min(limits), 2)} … {number(max(limits), 2)}"
        return LegendEntry(scale, title, "−", "+", middle)
    ends = (
        number(limit, 2) + note
        for limit, note in zip(limits, notes or [""] * len(limits), strict=True)
    )
    return LegendEntry(scale, title, "−", "+", "± " + " / ".join(ends))
