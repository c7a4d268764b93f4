"""Getting the compiled trainer ready in the background, and choosing a trainer meanwhile.

The window paints first, and training that starts before the kernels are ready begins with the
numpy trainer.
"""

import numpy as np

from nnviz.compiling.kernel_cache import KernelCache
from nnviz.compiling.warm_up import WarmUp, compile_command
from nnviz.datasets.toy import xor
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.choice import numpy_is_faster
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.trainer import NumpyTrainer, Trainer

__all__ = [
    "best_trainer",
    "cancel_warm_up",
    "is_ready",
    "load_kernels",
    "wait_until_ready",
    "warm_up",
]

AFTER_START_SECONDS = 0.5
"""How long a run that starts unprepared trains before the kernels are loaded: importing numba takes
the GIL for half a second, which the window needs to draw the first curve."""

KERNELS = KernelCache("nnviz.training.kernels", "train_mini_batches")
COMPILE = compile_command(__name__)


def load_kernels() -> None:
    """Compile the kernels, or load them from numba's cache, in this thread."""
    CompiledTrainer(_tiny_job()).advance()
    KERNELS.note_cached()


_warm_up = WarmUp(
    "nnviz-warm-up", load_kernels, KERNELS.is_cached, COMPILE,
    "Training goes on in plain numpy, slower.",
)  # fmt: skip


def warm_up() -> None:
    """Compile or load the kernels in a background thread; returns at once, any thread may call."""
    _warm_up.start()


def cancel_warm_up() -> None:
    """End a warm-up that is under way; without one nothing happens."""
    _warm_up.cancel()


def is_ready() -> bool:
    """Whether the compiled trainer can start without delay."""
    return _warm_up.ready.is_set()


def wait_until_ready(timeout_seconds: float | None = None) -> bool:
    """Start the warm-up if need be and wait for its end; return whether it succeeded."""
    return _warm_up.wait(timeout_seconds)


def best_trainer(job: TrainingJob, current: Trainer | None = None) -> Trainer:
    """Return the best trainer there is by now: the compiled one, or numpy's where that is faster.

    Called with None for the first trainer of a job, and between slices with the current one: then
    either that comes back or a better one that goes on from where it stands.
    """
    if current is None:
        _warm_up.start(AFTER_START_SECONDS)
    if isinstance(current, CompiledTrainer):
        return current
    if is_ready() and CompiledTrainer.can_train(job) and not numpy_is_faster(job):
        return CompiledTrainer(job) if current is None else CompiledTrainer.continuing(current)
    return current or NumpyTrainer(job)


def _tiny_job() -> TrainingJob:
    spec = NetworkSpec((2, 3, 1), ("sigmoid", "sigmoid"))
    parameters = initialise(spec, "standard_normal", np.random.default_rng(0), np.float32)
    return TrainingJob(0, spec, parameters, xor(), None, TrainingConfig(mini_batch_size=2))
