"""The equations of a whole layer, in matrix form, with the shapes below them."""

from nnviz.formatting import count, number
from nnviz.trace.activation_formulas import ACTIVATION_FORMULAS
from nnviz.trace.cost_formulas import COST_FORMULAS
from nnviz.trace.focus import Focus, Part
from nnviz.trace.markup_notation import derivative, entries, matrix, shape, vector
from nnviz.trace.quantities import Quantity

__all__ = ["layer_part"]


def layer_part(quantity: Quantity, focus: Focus) -> Part:
    """Return how ``quantity`` of the whole layer is computed; the cost needs ``cost_part``."""
    match quantity:
        case Quantity.PREACTIVATION:
            return _preactivation(focus)
        case Quantity.ACTIVATION:
            return _activation(focus) if focus.layer else _input(focus)
        case Quantity.ACTIVATION_GRADIENT:
            return _output_gradient(focus) if focus.is_output else _hidden_gradient(focus)
        case Quantity.BIAS_GRADIENT:
            return _bias_gradient(focus)
        case Quantity.WEIGHT_GRADIENT:
            return _weight_gradient(focus)
        case Quantity.WEIGHT_AFTER:
            return _update(focus)
    raise KeyError(quantity)


def _numbers(focus: Focus, symbol: str, quantity: Quantity, layer: int | None = None) -> str:
    return f"{symbol} = {entries(focus.values(quantity, layer), focus.digits)}"


def _input(focus: Focus) -> Part:
    a = vector("a", 0)
    lines = (shape(focus.size), _numbers(focus, a, Quantity.ACTIVATION))
    return Part(f"{a} = <b>x</b>", lines)


def _preactivation(focus: Focus) -> Part:
    layer, column = focus.layer, shape(focus.size)
    z = vector("z", layer)
    equation = f"{z} = {matrix(layer)} {vector('a', layer - 1)} + {vector('b', layer)}"
    shapes = f"{column} = {shape(focus.size, focus.sources)} · {shape(focus.sources)} + {column}"
    return Part(equation, (shapes, _numbers(focus, z, Quantity.PREACTIVATION)))


def _activation(focus: Focus) -> Part:
    a, z = vector("a", focus.layer), vector("z", focus.layer)
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    column = shape(focus.size)
    return Part(
        f"{a} = {formula.symbol}({z})<br>{formula.definition}",
        (f"{column} = {formula.symbol}({column})", _numbers(focus, a, Quantity.ACTIVATION)),
    )


def _output_gradient(focus: Focus) -> Part:
    a = vector("a", focus.layer)
    gradient = COST_FORMULAS[focus.spec.cost].gradient
    right = gradient.format(a=a, y="<b>y</b>", n=count(focus.size))
    column = shape(focus.size)
    shapes = f"{column} = {column} − {column}"
    if focus.is_fused:
        shapes = f"{column}, entry by entry"
    numbers = _numbers(focus, derivative(a), Quantity.ACTIVATION_GRADIENT)
    return Part(f"{derivative(a)} = {right}", (shapes, numbers))


def _hidden_gradient(focus: Focus) -> Part:
    a, above = vector("a", focus.layer), focus.layer + 1
    size = focus.spec.sizes[above]
    signal = derivative(vector(focus.signal, above))
    return Part(
        f"{derivative(a)} = {matrix(above)}<sup>T</sup> · {signal}",
        (
            f"{shape(focus.size)} = {shape(focus.size, size)} · {shape(size)}",
            _numbers(focus, derivative(a), Quantity.ACTIVATION_GRADIENT),
        ),
    )


def _bias_gradient(focus: Focus) -> Part:
    """Return δ of the layer, and, of several examples, its mean."""
    layer, column = focus.layer, shape(focus.size)
    a, z = vector("a", layer), vector("z", layer)
    gradient = derivative(a)
    formula = ACTIVATION_FORMULAS[focus.activation_name]
    more = ""
    if focus.is_fused:
        whole = focus.activation_name == "sigmoid" or focus.adds_up_to_one
        right = f"{a} − <b>y</b>" if whole else f"{a} Σ<sub>i</sub> y<sub>i</sub> − <b>y</b>"
        shapes = f"{column} = {column} − {column}"
    elif focus.activation_name == "softmax":
        right = f"J<sup>T</sup> · {gradient}"
        shapes = f"{column} = {shape(focus.size, focus.size)} · {column}"
        more = f"<br>J<sub>i,j</sub> = {formula.slope}"
    else:
        right = f"{formula.symbol}′({z}) ⊙ {gradient}"
        shapes = f"{column} = {column} ⊙ {column}"
        more = f"<br>{formula.slope}"
    b = derivative(vector("b", layer))
    lines = [shapes]
    if focus.examples == 1:
        symbolic = f"{b} = {right}"
    else:
        m = count(focus.examples)
        signal = derivative(z)
        symbolic = f"{signal} = {right}<br>{b} = mean of {signal} over {m} examples"
        lines.append(f"{signal} = {entries(focus.delta(), focus.digits)}")
    lines.append(_numbers(focus, b, Quantity.BIAS_GRADIENT))
    return Part(symbolic + more, tuple(lines))


def _weight_gradient(focus: Focus) -> Part:
    layer = focus.layer
    left = derivative(matrix(layer))
    outer = f"{derivative(vector(focus.signal, layer))} · {vector('a', layer - 1)}<sup>T</sup>"
    full = shape(focus.size, focus.sources)
    shapes = f"{full} = {shape(focus.size)} · {shape(1, focus.sources)}"
    if focus.examples > 1:
        outer = f"mean of {outer} over {count(focus.examples)} examples"
    if focus.decay:
        outer += f" + (λ/n) {matrix(layer)}"
        shapes += f" + {full}"
    return Part(f"{left} = {outer}", (shapes, _numbers(focus, left, Quantity.WEIGHT_GRADIENT)))


def _update(focus: Focus) -> Part:
    """Return all layers at once, because the update moves them together."""
    equations, lines = [], [f"η = {number(focus.trace.settings.learning_rate, focus.digits)}"]
    for layer in range(1, focus.spec.layer_count + 1):
        for symbol, quantity in (
            (matrix(layer), Quantity.WEIGHT_AFTER),
            (vector("b", layer), Quantity.BIAS_AFTER),
        ):
            if quantity is Quantity.BIAS_AFTER and not focus.trace.settings.update_biases:
                equations.append(f"{symbol} stays")
                continue
            equations.append(f"{symbol} ← {symbol} − η {derivative(symbol)}")
            lines.append(_numbers(focus, symbol, quantity, layer))
    return Part("<br>".join(equations), tuple(lines))
