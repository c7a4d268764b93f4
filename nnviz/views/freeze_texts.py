"""What is said of a run's own mini-batch: over the canvas, and in its panel."""

from nnviz.formatting import count, rounded
from nnviz.stores.frozen_mini_batch import FrozenMiniBatch
from nnviz.stores.frozen_store import FrozenStore, Origin
from nnviz.trace.float32_range import first_beyond_float32
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import STEPPED_EXAMPLES

__all__ = ["banner_texts", "overflow_text", "place_text", "update_text"]


def place_text(batch: FrozenMiniBatch) -> str:
    """Return where in the run a mini-batch is: Epoch 4, mini-batch 1,203 of 5,000."""
    return f"Epoch {count(batch.epoch)}, mini-batch {count(batch.number)} of {count(batch.of)}"


def update_text(batch: FrozenMiniBatch) -> str:
    """Return how it will be trained: Adam, η 0.001."""
    config = batch.moment.config
    parts = [config.optimizer.method.label, f"η {rounded(batch.parts.learning_rate)}"]
    if config.l2:
        parts.append(f"L2 λ {rounded(config.l2)}")
    if config.dropout:
        parts.append(f"dropout {rounded(config.dropout)}")
    return ", ".join(parts)


def banner_texts(store: FrozenStore, notation: Notation) -> tuple[str, str]:
    """Return what the banner says in bold, and what it adds; both empty without a mini-batch."""
    batch, origin = store.batch, store.origin
    if batch is None or store.trace is None:
        left = store.diverged
        return ("", "") if left is None else (_stopped(left), "Step through it to see where.")
    if origin is Origin.DIVERGED:
        what = overflow_text(store.trace, notation)
        if store.only is not None:
            what = f"{_examples(batch, store.only)}. {what}"
        return _stopped(batch), what
    what = "the run's next mini-batch" if origin is Origin.NEXT else "as the run trained it"
    return place_text(batch), f"{what}: {_examples(batch, store.only)}, {update_text(batch)}"


def overflow_text(trace: PassTrace, notation: Notation) -> str:
    """Say which number the run could not hold, and that it is seen here because this is float64."""
    beyond = first_beyond_float32(trace)
    limit = "Runs compute in float32, up to 3.4·10³⁸"
    if beyond is None:
        return f"{limit}. Here, in float64, no number is larger: a sum on the way to one was."
    if beyond.quantity is None and beyond.layer == 0:
        what = "Σw² of the L2 term"
    elif beyond.quantity is None:
        what = f"what the optimizer remembers in layer {beyond.layer}"
    elif beyond.quantity is Quantity.COST:
        what = "the cost C"
    else:
        what = f"{quantity_symbol(beyond.quantity, notation)} of layer {beyond.layer}"
    value = notation.number(beyond.value)
    if beyond.is_finite:
        return f"{limit}; first beyond it, here in float64: {what}, {value}."
    return f"{limit}; first beyond it is {what}, {value} even here in float64."


def _stopped(batch: FrozenMiniBatch) -> str:
    return f"The run stopped at epoch {count(batch.epoch)}, mini-batch {count(batch.number)}"


def _examples(batch: FrozenMiniBatch, only: int | None) -> str:
    size = len(batch)
    if only is not None and size > 1:
        return f"example {count(only + 1)} of {count(size)} by itself"
    if size > STEPPED_EXAMPLES:
        return f"{count(size)} examples, the first {STEPPED_EXAMPLES} step by step"
    return "1 example" if size == 1 else f"{count(size)} examples"
