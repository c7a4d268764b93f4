"""Getting the compiled trainer ready in the background, and choosing a trainer meanwhile.

Compiling takes some seconds the first time, loading it from disk a second or two later on; the
window paints first, and training that starts earlier begins with the numpy trainer.
"""

import logging
import threading

import numpy as np

from nnviz.datasets.toy import xor
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.trainer import NumpyTrainer, Trainer

__all__ = ["best_trainer", "is_ready", "wait_until_ready", "warm_up"]

logger = logging.getLogger(__name__)


class _WarmUp:
    """The process's one attempt to get the kernels ready."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, once."""
        with self._lock:
            if self._thread is None:
                # Not a daemon: a process that exits while LLVM is at work can crash.
                self._thread = threading.Thread(target=self._run, name="nnviz-warm-up")
                self._thread.start()

    def _run(self) -> None:
        try:
            CompiledTrainer(_tiny_job()).advance()
            self.ready.set()
        except Exception:
            logger.warning("Training goes on in plain numpy, slower.", exc_info=True)
        finally:
            self.ended.set()


_warm_up = _WarmUp()


def warm_up() -> None:
    """Compile or load the kernels in a background thread; returns at once, any thread may call."""
    _warm_up.start()


def is_ready() -> bool:
    """Whether the compiled trainer can start without delay."""
    return _warm_up.ready.is_set()


def wait_until_ready(timeout_seconds: float | None = None) -> bool:
    """Start the warm-up if need be and wait for its end; return whether it succeeded."""
    warm_up()
    _warm_up.ended.wait(timeout_seconds)
    return is_ready()


def best_trainer(job: TrainingJob, current: Trainer | None = None) -> Trainer:
    """Return the best trainer there is by now.

    Called with None for the first trainer of a job, and between slices with the current one: then
    either that comes back or a better one that goes on from where it stands.
    """
    if current is None:
        warm_up()
    wants_compiled = is_ready() and CompiledTrainer.can_train(job)
    if current is None:
        return CompiledTrainer(job) if wants_compiled else NumpyTrainer(job)
    if wants_compiled and not isinstance(current, CompiledTrainer):
        return CompiledTrainer.continuing(current)
    return current


def _tiny_job() -> TrainingJob:
    spec = NetworkSpec((2, 3, 1), ("sigmoid", "sigmoid"))
    parameters = initialise(spec, "standard_normal", np.random.default_rng(0), np.float32)
    return TrainingJob(0, spec, parameters, xor(), None, TrainingConfig(mini_batch_size=2))
