"""One moment of a pass as colours, widths and texts: all that the canvas needs to draw it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.arrays import BoolArray, FloatArray
from nnviz.formatting import UNKNOWN, count, number, rounded, signed
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import dropped_neurons
from nnviz.visual.class_names import names_beside
from nnviz.visual.edge_frame import LABELLED, EdgeFrame, build_edge_frame, caption
from nnviz.visual.legend import LegendEntry, build_legend
from nnviz.visual.normalisation import activation_ends, pull_end, ring_end
from nnviz.visual.palette import Palette
from nnviz.visual.scales import ByteArray, Scale, scale_for
from nnviz.visual.settings import CanvasSettings
from nnviz.visual.source import FrameSource, TextLine, coloured, ring_values

__all__ = [
    "ClassRows",
    "EdgeFrame",
    "LayerFrame",
    "LegendEntry",
    "SceneFrame",
    "TextLine",
    "build_frame",
]

TIGHT_DIGITS = 4
"""Significant digits of numbers that have no room for more."""
SHORT_TARGET = 6
"""Up to so many characters a target stands in words: the cost stands beside it."""


@dataclass(frozen=True, slots=True)
class ClassRows:
    """The numbers of an output of a class: two rows, and one where there is no room for two."""

    values: tuple[TextLine, ...]
    derivatives: tuple[TextLine, ...]
    short: tuple[TextLine, ...]
    name: str = ""
    """The class, where it is too long for the disc: it stands before the numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerFrame:
    """One layer's neurons: fill (k, 3) and ring (k, 3) of the first k, which are known, and texts.

    ``inside`` are the activations, each with ever fewer significant digits; ``activations`` are
    the same as lines, for neurons too small for any of them; ``targets``, of outputs, are lines
    too. ``class_rows``, of an output layer of classes: the names stand inside the discs, and rows
    with all numbers beside each.
    """

    layer: int
    title: str
    short_title: str
    fill: ByteArray | None
    ring: ByteArray | None
    names: tuple[str, ...]
    inside: tuple[tuple[str, ...], ...]
    activations: tuple[TextLine, ...]
    lines: tuple[tuple[TextLine, ...], ...]
    targets: tuple[TextLine, ...] = ()
    class_rows: tuple[ClassRows, ...] = ()
    notice: str = ""
    """What stands in the place of an image that is not shown."""
    pulls: FloatArray | None = None
    """The wanted changes −∂C/∂a of the first neurons, as parts of the largest, −1 … 1."""
    ring_shares: FloatArray | None = None
    """The values that the rings show, as parts of the scale's end, −1 … 1."""
    dropped: BoolArray | None = None
    """Which neurons (n_l,) dropout leaves out, None where it leaves out none."""
    folded: bool = False
    """Whether some neurons are folded away, whose texts are empty; the others' names are their
    numbers, which stand inside the discs."""
    tight: "LayerFrame | None" = None
    """The same with fewer digits, where there are more than ``TIGHT_DIGITS``."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneFrame:
    """A whole picture, without places: those come from the layout."""

    layers: tuple[LayerFrame, ...]
    edges: tuple[EdgeFrame, ...]
    cost: tuple[TextLine, ...]
    caption: str
    legend: tuple[LegendEntry, ...]


def build_frame(
    trace: PassTrace,
    timeline: Timeline,
    palette: Palette,
    selected: Ref | None = None,
    class_names: tuple[str, ...] = (),
    image_input: bool = False,
    notation: Notation | None = None,
    settings: CanvasSettings | None = None,
    beside: PassTrace | None = None,
    shown: Sequence[BoolArray] | None = None,
) -> SceneFrame:
    """Return the picture of ``trace`` at the timeline's position; holds only what is known.

    Of a mini-batch it shows the example of the current step, at the mean and the update what all
    examples share. With ``image_input`` the input layer is drawn as an image. The colour scales
    are wide enough for the pass ``beside``, which this one is compared with. ``shown`` (n,) are
    the neurons of each layer that are not folded away; None: all are.
    """
    source = FrameSource(
        trace, timeline.reveal(), palette, selected, class_names, image_input, timeline.example,
        notation or Notation(), settings or CanvasSettings(), beside,
    )  # fmt: skip
    layers = range(trace.spec.layer_count + 1)
    edges = tuple(build_edge_frame(source, layer) for layer in layers[1:])
    return SceneFrame(
        tuple(
            _layer_frame(source, layer, None if shown is None else shown[layer]) for layer in layers
        ),
        edges,
        _cost_lines(source),
        caption(source, edges),
        build_legend(source, edges),
    )


def _layer_frame(source: FrameSource, layer: int, shown: BoolArray | None) -> LayerFrame:
    spec = source.trace.spec
    a = source.known(Quantity.ACTIVATION, layer)
    fill = None
    ends = activation_ends(source, layer)
    if a is not None and ends is not None:
        fill = scale_for(Scale.ACTIVATION, source.palette).colours(a, *ends)
    gradient = ring_values(source, layer)
    ring = shares = None
    if gradient is not None:
        end = ring_end(source, layer)
        scale = scale_for(Scale.DERIVATIVE, source.palette, source.palette.border)
        ring, shares = scale.diverging(gradient, end), _shares(gradient, end)
    folded, is_output = _is_folded(shown), layer == spec.layer_count
    texts = _texts_of(source, layer, shown)
    return LayerFrame(
        layer,
        *_layer_titles(source, layer),
        fill,
        ring,
        tuple(each.name for each in texts),
        tuple(each.inside for each in texts),
        tuple(each.activation for each in texts),
        tuple(each.lines for each in texts),
        _target_lines(source) if texts and is_output else (),
        _class_rows(source) if source.class_names and is_output else (),
        f"{source.trace.example_count} examples" if source.example is None else "not read yet",
        _pulls(source, layer),
        shares,
        _dropped(source, layer),
        folded,
        None if source.digits <= TIGHT_DIGITS else _layer_frame(_tight(source), layer, shown),
    )


def _tight(source: FrameSource) -> FrameSource:
    return replace(source, notation=replace(source.notation, digits=TIGHT_DIGITS))


@dataclass(frozen=True, slots=True)
class _NeuronTexts:
    """The texts of one neuron."""

    name: str
    inside: tuple[str, ...]
    activation: TextLine
    lines: tuple[TextLine, ...]


_NO_TEXTS = _NeuronTexts("", (), TextLine(""), ())


def _is_folded(shown: BoolArray | None) -> bool:
    return shown is not None and not shown.all()


def _texts_of(source: FrameSource, layer: int, shown: BoolArray | None) -> list[_NeuronTexts]:
    """Return the texts of a small layer's neurons, of a wide one those that it is folded to."""
    size = source.trace.spec.sizes[layer]
    a, dropped = source.known(Quantity.ACTIVATION, layer), _dropped(source, layer)
    if shown is None or shown.all():
        refs = [NodeRef(layer, neuron) for neuron in range(size if size <= LABELLED else 0)]
        return [_texts_of_neuron(source, ref, a, dropped, _node_name(source, ref)) for ref in refs]
    texts = [_NO_TEXTS] * size
    for neuron in np.flatnonzero(shown).tolist():
        name = str(source.notation.index(neuron))
        texts[neuron] = _texts_of_neuron(source, NodeRef(layer, neuron), a, dropped, name)
    return texts


def _texts_of_neuron(
    source: FrameSource, ref: NodeRef, a: FloatArray | None, dropped: BoolArray | None, name: str
) -> _NeuronTexts:
    return _NeuronTexts(
        name,
        _inside(source, a, ref, dropped),
        _value_line("a", a, ref.neuron, source.digits),
        _node_lines(source, ref),
    )


def _pulls(source: FrameSource, layer: int) -> FloatArray | None:
    """Return where C wants each activation to go; an image has no neurons to say it of."""
    gradient = source.known(Quantity.ACTIVATION_GRADIENT, layer)
    if gradient is None or (layer == 0 and source.image_input):
        return None
    return -_shares(gradient, pull_end(source, layer))


def _shares(values: FloatArray, end: float) -> FloatArray:
    return np.clip(np.nan_to_num(values) / (end or 1.0), -1.0, 1.0)


def _dropped(source: FrameSource, layer: int) -> BoolArray | None:
    """Return who is left out; at the mean of a mini-batch each example has its own."""
    if source.example is None:
        return None
    dropped = dropped_neurons(source.trace, source.reveal, layer, source.example)
    return dropped if dropped.any() else None


def _inside(
    source: FrameSource, a: FloatArray | None, ref: NodeRef, dropped: BoolArray | None
) -> tuple[str, ...]:
    neuron = ref.neuron
    if a is None or neuron >= len(a):
        return (UNKNOWN,)
    if dropped is not None and dropped[neuron]:
        return ("",)  # the disc is crossed out
    return tuple(number(a[neuron], digits) for digits in range(source.digits, 1, -1))


def _value_line(symbol: str, values: FloatArray | None, neuron: int, digits: int) -> TextLine:
    if values is None or neuron >= len(values):
        return TextLine(f"{symbol} {UNKNOWN}", known=False)
    return TextLine(f"{symbol} {number(values[neuron], digits)}")


def _target_lines(source: FrameSource) -> tuple[TextLine, ...]:
    if source.example is None:  # each example has its own
        return (TextLine(f"y {UNKNOWN}", known=False),) * source.trace.spec.sizes[-1]
    targets = source.trace.targets[source.example]
    return tuple(TextLine(f"y {_short(target, source)}") for target in targets)


def _layer_titles(source: FrameSource, layer: int) -> tuple[str, str]:
    """Return the title with and without the activation."""
    spec = source.trace.spec
    name = "input" if layer == 0 else "output" if layer == spec.layer_count else f"layer {layer}"
    short = f"{name} · {count(spec.sizes[layer])}"
    return (f"{short} · {spec.activation(layer).label}" if layer else short), short


def _node_name(source: FrameSource, ref: NodeRef) -> str:
    if ref.layer == 0:
        return f"x{_subscript(source.notation.index(ref.neuron))}"
    name = source.notation.index(ref.neuron)
    if ref.layer < source.trace.spec.layer_count:
        return f"layer {ref.layer} · {name}"
    if source.class_names:
        return source.class_names[ref.neuron]
    if source.example is None:
        return f"output {name}"
    target = rounded(float(source.trace.targets[source.example, ref.neuron]), source.digits)
    what = "target" if len(target) <= SHORT_TARGET else "y"
    return f"output {name} · {what} {target}"


def _subscript(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _node_lines(source: FrameSource, ref: NodeRef) -> tuple[TextLine, ...]:
    """Return z and b, then the derivatives that are known."""
    if ref.layer == 0:
        return tuple(_derivative_lines(source, ref, (Quantity.ACTIVATION_GRADIENT,)))
    z = source.known(Quantity.PREACTIVATION, ref.layer)
    z_text = number(None if z is None or ref.neuron >= len(z) else z[ref.neuron], source.digits)
    bias = number(source.trace.value(Quantity.BIAS, ref), source.digits)
    # At the mean of a mini-batch z is no one number: each example has its own.
    before = "" if source.example is None else f"z {z_text}  "
    lines = [TextLine(f"{before}b {bias}", has_bias=True)]
    after = source.known(Quantity.BIAS_AFTER, ref.layer)
    if after is not None:
        lines.append(TextLine(f"b → {number(after[ref.neuron], source.digits + 1)}"))
    lines += _derivative_lines(source, ref, (Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT))
    return tuple(lines)


def _class_rows(source: FrameSource) -> tuple[ClassRows, ...]:
    """Return a, z and the target in one row, the known derivatives in the next, per output."""
    layer = source.trace.spec.layer_count
    z, a = source.known(Quantity.PREACTIVATION, layer), source.known(Quantity.ACTIVATION, layer)
    names, rows = names_beside(source.class_names), []
    for neuron, target in enumerate(_target_lines(source)):
        answer = _value_line("a", a, neuron, source.digits)
        values: tuple[TextLine, ...] = (answer, _value_line("z", z, neuron, source.digits), target)
        ref = NodeRef(layer, neuron)
        derivatives = _derivative_lines(
            source, ref, (Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT)
        )
        short = (answer, *derivatives[-1:])
        if source.example is None:  # each example has its own a, z and y
            values, short = (), tuple(derivatives)
        rows.append(ClassRows(values, tuple(derivatives), short, names[neuron]))
    return tuple(rows)


def _derivative_lines(
    source: FrameSource, ref: NodeRef, quantities: tuple[Quantity, ...]
) -> list[TextLine]:
    lines = []
    for quantity in quantities:
        values = source.known(quantity, ref.layer)
        if values is not None and ref.neuron < len(values):
            value = float(values[ref.neuron])
            text = f"{source.symbol(quantity)} {signed(value, source.digits)}"
            lines.append(coloured(text, Scale.DERIVATIVE, value))
    return lines


def _short(value: float, source: FrameSource) -> str:
    """Return whole numbers bare: a target of 1 reads better than 1.000."""
    return f"{value:.0f}" if float(value).is_integer() else number(value, source.digits)


def _cost_lines(source: FrameSource) -> tuple[TextLine, ...]:
    trace = source.trace
    if not source.knows_whole(Quantity.COST, trace.spec.layer_count):
        return (TextLine(UNKNOWN, known=False),)
    lines = [TextLine(number(trace.cost_of(source.example), source.digits))]
    if source.knows_whole(Quantity.WEIGHT_AFTER, 1):
        lines.append(TextLine(f"→ {number(trace.cost_after, source.digits)}"))
    return tuple(lines)
