"""Getting the compiled drawing of edges ready in the background; meanwhile a painter draws them."""

import numpy as np

from nnviz.compiling.kernel_cache import KernelCache
from nnviz.compiling.warm_up import WarmUp, compile_command
from nnviz.errors import NnvizError

__all__ = [
    "are_rasters_ready",
    "cancel_rasters",
    "load_kernels",
    "wait_for_rasters",
    "warm_up_rasters",
]

KERNELS = KernelCache("nnviz.visual.rasters", "draw_lines")
COMPILE = compile_command(__name__)


def load_kernels() -> None:
    """Compile the kernels, or load them from numba's cache, in this thread.

    Raises NnvizError where numba compiles nothing: plain Python would take minutes.
    """
    from nnviz.visual import rasters  # late: it imports numba

    if not hasattr(rasters.draw_lines, "signatures"):
        raise NnvizError("The edges' loops are not compiled, because NUMBA_DISABLE_JIT is set.")
    pixels, sums = np.zeros((2, 2), np.uint32), np.zeros((2, 2, 2), np.float32)
    clip, ends = np.array([0, 0, 2, 2]), np.array([[2.0, 1.0]])
    rasters.draw_lines(pixels, np.ones((1, 4)), np.ones((1, 4), np.uint8), np.ones(1), clip)
    rasters.add_bundle(sums, ends, ends - 1, np.zeros(2), np.ones((1, 1), np.float32), clip)
    rasters.tone(pixels, sums, np.zeros((2, 3)), 1.0, 1.0, 1.0, clip)
    KERNELS.note_cached()


_warm_up = WarmUp(
    "nnviz-rasters", load_kernels, KERNELS.is_cached, COMPILE,
    "Edges are drawn without compiled loops, slower.",
)  # fmt: skip


def warm_up_rasters() -> None:
    """Compile or load the kernels in a background thread; returns at once."""
    _warm_up.start()


def cancel_rasters() -> None:
    """End a warm-up that is under way; without one nothing happens."""
    _warm_up.cancel()


def are_rasters_ready() -> bool:
    """Whether edges can be drawn with the compiled loops without delay."""
    return _warm_up.ready.is_set()


def wait_for_rasters(timeout_seconds: float | None = None) -> bool:
    """Start the warm-up if need be and wait for its end; return whether it succeeded."""
    return _warm_up.wait(timeout_seconds)
