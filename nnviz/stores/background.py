"""Short-lived threads beside the window: one at a time, given up, joined, and without Qt.

A thread leaves its result in itself, at which a timer of the GUI thread looks. So nothing can be
delivered to an object that is gone.
"""

import threading
from typing import Generic, TypeVar

__all__ = ["Job", "Jobs", "stop_jobs"]


class Job(threading.Thread):
    """One piece of work; subclasses do it in ``run`` and ask ``given_up`` now and then."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.given_up = threading.Event()

    @property
    def ended(self) -> bool:
        """Whether the result is there, or never will be."""
        return not self.is_alive()


AnyJob = TypeVar("AnyJob", bound=Job)


class Jobs(Generic[AnyJob]):
    """The threads; a plain object, so that it outlives the QObject by the moment it needs."""

    def __init__(self) -> None:
        self.current: AnyJob | None = None
        self._ending: list[AnyJob] = []

    def start(self, job: AnyJob) -> bool:
        """Begin a job unless one that was given up still goes on; whether it began."""
        self._ending = [each for each in self._ending if not each.ended]
        if self._ending:
            return False
        self.current = job
        job.start()
        return True

    def give_up(self) -> None:
        """Let the current job end soon, its result unheard."""
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


def stop_jobs(jobs: Jobs[AnyJob], _: object = None) -> None:
    """Stop the jobs of an object that is being destroyed."""
    jobs.stop()
