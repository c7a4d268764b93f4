"""How far a run is, as a share and as a line of text: epoch 4/30 · 61 k images/s · 12 s left."""

from nnviz.formatting import count, duration
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.training.ending import early_text
from nnviz.training.snapshot import OutcomeStatus, TrainingSnapshot

__all__ = ["ended_text", "progress_share", "rate_text", "run_share", "run_text", "status_text"]


def run_share(training: TrainingStore) -> float:
    """Return which part of the current or last run is done, 0 … 1."""
    if training.snapshot is None or training.job is None:
        return 0.0
    if training.outcome is not None and training.outcome.early:
        return 1.0  # it did all that it was to do
    return progress_share(training.snapshot, training.job.config.epochs)


def run_text(training: TrainingStore) -> str:
    """Return the line that tells what the run is doing or has done, empty before the first one."""
    snapshot, job = training.snapshot, training.job
    if job is None or (snapshot is None and not training.is_active):
        return ""
    if snapshot is None:
        return "starting…"
    epochs = job.config.epochs
    if training.state is TrainingState.STOPPING:
        return f"stopping · {_place(snapshot, epochs)}"
    if training.state is TrainingState.IDLE:
        done = progress_share(snapshot, epochs) >= 1
        return f"done · {count(epochs)} epochs" if done else f"ended · {_place(snapshot, epochs)}"
    examples = "images" if job.train.image_shape is not None else "samples"
    return status_text(snapshot, epochs, examples, may_stop_early=job.config.patience > 0)


def ended_text(training: TrainingStore) -> str:
    """Return how the last run ended; empty while one is on, and where ``run_text`` says it."""
    job, outcome, snapshot = training.job, training.outcome, training.snapshot
    if training.is_active or job is None or outcome is None:
        return ""
    if outcome.status is OutcomeStatus.FAILED:
        return f"failed · {outcome.message}"
    if outcome.early:
        return early_text(outcome.epochs, job.config.patience, outcome.best)
    if outcome.status is OutcomeStatus.COMPLETED:
        return ""
    if snapshot is None:
        return "stopped"
    epoch = f"epoch {count(snapshot.epoch + 1)}/{count(job.config.epochs)}"
    if snapshot.mini_batch == snapshot.mini_batches_per_epoch:
        return f"stopped after {epoch}"
    done, of = count(snapshot.mini_batch), count(snapshot.mini_batches_per_epoch)
    return f"stopped in {epoch} · mini-batch {done}/{of}"


def progress_share(snapshot: TrainingSnapshot, epochs: int) -> float:
    """Return which part of a run of ``epochs`` is done, 0 … 1."""
    in_epoch = snapshot.mini_batch / max(snapshot.mini_batches_per_epoch, 1)
    return min((snapshot.epoch + in_epoch) / max(epochs, 1), 1.0)


def status_text(
    snapshot: TrainingSnapshot, epochs: int, examples: str = "images", may_stop_early: bool = False
) -> str:
    """Return the line that tells how far a run is; ``examples`` is what the data calls them.

    A paused run has no speed and no time left: it tells which mini-batch was the last. One that
    may stop early has at most so much time left.
    """
    if snapshot.paused:
        return f"paused · {_place(snapshot, epochs)}"
    parts = [f"epoch {count(snapshot.epoch + 1)}/{count(epochs)}"]
    if snapshot.examples_per_second > 0:
        parts.append(f"{rate_text(snapshot.examples_per_second)} {examples}/s")
    if snapshot.seconds_left is not None:
        at_most = "≤ " if may_stop_early else ""
        parts.append(f"{at_most}{duration(snapshot.seconds_left)} left")
    return " · ".join(parts)


def rate_text(rate: float) -> str:
    """Return a rate in two or three digits: 940, 6.1 k, 61 k, 1.2 M."""
    for size, sign in ((1e6, " M"), (1e3, " k")):
        # A rate that would be rounded up to 1000 of the smaller unit belongs to the larger.
        if rate >= 0.9995 * size:
            value = rate / size
            return f"{value:.1f}{sign}" if value < 9.95 else f"{value:.0f}{sign}"
    return f"{rate:.0f}"


def _place(snapshot: TrainingSnapshot, epochs: int) -> str:
    mini_batch = f"{count(snapshot.mini_batch)}/{count(snapshot.mini_batches_per_epoch)}"
    return f"epoch {count(snapshot.epoch + 1)}/{count(epochs)} · mini-batch {mini_batch}"
