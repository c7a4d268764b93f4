"""A mini-batch of a run before it is trained: what it is made of, its pass, answers and costs.

Apart from the store that shows it: nothing here is of Qt, and nothing changes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec
from nnviz.engine.passes import forward_pass
from nnviz.trace.pass_settings import PassSettings
from nnviz.trace.pass_trace import PassTrace
from nnviz.training.config import RunMoment
from nnviz.training.next_mini_batch import NextMiniBatch, next_mini_batch

__all__ = ["MOST_TOGETHER", "FrozenMiniBatch", "Preview"]

MOST_TOGETHER = 1000
"""Examples of a mini-batch that are recorded together: a pass of more takes the window seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """How the network does on each example, before the mini-batch is trained.

    ``outputs`` are its activations in the last layer, (m, n_L); ``costs`` C_x without the L2 term,
    (m,).
    """

    outputs: FloatArray
    costs: FloatArray


@dataclass(frozen=True, eq=False)
class FrozenMiniBatch:
    """The mini-batch that a run trains next, from ``moment`` on.

    ``train`` is what the run trains on.
    """

    spec: NetworkSpec
    train: Dataset
    moment: RunMoment
    parts: NextMiniBatch

    @classmethod
    def at(cls, spec: NetworkSpec, train: Dataset, moment: RunMoment) -> "FrozenMiniBatch | None":
        """Return the mini-batch that follows ``moment``; None after the last epoch."""
        parts = next_mini_batch(spec, train, moment)
        return None if parts is None else cls(spec, train, moment, parts)

    def __len__(self) -> int:
        return len(self.parts.examples)

    @property
    def epoch(self) -> int:
        """The epoch it belongs to, from 1."""
        return self.moment.epoch + 1

    @property
    def number(self) -> int:
        """Which of its epoch it is, from 1."""
        return self.moment.mini_batch + 1

    @property
    def of(self) -> int:
        """How many mini-batches its epoch has."""
        left = len(self.train) - self.moment.examples_done
        return self.moment.mini_batch + -(-left // self.moment.config.mini_batch_size)

    @property
    def settings(self) -> PassSettings:
        """How it updates the parameters: as the run would."""
        config = self.moment.config
        decay = config.l2 / len(self.train)
        return PassSettings(self.parts.learning_rate, decay, config.update_biases, config.optimizer)

    def examples(self, only: int | None) -> IntArray:
        """Return the numbers of its examples in the training data, or that of one, (m,)."""
        return self.parts.examples[_rows(only)]

    def record(self, only: int | None) -> PassTrace:
        """Record its pass in float64, or that of one of its examples, as if it were alone."""
        rows, examples = _rows(only), self.examples(only)
        return PassTrace.record(
            self.spec,
            self.moment.parameters,
            self.train.inputs_at(examples),
            self.train.targets_at(examples),
            self.settings,
            state=self.moment.optimizer_state,
            masks=tuple(mask[rows] for mask in self.parts.masks),
        )

    @cached_property
    def preview(self) -> Preview:
        """The answers and costs of its first examples, up to MOST_TOGETHER, in float64."""
        examples = self.parts.examples[:MOST_TOGETHER]
        parameters = self.moment.parameters.astype(np.float64)
        inputs, targets = self.train.inputs_at(examples), self.train.targets_at(examples)
        masks = tuple(mask[: len(examples)].astype(np.float64) for mask in self.parts.masks)
        with np.errstate(all="ignore"):  # of a run that diverges
            forward = forward_pass(self.spec, parameters, inputs, masks)
            z, a = forward.preactivations[-1], forward.activations[-1]
            costs = self.spec.cost_function.value(z, a, targets)
        return Preview(a, np.asarray(costs, dtype=np.float64))


def _rows(only: int | None) -> slice:
    return slice(None) if only is None else slice(only, only + 1)
