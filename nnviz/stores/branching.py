"""Curves and record of a run that goes on from one of its earlier moments.

Apart from the store that owns them: what is kept, up to where, is a question of its own.
"""

from bisect import bisect_right
from dataclasses import replace

import numpy as np

from nnviz.engine.updates import OptimizerState
from nnviz.stores.epoch_axis import EpochAxis, RunSegment
from nnviz.training.config import RunMoment, TrainingConfig, TrainingJob
from nnviz.training.early_stopping import NOTHING_VALIDATED
from nnviz.training.epoch_totals import NO_TOTALS
from nnviz.training.history import ChangeMark, TrainingHistory
from nnviz.training.live import changes_between
from nnviz.training.run_record import KeptMoment, RunRecord

__all__ = ["cut", "epochs_before", "mini_batches_per_epoch", "moment_for", "segment_of"]

ALMOST = 1e-6
"""By so many mini-batches, the rest of an epoch may miss its share."""


def moment_for(job: TrainingJob, moment: RunMoment) -> RunMoment:
    """Return where ``job`` starts that goes on from ``moment``, with its own hyperparameters.

    Another optimizer begins with nothing remembered, and other validation examples choose a best
    epoch of their own. Where the data has become smaller than what is done of the epoch, the epoch
    is over.
    """
    state = moment.optimizer_state
    if moment.config.optimizer.name != job.config.optimizer.name:
        state = OptimizerState.initial(job.config.optimizer, moment.parameters)
    same_validation = _held_back(moment.config) == _held_back(job.config)
    validated = moment.validated if same_validation else NOTHING_VALIDATED
    fitting = replace(moment, optimizer_state=state, config=job.config, validated=validated)
    if moment.examples_done < len(job.train):
        return fitting
    return replace(fitting, epoch=moment.epoch + 1, mini_batch=0, examples_done=0, totals=NO_TOTALS)


def mini_batches_per_epoch(job: TrainingJob, config: TrainingConfig) -> int:
    """Return how many mini-batches an epoch of a job has with these hyperparameters."""
    return -(-len(job.train) // config.mini_batch_size)


def segment_of(job: TrainingJob, first: int) -> RunSegment:
    """Return the part of the curves that a job begins after ``first`` mini-batches of them.

    A job that starts at a moment counts the epochs before it as over.
    """
    per_epoch, start = mini_batches_per_epoch(job, job.config), job.start
    begun = 0.0
    if start is not None:
        left = -(-(len(job.train) - start.examples_done) // job.config.mini_batch_size)
        begun = start.epoch + start.mini_batch / (start.mini_batch + left)
    return RunSegment(job.run, first, per_epoch, begun)


def epochs_before(history: TrainingHistory, axis: EpochAxis, place: int) -> int:
    """Return how many of the epochs that were reported had ended after ``place`` mini-batches."""
    return bisect_right(
        history.reports, place, key=lambda each: axis.epoch_end(each.run, each.epoch)
    )


def _held_back(config: TrainingConfig) -> tuple[int, int, int]:
    """Return what decides which examples are held back to validate with."""
    return config.validation_size, config.train_size, config.seed


def cut(
    history: TrainingHistory,
    axis: EpochAxis,
    record: RunRecord,
    kept: KeptMoment,
    job: TrainingJob,
) -> tuple[TrainingHistory, EpochAxis, RunRecord]:
    """Return history, axis and record up to ``kept``, where ``job`` goes on.

    With a mark, unless the job goes on at the very end as if nothing had been.
    """
    place, start, size = kept.place, job.start or kept.moment, job.config.mini_batch_size
    past = history.truncated(place, epochs_before(history, axis, place))
    changes = changes_between(kept.moment.config, job.config)
    past.add_mark(ChangeMark(place, changes, is_branch=place < len(history)))
    left = -(-(len(job.train) - start.examples_done) // size)
    per_epoch = mini_batches_per_epoch(job, job.config)
    began, here = axis.epochs(np.array([kept.origin.place, place], np.float64))
    begun = float(here - began)
    epochs = axis.with_run(RunSegment(job.run, place, per_epoch, begun))
    if abs(left - (1 - begun % 1) * per_epoch) > ALMOST:  # other mini-batches end the epoch
        epochs = epochs.with_size(place, left, per_epoch)
    return past, epochs, record.until(kept)
