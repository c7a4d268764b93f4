"""The values at the ends of the colour scales: each layer's own, or one for the whole network.

Only what is known has a part in them; weights are known from the start.
"""

from nnviz.engine.arrays import FloatArray
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.visual.scales import BOUNDED, Scale, activation_limits, largest
from nnviz.visual.settings import Normalisation
from nnviz.visual.source import FrameSource, ring_values

__all__ = [
    "DENSE",
    "activation_ends",
    "edge_end",
    "is_shared",
    "only_neuron",
    "pull_end",
    "ring_end",
]

DENSE = 600
"""A layer with at most this many edges shows all of them."""


def is_shared(source: FrameSource) -> bool:
    """Whether a colour means the same value in every layer."""
    return source.settings.normalisation is Normalisation.NETWORK


def only_neuron(source: FrameSource, layer: int) -> int | None:
    """Return the selected neuron if only the edges into it are drawn: in a large layer."""
    selected, sizes = source.selected, source.trace.spec.sizes
    if not isinstance(selected, NodeRef) or selected.layer != layer:
        return None
    return selected.neuron if sizes[layer] * sizes[layer - 1] > DENSE else None


def activation_ends(source: FrameSource, layer: int) -> tuple[float, float] | None:
    """Return both ends of a layer's activations, None while they depend on unknown values.

    Bounded functions keep their range, and an image, the input, its own.
    """
    name = source.trace.spec.activations[layer - 1] if layer else None
    known = source.known(Quantity.ACTIVATION, layer)
    if known is None:
        return _stretched(source, layer, BOUNDED.get(name or ""))
    own = activation_limits(name, source.on_scale(Quantity.ACTIVATION, layer, known))
    if name in BOUNDED:
        return _stretched(source, layer, own)
    if not is_shared(source) or not _is_unbounded(source, layer):
        return own
    layers = range(source.trace.spec.layer_count + 1)
    ends = [
        activation_limits(None, source.on_scale(Quantity.ACTIVATION, each, values))
        for each in layers
        if _is_unbounded(source, each)
        and (values := source.known(Quantity.ACTIVATION, each)) is not None
    ]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _stretched(
    source: FrameSource, layer: int, ends: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Return the range of a bounded function times what dropout multiplies activations by."""
    mask = source.trace.mask(layer, source.example or 0)
    if ends is None or mask is None:
        return ends
    factor = max(1.0, float(mask.max()))
    return ends[0] * factor, ends[1] * factor


def edge_end(source: FrameSource, layer: int, scale: Scale, values: FloatArray) -> float:
    """Return the end of the scale of a layer's edges, which show ``values`` (n_l, n_l-1).

    Their own, that of the only neuron shown, or that of all weights or all known ∂C/∂w.
    """
    if not is_shared(source):
        only = only_neuron(source, layer)
        own = largest(values if only is None else values[only])
        return max(own, _end_beside(source, layer, scale, only))
    layers = range(1, source.trace.spec.layer_count + 1)
    if scale is Scale.WEIGHT:
        return max(
            max(largest(_weights(source, each)), _end_beside(source, each, scale, None))
            for each in layers
        )
    known = (source.known(Quantity.WEIGHT_GRADIENT, each) for each in layers)
    return max((largest(each) for each in known if each is not None), default=0.0)


def ring_end(source: FrameSource, layer: int) -> float:
    """Return the end of the scale of a layer's rings, 0 while it has none."""
    layers = range(source.trace.spec.layer_count + 1) if is_shared(source) else (layer,)
    shown = (ring_values(source, each) for each in layers)
    return max((largest(each) for each in shown if each is not None), default=0.0)


def pull_end(source: FrameSource, layer: int) -> float:
    """Return the largest known ∂C/∂a, in size, of the layer or of all layers."""
    layers = range(source.trace.spec.layer_count + 1) if is_shared(source) else (layer,)
    known = (source.known(Quantity.ACTIVATION_GRADIENT, each) for each in layers)
    return max((largest(each) for each in known if each is not None), default=0.0)


def _end_beside(source: FrameSource, layer: int, scale: Scale, only: int | None) -> float:
    """Return the largest weight of the pass that stands beside this one, 0 if none does."""
    if source.beside is None or scale is not Scale.WEIGHT:
        return 0.0
    weights = source.beside.layer_values(Quantity.WEIGHT, layer)
    return largest(weights if only is None else weights[only])


def _is_unbounded(source: FrameSource, layer: int) -> bool:
    if layer == 0:
        return not source.image_input
    return source.trace.spec.activations[layer - 1] not in BOUNDED


def _weights(source: FrameSource, layer: int) -> FloatArray:
    """Return a layer's weights: the new ones once they are known."""
    after = source.known(Quantity.WEIGHT_AFTER, layer)
    return source.trace.layer_values(Quantity.WEIGHT, layer) if after is None else after
