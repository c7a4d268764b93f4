"""One update by any optimizer, plainly in numpy, and the state that optimizers remember.

The formulas are in ``optimizers``; these are what the compiled ones are tested against.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.passes import descend

__all__ = ["OptimizerState", "update"]


@dataclass(frozen=True, slots=True, eq=False)
class OptimizerState:
    """What an optimizer remembers between two updates; read-only.

    ``steps`` counts the updates made. ``moments`` have the shapes of the parameters: none for
    plain gradient descent, (v) with momentum, (s) for RMSprop, (m, v) for Adam and AdamW.
    """

    steps: int
    moments: tuple[Parameters, ...]

    @classmethod
    def initial(cls, optimizer: Optimizer, parameters: Parameters) -> "OptimizerState":
        """Return the state before the first update: zeros."""
        zeros = Parameters.frozen(
            [np.zeros_like(w) for w in parameters.weights],
            [np.zeros_like(b) for b in parameters.biases],
        )
        return cls(0, (zeros,) * optimizer.method.moments)

    def astype(self, dtype: npt.DTypeLike) -> "OptimizerState":
        """Return the state in another precision."""
        return OptimizerState(self.steps, tuple(each.astype(dtype) for each in self.moments))


def update(
    optimizer: Optimizer,
    state: OptimizerState,
    parameters: Parameters,
    gradients: Parameters,
    learning_rate: float,
    update_biases: bool = True,
) -> tuple[Parameters, OptimizerState]:
    """Return the parameters and the state after one update, in the precision of the parameters.

    ``gradients`` are the means over the mini-batch, L2 included.
    """
    if optimizer.name == "sgd":
        after = descend(parameters, gradients, learning_rate, update_biases)
        return after, OptimizerState(state.steps + 1, ())
    one = _One(optimizer, learning_rate, state.steps + 1)
    weights, weight_moments = one.update_all(
        [one.decayed(w) for w in parameters.weights],
        gradients.weights,
        [moment.weights for moment in state.moments],
    )
    biases: Sequence[FloatArray] = parameters.biases
    bias_moments: list[Sequence[FloatArray]] = [moment.biases for moment in state.moments]
    if update_biases:
        biases, bias_moments = one.update_all(biases, gradients.biases, bias_moments)
    moments = tuple(map(Parameters.frozen, weight_moments, bias_moments))
    return Parameters.frozen(weights, biases), OptimizerState(state.steps + 1, moments)


class _One:
    """One update, the ``step``-th, counted from 1."""

    def __init__(self, optimizer: Optimizer, rate: float, step: int) -> None:
        self._optimizer = optimizer
        self._rate = rate
        self._step = step
        rules: dict[str, Callable[..., tuple[FloatArray, ...]]] = {
            "momentum": self._momentum,
            "nesterov": self._nesterov,
            "rmsprop": self._rmsprop,
            "adam": self._adam,
            "adamw": self._adam,
        }
        self._rule = rules[optimizer.name]

    def decayed(self, w: FloatArray) -> FloatArray:
        """Return weights after AdamW's decay; those of the others as they are."""
        if "weight_decay" not in self._optimizer.method.settings:
            return w
        return w - self._rate * self._optimizer.weight_decay * w

    def update_all(
        self,
        values: Sequence[FloatArray],
        gradients: Sequence[FloatArray],
        moments: Sequence[Sequence[FloatArray]],
    ) -> tuple[Sequence[FloatArray], list[Sequence[FloatArray]]]:
        """Return the arrays of all layers after the update, and each moment's."""
        layers = [self._rule(*each) for each in zip(values, gradients, *moments, strict=True)]
        after, *moments_after = map(list, zip(*layers, strict=True))
        return after, [*moments_after]

    def _momentum(self, w: FloatArray, g: FloatArray, v: FloatArray) -> tuple[FloatArray, ...]:
        v = self._optimizer.momentum * v + g
        return w - self._rate * v, v

    def _nesterov(self, w: FloatArray, g: FloatArray, v: FloatArray) -> tuple[FloatArray, ...]:
        v = self._optimizer.momentum * v + g
        return w - self._rate * (g + self._optimizer.momentum * v), v

    def _rmsprop(self, w: FloatArray, g: FloatArray, s: FloatArray) -> tuple[FloatArray, ...]:
        alpha = self._optimizer.alpha
        s = alpha * s + (1 - alpha) * (g * g)
        return w - self._rate * (g / (np.sqrt(s) + self._optimizer.epsilon)), s

    def _adam(
        self, w: FloatArray, g: FloatArray, m: FloatArray, v: FloatArray
    ) -> tuple[FloatArray, ...]:
        beta1, beta2 = self._optimizer.beta1, self._optimizer.beta2
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g * g)
        rate = self._rate / (1 - beta1**self._step)
        root = math.sqrt(1 - beta2**self._step)
        return w - rate * (m / (np.sqrt(v) / root + self._optimizer.epsilon)), m, v
