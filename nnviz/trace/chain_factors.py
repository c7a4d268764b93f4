"""The factors of one path, as names and as numbers that multiply out to the product shown.

Apart from the other texts of the paths because of its rule: a reader who multiplies the factors of
a row arrives at its product within one unit of the last digit.
"""

from nnviz.formatting import number
from nnviz.trace.chain import Link, Term
from nnviz.trace.expression_text import plain
from nnviz.trace.notation import LayerPlace, Notation, WeightOrder
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef
from nnviz.trace.shown import Num, Shown, equation, product

__all__ = ["factor_letters", "factor_names", "factor_numbers", "indexed", "weight_name"]

_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def factor_numbers(values: list[float | None], result: float | None, notation: Notation) -> str:
    """Return the factors as numbers, None as a dash; with the digits that ``result`` needs.

    Without a result, or while a factor is unknown, they have the notation's digits.
    """
    known = [value for value in values if value is not None]
    if result is None or len(known) < len(values):
        texts = [number(value, notation.digits) for value in values]
        return " · ".join(
            f"({each})" if at and each.startswith("−") else each for at, each in enumerate(texts)
        )

    def build(num: Num) -> Shown:
        return product(*(num(value) for value in known))

    return plain(equation(None, result, notation.digits, build).sides[0])


def factor_letters(trace: PassTrace, links: tuple[Link, ...]) -> str:
    """Return the kinds of the factors in order, without neurons: ∂C/∂a · f′(z) · w · f′(z) · a."""
    return " · ".join(_letters(trace, link) for link in links)


def factor_names(trace: PassTrace, links: tuple[Link, ...], notation: Notation) -> str:
    """Return the factors in order with their neurons: ∂C/∂a⁽²⁾₀ · f′(z⁽²⁾₀) · a⁽¹⁾₂."""
    return " · ".join(_name(trace, link, notation) for link in links)


def indexed(name: str, layer: int, index: str, notation: Notation) -> str:
    """Return a symbol in plain text with its layer and ``index``: z⁽¹⁾₀."""
    if notation.layers is LayerPlace.SUBSCRIPT:
        return name + f"{layer};{index}".translate(_LOWERED)
    return name + f"({layer})".translate(_RAISED) + index.translate(_LOWERED)


def weight_name(edge: EdgeRef, notation: Notation) -> str:
    """Return the symbol of a weight in plain text: w⁽¹⁾₁,₀."""
    pair = [notation.index(edge.neuron), notation.index(edge.source)]
    if notation.weight_order is WeightOrder.FROM_TO:
        pair.reverse()
    return indexed("w", edge.layer, f"{pair[0]},{pair[1]}", notation)


def _has_slope(trace: PassTrace, link: Link) -> bool:
    """Whether ∂a/∂z is f′(z); that of softmax is an entry of its Jacobian."""
    return trace.spec.activation(link.above.layer).derivative is not None


def _letters(trace: PassTrace, link: Link) -> str:
    above, below = link.above.quantity, link.below.quantity
    match above, below:
        case Quantity.ACTIVATION, _ if _has_slope(trace, link):
            return "r f′(z)" if trace.mask(link.above.layer) is not None else "f′(z)"
        case Quantity.PREACTIVATION, Quantity.ACTIVATION:
            return "w"
        case Quantity.PREACTIVATION, Quantity.WEIGHT:
            return "a"
    return f"∂{above.symbol}/∂{below.symbol}"


def _name(trace: PassTrace, link: Link, notation: Notation) -> str:
    above, below, ref = link.above, link.below, link.ref
    match above.quantity, below.quantity:
        case Quantity.ACTIVATION, _ if _has_slope(trace, link):
            slope = f"f′({_term_name(below, notation)})"
            if trace.mask(below.layer) is None or below.neuron is None:
                return slope
            r = indexed("r", below.layer, str(notation.index(below.neuron)), notation)
            return f"{r} {slope}"
        case Quantity.PREACTIVATION, Quantity.ACTIVATION if isinstance(ref, EdgeRef):
            return weight_name(ref, notation)
        case Quantity.PREACTIVATION, Quantity.WEIGHT if ref is not None:
            return indexed("a", ref.layer, str(notation.index(ref.neuron)), notation)
    return f"∂{_term_name(above, notation)}/∂{_term_name(below, notation)}"


def _term_name(term: Term, notation: Notation) -> str:
    if term.quantity is Quantity.COST or term.neuron is None:
        return term.quantity.symbol
    return indexed(term.quantity.symbol, term.layer, str(notation.index(term.neuron)), notation)
