"""What optimizers remember of each weight and bias, and which quantities of a pass it is.

The first moment is a running sum or mean of the gradients, the second one of their squares. How
they are called differs: momentum's v is a velocity, Adam's v a mean of squares, RMSprop's s too.
"""

from dataclasses import dataclass
from enum import Enum

from nnviz.engine.arrays import FloatArray
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.updates import OptimizerState
from nnviz.trace.quantities import Quantity

__all__ = [
    "CORRECTED_MOMENTS",
    "HAT",
    "MOMENTS_AFTER",
    "MOMENTS_BEFORE",
    "Moment",
    "Stage",
    "corrects",
    "moment_meaning",
    "moment_place",
    "moment_symbol",
    "moment_values",
    "moments_of",
    "update_moments",
]

HAT = "\u0302"
"""Above the letter of a moment whose bias is corrected."""


class Stage(Enum):
    """Which of a moment's numbers: what was remembered, what will be, the latter corrected."""

    BEFORE = "before"
    AFTER = "after"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that an optimizer remembers; ``index`` is its place in OptimizerState.moments.

    ``weights`` and ``biases`` are its quantities before, after and corrected.
    """

    letter: str
    name: str
    index: int
    weights: tuple[Quantity, Quantity, Quantity]
    biases: tuple[Quantity, Quantity, Quantity]

    def quantity(self, stage: Stage, of_weight: bool) -> Quantity:
        """Return the quantity of a weight's or a bias's moment."""
        return (self.weights if of_weight else self.biases)[list(Stage).index(stage)]


_FIRST = (
    (Quantity.WEIGHT_FIRST, Quantity.WEIGHT_FIRST_AFTER, Quantity.WEIGHT_FIRST_CORRECTED),
    (Quantity.BIAS_FIRST, Quantity.BIAS_FIRST_AFTER, Quantity.BIAS_FIRST_CORRECTED),
)
_SECOND = (
    (Quantity.WEIGHT_SECOND, Quantity.WEIGHT_SECOND_AFTER, Quantity.WEIGHT_SECOND_CORRECTED),
    (Quantity.BIAS_SECOND, Quantity.BIAS_SECOND_AFTER, Quantity.BIAS_SECOND_CORRECTED),
)
_VELOCITY = Moment("v", "velocity", 0, *_FIRST)
_ADAM = (
    Moment("m", "running mean of the gradient", 0, *_FIRST),
    Moment("v", "running mean of the squared gradient", 1, *_SECOND),
)
_MOMENTS = {
    "sgd": (),
    "momentum": (_VELOCITY,),
    "nesterov": (_VELOCITY,),
    "rmsprop": (Moment("s", "running mean of the squared gradient", 0, *_SECOND),),
    "adam": _ADAM,
    "adamw": _ADAM,
}

MOMENTS_BEFORE, MOMENTS_AFTER, CORRECTED_MOMENTS = (
    tuple(pair[at] for order in (_FIRST, _SECOND) for pair in order) for at in range(3)
)
"""The quantities of all moments: known from the start, made by the update, and corrected."""


def moments_of(optimizer: Optimizer) -> tuple[Moment, ...]:
    """Return what an optimizer remembers of each parameter."""
    return _MOMENTS[optimizer.name]


def corrects(optimizer: Optimizer) -> bool:
    """Whether the optimizer corrects the bias that its moments have towards 0 at first."""
    return "beta1" in optimizer.method.settings


def moment_place(optimizer: Optimizer, quantity: Quantity) -> tuple[Moment, Stage, bool]:
    """Return which moment a quantity is, at which stage, and whether it is a weight's.

    Raises KeyError for a quantity that the optimizer does not have.
    """
    for moment in moments_of(optimizer):
        for of_weight in (True, False):
            for stage in Stage:
                if moment.quantity(stage, of_weight) is quantity:
                    if stage is Stage.CORRECTED and not corrects(optimizer):
                        raise KeyError(quantity)
                    return moment, stage, of_weight
    raise KeyError(quantity)


def moment_symbol(optimizer: Optimizer, quantity: Quantity) -> str:
    """Return a moment's symbol in one line: v, the new one; m̂; of a bias v of b."""
    moment, stage, of_weight = moment_place(optimizer, quantity)
    letter = moment.letter + (HAT if stage is Stage.CORRECTED else "")
    symbol = letter if of_weight else f"{letter} of b"
    return f"{symbol} before" if stage is Stage.BEFORE else symbol


def moment_meaning(optimizer: Optimizer, quantity: Quantity) -> str:
    """Return what a moment is, in words for who meets it first."""
    moment, stage, of_weight = moment_place(optimizer, quantity)
    when = {
        Stage.BEFORE: "before the update",
        Stage.AFTER: "after the update",
        Stage.CORRECTED: "its bias corrected",
    }
    of = "weight" if of_weight else "bias"
    return f"{moment.name[0].upper()}{moment.name[1:]} of the {of}, {when[stage]}"


def update_moments(optimizer: Optimizer, *, of_weight: bool) -> tuple[Quantity, ...]:
    """Return what the update makes of a weight's or a bias's moments, in the order of its steps."""
    stages = (Stage.AFTER, Stage.CORRECTED) if corrects(optimizer) else (Stage.AFTER,)
    moments = moments_of(optimizer)
    return tuple(each.quantity(stage, of_weight) for stage in stages for each in moments)


def moment_values(
    optimizer: Optimizer,
    states: tuple[OptimizerState, OptimizerState],
    quantity: Quantity,
    layer: int,
) -> FloatArray:
    """Return a moment of layer 1 … L, (n_l,) or (n_l, n_l-1), from the states before and after.

    Raises KeyError for a quantity that the optimizer does not have.
    """
    moment, stage, of_weight = moment_place(optimizer, quantity)
    state = states[0] if stage is Stage.BEFORE else states[1]
    parameters = state.moments[moment.index]
    values = (parameters.weights if of_weight else parameters.biases)[layer - 1]
    if stage is not Stage.CORRECTED:
        return values
    share = (optimizer.beta1, optimizer.beta2)[moment.index]
    corrected: FloatArray = values / (1 - share ** states[1].steps)
    return corrected
