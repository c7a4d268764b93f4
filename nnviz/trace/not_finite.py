"""Where a pass stops being finite: the first NaN or infinity in the order of computation.

Apart from the other findings, because it looks at every number of a pass.
"""

from collections.abc import Iterator

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.formatting import count
from nnviz.trace.findings import Finding, Severity
from nnviz.trace.naming import place_of, symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Known
from nnviz.trace.trouble import Trouble

__all__ = ["first_not_finite"]


def first_not_finite(
    trace: PassTrace, reveal: Reveal, notation: Notation, example: int | None = 0
) -> Finding | None:
    """Return the first NaN or infinity in the order of computation, None if all are finite."""
    for quantity, layer in _order_of_computation(trace.spec.layer_count):
        known = reveal.knows(quantity, layer, None, example)
        if not known and reveal.known_count(quantity, layer, trace.spec.sizes[layer], example) == 0:
            continue
        values = np.asarray(
            trace.cost_of(example)
            if quantity is Quantity.COST
            else trace.layer_values(quantity, layer, example)
        )
        places = np.argwhere(~np.isfinite(values))
        if len(places):
            return _not_finite(Known(quantity, layer, None, example), values, places, notation)
    return None


def _order_of_computation(last: int) -> Iterator[tuple[Quantity, int]]:
    yield Quantity.ACTIVATION, 0
    for layer in range(1, last + 1):
        for quantity in (
            Quantity.WEIGHT, Quantity.BIAS, Quantity.PREACTIVATION, Quantity.ACTIVATION,
        ):  # fmt: skip
            yield quantity, layer
    yield Quantity.COST, last
    for layer in range(last, 0, -1):
        for quantity in (
            Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT,
        ):  # fmt: skip
            yield quantity, layer
    yield Quantity.ACTIVATION_GRADIENT, 0
    for layer in range(1, last + 1):
        yield Quantity.WEIGHT_AFTER, layer
        yield Quantity.BIAS_AFTER, layer


def _not_finite(known: Known, values: FloatArray, places: IntArray, notation: Notation) -> Finding:
    quantity, layer, _, example = known
    place = tuple(int(each) for each in places[0])
    value = notation.number(float(values[place]))
    if not place:
        ref: Ref | None = None
        where = "C"
    else:
        ref = NodeRef(layer, place[0]) if len(place) == 1 else EdgeRef(layer, *place)
        where = place_of(ref, notation)
        if quantity is Quantity.WEIGHT:
            where = where.capitalize()
        else:
            where = f"{symbol_of(quantity, ref, notation, example)} of {where}"
    more = f", and {count(len(places) - 1)} more there" if len(places) > 1 else ""
    sentence = (
        f"{where} is {value}{more}: it is the first number of this pass that is not finite, and "
        "spoils all that is computed from it. Smaller weights or a smaller learning rate avoid it."
    )
    return Finding(Trouble.NOT_FINITE, Severity.ERROR, sentence, layer, ref)
