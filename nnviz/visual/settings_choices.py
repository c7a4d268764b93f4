"""What can be chosen about the canvas, as a table for the dialog and the settings file.

Apart from the settings themselves, which do not know how their choices are called.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from nnviz.visual.settings import (
    ActivationColours,
    CanvasSettings,
    EdgeMeasure,
    Normalisation,
    SignedColours,
)

__all__ = [
    "CANVAS_CHOICES",
    "FEWEST_EDGES",
    "MOST_EDGES",
    "CanvasChoice",
    "CanvasOption",
    "chosen_option",
    "with_choice",
]

FEWEST_EDGES, MOST_EDGES = 1, 1_000_000
"""What a settings file may say of the edges drawn one by one."""


@dataclass(frozen=True, slots=True)
class CanvasOption:
    """One choice: ``key`` is what the settings file holds."""

    key: str
    text: str
    value: Enum | bool


@dataclass(frozen=True, slots=True)
class CanvasChoice:
    """Something to choose: a ``field`` of CanvasSettings, its name, and what it does."""

    field: str
    title: str
    tip: str
    options: tuple[CanvasOption, ...]

    def option(self, key: str) -> CanvasOption | None:
        """Return an option by its key."""
        return next((option for option in self.options if option.key == key), None)


def _options(*texts: tuple[Enum, str]) -> tuple[CanvasOption, ...]:
    return tuple(CanvasOption(str(value.value), text, value) for value, text in texts)


CANVAS_CHOICES = (
    CanvasChoice(
        "activation_colours",
        "Activations",
        "The colours of activations, dark to light: of discs and of the image",
        _options(
            (ActivationColours.GREY, "Grey"),
            (ActivationColours.COOL, "Violet to yellow"),
            (ActivationColours.WARM, "Red to cream"),
        ),
    ),
    CanvasChoice(
        "signed_colours",
        "Signs",
        "The colours of − and + wherever weights and derivatives are shown",
        _options(
            (SignedColours.BLUE_ORANGE, "Blue, orange · purple, green"),
            (SignedColours.BLUE_RED, "Blue, red · brown, teal"),
        ),
    ),
    CanvasChoice(
        "normalisation",
        "Scales end at",
        "The largest value of each layer, so that every layer shows its differences, "
        "or of the whole network, so that a colour means the same value everywhere",
        _options(
            (Normalisation.LAYER, "Largest of the layer"),
            (Normalisation.NETWORK, "Largest of the network"),
        ),
    ),
    CanvasChoice(
        "edge_measure",
        "Strongest edges",
        "By what the edges of a wide layer are chosen; by |w·a| or |∂C/∂w| as soon as it is known",
        _options(
            (EdgeMeasure.PHASE, "What the step is about"),
            (EdgeMeasure.WEIGHT, "|w|"),
            (EdgeMeasure.CONTRIBUTION, "|w·a|"),
            (EdgeMeasure.GRADIENT, "|∂C/∂w|"),
        ),
    ),
    CanvasChoice(
        "motion",
        "Motion",
        "Whether something moves on the canvas while the pass plays",
        (CanvasOption("true", "On", True), CanvasOption("false", "Off", False)),
    ),
)


def chosen_option(settings: CanvasSettings, choice: CanvasChoice) -> CanvasOption | None:
    """Return the option that the settings use."""
    value = getattr(settings, choice.field)
    return next((option for option in choice.options if option.value == value), None)


def with_choice(
    settings: CanvasSettings, choice: CanvasChoice, option: CanvasOption
) -> CanvasSettings:
    """Return the settings with another choice."""
    changes: dict[str, Any] = {choice.field: option.value}
    return replace(settings, **changes)
