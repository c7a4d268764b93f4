"""How a pass updates its parameters; apart from the trace, because mistaken passes need it too."""

from dataclasses import dataclass

from nnviz.engine.optimizers import PLAIN, Optimizer

__all__ = ["PassSettings"]


@dataclass(frozen=True, slots=True)
class PassSettings:
    """How a pass updates: learning rate η, ``decay`` = λ/n of L2, whether biases move.

    ``optimizer`` is plain gradient descent unless another one is chosen.
    """

    learning_rate: float
    decay: float = 0.0
    update_biases: bool = True
    optimizer: Optimizer = PLAIN
