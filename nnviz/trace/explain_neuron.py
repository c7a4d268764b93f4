"""The equations of one neuron, in symbols and with its numbers put in."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.activation_formulas import ACTIVATION_FORMULAS, applied, softmax_build
from nnviz.trace.cost_formulas import COST_FORMULAS, gradient_builds
from nnviz.trace.dropout_formulas import mask_definition
from nnviz.trace.explain_update import neuron_update
from nnviz.trace.explain_weight import mean_gradient, weight_gradient
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fenced,
    Fraction,
    Scripted,
    Summation,
    Word,
    between,
    digits_of,
    letter,
    row,
    tagged,
    whole_number,
)
from nnviz.trace.focus import Focus, Part
from nnviz.trace.notation import ErrorSymbol
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import (
    Build,
    Equation,
    Num,
    Shown,
    difference,
    elided_sum,
    equation,
    product,
    total,
)

__all__ = ["neuron_part"]

_WRITTEN_OUT = 4
"""Sums of so many terms are written out in symbols; longer ones with Σ."""


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
        case Quantity.BIAS_GRADIENT if focus.example is None:
            return mean_gradient(focus, neuron)
        case Quantity.BIAS_GRADIENT:
            return _error_signal(focus, neuron)
        case Quantity.WEIGHT_GRADIENT:
            return weight_gradient(focus, neuron)
    return neuron_update(focus, quantity, neuron)


_Term = tuple[Quantity | None, EdgeRef | NodeRef]


def _products(left: FloatArray, right: FloatArray, of: Sequence[tuple[_Term, _Term]]) -> Build:
    """Return Σ left · right, elided; ``of`` says what the two factors of each term speak of."""
    pairs = [(float(one), float(other)) for one, other in zip(left, right, strict=True)]
    exact = [one * other for one, other in pairs]

    def term(num: Num, at: int) -> Shown:
        return product(num(pairs[at][0], *of[at][0]), num(pairs[at][1], *of[at][1]))

    return elided_sum(exact, term)


def _in_symbols(terms: Sequence[Expression], general: Expression, index: str) -> Expression:
    """Write a short sum out, a long one with Σ."""
    if len(terms) <= _WRITTEN_OUT:
        return between("+", *terms)
    return row(Summation(letter(index)), general)


def _is(left: Expression, right: Expression) -> Expression:
    return between("=", left, right)


def _input(focus: Focus, j: int) -> Part:
    a = focus.symbol(Quantity.ACTIVATION, j)
    line = _value(focus, Quantity.ACTIVATION, j)
    return Part((_is(a, focus.notation.scalar("x", 0, j)),), (line,))


def _value(focus: Focus, quantity: Quantity, j: int, *builds: Build) -> Equation:
    """Return ``symbol = expression = value`` of a neuron's quantity."""
    exact = focus.value(quantity, j)
    left = focus.symbol(quantity, j)
    ref = NodeRef(focus.layer, j)
    return equation(left, exact, focus.digits, *builds, quantity=quantity, ref=ref)


def _preactivation(focus: Focus, j: int) -> Part:
    layer, below = focus.layer, focus.layer - 1
    z, b = (focus.symbol(quantity, j) for quantity in (Quantity.PREACTIVATION, Quantity.BIAS))
    sources = focus.sources
    written = range(sources if sources <= _WRITTEN_OUT else 0)
    terms = [
        row(focus.weight(j, k), THIN, focus.symbol(Quantity.ACTIVATION, k, below)) for k in written
    ] or [z] * (_WRITTEN_OUT + 1)
    general = row(focus.weight(j, "k"), THIN, focus.symbol(Quantity.ACTIVATION, "k", below))
    of = [
        ((Quantity.WEIGHT, EdgeRef(layer, j, k)), (Quantity.ACTIVATION, NodeRef(below, k)))
        for k in range(sources)
    ]
    weighted = _products(
        focus.values(Quantity.WEIGHT)[j], focus.values(Quantity.ACTIVATION, below), of
    )
    bias, node = focus.value(Quantity.BIAS, j), NodeRef(layer, j)
    line = _value(
        focus, Quantity.PREACTIVATION, j,
        lambda num: total(weighted(num), num(bias, Quantity.BIAS, node)),
    )  # fmt: skip
    return Part((_is(z, between("+", _in_symbols(terms, general, "k"), b)),), (line,))


def _activation(focus: Focus, j: int) -> Part:
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    a = focus.symbol(Quantity.ACTIVATION, j)
    all_z = focus.values(Quantity.PREACTIVATION)
    if formula.value_build is None:
        right: Expression = _entry(
            applied(formula, focus.notation.vector("z", focus.layer)), focus, j
        )
        build = softmax_build(all_z, focus.layer, j)
    else:
        right = applied(formula, focus.symbol(Quantity.PREACTIVATION, j))
        build = formula.value_build(float(all_z[j]))
    more: tuple[Expression, ...] = (formula.definition,)
    if focus.mask is not None:
        right, build = between("·", _mask_symbol(focus, j), right), _masked(focus, j, build)
        more = (mask_definition(), *more)
    line = _value(focus, Quantity.ACTIVATION, j, build)
    return Part((_is(a, right), *more), (line,))


def _mask_symbol(focus: Focus, j: int) -> Expression:
    """Return r of the neuron, which dropout multiplies its f(z) by."""
    return tagged(focus.notation.scalar("r", focus.layer, j), None, NodeRef(focus.layer, j))


def _masked(focus: Focus, j: int, build: Build) -> Build:
    """Return r times what ``build`` writes; r is none of the recorded quantities."""
    if focus.mask is None:
        return build
    r, node = float(focus.mask[j]), NodeRef(focus.layer, j)
    return lambda num: product(num(r, None, node), build(num))


def _entry(vector: Expression, focus: Focus, j: int) -> Expression:
    return Scripted(vector, None, Word(str(focus.notation.index(j)), Face.NUMBER))


def _output_gradient(focus: Focus, j: int) -> Part:
    formula = COST_FORMULAS[focus.spec.cost]
    exact = focus.value(Quantity.ACTIVATION_GRADIENT, j)
    builds = gradient_builds(
        formula, focus.values(Quantity.PREACTIVATION), focus.values(Quantity.ACTIVATION),
        focus.target, j, exact,
    )  # fmt: skip
    a, y = focus.symbol(Quantity.ACTIVATION, j), focus.notation.scalar("y", focus.layer, j)
    left = focus.symbol(Quantity.ACTIVATION_GRADIENT, j)
    line = _value(focus, Quantity.ACTIVATION_GRADIENT, j, *builds)
    return Part((_is(left, formula.gradient(a, y, focus.size)),), (line,))


def _hidden_gradient(focus: Focus, j: int) -> Part:
    """Return Σ_k w_kj δ_k of the layer above, with the weights of the forward pass."""
    above = focus.layer + 1
    signals = focus.delta(above)
    written = range(len(signals) if len(signals) <= _WRITTEN_OUT else 0)

    def term(k: int | str) -> Expression:
        signal = focus.symbol(Quantity.BIAS_GRADIENT, k, above)
        return between("·", focus.weight(k, j, above), signal)

    left = focus.symbol(Quantity.ACTIVATION_GRADIENT, j)
    terms = [term(k) for k in written] or [left] * (_WRITTEN_OUT + 1)
    of = [
        ((Quantity.WEIGHT, EdgeRef(above, k, j)), (Quantity.BIAS_GRADIENT, NodeRef(above, k)))
        for k in range(len(signals))
    ]
    build = _products(focus.values(Quantity.WEIGHT, above)[:, j], signals, of)
    line = _value(focus, Quantity.ACTIVATION_GRADIENT, j, build)
    return Part((_is(left, _in_symbols(terms, term("k"), "k")),), (line,))


def _error_signal(focus: Focus, j: int) -> Part:
    """Return δ of the neuron, which is also ∂C/∂b of the example."""
    left = focus.symbol(Quantity.BIAS_GRADIENT, j)
    if focus.is_fused:
        right, more, lines, build = _fused_signal(focus, j)
    elif focus.activation_name == "softmax":
        right, more, lines, build = _softmax_signal(focus, j)
    else:
        right, more, lines, build = _elementwise_signal(focus, j)
    symbolic = [_is(left, right), *more]
    if focus.notation.error is not ErrorSymbol.BIAS:
        b = focus.derivative(focus.notation.scalar("b", focus.layer, j))
        symbolic.append(_is(b, left))
    line = _value(focus, Quantity.BIAS_GRADIENT, j, build)
    return Part(tuple(symbolic), (*lines, line))


_Signal = tuple[Expression, list[Expression], list[Equation], Build]
"""The error signal in symbols, what explains them, lines to come first, and the numbers."""


def _fused_signal(focus: Focus, j: int) -> _Signal:
    """Return a − y; for softmax with targets that do not add up to 1, a Σ y − y."""
    a, y = focus.value(Quantity.ACTIVATION, j), float(focus.target[j])
    node = NodeRef(focus.layer, j)
    symbol_a, symbol_y = (
        focus.symbol(Quantity.ACTIVATION, j), focus.notation.scalar("y", focus.layer, j),
    )  # fmt: skip

    def output(num: Num) -> Shown:
        return num(a, Quantity.ACTIVATION, node)

    if focus.activation_name == "sigmoid" or focus.adds_up_to_one:
        right = between("−", symbol_a, symbol_y)
        return right, _why_fused(focus, j), [], lambda num: difference(output(num), num(y))
    targets = float(focus.target.sum())
    together = row(Summation(letter("i")), focus.notation.scalar("y", focus.layer, "i"))
    right = between("−", row(symbol_a, THIN, together), symbol_y)
    return right, [], [], lambda num: difference(product(output(num), num(targets)), num(y))


def _why_fused(focus: Focus, j: int) -> list[Expression]:
    """Return how the slopes of the cost and of the output function come to a − y together."""
    notation, layer = focus.notation, focus.layer
    z = notation.scalar("z", layer, j)
    result = between("−", notation.scalar("a", layer, j), notation.scalar("y", layer, j))
    if focus.activation_name == "sigmoid":
        a = notation.scalar("a", layer, j)
        slope = row(a, THIN, Fenced(between("−", whole_number(1), a)))
        terms = between("·", Fraction(result, slope), slope)
    else:
        a_i, y_i = notation.scalar("a", layer, "i"), notation.scalar("y", layer, "i")
        gradient = Fenced(row(Word("−", Face.NUMBER), Fraction(y_i, a_i)))
        own = Fraction(row(letter("∂"), a_i), row(letter("∂"), z))
        terms = row(Summation(letter("i")), gradient, THIN, own)
    return [between("=", focus.derivative(z), terms, result)]


def _softmax_signal(focus: Focus, j: int) -> _Signal:
    """Return Σ_i ∂C/∂a_i ∂a_i/∂z_j: every output of a softmax depends on this z."""
    a = focus.values(Quantity.ACTIVATION)
    slopes = -a * a[j]
    slopes[j] = a[j] * (1 - a[j])
    gradient = focus.symbol(Quantity.ACTIVATION_GRADIENT, "i")
    slope = Fraction(
        row(letter("∂"), focus.symbol(Quantity.ACTIVATION, "i")),
        row(letter("∂"), focus.symbol(Quantity.PREACTIVATION, j)),
    )
    gradients = focus.values(Quantity.ACTIVATION_GRADIENT)
    nodes = [NodeRef(focus.layer, i) for i in range(focus.size)]
    of: list[tuple[_Term, _Term]] = [
        ((Quantity.ACTIVATION_GRADIENT, node), (None, node)) for node in nodes
    ]
    terms = _products(gradients, slopes, of)
    # The engine's a_j(∂C/∂a_j − Σ_i a_i ∂C/∂a_i) rounds at the size of ∂C/∂a.
    size = float(np.abs(gradients).max())
    right = row(Summation(letter("i")), between("·", gradient, slope))
    more = [ACTIVATION_FORMULAS["softmax"].slope]
    return right, more, [], lambda n: replace(terms(n), scale=size)


def _elementwise_signal(focus: Focus, j: int) -> _Signal:
    """Return f′(z) ∂C/∂a, with f′(z) worked out first."""
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    node = NodeRef(focus.layer, j)
    z, a = focus.value(Quantity.PREACTIVATION, j), float(focus.unmasked()[j])
    gradient = focus.value(Quantity.ACTIVATION_GRADIENT, j)
    slope = focus.trace.activation_derivative(node, focus.row)
    builds: list[Build] = [lambda num: num(slope)]
    if formula.slope_build is not None:
        builds.insert(0, formula.slope_build(a))
    left = applied(formula, digits_of(z, focus.digits), prime=True)
    line = equation(left, slope, focus.digits, *builds, ref=node)
    symbol = applied(formula, focus.symbol(Quantity.PREACTIVATION, j), prime=True)
    right = between("·", symbol, focus.symbol(Quantity.ACTIVATION_GRADIENT, j))
    slope_formula = formula.slope_with(masked=focus.mask is not None)
    if focus.mask is not None:
        right = between("·", _mask_symbol(focus, j), right)

    def build(num: Num) -> Shown:
        return product(
            num(slope, None, node),  # f′(z) is none of the recorded quantities
            num(gradient, Quantity.ACTIVATION_GRADIENT, node),
        )

    return right, [slope_formula], [line], _masked(focus, j, build)
