"""The legend: the three colour scales with the values at their ends."""

from dataclasses import dataclass

from nnviz.formatting import number
from nnviz.trace.quantities import Quantity
from nnviz.visual.edge_frame import edge_limit, only_neuron
from nnviz.visual.scales import Scale, largest
from nnviz.visual.source import FrameSource, ring_values

__all__ = ["LegendEntry", "build_legend"]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One colour scale of the legend with the values at its ends."""

    scale: Scale
    title: str
    low: str
    high: str


def build_legend(source: FrameSource) -> tuple[LegendEntry, ...]:
    """Return the entries for activations, weights and derivatives."""
    trace, spec = source.trace, source.trace.spec
    bounded = all(name in ("sigmoid", "softmax") for name in spec.activations)
    entries = [
        LegendEntry(Scale.ACTIVATION, "activation a", "0", "1")
        if bounded
        else LegendEntry(Scale.ACTIVATION, "activation a, per layer", "low", "high")
    ]
    updated = source.reveal.knows(Quantity.WEIGHT_AFTER, 1)
    shown = Quantity.WEIGHT_AFTER if updated else Quantity.WEIGHT
    weight = [
        edge_limit(source, layer, trace.layer_values(shown, layer)) for layer in _layers(source)
    ]
    entries.append(_diverging(Scale.WEIGHT, "weight w", weight))
    known = [layer for layer in _layers(source) if ring_values(source, layer) is not None]
    if known:
        entries.append(_derivative_entry(source, known[0]))
    else:
        entries.append(LegendEntry(Scale.DERIVATIVE, "derivative ∂C/∂·", "−", "+"))
    return tuple(entries)


def _layers(source: FrameSource) -> range:
    return range(1, source.trace.spec.layer_count + 1)


def _derivative_entry(source: FrameSource, layer: int) -> LegendEntry:
    """Return the ends of the newest layer's scale: of its edges once known, else of its rings."""
    gradient = source.known(Quantity.WEIGHT_GRADIENT, layer)
    if gradient is None:
        values = ring_values(source, layer)
        limit = 0.0 if values is None else largest(values)
        return _diverging(Scale.DERIVATIVE, f"ring of layer {layer}", [limit])
    only = only_neuron(source, layer)
    where = f"layer {layer}" if only is None else f"layer {layer} neuron {only}"
    limit = edge_limit(source, layer, gradient)
    return _diverging(Scale.DERIVATIVE, f"∂C/∂w of {where}", [limit])


def _diverging(scale: Scale, title: str, limits: list[float]) -> LegendEntry:
    """One layer, or several whose colours each run to the layer's own largest value."""
    if len(limits) == 1 or max(limits) == min(limits):
        end = number(limits[0], 3)
        if limits[0] == 0:
            return LegendEntry(scale, title, end, end)
        return LegendEntry(scale, title, f"−{end}", f"+{end}")
    ends = " / ".join(number(limit, 2) for limit in limits[:4]) + ("…" if limits[4:] else "")
    return LegendEntry(scale, f"{title}, per layer", "−", f"± {ends}")
