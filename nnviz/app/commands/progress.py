"""One line at the foot of a terminal that says how far long work is; silent in files and pipes."""

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

from nnviz.formatting import count, duration

__all__ = ["ProgressLine", "progress_text"]

_BAR_WIDTH = 24


class ProgressLine:
    """Draws over its own line; ``clear`` before anything else is printed.

    Parameters
    ----------
    total : int
        How many units the whole work has.
    unit : str
        What is counted, in the plural: "images".
    stream : TextIO or None
        Where to draw; standard error by default. Nothing is drawn unless it is a terminal.
    clock : callable
        Returns seconds; another one for tests.
    """

    def __init__(
        self,
        total: int,
        unit: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._unit = unit
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._started = clock()
        self._drawn = 0
        self._visible = self._stream is not None and self._stream.isatty()

    def start(self) -> None:
        """Count the time from now on."""
        self._started = self._clock()

    def draw(self, done: int, label: str) -> None:
        """Show that ``done`` units are finished, after a ``label`` such as "epoch 3 of 30"."""
        if not self._visible:
            return
        elapsed = self._clock() - self._started
        text = progress_text(done, self._total, elapsed, self._unit)
        self._write(f"{label}  {text}")

    def say(self, text: str) -> None:
        """Show some words instead."""
        if self._visible:
            self._write(text)

    def clear(self) -> None:
        """Leave the line empty and the cursor at its beginning."""
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0

    def _write(self, text: str) -> None:
        # One column stays free: a full line would wrap, and then \r begins the wrong one.
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(text)


def progress_text(done: int, total: int, elapsed: float, unit: str) -> str:
    """Return bar, share, rate and time left; the last two once something is done.

    ``elapsed`` is in seconds.
    """
    share = done / total
    filled = int(share * _BAR_WIDTH)
    text = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {int(share * 100):3d} %"
    if done and elapsed > 0:
        rate = done / elapsed
        left = duration((total - done) / rate)
        text += f"  {count(int(rate))} {unit}/s  {left} left"
    return text
