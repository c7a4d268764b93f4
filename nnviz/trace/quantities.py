"""The quantities of a pass that a step can make known."""

from enum import Enum

__all__ = ["Quantity"]


class Quantity(Enum):
    """One kind of number in a pass; the value is its symbol."""

    WEIGHT = "w"
    BIAS = "b"
    PREACTIVATION = "z"
    ACTIVATION = "a"
    COST = "C"
    ACTIVATION_GRADIENT = "∂C/∂a"
    BIAS_GRADIENT = "∂C/∂b"
    WEIGHT_GRADIENT = "∂C/∂w"
    WEIGHT_AFTER = "w after"
    BIAS_AFTER = "b after"
    # What optimizers remember: running sums or means of the gradients (first moment: velocity v,
    # Adam's m) and of their squares (second moment: RMSprop's s, Adam's v). ``moments`` has their
    # letters.
    WEIGHT_FIRST = "first moment of w"
    BIAS_FIRST = "first moment of b"
    WEIGHT_SECOND = "second moment of w"
    BIAS_SECOND = "second moment of b"
    WEIGHT_FIRST_AFTER = "first moment of w after"
    BIAS_FIRST_AFTER = "first moment of b after"
    WEIGHT_SECOND_AFTER = "second moment of w after"
    BIAS_SECOND_AFTER = "second moment of b after"
    WEIGHT_FIRST_CORRECTED = "corrected first moment of w"
    BIAS_FIRST_CORRECTED = "corrected first moment of b"
    WEIGHT_SECOND_CORRECTED = "corrected second moment of w"
    BIAS_SECOND_CORRECTED = "corrected second moment of b"

    @property
    def symbol(self) -> str:
        """The symbol as the articles write it."""
        return self.value
