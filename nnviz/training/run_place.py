"""Where a run stands, as numbers alone."""

from typing import NamedTuple

__all__ = ["RunPlace"]


class RunPlace(NamedTuple):
    """A place between two mini-batches of a run.

    ``epoch`` counts from 0; of its ``examples`` ``examples_done`` are done. ``mini_batches`` are
    those of the whole run so far; the next ones have ``mini_batch_size`` examples.
    """

    epoch: int
    examples_done: int
    mini_batches: int
    examples: int
    mini_batch_size: int
