"""What a trainer is, and the plain numpy one that the compiled one is tested against.

A trainer knows no thread and no control: it is asked for the next few mini-batches, again and
again, and whoever asks may stop, pause or change over to another trainer in between.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Self

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import Parameters
from nnviz.engine.passes import backward_pass, forward_pass
from nnviz.engine.updates import OptimizerState, update
from nnviz.errors import DivergedError
from nnviz.training.config import RunMoment, TrainingConfig, TrainingJob
from nnviz.training.dropout import dropout_masks
from nnviz.training.live import changed_job
from nnviz.training.next_mini_batch import epoch_order, learning_rates
from nnviz.training.run_place import RunPlace

__all__ = ["Interrupted", "NumpyTrainer", "SliceResult", "Trainer"]

LARGEST = float(np.finfo(np.float32).max)
"""3.4 · 10³⁸, float32's largest: costs are summed in float64, but the curves keep float32."""

_NO_STOP = np.zeros(1, dtype=np.int32)


class Interrupted(Exception):  # noqa: N818 - no error: somebody asked for it
    """A slice that was given up in its middle; it does not count."""


@dataclass(frozen=True, slots=True, eq=False)
class SliceResult:
    """What a slice of mini-batches did; it never reaches over the end of an epoch.

    ``epoch`` counts from 0; ``mini_batch`` is how many of that epoch are done after the slice.
    ``costs`` is the mean cost of each mini-batch before its update, L2 term included, and
    ``cost_totals`` the same summed over its examples. ``correct`` counts the examples whose label's
    output was the largest when they were seen, None without labels. ``mini_batches_per_epoch`` is
    how many the slice's epoch has, those before a change of their size included.
    """

    epoch: int
    mini_batch: int
    epoch_done: bool
    costs: FloatArray
    cost_totals: FloatArray
    examples: int
    correct: int | None
    seconds: float
    mini_batches_per_epoch: int


class Trainer(ABC):
    """Trains one network on one job; belongs to one thread.

    ``epoch`` counts from 0 and ``mini_batch`` within it: the position of the next mini-batch.
    ``mini_batches`` counts those of the whole run that are done.
    Equal jobs see equal mini-batches in every kind of trainer, so one can go on where another
    stands (``continuing``).
    """

    def __init__(self, job: TrainingJob) -> None:
        self.job = job
        self.epoch = 0
        self.mini_batch = 0
        self.mini_batches = 0
        self._examples_done = 0
        self._order = epoch_order(job.config.seed, 0, len(job.train))

    @classmethod
    def continuing(cls, other: "Trainer") -> Self:
        """Return a trainer that goes on from where ``other`` stands."""
        return cls(replace(other.job, start=other.moment))

    @property
    def moment(self) -> RunMoment:
        """Where it stands, with copies of all it needs to go on from there."""
        return RunMoment(
            self.epoch, self.mini_batch, self._examples_done, self.mini_batches,
            self.parameters, self.optimizer_state, self.job.config,
        )  # fmt: skip

    @property
    def place(self) -> RunPlace:
        """Where it stands, as numbers alone."""
        return RunPlace(
            self.epoch, self._examples_done, self.mini_batches, len(self.job.train),
            self.job.config.mini_batch_size,
        )  # fmt: skip

    def _begin(self) -> None:
        """Go to the moment that the job starts at; the last thing that a new trainer does."""
        start = self.job.start
        if start is None:
            return
        self._take(start.parameters, start.optimizer_state)
        self.epoch, self.mini_batch = start.epoch, start.mini_batch
        self.mini_batches, self._examples_done = start.mini_batches, start.examples_done
        self._order = epoch_order(self.job.config.seed, self.epoch, len(self.job.train))
        self.job = replace(self.job, start=None)  # its parameters need not stay in memory

    @property
    @abstractmethod
    def parameters(self) -> Parameters:
        """The current weights and biases, read-only, in the engine's shapes."""

    @property
    @abstractmethod
    def optimizer_state(self) -> OptimizerState:
        """What the optimizer remembers, read-only."""

    @property
    def mini_batches_per_epoch(self) -> int:
        """How many mini-batches this epoch has, the last of which may be smaller."""
        return self.mini_batch + self.mini_batches_left

    @property
    def mini_batches_left(self) -> int:
        """How many mini-batches this epoch still has."""
        left = len(self.job.train) - self._examples_done
        return -(-left // self.job.config.mini_batch_size)

    @property
    def is_done(self) -> bool:
        """Whether all epochs are over."""
        return self.epoch >= self.job.config.epochs

    def reconfigure(self, config: TrainingConfig) -> None:
        """Go on with other hyperparameters from the next mini-batch on.

        The order of the examples and what the optimizer remembers stay; the schedule goes on from
        the same place of the run. Raises TrainingError for what cannot change in a run; nothing
        is changed then.
        """
        job = changed_job(self.job, config)
        self._configure(job)
        self.job = job

    def advance(self, mini_batches: int = 1, stop_flag: IntArray = _NO_STOP) -> SliceResult:
        """Train at most that many mini-batches, and not beyond the end of the epoch.

        Fewer if one makes its cost or a parameter something else than a finite number: it is then
        the next one, before which the trainer stands, and asked for it raises DivergedError.
        Raises Interrupted if another thread sets ``stop_flag``, (1,) int32; the slice does not
        count then.
        """
        try:
            return self._train_slice(mini_batches, stop_flag)
        except DivergedError:
            if min(mini_batches, self.mini_batches_left) == 1:
                raise
            return self._advance_singly(mini_batches, stop_flag)

    def _advance_singly(self, mini_batches: int, stop_flag: IntArray) -> SliceResult:
        """Train one by one up to the mini-batch that cannot be trained; raises if it is the first.

        A slice is looked at only when it is over: then it is not known which of its mini-batches
        has spoiled it. They are trained anew, which gives the same numbers.
        """
        results: list[SliceResult] = []
        try:
            for _ in range(min(mini_batches, self.mini_batches_left)):
                results.append(self._train_slice(1, stop_flag))
        except (DivergedError, Interrupted):
            if not results:
                raise
        return _joined(results)

    def _train_slice(self, mini_batches: int, stop_flag: IntArray) -> SliceResult:
        size = self.job.config.mini_batch_size
        first, per_epoch = self._examples_done, self.mini_batches_per_epoch
        costs = np.zeros(min(mini_batches, self.mini_batches_left), dtype=np.float64)
        order = self._order[first : first + len(costs) * size]
        self._keep()
        started = perf_counter()
        try:
            correct = self._train(order, costs, stop_flag)
        except Interrupted:
            self._restore()
            raise
        seconds = perf_counter() - started
        self._check_finite(costs)
        totals = costs * size
        totals[-1] = costs[-1] * (len(order) - (len(costs) - 1) * size)
        self.mini_batch += len(costs)
        self.mini_batches += len(costs)
        self._examples_done += len(order)
        result = SliceResult(
            self.epoch,
            self.mini_batch,
            self._examples_done == len(self.job.train),
            costs,
            totals,
            len(order),
            None if self.job.train.labels is None else correct,
            seconds,
            per_epoch,
        )
        if result.epoch_done:
            self.epoch, self.mini_batch, self._examples_done = self.epoch + 1, 0, 0
            if not self.is_done:
                self._order = epoch_order(self.job.config.seed, self.epoch, len(self.job.train))
        return result

    @property
    def _examples_before(self) -> int:
        """How many examples of the run come before the next mini-batch."""
        return self.epoch * len(self.job.train) + self._examples_done

    def _learning_rates(self, count: int) -> FloatArray:
        """Return the learning rates of the next mini-batches, (count,) float64."""
        return learning_rates(
            self.job.config, self.epoch, self._examples_done, len(self.job.train), count
        )

    @abstractmethod
    def _train(self, order: IntArray, costs: FloatArray, stop_flag: IntArray) -> int:
        """Train on ``order``, fill ``costs``, return how many examples were answered right.

        May raise Interrupted once ``stop_flag`` is set.
        """

    @abstractmethod
    def _configure(self, job: TrainingJob) -> None:
        """Take the hyperparameters of ``job``; changes nothing if it raises."""

    @abstractmethod
    def _keep(self) -> None:
        """Remember the current parameters and the optimizer's state, for ``_restore``."""

    @abstractmethod
    def _restore(self) -> None:
        """Go back to what was remembered."""

    @abstractmethod
    def _take(self, parameters: Parameters, state: OptimizerState) -> None:
        """Go on with these parameters and what the optimizer remembers."""

    @abstractmethod
    def _is_finite(self) -> bool:
        """Whether no parameter, nor what the optimizer remembers, is a NaN or an infinity."""

    def _check_finite(self, costs: FloatArray) -> None:
        """Raise DivergedError, before the slice, unless all are numbers that float32 holds.

        Of a slice of several mini-batches it does not say which of them is to blame.
        """
        has_cost = bool((np.abs(costs) <= LARGEST).all())  # not so of a NaN
        if has_cost and self._is_finite():
            return
        self._restore()
        config, what = self.job.config, "update" if has_cost else "cost"
        l2 = f" or an L2 smaller than {config.l2:g}" if config.l2 else ""
        raise DivergedError(
            f"In epoch {self.epoch + 1}, mini-batch {self.mini_batch + 1}, the {what} "
            f"grew beyond all numbers; choose a learning rate smaller than "
            f"{config.learning_rate:g}{l2}."
        )


def _joined(results: list[SliceResult]) -> SliceResult:
    """Return what slices that followed each other did, as one."""
    correct = [each.correct for each in results if each.correct is not None]
    return replace(
        results[-1],
        costs=np.concatenate([each.costs for each in results]),
        cost_totals=np.concatenate([each.cost_totals for each in results]),
        examples=sum(each.examples for each in results),
        correct=sum(correct) if len(correct) == len(results) else None,
        seconds=sum(each.seconds for each in results),
        mini_batches_per_epoch=results[0].mini_batches_per_epoch,
    )


class NumpyTrainer(Trainer):
    """The reference: the engine's own passes and the plain updates, in float32."""

    dtype: type[np.floating] = np.float32

    def __init__(self, job: TrainingJob) -> None:
        super().__init__(job)
        self._decay = job.config.l2 / len(job.train)
        self._parameters = job.parameters.astype(self.dtype)
        self._state = OptimizerState.initial(job.config.optimizer, self._parameters)
        self._before = (self._parameters, self._state)
        self._begin()

    @property
    def parameters(self) -> Parameters:
        """The current weights and biases; nothing ever changes them in place."""
        return self._parameters

    @property
    def optimizer_state(self) -> OptimizerState:
        """What the optimizer remembers; nothing ever changes it in place."""
        return self._state

    def _train(self, order: IntArray, costs: FloatArray, stop_flag: IntArray) -> int:
        size = self.job.config.mini_batch_size
        rates = self._learning_rates(len(costs))
        correct = 0
        # What overflows is noticed afterwards, once a slice.
        with np.errstate(over="ignore", invalid="ignore"):
            for position in range(len(costs)):
                if stop_flag[0]:
                    raise Interrupted
                examples = order[position * size : (position + 1) * size]
                first = self._examples_before + position * size
                masks = self._masks(first, len(examples))
                rate = float(rates[position])
                costs[position], right = self._train_mini_batch(examples, masks, rate)
                correct += right
        return correct

    def _masks(self, first: int, examples: int) -> tuple[FloatArray, ...]:
        config = self.job.config
        return dropout_masks(
            self.job.spec, config.dropout, config.seed, first, examples, self.dtype
        )

    def _train_mini_batch(
        self, examples: IntArray, masks: tuple[FloatArray, ...], learning_rate: float
    ) -> tuple[float, int]:
        job = self.job
        x = job.train.inputs_at(examples, self.dtype)
        y = job.train.targets_at(examples, self.dtype)
        forward = forward_pass(job.spec, self._parameters, x, masks)
        backward = backward_pass(job.spec, self._parameters, forward, y, self._decay)
        self._parameters, self._state = update(
            job.config.optimizer,
            self._state,
            self._parameters,
            backward.gradients,
            learning_rate,
            job.config.update_biases,
        )
        if job.train.labels is None:
            return backward.cost, 0
        answers = forward.activations[-1].argmax(axis=1)
        return backward.cost, int(np.count_nonzero(answers == job.train.labels[examples]))

    def _configure(self, job: TrainingJob) -> None:
        self._decay = job.config.l2 / len(job.train)

    def _keep(self) -> None:
        self._before = (self._parameters, self._state)

    def _restore(self) -> None:
        self._parameters, self._state = self._before

    def _take(self, parameters: Parameters, state: OptimizerState) -> None:
        self._parameters = parameters.astype(self.dtype)
        moments = tuple(moment.astype(self.dtype) for moment in state.moments)
        self._state = OptimizerState(state.steps, moments)

    def _is_finite(self) -> bool:
        return all(
            bool(np.isfinite(array).all())
            for each in (self._parameters, *self._state.moments)
            for array in (*each.weights, *each.biases)
        )
