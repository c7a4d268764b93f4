"""How fast a run may go: from one mini-batch a second to flat out."""

import math
from time import perf_counter

__all__ = ["FLAT_OUT", "SPEEDS", "Pace", "speed_text"]

FLAT_OUT: float = math.inf
"""No limit."""

SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 1000.0, FLAT_OUT)
"""The limits that are offered, in mini-batches a second."""

TURN_SECONDS = 0.020
"""At higher limits than one mini-batch in that time, several are trained in one go."""

LATE_SECONDS = 0.100
"""What is late by no more is made up for: the mean speed is then the limit."""


def speed_text(limit: float) -> str:
    """Return a limit in words: 5 mini-batches/s, flat out."""
    if math.isinf(limit):
        return "flat out"
    return f"{limit:,.0f} mini-batch{'es' if limit != 1 else ''}/s"


class Pace:
    """When the next slice is due; belongs to the loop's thread.

    The limits are mini-batches a second; a new one counts at once, for the slice that is waited
    for too.
    """

    def __init__(self) -> None:
        self._began = -math.inf
        self._mini_batches = 0

    def largest_slice(self, limit: float, wanted: int) -> int:
        """Return how many of the ``wanted`` mini-batches may be trained in one go."""
        return wanted if math.isinf(limit) else max(1, min(wanted, round(limit * TURN_SECONDS)))

    def seconds_to_wait(self, limit: float) -> float:
        """Return in how many seconds the next slice is due, 0 if it is."""
        return max(0.0, self._due(limit) - perf_counter())

    def begin(self, limit: float, mini_batches: int) -> None:
        """Say that a slice of so many mini-batches begins now."""
        now, due = perf_counter(), self._due(limit)
        self._began = due if now - due < LATE_SECONDS else now
        self._mini_batches = mini_batches

    def _due(self, limit: float) -> float:
        # A slice from flat out may hold more than are trained in one go now: it is over.
        return self._began + self.largest_slice(limit, self._mini_batches) / limit
