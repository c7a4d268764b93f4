"""What was wrong with a training that has ended: the sentences of the window, for a terminal."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.training.advice import Evidence
from nnviz.training.checkup import CheckUp, ProbeKeeper, Subject, look_at
from nnviz.training.config import TrainingJob
from nnviz.training.diagnosis import BEGUN, advise
from nnviz.training.remedies import Recipe
from nnviz.training.snapshot import EpochReport, Outcome, TrainingSnapshot

__all__ = ["RunNotes"]

MOST_TESTED = 10_000
"""Examples that the classes are counted on."""


class RunNotes:
    """Collects what a diagnosis needs of one run: its costs, four bytes each, and its epochs."""

    def __init__(self) -> None:
        self._costs: list[FloatArray] = []
        self._reports: list[EpochReport] = []

    def add_costs(self, snapshot: TrainingSnapshot) -> None:
        """Note the costs since the snapshot before."""
        self._costs.append(snapshot.costs)

    def add_epoch(self, report: EpochReport) -> None:
        """Note how an epoch went."""
        self._reports.append(report)

    def diagnosis(
        self, job: TrainingJob, initialiser: str, outcome: Outcome, names: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Say what is wrong, the gravest first, and after each the numbers behind it.

        Of a run that has not failed: one that has says itself why. Empty for a healthy run, and
        for one without a whole epoch. ``initialiser`` drew the first
        weights; ``names`` are those of the classes.
        """
        costs = np.concatenate([np.empty(0, np.float32), *self._costs])
        if not self._reports or len(costs) < BEGUN:
            return ()
        evidence = Evidence(
            Recipe(job.spec, initialiser, job.config), costs, len(costs), tuple(self._reports),
            _look(job, outcome, len(costs), names), False,
            len(job.train), len(job.train),
        )  # fmt: skip
        return tuple(
            line for advice in advise(evidence) for line in (advice.sentence, advice.numbers)
        )


def _look(
    job: TrainingJob, outcome: Outcome, mini_batches: int, names: tuple[str, ...]
) -> CheckUp | None:
    """Look once at the parameters that the run ended with.

    How far the steps of an optimizer with a memory go needs two looks, at known places: it stays
    unknown, so that what is said never depends on the speed of the machine.
    """
    subject = Subject(
        job.run, mini_batches, job.spec, outcome.parameters, job.config, job.config.learning_rate,
        job.train, job.train if job.test is None else job.test, MOST_TESTED, names,
    )  # fmt: skip
    return look_at(subject, ProbeKeeper().probe(job.train, job.spec))
