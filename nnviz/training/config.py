"""The settings of a training run, a moment of it, and the job that a trainer is given."""

import math
from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.engine.updates import OptimizerState
from nnviz.engine.wording import counted
from nnviz.errors import TrainingError
from nnviz.training.schedules import CONSTANT, Schedule

__all__ = ["RunMoment", "TrainingConfig", "TrainingJob", "check_dropout", "check_mini_batch"]

MAX_ACTIVATION_BYTES = 2_000_000_000
"""Of the activations of one mini-batch in float32; training holds several arrays of their size."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The settings of mini-batch gradient descent.

    ``l2`` is λ of the term λ/(2n) Σw², with n the number of training examples. ``seed`` orders
    the examples of every epoch. Without ``update_biases`` the weights alone are trained.
    ``optimizer`` makes updates of gradients; ``schedule`` changes the learning rate over the run.
    ``dropout`` is the probability with which each hidden neuron is left out, for each example.
    ``train_size`` is how many of MNIST's 60,000 training images are used, the first ones: 50,000 as
    in the articles; samples of a network's own are all used. ``validation_size`` is how many
    examples are held back to validate with (see ``split``). With a ``patience`` above 0 the run
    stops early once so many epochs have brought no better validation; with ``keep_best`` it ends
    with the parameters of its best validation epoch. Raises TrainingError for a value that makes
    no sense.
    """

    epochs: int = 30
    mini_batch_size: int = 10
    learning_rate: float = 3.0
    l2: float = 0.0
    seed: int = 0
    update_biases: bool = True
    optimizer: Optimizer = PLAIN
    schedule: Schedule = CONSTANT
    dropout: float = 0.0
    train_size: int = 50_000
    validation_size: int = 0
    patience: int = 0
    keep_best: bool = False

    def __post_init__(self) -> None:
        _check_whole("number of epochs", self.epochs, smallest=1)
        _check_whole("mini-batch size", self.mini_batch_size, smallest=1)
        _check_whole("seed", self.seed, smallest=0)
        _check_whole("number of training images", self.train_size, smallest=1)
        _check_whole("number of validation examples", self.validation_size, smallest=0)
        _check_whole("patience", self.patience, smallest=0)
        if not self.validation_size and (self.patience or self.keep_best):
            what = "Early stopping" if self.patience else "Keeping the best epoch"
            raise TrainingError(
                f"{what} goes by validation examples and there are none; hold at least one back."
            )
        if not math.isfinite(self.learning_rate) or self.learning_rate <= 0:
            raise TrainingError(
                f"The learning rate is {self.learning_rate:g}; a finite number above 0 is needed."
            )
        if not math.isfinite(self.l2) or self.l2 < 0:
            raise TrainingError(f"L2 is {self.l2:g}; a finite number from 0 is needed.")
        if not 0 <= self.dropout < 1:
            raise TrainingError(
                f"The dropout is {self.dropout:g}; a probability from 0 to below 1 is needed."
            )


@dataclass(frozen=True, slots=True, eq=False)
class RunMoment:
    """All that training needs to go on from a place of its run, bit for bit; read-only.

    ``epoch`` counts from 0 and is the one of the next mini-batch; of it ``mini_batch``
    mini-batches with ``examples_done`` examples are done. ``mini_batches`` are those of the whole
    run so far. ``parameters`` and ``optimizer_state`` are float32; ``config`` is what the next
    mini-batch would be trained with.
    """

    epoch: int
    mini_batch: int
    examples_done: int
    mini_batches: int
    parameters: Parameters
    optimizer_state: OptimizerState
    config: TrainingConfig


@dataclass(frozen=True, slots=True, eq=False)
class TrainingJob:
    """Everything one training run needs; read-only, so that it can cross to another thread.

    ``run`` is the run's number: whoever listens drops the messages of older runs by it. With
    ``start`` it goes on from a moment of another run, whose parameters count, as that run would.
    Nothing is trained on ``test``, which judges, nor on ``validation``, which stops early and
    chooses the best epoch.
    """

    run: int
    spec: NetworkSpec
    parameters: Parameters
    train: Dataset
    test: Dataset | None
    config: TrainingConfig
    start: RunMoment | None = None
    validation: Dataset | None = None

    def check(self) -> None:
        """Raise an NnvizError if the network, the data and the settings do not fit together.

        TrainingError for data of another size than the layers, for a mini-batch larger than the
        data or than fits into memory and for dropout without a hidden layer, ShapeError for
        parameters that do not fit, SpecError for targets that the cost cannot take.
        """
        self.parameters.check(self.spec)
        _check_sizes(self.spec, self.train)
        for data in (self.test, self.validation):
            if data is not None:
                _check_sizes(self.spec, data)
        if self.config.mini_batch_size > len(self.train):
            raise TrainingError(
                f"A mini-batch of {self.config.mini_batch_size} examples is larger than "
                f"{self.train.name} with its {len(self.train)}; choose a smaller mini-batch."
            )
        check_mini_batch(self.spec, self.config.mini_batch_size)
        check_dropout(self.spec, self.config.dropout)
        for data in (self.train, self.test, self.validation):
            if data is not None and data.targets is not None:
                self.spec.check_targets(data.targets)
        if self.start is not None:
            self._check_start(self.start)

    def _check_start(self, start: RunMoment) -> None:
        for each in (start.parameters, *start.optimizer_state.moments):
            each.check(self.spec)
        moments = self.config.optimizer.method.moments
        if len(start.optimizer_state.moments) != moments:
            raise TrainingError(
                f"The moment to go on from was trained with another optimizer than "
                f"{self.config.optimizer.method.label}; go on with the same one."
            )
        if start.epoch >= self.config.epochs or start.examples_done >= len(self.train):
            raise TrainingError(
                f"The moment to go on from lies behind the {self.config.epochs} epochs of the run; "
                "give it more epochs."
            )


def check_mini_batch(spec: NetworkSpec, size: int) -> None:
    """Raise TrainingError if the activations of a mini-batch would take too much memory."""
    needed = size * sum(spec.sizes) * np.dtype(np.float32).itemsize
    if needed > MAX_ACTIVATION_BYTES:
        raise TrainingError(
            f"The activations of {spec} for a mini-batch of {size:,} examples take "
            f"{needed / 1e9:.1f} GB, more than the {MAX_ACTIVATION_BYTES / 1e9:.0f} GB that are "
            "allowed here; choose a smaller mini-batch or smaller layers."
        )


def check_dropout(spec: NetworkSpec, dropout: float) -> None:
    """Raise TrainingError if there is nothing that dropout could leave out."""
    if dropout and spec.layer_count == 1:
        raise TrainingError(
            f"Dropout leaves out hidden neurons and {spec} has none; set it to 0 or add a layer."
        )


def _check_whole(name: str, value: int, smallest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < smallest:
        raise TrainingError(f"The {name} is {value!r}; a whole number from {smallest} is needed.")


def _check_sizes(spec: NetworkSpec, data: Dataset) -> None:
    if len(data) == 0:
        raise TrainingError(f"{data.name} holds no examples; at least one is needed.")
    if data.input_size != spec.sizes[0]:
        raise TrainingError(
            f"{data.name} has {counted(data.input_size, 'input')} per example, but the first layer "
            f"of {spec} has {counted(spec.sizes[0], 'neuron')}; give it {data.input_size}."
        )
    if data.target_size != spec.sizes[-1]:
        raise TrainingError(
            f"{data.name} has {counted(data.target_size, 'target')} per example, but the last "
            f"layer of {spec} has {counted(spec.sizes[-1], 'neuron')}; give it {data.target_size}."
        )
