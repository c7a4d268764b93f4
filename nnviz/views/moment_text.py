"""How a moment of a run is called: epoch 3.20 · mini-batch 16,000 · C 0.0412."""

import numpy as np

from nnviz.formatting import count, number
from nnviz.stores.training_store import TrainingStore
from nnviz.training.run_record import KeptMoment

__all__ = ["cost_text", "epoch_text", "mini_batch_text", "moment_text", "spacing_text"]

COST_DIGITS = 3
SHARE_OF_EPOCH = 20
"""The cost of a moment is the mean over the last twentieth of an epoch, but of 20 mini-batches at
least where the epoch has so many: single ones differ too much."""

_PARTS = {0.125: "eighth of an epoch", 0.25: "quarter of an epoch", 0.5: "half epoch",
          1.0: "epoch", 2.0: "second epoch"}  # fmt: skip


def epoch_text(training: TrainingStore, kept: KeptMoment) -> str:
    """Return in which epoch of the curves a moment lies: epoch 3.20 of 30.

    After an earlier run the planned epochs are not those of the curves, and are left out.
    """
    epoch = training.epoch_axis.epochs(np.array([float(kept.place)]))[0]
    text = f"epoch {epoch:.2f}"
    if kept.origin.place or training.job is None:
        return text
    return f"{text} of {count(training.job.config.epochs)}"


def mini_batch_text(kept: KeptMoment) -> str:
    """Return after which mini-batch of the curves a moment is."""
    return f"mini-batch {count(kept.place)}"


def cost_text(training: TrainingStore, kept: KeptMoment) -> str:
    """Return the mean cost just before a moment, a dash at the start."""
    per_epoch = training.epoch_axis.mini_batches_per_epoch
    window = min(per_epoch, max(20, per_epoch // SHARE_OF_EPOCH))
    return f"C {number(training.history.mean_before(kept.place, window), COST_DIGITS)}"


def moment_text(training: TrainingStore, kept: KeptMoment) -> str:
    """Return all three in one line."""
    parts = epoch_text(training, kept), mini_batch_text(kept), cost_text(training, kept)
    return " · ".join(parts)


def spacing_text(training: TrainingStore) -> str:
    """Return which moments of a run there are to be looked at."""
    between = training.record.epochs_between
    what = _PARTS.get(between) or f"{count(round(between))}th epoch"
    return f"Every {what} is kept"
