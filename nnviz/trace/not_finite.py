"""Where a pass stops being finite: the first NaN or infinity in the order of computation.

Apart from the other findings, because it looks at every number of a pass.
"""

from collections.abc import Iterator

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.formatting import count
from nnviz.trace.findings import Finding, Severity
from nnviz.trace.moments import moment_symbol, update_moments
from nnviz.trace.naming import place_of, symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import AFTER, OF_UPDATE, Known
from nnviz.trace.trouble import Trouble

__all__ = ["first_not_finite"]


def first_not_finite(
    trace: PassTrace, reveal: Reveal, notation: Notation, example: int | None = 0
) -> Finding | None:
    """Return the first NaN or infinity in the order of computation, None if all are finite.

    ``example`` None: of the whole pass, each example before the mean and the update.
    """
    if _is_finite(trace):  # the usual case, which need not make every example's gradients
        return None
    for known in _order_of_computation(trace, example):
        quantity, layer, _, row = known
        size = trace.spec.sizes[layer]
        if reveal.known_count(quantity, layer, size, row) == 0:
            continue
        values = np.asarray(
            trace.cost_of(row)
            if quantity is Quantity.COST
            else trace.layer_values(quantity, layer, row)
        )
        places = np.argwhere(~np.isfinite(values))
        if len(places):
            in_which = example is None and trace.example_count > 1
            return _not_finite(known, values, places, notation, trace, in_which=in_which)
    return None


def _is_finite(trace: PassTrace) -> bool:
    """Whether the whole pass is; a gradient of one example that is not shows in the mean."""
    forward, backward = trace.forward, trace.backward
    remembered = () if trace.state_after is None else trace.state_after.moments
    parameters = (trace.before, trace.after, backward.gradients, *remembered)
    arrays = (
        *forward.preactivations, *forward.activations, *backward.activation_gradients,
        *backward.deltas, *(array for each in parameters for array in each.weights),
        *(array for each in parameters for array in each.biases),
    )  # fmt: skip
    return bool(np.isfinite(trace.cost) and all(np.isfinite(array).all() for array in arrays))


def _order_of_computation(trace: PassTrace, example: int | None) -> Iterator[Known]:
    last = trace.spec.layer_count
    for row in range(trace.example_count) if example is None else (example,):
        yield from _order_of_example(last, row)
    if example is None:
        for layer in range(last, 0, -1):
            yield Known(Quantity.BIAS_GRADIENT, layer, example=None)
            yield Known(Quantity.WEIGHT_GRADIENT, layer, example=None)
        yield Known(Quantity.COST, last, example=None)
    moments = [
        quantity
        for of_weight in (True, False)
        for quantity in update_moments(trace.optimizer, of_weight=of_weight)
    ]
    for layer in range(1, last + 1):
        for quantity in (*moments, Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER):
            yield Known(quantity, layer, example=example)


def _order_of_example(last: int, example: int) -> Iterator[Known]:
    yield Known(Quantity.ACTIVATION, 0, example=example)
    for layer in range(1, last + 1):
        for quantity in (
            Quantity.WEIGHT, Quantity.BIAS, Quantity.PREACTIVATION, Quantity.ACTIVATION,
        ):  # fmt: skip
            yield Known(quantity, layer, example=example)
    yield Known(Quantity.COST, last, example=example)
    for layer in range(last, 0, -1):
        for quantity in (
            Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT,
        ):  # fmt: skip
            yield Known(quantity, layer, example=example)
    yield Known(Quantity.ACTIVATION_GRADIENT, 0, example=example)


def _not_finite(
    known: Known,
    values: FloatArray,
    places: IntArray,
    notation: Notation,
    trace: PassTrace,
    *,
    in_which: bool,
) -> Finding:
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
            where = f"The weight {where}"
        elif quantity in OF_UPDATE and quantity not in AFTER:
            where = f"{moment_symbol(trace.optimizer, quantity)} of {where}"
        else:
            where = f"{symbol_of(quantity, ref, notation, example)} of {where}"
    if in_which and example is not None and quantity not in (Quantity.WEIGHT, Quantity.BIAS):
        where = f"{where} in example {example + 1}"
    more = f", and {count(len(places) - 1)} more there" if len(places) > 1 else ""
    sentence = (
        f"{where} is {value}{more}: it is the first number of this pass that is not finite, and "
        "spoils all that is computed from it. Smaller weights or a smaller learning rate avoid it."
    )
    return Finding(Trouble.NOT_FINITE, Severity.ERROR, sentence, layer, ref)
