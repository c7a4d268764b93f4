"""What is wrong with a neuron, an edge or a layer, in sentences with the numbers behind them.

Dead ReLUs, saturated neurons, vanishing, exploding and infinite values: only of what is revealed.
"""

from collections.abc import Iterator

import numpy as np

from nnviz.engine.wording import counted
from nnviz.formatting import count, rounded
from nnviz.trace.findings import Finding, Severity
from nnviz.trace.naming import neuron_list, place_of, symbol_of
from nnviz.trace.not_finite import first_not_finite
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import (
    FLAT,
    HUGE,
    Trouble,
    cancels_slope,
    dropped_neurons,
    slopes,
    troubled,
)

__all__ = ["diagnose", "diagnose_layer", "findings_at"]

VANISHING = 20
"""So many times smaller than in the next layer an error signal is called vanishing: our choice."""
COUNTED = 1e6
GROWING = 100
"""So many times larger than in the layer before, or the next, a value is called exploding."""

_SLOPES = {"sigmoid": "σ′(z)", "tanh": "tanh′(z)", "softmax": "a(1 − a)"}
_FLAT_PARTS = {"sigmoid": "the flat part of the sigmoid", "tanh": "the flat part of tanh"}


def findings_at(
    trace: PassTrace, timeline: Timeline, ref: Ref | None, notation: Notation
) -> tuple[Finding, ...]:
    """Return all there is to say at a moment: of the selection, then of the step's layer.

    At the mean and the update of all layers; the first value that is not finite comes always.
    """
    step = timeline.current
    if step is None:
        return ()
    reveal, example = timeline.reveal(), step.example
    every = step.phase is Phase.UPDATE or example is None
    layers = range(1, trace.spec.layer_count + 1) if every else (step.layer,)
    found = []
    first = first_not_finite(trace, reveal, notation, example)
    if first is not None:
        found.append(first)
    if ref is not None:
        found += diagnose(trace, reveal, ref, notation, example)
    for layer in layers:
        if layer > 0:
            found += diagnose_layer(trace, reveal, layer, notation, example)
    return tuple(found)


def diagnose(
    trace: PassTrace, reveal: Reveal, ref: Ref, notation: Notation, example: int | None = 0
) -> tuple[Finding, ...]:
    """Return what is wrong with a neuron or an edge."""
    if isinstance(ref, EdgeRef):
        return tuple(_of_edge(trace, reveal, ref, notation, example))
    if ref.layer == 0:
        return ()
    return tuple(_of_neuron(trace, reveal, ref, notation, example))


def diagnose_layer(
    trace: PassTrace, reveal: Reveal, layer: int, notation: Notation, example: int | None = 0
) -> tuple[Finding, ...]:
    """Return what is wrong with layer 1 … L as a whole."""
    with np.errstate(all="ignore"):
        return (
            *_summaries(trace, reveal, layer, notation, example),
            *_left_out(trace, reveal, layer, notation, example),
            *_growth(trace, reveal, layer, notation, example),
        )


def _of_neuron(
    trace: PassTrace, reveal: Reveal, ref: NodeRef, notation: Notation, example: int | None
) -> Iterator[Finding]:
    def has(trouble: Trouble, of: int | None = example) -> bool:
        return bool(troubled(trace, reveal, ref.layer, trouble, of)[ref.neuron])

    if dropped_neurons(trace, reveal, ref.layer, example)[ref.neuron]:
        sentence = (
            f"Left out by dropout for {_which(trace, example)}: a = 0 whatever z is, and nothing "
            "flows back through this neuron."
        )
        yield Finding(Trouble.DROPPED, Severity.NOTE, sentence, ref.layer, ref)
    if has(Trouble.DEAD):
        sentence = _dead_sentence(trace, reveal, ref, notation, example)
        yield Finding(Trouble.DEAD, Severity.WARNING, sentence, ref.layer, ref)
    if has(Trouble.SATURATED):
        sentence = _saturated_sentence(trace, ref, notation, example)
        yield Finding(Trouble.SATURATED, Severity.WARNING, sentence, ref.layer, ref)
    elif ref.layer == trace.spec.layer_count and example is not None:
        yield from _flat_but_fine(trace, reveal, ref, notation, example)
    if has(Trouble.EXPLODING):
        z = _extreme_z(trace, ref, example)
        sentence = (
            f"z = {notation.number(z)} is beyond ±{count(int(HUGE))}: values this large leave an "
            "activation no slope or make the next layer's even larger."
        )
        yield Finding(Trouble.EXPLODING, Severity.WARNING, sentence, ref.layer, ref)
    if reveal.knows(Quantity.BIAS_GRADIENT, ref.layer, ref.neuron, example):
        gradient = trace.value(Quantity.BIAS_GRADIENT, ref, example)
        if np.isfinite(gradient) and abs(gradient) > HUGE:
            symbol = symbol_of(Quantity.BIAS_GRADIENT, ref, notation, example)
            sentence = (
                f"{symbol} = {notation.number(gradient)} is beyond ±{count(int(HUGE))}: a step "
                "this long throws the parameters far away."
            )
            yield Finding(Trouble.EXPLODING, Severity.WARNING, sentence, ref.layer, ref)


def _dead_sentence(
    trace: PassTrace, reveal: Reveal, ref: NodeRef, notation: Notation, example: int | None
) -> str:
    zs = trace.forward.preactivations[ref.layer - 1][:, ref.neuron]
    blocks = _blocks(trace, reveal, ref.layer, ref.neuron, example)
    if example is None:
        largest = notation.number(float(zs.max()))
        follows = ", and nothing flows back through this neuron" if blocks else ""
        return (
            f"Dead ReLU for all {count(trace.example_count)} examples: the largest z is {largest}, "
            f"not above 0, so ReLU′(z) = 0 each time{follows}."
        )
    z = float(zs[example])
    place = "lies on the kink, where the slope counts as 0" if z == 0 else "is below 0"
    # Dead for good is only what no example can wake, and that nobody has tried here.
    sentence = (
        f"Inactive ReLU, dead for this example: z = {notation.number(z)} {place}, so ReLU′(z) = 0"
    )
    if not blocks:
        return f"{sentence}."
    return (
        f"{sentence}: nothing flows back through this neuron, and its weights and its bias get no "
        "gradient."
    )


def _which(trace: PassTrace, example: int | None) -> str:
    """Return for whom a ReLU is dead or left out: one example tells nothing of others."""
    if example is None and trace.example_count > 1:
        return f"all {count(trace.example_count)} examples"
    return "this example"


def _blocks(
    trace: PassTrace, reveal: Reveal, layer: int, neuron: int | None, example: int | None
) -> bool:
    """Whether the dead let nothing back; a pass with a mistake in it may, once that is known."""
    if not reveal.knows(Quantity.BIAS_GRADIENT, layer, neuron, example):
        return True
    deltas = trace.backward.deltas[layer - 1][_rows(example)]
    return not (deltas if neuron is None else deltas[:, neuron]).any()


def _rows(example: int | None) -> slice:
    """Return the rows of an example, or of all."""
    return slice(None) if example is None else slice(example, example + 1)


def _saturated_sentence(
    trace: PassTrace, ref: NodeRef, notation: Notation, example: int | None
) -> str:
    name = trace.spec.activations[ref.layer - 1]
    all_slopes = np.abs(slopes(trace, ref.layer, example)[:, ref.neuron])
    steepest = int(all_slopes.argmax())
    slope = f"{_SLOPES[name]} = {notation.number(float(all_slopes[steepest]))}"
    among = "at most, in all examples, " if len(all_slopes) > 1 else ""
    row = steepest if example is None else example
    if name == "softmax":
        a = float(trace.forward.activations[ref.layer][row, ref.neuron])
        why = f"a = {notation.number(a)} is close to {1 if a > 0.5 else 0}"
    else:
        z = float(trace.forward.preactivations[ref.layer - 1][row, ref.neuron])
        why = f"z = {notation.number(z)} lies on {_FLAT_PARTS[name]}"
    return (
        f"Saturated: {among}{slope} is below {notation.number(FLAT)[:4]}, because {why}, so this "
        "neuron hardly learns."
    )


def _flat_but_fine(
    trace: PassTrace, reveal: Reveal, ref: NodeRef, notation: Notation, example: int
) -> Iterator[Finding]:
    """Say of a flat output why that does no harm."""
    name = trace.spec.activations[ref.layer - 1]
    slope = float(slopes(trace, ref.layer, example)[0, ref.neuron])
    known = reveal.knows(Quantity.BIAS_GRADIENT, ref.layer, ref.neuron, example)
    if not (name in _SLOPES and abs(slope) < FLAT and known):
        return
    if cancels_slope(trace, ref.layer):
        delta = notation.number(trace.value(Quantity.BIAS_GRADIENT, ref, example))
        why = f"the cross-entropy cancels it: the error signal is a − y = {delta}"
    else:
        a = notation.number(trace.value(Quantity.ACTIVATION, ref, example))
        y = notation.number(float(trace.targets[example, ref.neuron]))
        why = f"there is not much to learn: a = {a} is close to y = {y}"
    sentence = f"{_SLOPES[name]} = {notation.number(slope)} is small, but {why}."
    yield Finding(Trouble.SATURATED, Severity.NOTE, sentence, ref.layer, ref)


def _of_edge(
    trace: PassTrace, reveal: Reveal, ref: EdgeRef, notation: Notation, example: int | None
) -> Iterator[Finding]:
    if not reveal.knows(Quantity.WEIGHT_GRADIENT, ref.layer, ref.neuron, example):
        return
    if not _has_no_gradient(trace, ref, example):
        return
    inputs = trace.forward.activations[ref.layer - 1][_rows(example), ref.source]
    rest = " Only the L2 term moves it." if trace.settings.decay else ""
    silent = [
        end
        for end in (ref.source_node, ref.target_node)
        if dropped_neurons(trace, reveal, end.layer, example)[end.neuron]
    ]
    for end in silent:
        sentence = (
            f"This weight gets no gradient, because dropout leaves {place_of(end, notation)} out "
            f"for {_which(trace, example)}.{rest}"
        )
        yield Finding(Trouble.DROPPED, Severity.NOTE, sentence, ref.layer, end)
    if not inputs.any() and ref.source_node not in silent:
        everywhere = " in every example" if len(inputs) > 1 else ""
        sentence = (
            f"This weight gets no gradient, because its input, "
            f"{place_of(ref.source_node, notation)}, is 0{everywhere}.{rest}"
        )
        yield Finding(Trouble.ZERO_INPUT, Severity.NOTE, sentence, ref.layer, ref)
    target = ref.target_node
    if troubled(trace, reveal, ref.layer, Trouble.DEAD, example)[ref.neuron]:
        z = notation.number(_extreme_z(trace, target, example))
        sentence = (
            f"This weight gets no gradient, because {place_of(target, notation)} is dead for "
            f"{_which(trace, example)}: its z = {z} is not above 0.{rest}"
        )
        yield Finding(Trouble.DEAD, Severity.WARNING, sentence, ref.layer, target)


def _has_no_gradient(trace: PassTrace, ref: EdgeRef, example: int | None) -> bool:
    """Whether the recorded ∂C/∂w is 0, but for its L2 term, which an example's own has not."""
    shared = example is None or trace.example_count == 1
    pull = trace.settings.decay * trace.value(Quantity.WEIGHT, ref) if shared else 0.0
    return trace.value(Quantity.WEIGHT_GRADIENT, ref, example) == pull


def _extreme_z(trace: PassTrace, ref: NodeRef, example: int | None) -> float:
    """Return z of an example, or of all together the largest by amount."""
    zs = trace.forward.preactivations[ref.layer - 1][:, ref.neuron]
    return float(zs[np.abs(zs).argmax() if example is None else example])


def _summaries(
    trace: PassTrace, reveal: Reveal, layer: int, notation: Notation, example: int | None
) -> Iterator[Finding]:
    size, name = trace.spec.sizes[layer], trace.spec.activations[layer - 1]
    reasons = {
        Trouble.DEAD: (f"dead for {_which(trace, example)}", "z ≤ 0, so ReLU′(z) = 0"),
        Trouble.SATURATED: ("saturated", f"{_SLOPES.get(name, '')} < 0.01"),
        Trouble.EXPLODING: ("exploding", f"|z| > {count(int(HUGE))}"),
    }
    for trouble, (word, reason) in reasons.items():
        found = np.flatnonzero(troubled(trace, reveal, layer, trouble, example)).tolist()
        if not found:
            continue
        verb = "is" if len(found) == 1 else "are"
        noun = "neuron" if len(found) == 1 else "neurons"
        listed = f": {noun} {neuron_list(found, notation)}"
        if (
            trouble is Trouble.DEAD
            and len(found) == size
            and _blocks(trace, reveal, layer, None, example)
        ):
            listed = ": nothing flows back through this layer"
        sentence = (
            f"{count(len(found))} of {counted(size, 'neuron')} of layer {layer} {verb} {word} "
            f"({reason}){listed}."
        )
        yield Finding(trouble, Severity.WARNING, sentence, layer)


def _left_out(
    trace: PassTrace, reveal: Reveal, layer: int, notation: Notation, example: int | None
) -> Iterator[Finding]:
    found = np.flatnonzero(dropped_neurons(trace, reveal, layer, example)).tolist()
    if found:
        noun = "neuron" if len(found) == 1 else "neurons"
        sentence = (
            f"Dropout leaves {count(len(found))} of {counted(trace.spec.sizes[layer], 'neuron')} "
            f"of layer {layer} out for {_which(trace, example)}: {noun} "
            f"{neuron_list(found, notation)}."
        )
        yield Finding(Trouble.DROPPED, Severity.NOTE, sentence, layer)


def _growth(
    trace: PassTrace, reveal: Reveal, layer: int, notation: Notation, example: int | None
) -> Iterator[Finding]:
    """Compare a layer's z with the layer's before, and its error signals with the next layer's."""
    z = _sizes(trace, reveal, Quantity.PREACTIVATION, (layer - 1, layer), example)
    if z is not None and z[1] > GROWING * z[0]:
        yield _grown("z", layer, z[1], layer - 1, z[0], notation)
    error = _sizes(trace, reveal, Quantity.BIAS_GRADIENT, (layer + 1, layer), example)
    if error is None:
        return
    # Of all examples the amounts are averaged, not the signals: none is the mean's ∂C/∂b.
    symbol = symbol_of(Quantity.BIAS_GRADIENT, NodeRef(layer, 0), notation)
    if error[1] > GROWING * error[0]:
        yield _grown(symbol, layer, error[1], layer + 1, error[0], notation)
    elif error[1] * VANISHING < error[0] and error[1] > 0:
        sentence = (
            f"Vanishing gradient: {symbol} of layer {layer} is on average "
            f"{notation.number(error[1])} in size, {_times(error[0] / error[1])} times smaller "
            f"than {notation.number(error[0])} in layer {layer + 1}, so layer {layer} learns "
            "that much more slowly."
        )
        yield Finding(Trouble.VANISHING, Severity.WARNING, sentence, layer)


def _grown(
    symbol: str, layer: int, size: float, other: int, other_size: float, notation: Notation
) -> Finding:
    sentence = (
        f"Exploding values: {symbol} of layer {layer} is on average {notation.number(size)} in "
        f"size, {_times(size / other_size)} times larger than {notation.number(other_size)} in "
        f"layer {other}."
    )
    return Finding(Trouble.EXPLODING, Severity.WARNING, sentence, layer)


def _sizes(
    trace: PassTrace,
    reveal: Reveal,
    quantity: Quantity,
    layers: tuple[int, int],
    example: int | None,
) -> tuple[float, float] | None:
    """Return the mean amounts of z or δ in two layers; None unless known, finite and not 0.

    Over all examples they are means of amounts: signs that cancel make nothing vanish.
    """
    last = trace.spec.layer_count
    asked = 0 if quantity is Quantity.PREACTIVATION and example is None else example
    if not all(
        0 < layer <= last and reveal.knows(quantity, layer, None, asked) for layer in layers
    ):
        return None
    recorded = trace.forward.preactivations
    if quantity is Quantity.BIAS_GRADIENT:
        recorded = trace.backward.deltas
    one, other = (float(np.abs(recorded[layer - 1][_rows(example)]).mean()) for layer in layers)
    return (one, other) if np.isfinite(one) and np.isfinite(other) and one > 0 else None


def _times(ratio: float) -> str:
    """Return how many times, in whole numbers as long as those can be grasped."""
    return count(round(ratio)) if ratio < COUNTED else rounded(ratio)
