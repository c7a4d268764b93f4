"""The equations of one neuron, in symbols and with its numbers put in."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count, number
from nnviz.trace.activation_formulas import ACTIVATION_FORMULAS, softmax_build
from nnviz.trace.cost_formulas import COST_FORMULAS, gradient_builds
from nnviz.trace.focus import Focus, Part
from nnviz.trace.markup_notation import derivative, scalar, vector, weight
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.shown import (
    Build,
    Num,
    Shown,
    difference,
    elided_sum,
    equation,
    product,
    quotient,
    total,
    whole,
)

__all__ = ["neuron_part"]

_WRITTEN_OUT = 4
"""Sums of so many terms are written out in symbols; longer ones with Σ."""
_SHOWN_WEIGHTS = 3


def neuron_part(quantity: Quantity, focus: Focus, neuron: int) -> Part:
    """Return how ``quantity`` of one neuron of the layer is computed."""
    match quantity:
        case Quantity.PREACTIVATION:
            return _preactivation(focus, neuron)
        case Quantity.ACTIVATION:
            return _activation(focus, neuron) if focus.layer else _input(focus, neuron)
        case Quantity.ACTIVATION_GRADIENT:
            part = _output_gradient if focus.is_output else _hidden_gradient
            return part(focus, neuron)
        case Quantity.BIAS_GRADIENT:
            return _bias_gradient(focus, neuron)
        case Quantity.WEIGHT_GRADIENT:
            return _weight_gradient(focus, neuron)
        case Quantity.WEIGHT_AFTER:
            return _update(focus, neuron)
    raise KeyError(quantity)


def _products(left: FloatArray, right: FloatArray) -> Build:
    """Return Σ left · right, elided."""
    pairs = [(float(one), float(other)) for one, other in zip(left, right, strict=True)]
    exact = [one * other for one, other in pairs]
    return elided_sum(exact, lambda num, at: product(num(pairs[at][0]), num(pairs[at][1])))


def _numbers(values: FloatArray) -> Build:
    """Return the sum of the values, elided."""
    listed = [float(value) for value in values]
    return elided_sum(listed, lambda num, at: num(listed[at]))


def _mean(terms: Build, examples: int) -> Build:
    return lambda num: quotient(terms(num), whole(examples))


def _in_symbols(terms: Sequence[str], general: str, index: str) -> str:
    """Write a short sum out, a long one with Σ."""
    return " + ".join(terms) if len(terms) <= _WRITTEN_OUT else f"Σ<sub>{index}</sub> {general}"


def _input(focus: Focus, j: int) -> Part:
    a = scalar("a", 0, j)
    value = float(focus.values(Quantity.ACTIVATION)[j])
    return Part(f"{a} = x<sub>{j}</sub>", (equation(a, value, focus.digits),))


def _preactivation(focus: Focus, j: int) -> Part:
    layer, below = focus.layer, focus.layer - 1
    z, b = scalar("z", layer, j), scalar("b", layer, j)
    terms = [f"{weight(layer, j, k)} {scalar('a', below, k)}" for k in range(focus.sources)]
    general = f"{weight(layer, j, 'k')} {scalar('a', below, 'k')}"
    weighted = _products(focus.values(Quantity.WEIGHT)[j], focus.values(Quantity.ACTIVATION, below))
    bias = float(focus.values(Quantity.BIAS)[j])
    line = equation(
        z, float(focus.values(Quantity.PREACTIVATION)[j]), focus.digits,
        lambda num: total(weighted(num), num(bias)),
    )  # fmt: skip
    return Part(f"{z} = {_in_symbols(terms, general, 'k')} + {b}", (line,))


def _activation(focus: Focus, j: int) -> Part:
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    a, z = scalar("a", focus.layer, j), scalar("z", focus.layer, j)
    all_z = focus.values(Quantity.PREACTIVATION)
    if formula.value_build is None:
        right = f"{formula.symbol}({vector('z', focus.layer)})<sub>{j}</sub>"
        build = softmax_build(all_z, j)
    else:
        right = f"{formula.symbol}({z})"
        build = formula.value_build(float(all_z[j]))
    exact = float(focus.values(Quantity.ACTIVATION)[j])
    line = equation(a, exact, focus.digits, build)
    return Part(f"{a} = {right}<br>{formula.definition}", (line,))


def _output_gradient(focus: Focus, j: int) -> Part:
    formula = COST_FORMULAS[focus.spec.cost]
    a = scalar("a", focus.layer, j)
    exact = float(focus.values(Quantity.ACTIVATION_GRADIENT)[j])
    builds = gradient_builds(
        formula, focus.values(Quantity.PREACTIVATION), focus.values(Quantity.ACTIVATION),
        focus.target, j, exact,
    )  # fmt: skip
    right = formula.gradient.format(a=a, y=f"y<sub>{j}</sub>", n=count(focus.size))
    line = equation(derivative(a), exact, focus.digits, *builds)
    return Part(f"{derivative(a)} = {right}", (line,))


def _hidden_gradient(focus: Focus, j: int) -> Part:
    """Return Σ_k w_kj ∂C/∂b_k of the layer above, with the weights of the forward pass."""
    above = focus.layer + 1
    left = derivative(scalar("a", focus.layer, j))
    signals = focus.delta(above)
    terms = [
        f"{weight(above, k, j)} · {derivative(scalar(focus.signal, above, k))}"
        for k in range(len(signals))
    ]
    general = f"{weight(above, 'k', j)} · {derivative(scalar(focus.signal, above, 'k'))}"
    build = _products(focus.values(Quantity.WEIGHT, above)[:, j], signals)
    exact = float(focus.values(Quantity.ACTIVATION_GRADIENT)[j])
    line = equation(left, exact, focus.digits, build)
    return Part(f"{left} = {_in_symbols(terms, general, 'k')}", (line,))


def _bias_gradient(focus: Focus, j: int) -> Part:
    """Return δ of the neuron, and, of several examples, its mean."""
    b, z = (derivative(scalar(letter, focus.layer, j)) for letter in "bz")
    signal = b if focus.examples == 1 else z
    if focus.is_fused:
        right, more, lines, build = _fused_signal(focus, j)
    elif focus.activation_name == "softmax":
        right, more, lines, build = _softmax_signal(focus, j)
    else:
        right, more, lines, build = _elementwise_signal(focus, j)
    lines = [*lines, equation(signal, float(focus.delta()[j]), focus.digits, build)]
    symbolic = f"{signal} = {right}"
    if focus.examples > 1:
        symbolic += f"<br>{b} = mean of {z} over {count(focus.examples)} examples"
        deltas = focus.trace.backward.deltas[focus.layer - 1][:, j]
        exact = float(focus.values(Quantity.BIAS_GRADIENT)[j])
        mean = _mean(_numbers(deltas), focus.examples)
        lines.append(equation(b, exact, focus.digits, mean))
    return Part(symbolic + more, tuple(lines))


_Signal = tuple[str, str, list[str], Build]
"""∂C/∂z in symbols, what explains them, lines to come first, and the numbers."""


def _fused_signal(focus: Focus, j: int) -> _Signal:
    """Return a − y; for softmax with targets that do not add up to 1, a Σ y − y."""
    a, y = float(focus.values(Quantity.ACTIVATION)[j]), float(focus.target[j])
    symbol_a, symbol_y = scalar("a", focus.layer, j), f"y<sub>{j}</sub>"
    if focus.activation_name == "sigmoid" or focus.adds_up_to_one:
        return f"{symbol_a} − {symbol_y}", "", [], lambda num: difference(num(a), num(y))
    targets = float(focus.target.sum())
    right = f"{symbol_a} Σ<sub>i</sub> y<sub>i</sub> − {symbol_y}"
    return right, "", [], lambda num: difference(product(num(a), num(targets)), num(y))


def _softmax_signal(focus: Focus, j: int) -> _Signal:
    """Return Σ_i ∂C/∂a_i ∂a_i/∂z_j: every output of a softmax depends on this z."""
    a = focus.values(Quantity.ACTIVATION)
    row = -a * a[j]
    row[j] = a[j] * (1 - a[j])
    gradient = derivative(scalar("a", focus.layer, "i"))
    slope = f"∂{scalar('a', focus.layer, 'i')}/∂{scalar('z', focus.layer, j)}"
    more = f"<br>{ACTIVATION_FORMULAS['softmax'].slope}"
    gradients = focus.values(Quantity.ACTIVATION_GRADIENT)
    terms = _products(gradients, row)
    # The engine's a_j(∂C/∂a_j − Σ_i a_i ∂C/∂a_i) rounds at the size of ∂C/∂a.
    size = float(np.abs(gradients).max())
    return f"Σ<sub>i</sub> {gradient} · {slope}", more, [], lambda n: replace(terms(n), scale=size)


def _elementwise_signal(focus: Focus, j: int) -> _Signal:
    """Return f′(z) ∂C/∂a, with f′(z) worked out first."""
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    z, a = (
        float(focus.values(quantity)[j])
        for quantity in (Quantity.PREACTIVATION, Quantity.ACTIVATION)
    )
    gradient = float(focus.values(Quantity.ACTIVATION_GRADIENT)[j])
    slope = focus.trace.activation_derivative(NodeRef(focus.layer, j), focus.example)
    builds: list[Build] = [lambda num: num(slope)]
    if formula.slope_build is not None:
        builds.insert(0, formula.slope_build(a))
    left = f"{formula.symbol}′({number(z, focus.digits)})"
    line = equation(left, slope, focus.digits, *builds)
    right = (
        f"{formula.symbol}′({scalar('z', focus.layer, j)}) · "
        f"{derivative(scalar('a', focus.layer, j))}"
    )
    return right, f"<br>{formula.slope}", [line], lambda num: product(num(slope), num(gradient))


def _weight_gradient(focus: Focus, j: int) -> Part:
    """Return a line for each of the neuron's weights, or for the three of the largest gradients."""
    layer, below = focus.layer, focus.layer - 1
    right = f"{derivative(scalar(focus.signal, layer, j))} · {scalar('a', below, 'k')}"
    if focus.examples > 1:
        right = f"mean of {right} over {count(focus.examples)} examples"
    if focus.decay:
        right += f" + (λ/n) {weight(layer, j, 'k')}"
    gradients = focus.values(Quantity.WEIGHT_GRADIENT)[j]
    sources = list(range(focus.sources))
    if len(sources) > _WRITTEN_OUT:
        by_size = np.argsort(-np.abs(gradients), kind="stable")
        sources = by_size[:_SHOWN_WEIGHTS].tolist()
    lines = [
        equation(
            derivative(weight(layer, j, k)), float(gradients[k]), focus.digits,
            _weight_gradient_build(focus, j, k),
        )
        for k in sources
    ]  # fmt: skip
    return Part(f"{derivative(weight(layer, j, 'k'))} = {right}", tuple(lines))


def _weight_gradient_build(focus: Focus, j: int, k: int) -> Build:
    deltas = focus.trace.backward.deltas[focus.layer - 1][:, j]
    terms = _products(deltas, focus.trace.forward.activations[focus.layer - 1][:, k])
    mean = terms if focus.examples == 1 else _mean(terms, focus.examples)
    if not focus.decay:
        return mean
    w = float(focus.values(Quantity.WEIGHT)[j, k])
    return lambda num: total(mean(num), product(num(focus.decay), num(w)))


def _update(focus: Focus, j: int) -> Part:
    """Return the step of the neuron's strongest weight, and of its bias."""
    k = int(np.abs(focus.values(Quantity.WEIGHT)[j]).argmax())
    w, b = weight(focus.layer, j, k), scalar("b", focus.layer, j)
    line = _step(
        focus, w, (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER), (j, k)
    )
    symbolic = f"{w} ← {w} − η {derivative(w)}"
    if not focus.trace.settings.update_biases:
        bias = float(focus.values(Quantity.BIAS_AFTER)[j])
        return Part(f"{symbolic}<br>{b} stays", (line, equation(b, bias, focus.digits)))
    moved = _step(focus, b, (Quantity.BIAS, Quantity.BIAS_GRADIENT, Quantity.BIAS_AFTER), (j,))
    return Part(f"{symbolic}<br>{b} ← {b} − η {derivative(b)}", (line, moved))


def _step(
    focus: Focus, symbol: str, quantities: tuple[Quantity, Quantity, Quantity], at: tuple[int, ...]
) -> str:
    before, gradient, after = (float(focus.values(quantity)[at]) for quantity in quantities)
    rate = focus.trace.settings.learning_rate

    def build(num: Num) -> Shown:
        return difference(num(before), product(num(rate), num(gradient)))

    return equation(symbol, after, focus.digits, build)
