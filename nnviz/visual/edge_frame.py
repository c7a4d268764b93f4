"""The edges of one moment: which are drawn, in which colour, how wide, with which numbers."""

import itertools
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray, IntArray
from nnviz.formatting import count, number, signed
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.visual.edges import EdgeChoice, select_edges
from nnviz.visual.normalisation import DENSE, edge_end, only_neuron
from nnviz.visual.palette import Palette
from nnviz.visual.scales import ByteArray, Scale, scale_for
from nnviz.visual.settings import EdgeMeasure
from nnviz.visual.source import FrameSource, TextLine, coloured

__all__ = ["LABELLED", "EdgeFrame", "build_edge_frame", "caption"]

LABELLED = 40
"""A network with at most this many edges has numbers on its edges."""


@dataclass(frozen=True, slots=True, eq=False)
class EdgeFrame:
    """The drawn edges of one layer, boldest last: ends, colours (E, 3), widths (E,) in px.

    ``labels`` are the numbers of each edge, the newest last, all of them with ever fewer digits;
    empty in a large network. ``shares`` (E,) are the values as parts of ``limit``,
    the end of the ``scale``, −1 … 1, faded like the colours. ``chosen`` (E,) marks the selection's
    edges. With ``density`` (n_l, n_l-1), float32, all edges are shown at once by how much crosses
    where: each as strong as its strength with the sign of its value; then only the selected edge
    is drawn by itself. ``into`` is the neuron whose edges are shown, all of them and no others.
    """

    layer: int
    neurons: IntArray
    sources: IntArray
    rgb: ByteArray
    widths: FloatArray
    labels: tuple[tuple[tuple[TextLine, ...], ...], ...]
    scale: Scale
    limit: float
    shares: FloatArray
    chosen: BoolArray
    density: FloatArray | None = None
    into: int | None = None

    @property
    def count(self) -> int:
        """How many edges are shown."""
        return len(self.neurons) if self.density is None else self.density.size

    def ref(self, index: int) -> EdgeRef:
        """Return the edge at ``index``."""
        return EdgeRef(self.layer, int(self.neurons[index]), int(self.sources[index]))


def build_edge_frame(source: FrameSource, layer: int) -> EdgeFrame:
    """Return a layer's edges: coloured by ∂C/∂w once known, before and at the update by w.

    While ∂C/∂w of only some neurons is known, the edges into the others are plain lines.
    """
    trace, palette = source.trace, source.palette
    values, strength, scale = _values(source, layer)
    into, origin = only_neuron(source, layer), only_source(source, layer)
    one = into is not None or origin is not None  # all edges of one neuron
    most = max(values.shape) if one else DENSE
    if values.size > DENSE and not one:
        most = source.settings.strongest
    density = None
    if values.size > DENSE and not one and source.settings.all_edges:
        density = _signed(values, strength)
        choice = _selected_edge(source, layer)
    else:
        choice = select_edges(strength, most, into, origin)
        choice = _boldest_last(choice, values, source, layer)
    shown = values[choice.neurons, choice.sources]
    limit = edge_end(source, layer, scale, values)
    # Where edges are few, none is invisible: one near 0 is a thin line in a quiet colour.
    middle = palette.border if trace.spec.edge_count <= LABELLED else None
    rgb = scale_for(scale, palette, middle).diverging(shown, limit)
    if scale is Scale.DERIVATIVE:
        known = source.known(Quantity.WEIGHT_GRADIENT, layer)
        rgb[choice.neurons >= (0 if known is None else len(known))] = palette.border
    share = np.clip(np.nan_to_num(shown) / (limit or 1.0), -1.0, 1.0)
    thickest = 4.0 if values.size <= LABELLED else 2.2 if values.size <= DENSE else 1.5
    chosen = _chosen(source, layer, choice)
    emphasis = _emphasis(source, layer, chosen)
    return EdgeFrame(
        layer=layer,
        neurons=choice.neurons,
        sources=choice.sources,
        rgb=_faded(rgb, palette, emphasis),
        widths=1.0 + (thickest - 1.0) * np.abs(share),
        labels=_labels(source, layer, choice),
        scale=scale,
        limit=limit,
        shares=share * emphasis,
        chosen=chosen,
        density=density,
        into=into,
    )


def _boldest_last(
    choice: EdgeChoice, values: FloatArray, source: FrameSource, layer: int
) -> EdgeChoice:
    """Return the edges by the size of the ``values`` that they show, faded ones as if smaller.

    They were chosen by another measure; a bold line below many pale ones would look dashed.
    """
    sizes = np.abs(np.nan_to_num(values[choice.neurons, choice.sources]))
    emphasis = _emphasis(source, layer, _chosen(source, layer, choice))
    order = np.argsort(sizes * emphasis, kind="stable")
    return EdgeChoice(choice.neurons[order], choice.sources[order])


def _signed(values: FloatArray, strength: FloatArray) -> FloatArray:
    """Return strengths with the signs of the values, as float32; 0 where one is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        signed = (np.sign(values) * strength).astype(np.float32)
    return np.nan_to_num(signed, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _selected_edge(source: FrameSource, layer: int) -> EdgeChoice:
    """Return the selected edge if it is one of the layer's, else none."""
    selected = source.selected
    ends = []
    if isinstance(selected, EdgeRef) and selected.layer == layer:
        ends = [(selected.neuron, selected.source)]
    neurons, sources = np.array(ends, np.int64).reshape(-1, 2).T
    return EdgeChoice(neurons, sources)


def _values(source: FrameSource, layer: int) -> tuple[FloatArray, FloatArray, Scale]:
    """Return what the layer's edges show, how much they matter, and on which scale."""
    gradient = source.known(Quantity.WEIGHT_GRADIENT, layer)
    after = source.known(Quantity.WEIGHT_AFTER, layer)
    weights = source.trace.layer_values(Quantity.WEIGHT, layer)
    only = only_neuron(source, layer)
    rows: FloatArray | None = None
    if gradient is not None:
        rows = np.zeros(weights.shape)
        rows[: len(gradient)] = gradient
    values, scale = weights if after is None else after, Scale.WEIGHT
    is_known = gradient is not None and (only is None or only < len(gradient))
    if rows is not None and is_known and after is None:
        values, scale = rows, Scale.DERIVATIVE
    return values, _strength(source, layer, values, rows), scale


def _strength(
    source: FrameSource, layer: int, values: FloatArray, gradient: FloatArray | None
) -> FloatArray:
    """Return by what the strongest edges are chosen, (n_l, n_l-1), as the settings say.

    The phase chooses by ∂C/∂w while the edges show it, else by the contribution; so does a
    measure that is not known yet.
    """
    measure = source.settings.edge_measure
    if measure is EdgeMeasure.GRADIENT and gradient is not None:
        return np.abs(gradient)
    if measure in (EdgeMeasure.PHASE, EdgeMeasure.GRADIENT) and values is gradient:
        return np.abs(values)
    after = source.known(Quantity.WEIGHT_AFTER, layer)
    weights = source.trace.layer_values(Quantity.WEIGHT, layer) if after is None else after
    a = source.known(Quantity.ACTIVATION, layer - 1)
    if measure is EdgeMeasure.WEIGHT or a is None or len(a) < weights.shape[1]:
        return np.abs(weights)
    with np.errstate(over="ignore", invalid="ignore"):  # beyond all others is strong enough
        return np.abs(weights * a)


def only_source(source: FrameSource, layer: int) -> int | None:
    """Return the selected neuron if only the edges from it are drawn: into a large layer."""
    selected, sizes = source.selected, source.trace.spec.sizes
    if not isinstance(selected, NodeRef) or selected.layer != layer - 1:
        return None
    return selected.neuron if sizes[layer] * sizes[layer - 1] > DENSE else None


def _chosen(source: FrameSource, layer: int, edges: EdgeChoice) -> BoolArray:
    """Mark the selected edge, or the edges of the selected neuron."""
    selected, neurons, sources = source.selected, edges.neurons, edges.sources
    if isinstance(selected, EdgeRef) and selected.layer == layer:
        return (neurons == selected.neuron) & (sources == selected.source)
    if isinstance(selected, NodeRef) and selected.layer == layer:
        return neurons == selected.neuron
    if isinstance(selected, NodeRef) and selected.layer == layer - 1:
        return sources == selected.neuron
    return np.zeros(neurons.shape, np.bool_)


def _emphasis(source: FrameSource, layer: int, chosen: BoolArray) -> FloatArray:
    """1 for edges in the selection's light, less for the others; all 1 without a selection."""
    selected = source.selected
    if isinstance(selected, EdgeRef):
        return np.where(chosen, 1.0, 0.3)
    if isinstance(selected, NodeRef) and selected.layer in (layer, layer - 1):
        return np.where(chosen, 1.0, 0.22)
    return np.ones(chosen.shape)


def _faded(rgb: ByteArray, palette: Palette, emphasis: FloatArray) -> ByteArray:
    """Mix with the background instead of using alpha: opaque pens are the fast ones."""
    background = np.array(palette.surface, np.float64)
    mixed = background + (rgb - background) * emphasis[:, None]
    return mixed.round().astype(np.uint8)


def _labels(
    source: FrameSource, layer: int, edges: EdgeChoice
) -> tuple[tuple[tuple[TextLine, ...], ...], ...]:
    """Return the numbers of each edge with all digits, one less, and two less, never none."""
    if source.trace.spec.edge_count > LABELLED:
        return ()
    refs = [
        EdgeRef(layer, int(neuron), int(origin))
        for neuron, origin in zip(edges.neurons, edges.sources, strict=True)
    ]
    return tuple(
        tuple(_edge_lines(source, ref, max(1, source.digits - less)) for ref in refs)
        for less in range(3)
    )


def _edge_lines(source: FrameSource, ref: EdgeRef, digits: int) -> tuple[TextLine, ...]:
    weight = source.trace.value(Quantity.WEIGHT, ref)
    line = coloured(f"w {number(weight, digits)}", Scale.WEIGHT, weight)
    gradients = source.known(Quantity.WEIGHT_GRADIENT, ref.layer)
    if gradients is None or ref.neuron >= len(gradients):
        return (line,)
    gradient = float(gradients[ref.neuron, ref.source])
    derivative = coloured(f"∂C/∂w {signed(gradient, digits)}", Scale.DERIVATIVE, gradient)
    after = source.known(Quantity.WEIGHT_AFTER, ref.layer)
    if after is None:
        return line, derivative
    new = float(after[ref.neuron, ref.source])
    return derivative, coloured(f"w → {number(new, digits + 1)}", Scale.WEIGHT, new)


def caption(source: FrameSource, edges: tuple[EdgeFrame, ...]) -> str:
    """Say what the edges show and, where some are left out, how many of how many."""
    if source.knows_whole(Quantity.WEIGHT_AFTER, 1):
        shown = "weights after the update"
    elif any(edge.scale is Scale.DERIVATIVE for edge in edges):
        shown = "∂C/∂w where known, else weights"
        if source.knows_whole(Quantity.WEIGHT_GRADIENT, 1):
            shown = "∂C/∂w" if source.example is not None else "mean ∂C/∂w"
    else:
        shown = "weights"
    whole = sum(edge.count for edge in edges) == source.trace.spec.edge_count
    if whole and all(edge.density is None for edge in edges):
        return f"Edges: {shown}"
    # Said once of layers that follow each other.
    shares = [
        _share(source, edge, ends=after is None or after.density is None)
        for edge, after in itertools.zip_longest(edges, edges[1:])
    ]
    return f"Edges: {shown}, {' + '.join(shares)}"


def _share(source: FrameSource, edge: EdgeFrame, *, ends: bool) -> str:
    """Say how many of a layer's edges are drawn; of densities, the last one says what they are."""
    sizes = source.trace.spec.sizes
    drawn, total, whose = edge.count, sizes[edge.layer] * sizes[edge.layer - 1], ""
    if edge.density is not None:
        what = f" as a density{_measure(source, edge.layer)}" if ends else ""
        return f"all {count(total)}{what}"
    into, origin = only_neuron(source, edge.layer), only_source(source, edge.layer)
    if into is not None:
        total = sizes[edge.layer - 1]
        whose = f" into neuron {source.notation.index(into)}"
        if edge.layer == 1 and source.image_input:
            whose += ", over the image too"
    elif origin is not None:
        total = sizes[edge.layer]
        whose = f" from neuron {source.notation.index(origin)}"
    elif edge.scale is Scale.DERIVATIVE:
        known = source.known(Quantity.WEIGHT_GRADIENT, edge.layer)
        if known is not None and len(known) < sizes[edge.layer]:
            total, whose = known.size, " known"
    if drawn == total:
        return f"all {count(total)}{whose}"
    measure = _measure(source, edge.layer)
    if drawn < min(source.settings.strongest, total):
        return f"{count(drawn)} of {count(total)}{whose}{measure}, the others are 0"
    return f"strongest {count(drawn)} of {count(total)}{whose}{measure}"


def _measure(source: FrameSource, layer: int) -> str:
    """Name what the strongest are chosen by, unless it is what the moment is about."""
    match source.settings.edge_measure:
        case EdgeMeasure.PHASE:
            return ""
        case EdgeMeasure.WEIGHT:
            return " by |w|"
        case EdgeMeasure.CONTRIBUTION:
            a = source.known(Quantity.ACTIVATION, layer - 1)
            whole = a is not None and len(a) == source.trace.spec.sizes[layer - 1]
            return " by |w·a|" if whole else " by |w| while a is unknown"
        case EdgeMeasure.GRADIENT:
            known = source.known(Quantity.WEIGHT_GRADIENT, layer) is not None
            return " by |∂C/∂w|" if known else " by |∂C/∂w| once known"
