"""What can be chosen about the notation, as a table for the menu, the dialog and the settings.

Apart from the notation itself, which does not know how its choices are called.
"""

from dataclasses import dataclass, replace

from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder

__all__ = [
    "ASPECTS",
    "FEWEST_DIGITS",
    "MOST_DIGITS",
    "Aspect",
    "Option",
    "chosen",
    "with_option",
]

FEWEST_DIGITS, MOST_DIGITS = 2, 12

_Value = ErrorSymbol | LayerPlace | WeightOrder | int


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: ``key`` is what the settings file holds."""

    key: str
    text: str
    value: _Value


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something to choose: a ``field`` of Notation, its name, and what it does."""

    field: str
    title: str
    tip: str
    options: tuple[Option, ...]

    def option(self, key: str) -> Option | None:
        """Return an option by its key."""
        return next((option for option in self.options if option.key == key), None)


ASPECTS = (
    Aspect(
        "error", "Error signal", "How the error signal of a neuron is written",
        (
            Option("bias", "∂C/∂b", ErrorSymbol.BIAS),
            Option("preactivation", "∂C/∂z", ErrorSymbol.PREACTIVATION),
            Option("delta", "δ", ErrorSymbol.DELTA),
        ),
    ),
    Aspect(
        "layers", "Layer number", "Where the number of the layer stands",
        (
            Option("superscript", "Above, in parentheses", LayerPlace.SUPERSCRIPT),
            Option("subscript", "Below, before the neuron", LayerPlace.SUBSCRIPT),
        ),
    ),
    Aspect(
        "first_index", "First neuron", "What a layer's first neuron is called, and the first pixel",
        (Option("0", "0", 0), Option("1", "1", 1)),
    ),
    Aspect(
        "weight_order", "Weight indices", "Which neuron a weight names first",
        (
            Option("to-from", "To, from", WeightOrder.TO_FROM),
            Option("from-to", "From, to", WeightOrder.FROM_TO),
        ),
    ),
    Aspect(
        "digits", "Significant digits", "How many digits of a number are shown; copying gives all",
        tuple(
            Option(str(digits), str(digits), digits)
            for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1)
        ),
    ),
)  # fmt: skip
"""Everything about the notation that can be chosen, in the order in which it is offered."""


def chosen(notation: Notation, aspect: Aspect) -> Option | None:
    """Return the option of an aspect that ``notation`` has, None for one that is not offered."""
    value = getattr(notation, aspect.field)
    return next((option for option in aspect.options if option.value == value), None)


def with_option(notation: Notation, aspect: Aspect, option: Option) -> Notation:
    """Return the notation with another option of one aspect."""
    change: dict[str, _Value] = {aspect.field: option.value}
    return replace(notation, **change)  # type: ignore[arg-type]  # the table pairs them
