"""What the challenges say: numbers named in the user's notation, questions, verdicts, checks."""

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.differences import Difference, UpdateCheck
from nnviz.trace.layer_check import Comparison, compare_one
from nnviz.trace.naming import place_of, symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.predictions import Question, Verdict
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import OF_UPDATE, Phase

__all__ = [
    "RULE",
    "asked_text",
    "bite_text",
    "check_texts",
    "place_text",
    "update_text",
    "verdict_text",
    "why_nothing_asked",
]

RULE = (
    "A value is right within 5 %. One below 5 % of its layer's largest is right within 5 % of "
    "that largest. → skips the question."
)
_SIGNS = {-1: "negative", 0: "exactly 0", 1: "positive"}
_RULE_OF_DESCENT = "θ − η ∂C/∂θ".replace(" ", "\N{NO-BREAK SPACE}")


def place_text(
    notation: Notation,
    quantity: Quantity,
    ref: Ref | None,
    example: int | None = 0,
    symbol: str = "",
) -> str:
    """Return a number's full name: ∂C/∂b of neuron 1 of layer 1; ``symbol`` is a moment's."""
    if ref is None:
        return "the cost C"
    place = place_of(ref, notation)
    if quantity is Quantity.WEIGHT_AFTER:
        return f"the new {place}"
    if quantity is Quantity.BIAS_AFTER:
        return f"the new b of {place}"
    if symbol:
        return f"the new {symbol} of {place}"
    return f"{symbol_of(quantity, ref, notation, example)} of {place}"


def asked_text(notation: Notation, question: Question, example_count: int) -> str:
    """Return the question as a sentence."""
    name = _name_of(notation, question)
    if example_count > 1 and question.quantity not in OF_UPDATE:
        if question.example is None:
            name += ", the mean over the mini-batch"
        else:
            name += f", example {question.example + 1} of {example_count}"
    return f"What is {name}?"


def _name_of(notation: Notation, question: Question) -> str:
    return place_text(notation, question.quantity, question.ref, question.example, question.symbol)


def why_nothing_asked(workspace: Workspace) -> str:
    """Return why Predict asks for nothing now, and what to do."""
    stepper = workspace.stepper
    timeline, trace = stepper.timeline, stepper.trace
    if trace is None or stepper.locked:
        return workspace.why_no_example()
    if trace.mistake is not None:
        return "This pass contains a mistake; go back to the right pass to predict its numbers."
    if timeline.at_end:
        return "All steps are done. Go back, or begin the next pass, to be asked again."
    if timeline.steps[timeline.position + 1].phase is Phase.INPUT:
        return "The next step reads the example and computes nothing. Press → to do it."
    return "Every number of the next step is 0 or not a number. Press → to do it."


def verdict_text(notation: Notation, verdict: Verdict) -> str:
    """Return whether an answer was right, with the true number."""
    question = verdict.question
    name = _name_of(notation, question)
    head = f"{'✓ Right' if verdict.right else '✗ Not quite'}: {name} is "
    true = notation.number(question.value)
    if verdict.by_sign:
        said = _SIGNS[int(verdict.answer)]
        if verdict.right:
            return f"{head}{true}; you said {said}."
        sign = (question.value > 0) - (question.value < 0)
        return f"{head}{true}: {_SIGNS[sign]}, not {said}."
    text = f"{head}{true}; you said {notation.number(verdict.answer)}"
    if verdict.relative_error is None:
        return f"{text}."
    text += f", off by {_percent(verdict.relative_error)}"
    if question.is_tiny:
        text += f"; allowed were {number(question.tolerance, 2)} either way"
    return f"{text}."


def bite_text(notation: Notation, bite: Difference | None) -> str:
    """Return where a mistake changes a number first, with both numbers."""
    if bite is None:
        return "It changes no number of this pass; choose another example to see it bite."
    name = place_text(notation, bite.quantity, bite.ref, bite.step.example)
    return (
        f"It bites first in step {bite.position + 1}: {name} is "
        f"{notation.number(bite.mistaken)} instead of {notation.number(bite.right)}."
    )


def check_texts(
    notation: Notation, trace: PassTrace, reveal: Reveal, ref: Ref | None, example: int | None
) -> tuple[tuple[str, bool | None], ...]:
    """Return a line for each known derivative of the selection, and whether nudging agrees."""
    if ref is None or not ref.exists_in(trace.spec.sizes):
        return (("Numeric check: select a neuron or an edge.", None),)
    known = [each for each in _derivatives(ref) if reveal.knows(each, ref.layer, ref.neuron,
                                                                example)]  # fmt: skip
    if not known:
        return (("Numeric check: no derivative of the selection is known yet.", None),)
    symbols = (symbol_of(each, ref, notation, example) for each in known)
    checks = (compare_one(trace, each, ref, example) for each in known)
    return tuple(
        _check_text(symbol, check, notation) for symbol, check in zip(symbols, checks, strict=True)
    )


def update_text(notation: Notation, check: UpdateCheck | None) -> tuple[str, bool | None]:
    """Return whether the new parameters follow the rule, None while they are not known."""
    if check is None:
        return "Update check: the update is not done yet.", None
    if check.agrees and check.optimizer.name != "sgd":
        label = check.optimizer.method.label
        return f"Update check: ✓ every new w and b is what {label} makes of its gradient.", True
    if check.agrees:
        return f"Update check: ✓ every new w and b is {_RULE_OF_DESCENT}.", True
    name = place_text(notation, check.quantity, check.ref)
    return (
        f"Update check: ✗ {name} is {notation.number(check.actual)}, but {_RULE_OF_DESCENT} is "
        f"{notation.number(check.expected)}.",
        False,
    )


def _check_text(symbol: str, check: Comparison, notation: Notation) -> tuple[str, bool | None]:
    if check.kink is not None:
        return f"Numeric check of {symbol}: ≈ on a kink: one-sided.", None
    if check.agrees is None:
        return f"Numeric check of {symbol}: ≈ too small to tell.", None
    if check.agrees:
        return f"Numeric check of {symbol}: ✓ {notation.number(check.recorded)}.", True
    return (
        f"Numeric check of {symbol}: ✗ {notation.number(check.recorded)}, but nudging gives "
        f"{notation.number(check.numeric)}.",
        False,
    )


def _derivatives(ref: Ref) -> tuple[Quantity, ...]:
    if isinstance(ref, EdgeRef):
        return (Quantity.WEIGHT_GRADIENT,)
    if ref.layer == 0:
        return (Quantity.ACTIVATION_GRADIENT,)
    return (Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT)


def _percent(share: float) -> str:
    return f"{number(100 * share, 2)} %"
