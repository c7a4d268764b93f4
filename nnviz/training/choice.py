"""Which trainer is faster for a job: the loops that skip zero inputs, or numpy's products.

The loops do the work of every product that is needed, example by example; numpy's products do all
of them, several times as fast, but every mini-batch pays for the calls and for some passes over all
weights. So numpy wins where inputs are dense, layers wide and mini-batches large.

The numbers below were fitted to 221 measurements in one thread: 13 networks from 784-10 to
784-1024-1024-10, 19, 50 and 100 % of the inputs lit, mini-batches of 1 to 512, SGD and Adam. Of all
these the rule's choice took at most 1.18 times as long as the better trainer, and at most 1.05
times as long as the loops; the loops alone would have taken up to 9.1 times as long. Microseconds
per example, for instance:

    network            lit    mini-batch   loops   numpy   choice
    784-30-10          19 %           10     1.4      13   loops
    784-128-10         19 %          128     3.9     8.9   loops
    784-128-10        100 %           10      17      48   loops
    784-128-10        100 %          128      17     9.2   numpy
    784-512-512-10     19 %           10      72     269   loops
    784-512-512-10     19 %          128      81      54   numpy
    784-1024-1024-10   19 %          128     520     165   numpy
    784-2048-10       100 %          512     863      95   numpy
"""

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.training.config import TrainingJob

__all__ = ["numpy_is_faster"]

CALLS_US = 40.0
"""Numpy's calls for a mini-batch, per layer."""
UPDATE_US = 0.0035
"""Numpy's passes over the weights for a mini-batch, per weight."""
INPUT_US = 0.0025
"""Numpy's conversion of an example, per input."""
PRODUCT_US = 0.000_05
"""Numpy's products for an example, per weight; forward, backward and gradient together."""
LOOP_US = 0.0002
FAR_LOOP_US = 0.0004
"""The loops' products for an example, per weight whose input is not zero: while all weights stay
close to the processor, and where there are more than ``NEAR_WEIGHTS``."""
NEAR_WEIGHTS = 1_000_000
MARGIN = 0.9
"""Numpy is chosen only where it needs less than this share of the loops' time."""
LONGEST_US = 100_000.0
"""A mini-batch of numpy's is not interrupted by a stop: none that takes longer is given to it."""
SAMPLE = 64
"""Examples whose zero inputs are counted; asked between slices, so it must be quick."""


def numpy_is_faster(job: TrainingJob) -> bool:
    """Whether numpy's products are expected to train the job faster than the compiled loops.

    The answer depends on the job alone: every run of it has the same trainer.
    """
    sizes, weights = job.spec.sizes, job.spec.edge_count
    mini_batch_size = job.config.mini_batch_size
    needed = weights - (sizes[0] - _lit_inputs(job.train)) * sizes[1]
    loops = needed * (LOOP_US if weights < NEAR_WEIGHTS else FAR_LOOP_US)
    per_mini_batch = CALLS_US * job.spec.layer_count + UPDATE_US * weights
    per_example = INPUT_US * sizes[0] + PRODUCT_US * weights
    numpy = per_mini_batch / mini_batch_size + per_example
    return numpy < MARGIN * loops and numpy * mini_batch_size <= LONGEST_US


def _lit_inputs(data: Dataset) -> float:
    """Return how many inputs of an example are not zero, the mean of some of them."""
    rows = data.inputs[:: max(1, len(data) // SAMPLE)][:SAMPLE]
    return float(np.count_nonzero(rows)) / len(rows)
