"""The short-lived threads that look at a network: one at a time, joined, and without Qt.

A thread leaves its result in a plain object, at which a timer of the GUI thread looks. So nothing
can be delivered to an object that is gone.
"""

import logging
import threading
from time import perf_counter

from nnviz.training.checkup import CheckUp, ProbeKeeper, Subject, look_at

__all__ = ["HealthJob", "HealthJobs"]

logger = logging.getLogger(__name__)


class HealthJob(threading.Thread):
    """One look in a thread of its own."""

    def __init__(self, subject: Subject, before: Subject | None, probes: ProbeKeeper) -> None:
        super().__init__(name="nnviz-health", daemon=True)
        self._subject, self._before, self._probes = subject, before, probes
        self.given_up = threading.Event()
        self.result: CheckUp | None = None
        self.seconds = 0.0

    @property
    def ended(self) -> bool:
        """Whether the result is there, or never will be."""
        return not self.is_alive()

    def run(self) -> None:
        """Look, until done or given up."""
        started = perf_counter()
        try:
            probe = self._probes.probe(self._subject.train, self._subject.spec)
            self.result = look_at(self._subject, probe, self._before, self.given_up.is_set)
        except Exception:  # a border: nobody above would hear of it
            logger.exception("Looking at the network failed")
        self.seconds = perf_counter() - started


class HealthJobs:
    """The threads; a plain object, so that it outlives the QObject by the moment it needs."""

    def __init__(self) -> None:
        self.current: HealthJob | None = None
        self.probes = ProbeKeeper()
        self._ending: list[HealthJob] = []

    def start(self, subject: Subject, before: Subject | None) -> bool:
        """Begin a look unless one that was given up still goes on; whether it began."""
        self._ending = [job for job in self._ending if not job.ended]
        if self._ending:
            return False
        self.current = HealthJob(subject, before, self.probes)
        self.current.start()
        return True

    def give_up(self) -> None:
        """Let the current look end soon, its result unheard."""
        if self.current is not None:
            self.current.given_up.set()
            self._ending.append(self.current)
            self.current = None

    def stop(self) -> None:
        """Give up, and wait for the threads: some milliseconds."""
        self.give_up()
        for job in self._ending:
            job.join()
        self._ending.clear()
