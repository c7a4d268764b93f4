"""The check of a whole layer in words; apart from the card, because words need no window."""

from dataclasses import dataclass

from nnviz.engine.wording import counted
from nnviz.formatting import UNKNOWN, count, number
from nnviz.trace.differences import update_error
from nnviz.trace.layer_check import LayerCheck, Part, nearest_to_kink
from nnviz.trace.naming import place_of, symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import Ref

__all__ = ["Verdict", "checking", "layer_verdict", "resting", "update_verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence with its sign, and what it speaks of: ``link`` names ``ref``, and may be clicked.

    ``agrees`` is True for ✓, False for ✗ and None for ≈ or while it is not known yet.
    """

    text: str
    agrees: bool | None
    link: str = ""
    ref: Ref | None = None
    details: str = ""


def checking(parts: tuple[Part, ...]) -> Verdict:
    """Return what is said while the check runs."""
    return Verdict(f"… {_scope(parts)}: checking", None)


def resting(parts: tuple[Part, ...]) -> Verdict:
    """Return what is said while a run is followed, which changes the pass before a check ends."""
    text = f"{UNKNOWN} {_scope(parts)}: checked when the run pauses or is not followed"
    return Verdict(text, None)


def layer_verdict(
    trace: PassTrace,
    parts: tuple[Part, ...],
    check: LayerCheck,
    notation: Notation,
    example: int | None = None,
) -> Verdict:
    """Return the verdict on the derivatives of a layer, with what was left out."""
    scope, details = _scope(parts), _left_out(trace, check, notation, example)
    worst = check.worst
    if worst is None:
        every = "derivative is" if check.checked == 1 else f"all {count(check.checked)} are"
        return Verdict(f"≈ {scope}: {every} beyond what nudging can tell.", None, details=details)
    symbol = symbol_of(worst.quantity, worst.ref, notation, example)
    link = f"{symbol} of {place_of(worst.ref, notation)}"
    if check.wrong:
        numbers = (
            f"{notation.number(worst.recorded)} by backpropagation, "
            f"{notation.number(worst.numeric)} by nudging"
        )
        many = "is" if check.wrong == 1 else "are"
        text = (
            f"✗ {scope}: {count(check.wrong)} of {counted(check.checked, 'derivative')} {many} "
            f"wrong, worst ({numbers}):"
        )
        return Verdict(text, False, link, worst.ref, details)
    told = check.checked - check.untold - check.kinked
    if 2 * told < check.checked:  # most stays open: no tick, which would promise too much
        agree = "it agrees" if told == 1 else "they agree"
        of = f"{count(told)} of {count(check.checked)}"
        return Verdict(f"≈ {scope}: {of} could be checked; {agree}.", None, details=details)
    all_told = told == check.checked
    amount = f"all {count(told)}" if all_told else f"{count(told)} of {count(check.checked)}"
    if check.checked == 1:
        amount = "the one"
    noun = "derivative agrees" if check.checked == 1 else "derivatives agree"
    if worst.error == 0:
        return Verdict(f"✓ {scope}: {amount} {noun} exactly.", True, details=details)
    error = number(worst.error, 1)
    text = f"✓ {scope}: {amount} {noun}, relative error at most {error} at"
    return Verdict(text, True, link, worst.ref, details)


def update_verdict(trace: PassTrace, notation: Notation) -> Verdict:
    """Return whether the update went by θ − η ∂C/∂θ, or by the rule of its optimizer."""
    check = update_error(trace)
    if check.agrees and check.optimizer.name != "sgd":
        label = check.optimizer.method.label
        return Verdict(f"✓ Update: every parameter moved as {label} has it move.", True)
    if check.agrees:
        return Verdict("✓ Update: every parameter moved by −η times its derivative.", True)
    text = (
        f"✗ Update: {notation.number(check.expected)} was due, {notation.number(check.actual)} "
        "is recorded, for"
    )
    place = place_of(check.ref, notation)
    link = f"b of {place}" if check.quantity is Quantity.BIAS_AFTER else place
    return Verdict(text, False, link, check.ref)


def _scope(parts: tuple[Part, ...]) -> str:
    layers = {part.layer for part in parts} - {0}
    return f"Layer {layers.pop()}" if len(layers) == 1 else "All layers"


def _left_out(trace: PassTrace, check: LayerCheck, notation: Notation, example: int | None) -> str:
    """Return one sentence for each kind of derivative that the verdict says nothing of."""
    sentences = []
    if check.checked < check.total:
        sentences.append(
            f"{count(check.checked)} of {count(check.total)} checked, chosen at random."
        )
    if check.untold and check.worst is not None:
        verb = "is" if check.untold == 1 else "are"
        sentences.append(f"{count(check.untold)} {verb} too small to tell.")
    if check.kink is not None:
        z = nearest_to_kink(trace, check.kink, example)
        lies, left = ("lies", "is") if check.kinked == 1 else ("lie", "are")
        sentences.append(
            f"{count(check.kinked)} {lies} on the kink of a ReLU, where the slope to the left and "
            f"to the right differ, and {left} left out: {place_of(check.kink, notation)} has "
            f"z = {notation.number(z)}."
        )
    return " ".join(sentences)
