"""The short-lived thread that looks at a network beside the window."""

import logging
from time import perf_counter

from nnviz.stores.background import Job
from nnviz.training.checkup import CheckUp, ProbeKeeper, Subject, look_at

__all__ = ["HealthJob"]

logger = logging.getLogger(__name__)


class HealthJob(Job):
    """One look in a thread of its own."""

    def __init__(self, subject: Subject, before: Subject | None, probes: ProbeKeeper) -> None:
        super().__init__("nnviz-health")
        self._subject, self._before, self._probes = subject, before, probes
        self.result: CheckUp | None = None
        self.seconds = 0.0

    def run(self) -> None:
        """Look, until done or given up."""
        started = perf_counter()
        try:
            probe = self._probes.probe(self._subject.train, self._subject.spec)
            self.result = look_at(self._subject, probe, self._before, self.given_up.is_set)
        except Exception:  # a border: nobody above would hear of it
            logger.exception("Looking at the network failed")
        self.seconds = perf_counter() - started
