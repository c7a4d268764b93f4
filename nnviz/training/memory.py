"""What training a network takes of memory, what there is, and the refusal before it is tried.

A system that runs out of memory ends the program without a word, or swaps for minutes.
"""

import os
import sys
from pathlib import Path

from nnviz.engine.network import NetworkSpec
from nnviz.errors import TrainingError
from nnviz.training.config import TrainingConfig

__all__ = ["available_bytes", "check_memory", "needed_bytes"]

PARAMETER_BYTES = 25
"""Per weight or bias: once in float64 and four times in float32. Measured at the peak of ``nnviz
train`` with 15.9 million of them: 23, and 10 more for each number the optimizer remembers."""
MOMENT_BYTES = 12
BEST_BYTES = 4
"""Per weight or bias, of the best validation epoch: once more in float32."""
RECORDED_BYTES = 40
"""Per weight or bias, of the pass that the window records: five arrays in float64."""
ACTIVATION_BYTES = 16
"""Per neuron and example of a mini-batch: four arrays in float32."""

_CONTROL_GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_MEMORY = Path("/proc/meminfo")


def check_memory(spec: NetworkSpec, config: TrainingConfig, recorded: bool = True) -> None:
    """Raise TrainingError if training takes more memory than there is.

    ``recorded`` says whether there is a window, which records passes. Where the system does not
    tell how much there is, nothing is refused.
    """
    available, needed = available_bytes(), needed_bytes(spec, config, recorded)
    if available is not None and needed > available:
        raise TrainingError(
            f"{spec} with its {spec.parameter_count:,} parameters takes about {_size(needed)} of "
            f"memory to train, and {_size(available)} are free; make a layer or the mini-batch "
            "smaller."
        )


def needed_bytes(spec: NetworkSpec, config: TrainingConfig, recorded: bool = True) -> int:
    """Return what training takes at its peak, the data and the program itself not counted."""
    per_parameter = PARAMETER_BYTES + MOMENT_BYTES * config.optimizer.method.moments
    per_parameter += RECORDED_BYTES if recorded else 0
    per_parameter += BEST_BYTES if config.validation_size else 0
    activations = ACTIVATION_BYTES * config.mini_batch_size * sum(spec.sizes)
    return per_parameter * spec.parameter_count + activations


def available_bytes() -> int | None:
    """Return how much memory can still be had, at most; None if the system does not tell."""
    found = [each for each in (_available(), _group_limit()) if each is not None]
    return min(found, default=None)


def _available() -> int | None:
    if sys.platform == "win32":
        return _available_on_windows()
    try:
        for line in _MEMORY.read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # macOS: all there is, most of which is free as soon as it is asked for
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def _group_limit() -> int | None:
    """Return what a container may use in all; None without a limit ("max")."""
    try:
        return int(_CONTROL_GROUP_LIMIT.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _available_on_windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        """MEMORYSTATUSEX."""

        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in (
                "total", "available", "page_total", "page_available",
                "virtual_total", "virtual_available", "extended",
            )),
        ]  # fmt: skip

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows alone
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
