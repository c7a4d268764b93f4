"""Whether numba's cache holds the kernels' machine code for this very machine and version.

Numba tells only by loading it. A note beside its files says for what they were written; what the
note says decides, not that some file is there: numba leaves those of older versions and of other
processors behind.
"""

import logging
import sys
from pathlib import Path

__all__ = ["is_cached", "note_cached"]

logger = logging.getLogger(__name__)


def is_cached() -> bool:
    """Whether the kernels load without compiling; True where numba does not cache at all."""
    place = _note_path()
    if place is None:
        return True
    try:
        return place.read_text(encoding="utf-8") == _note()
    except (OSError, UnicodeDecodeError):
        return False


def note_cached() -> None:
    """Note that the kernels have just been compiled and kept, or loaded."""
    place = _note_path()
    if place is None or is_cached():
        return
    try:
        place.write_text(_note(), encoding="utf-8")
    except OSError as error:
        logger.warning("It could not be noted that the kernels are compiled: %s", error)


def _note_path() -> Path | None:
    """Where the note lies; None where numba does not cache."""
    from nnviz.training import kernels

    # No such attributes with NUMBA_DISABLE_JIT.
    folder = getattr(getattr(kernels.train_mini_batches, "stats", None), "cache_path", None)
    return None if folder is None else Path(folder) / f"kernels.{sys.implementation.cache_tag}.note"


def _note() -> str:
    """All that numba keys its cache by: its version, the processor, and the kernels' file."""
    import numba

    from nnviz.training import kernels

    source = Path(kernels.__file__).stat()
    processor = getattr(kernels.train_mini_batches, "targetctx").codegen().magic_tuple()  # noqa: B009
    return f"{numba.__version__} {processor} {source.st_mtime_ns} {source.st_size}\n"
