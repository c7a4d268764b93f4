"""Getting compiled loops ready in the background.

Compiling takes some seconds the first time and would hold the GIL for most of them, so another
process does it and leaves the machine code in numba's cache; loading it from there takes half a
second. The window paints first and does meanwhile without the loops.
"""

import gc
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

__all__ = ["PACKAGE_PARENT", "WarmUp", "compile_command"]

logger = logging.getLogger(__name__)

PACKAGE_PARENT = Path(__file__).resolve().parents[2]

_OWN_GROUP = 0x200 if os.name == "nt" else 0
"""Windows' CREATE_NEW_PROCESS_GROUP, which ``subprocess`` names only there."""

_one_at_a_time = threading.Lock()
"""Two that compile or load at once would only share one processor and one GIL."""


def compile_command(module: str, function: str = "load_kernels") -> str:
    """Return what the other process runs; its argument is the folder that nnviz lies in."""
    return (
        f"import sys; sys.path.append(sys.argv[1]); from {module} import {function}; {function}()"
    )


class WarmUp:
    """The process's one attempt to get some kernels ready.

    ``load`` compiles them or loads them from numba's cache in the thread that calls it,
    ``is_cached`` tells which; ``command`` is Python that fills the cache. ``without`` says how the
    program does if that fails.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], None],
        is_cached: Callable[[], bool],
        command: str,
        without: str,
    ) -> None:
        self.ready = threading.Event()
        self.ended = threading.Event()
        self._name = name
        self._load = load
        self._is_cached = is_cached
        self._command = command
        self._without = without
        self._lock = threading.RLock()  # a signal's handler may cancel while this thread starts
        self._thread: threading.Thread | None = None
        self._compiler: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self._due = threading.Event()

    def start(self, delay_seconds: float = 0.0) -> None:
        """Start the thread, once; returns at once, any thread may call.

        With a delay it begins its work then, or as soon as somebody starts it without one.
        """
        with self._lock:
            if not delay_seconds:
                self._due.set()
            if self._thread is None:
                # Not a daemon: a process that exits while LLVM is at work can crash.
                self._thread = threading.Thread(
                    target=self._run, name=self._name, args=(delay_seconds,)
                )
                self._thread.start()

    def cancel(self) -> None:
        """End a compilation that is under way: the program closes, nobody waits for it."""
        with self._lock:
            self._cancelled = True
            self._due.set()
            if self._compiler is not None:
                self._compiler.kill()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Start the warm-up if need be and wait for its end; return whether it succeeded."""
        self.start()
        self.ended.wait(timeout_seconds)
        return self.ready.is_set()

    def _run(self, delay_seconds: float) -> None:
        self._due.wait(delay_seconds)
        try:
            with _one_at_a_time:
                if not self._cancelled and not self._is_cached():
                    self._compile_elsewhere()
                if not self._cancelled:
                    self._load()
                    # What the libraries have made stays for good. Looked through by the garbage
                    # collector it costs 80 ms now and then, in whichever thread comes first: the
                    # GUI's.
                    gc.freeze()
                    self.ready.set()
        except Exception as error:
            complaint = _last_line(str(error)) or "nothing more is known"
            logger.warning("%s (%s: %s)", self._without, type(error).__name__, complaint)
            logger.debug("The kernels could not be made ready.", exc_info=True)
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
                (sys.executable, "-P", "-c", self._command, str(PACKAGE_PARENT)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                creationflags=_OWN_GROUP,
            )
        _, errors = self._compiler.communicate()
        if self._compiler.returncode and not self._cancelled:
            complaint = errors.decode(errors="replace")
            logger.warning(
                "Compiling the kernels in another process failed with %d: %s",
                self._compiler.returncode,
                _last_line(complaint),
            )
            logger.debug("%s", complaint)


def _last_line(text: str) -> str:
    """Return the last line: of a traceback, the one that says what is wrong."""
    return "".join(text.strip().splitlines()[-1:]).strip()
