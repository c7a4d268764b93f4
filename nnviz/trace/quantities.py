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

    @property
    def symbol(self) -> str:
        """The symbol as the articles write it."""
        return self.value
