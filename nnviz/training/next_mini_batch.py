"""What the next mini-batch of a run is made of, from the moment that the run is at."""

from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec
from nnviz.training.config import RunMoment, TrainingConfig
from nnviz.training.dropout import dropout_masks

__all__ = ["NextMiniBatch", "epoch_order", "learning_rates", "next_mini_batch"]


@dataclass(frozen=True, slots=True, eq=False)
class NextMiniBatch:
    """What the next mini-batch is made of, before it is trained.

    ``examples`` are the numbers of its examples in the training data, in their order, (m,);
    ``masks`` dropout's, (m, n_l) float32 for each hidden layer, none without dropout;
    ``learning_rate`` is the schedule's for it.
    """

    examples: IntArray
    masks: tuple[FloatArray, ...]
    learning_rate: float


def epoch_order(seed: int, epoch: int, examples: int) -> IntArray:
    """Return the shuffled order of an epoch (from 0): a permutation of 0 … examples − 1."""
    return np.random.default_rng([seed, epoch]).permutation(examples)


def learning_rates(
    config: TrainingConfig, epoch: int, examples_done: int, examples: int, count: int
) -> FloatArray:
    """Return the learning rates of the next ``count`` mini-batches, (count,) float64.

    ``examples_done`` of the epoch's ``examples`` come before them.
    """
    per_epoch = -(-examples // config.mini_batch_size)
    # As if all mini-batches had had this size: the same share of the run is over.
    first = epoch * per_epoch + examples_done // config.mini_batch_size
    shares = [
        config.schedule.share(mini_batch, per_epoch, config.epochs)
        for mini_batch in range(first, first + count)
    ]
    return config.learning_rate * np.array(shares)


def next_mini_batch(spec: NetworkSpec, train: Dataset, moment: RunMoment) -> NextMiniBatch | None:
    """Return what every trainer trains next from ``moment`` on; None after the last epoch."""
    config, done, n = moment.config, moment.examples_done, len(train)
    if moment.epoch >= config.epochs:
        return None
    order = epoch_order(config.seed, moment.epoch, n)
    examples = order[done : done + config.mini_batch_size]
    examples.setflags(write=False)
    first = moment.epoch * n + done
    masks = dropout_masks(spec, config.dropout, config.seed, first, len(examples))
    rate = float(learning_rates(config, moment.epoch, done, n, 1)[0])
    return NextMiniBatch(examples, masks, rate)
