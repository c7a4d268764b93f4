"""Getting the compiled trainer ready in the background, and choosing a trainer meanwhile.

Compiling takes some seconds the first time and would hold the GIL for most of them, so another
process does it and leaves it in numba's cache; loading it from there takes half a second. The
window paints first, and training that starts earlier begins with the numpy trainer.
"""

import gc
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np

from nnviz.datasets.toy import xor
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.kernel_cache import is_cached, note_cached
from nnviz.training.trainer import NumpyTrainer, Trainer

__all__ = [
    "best_trainer",
    "cancel_warm_up",
    "is_ready",
    "load_kernels",
    "wait_until_ready",
    "warm_up",
]

logger = logging.getLogger(__name__)

COMPILE = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from nnviz.training.warm_up import load_kernels; load_kernels()"
)
"""What the other process runs; the argument is the folder that nnviz lies in."""

PACKAGE_PARENT = Path(__file__).resolve().parents[2]

_OWN_GROUP = 0x200 if os.name == "nt" else 0
"""Windows' CREATE_NEW_PROCESS_GROUP, which ``subprocess`` names only there."""


class _WarmUp:
    """The process's one attempt to get the kernels ready."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.ended = threading.Event()
        self._lock = threading.RLock()  # a signal's handler may cancel while this thread starts
        self._thread: threading.Thread | None = None
        self._compiler: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    def start(self) -> None:
        """Start the thread, once."""
        with self._lock:
            if self._thread is None:
                # Not a daemon: a process that exits while LLVM is at work can crash.
                self._thread = threading.Thread(target=self._run, name="nnviz-warm-up")
                self._thread.start()

    def cancel(self) -> None:
        """End a compilation that is under way: the program closes, nobody waits for it."""
        with self._lock:
            self._cancelled = True
            if self._compiler is not None:
                self._compiler.kill()

    def _run(self) -> None:
        try:
            if not is_cached():
                self._compile_elsewhere()
            if not self._cancelled:
                load_kernels()
                # What the libraries have made stays for good. Looked through by the garbage
                # collector it costs 80 ms now and then, in whichever thread comes first: the GUI's.
                gc.freeze()
                self.ready.set()
        except Exception:
            logger.warning("Training goes on in plain numpy, slower.", exc_info=True)
        finally:
            self.ended.set()

    def _compile_elsewhere(self) -> None:
        """Fill the cache from another process; if that fails, loading compiles here after all.

        Not with the current folder among the places for modules (-P): a ``random.py`` there is
        not Python's. In a session of its own, so that Ctrl+C reaches this process alone, which
        then cancels.
        """
        with self._lock:
            if self._cancelled:
                return
            self._compiler = subprocess.Popen(
                (sys.executable, "-P", "-c", COMPILE, str(PACKAGE_PARENT)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                creationflags=_OWN_GROUP,
            )
        _, errors = self._compiler.communicate()
        if self._compiler.returncode and not self._cancelled:
            logger.warning(
                "Compiling the kernels in another process failed with %d: %s",
                self._compiler.returncode,
                errors.decode(errors="replace").strip(),
            )


_warm_up = _WarmUp()


def warm_up() -> None:
    """Compile or load the kernels in a background thread; returns at once, any thread may call."""
    _warm_up.start()


def cancel_warm_up() -> None:
    """End a warm-up that is under way; without one nothing happens."""
    _warm_up.cancel()


def load_kernels() -> None:
    """Compile the kernels, or load them from numba's cache, in this thread."""
    CompiledTrainer(_tiny_job()).advance()
    note_cached()


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
