"""Whether numba's cache holds a module's machine code for this very machine and version.

Numba tells only by loading it. A note beside its files says for what they were written; what the
note says decides, not that some file is there: numba leaves those of older versions and of other
processors behind.
"""

import importlib
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KernelCache"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KernelCache:
    """Numba's cache of the compiled loops of ``module``, of which ``entry`` is one.

    The module is imported when the first question is asked, because it imports numba.
    """

    module: str
    entry: str

    def is_cached(self) -> bool:
        """Whether the kernels load without compiling; True where numba does not cache at all."""
        place = self.note_path()
        if place is None:
            return True
        try:
            return place.read_text(encoding="utf-8") == self._note()
        except (OSError, UnicodeDecodeError):
            return False

    def note_cached(self) -> None:
        """Note that the kernels have just been compiled and kept, or loaded."""
        place = self.note_path()
        if place is None or self.is_cached():
            return
        try:
            place.write_text(self._note(), encoding="utf-8")
        except OSError as error:
            logger.warning("It could not be noted that the kernels are compiled: %s", error)

    def note_path(self) -> Path | None:
        """Return where the note lies; None where numba does not cache."""
        # No such attributes with NUMBA_DISABLE_JIT.
        folder = getattr(getattr(self._dispatcher(), "stats", None), "cache_path", None)
        if folder is None:
            return None
        name = self.module.rpartition(".")[2]
        return Path(folder) / f"{name}.{sys.implementation.cache_tag}.note"

    def _dispatcher(self) -> object:
        return getattr(importlib.import_module(self.module), self.entry)

    def _note(self) -> str:
        """All that numba keys its cache by: its version, the processor, and the kernels' file."""
        import numba

        source = Path(importlib.import_module(self.module).__file__ or "").stat()
        processor = getattr(self._dispatcher(), "targetctx").codegen().magic_tuple()  # noqa: B009
        return f"{numba.__version__} {processor} {source.st_mtime_ns} {source.st_size}\n"
