"""What a diagnosis of a training is made of: the evidence, and the advice that follows from it."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.wording import Severity
from nnviz.training.checkup import CheckUp
from nnviz.training.remedies import Recipe, Remedy
from nnviz.training.snapshot import EpochReport

__all__ = [
    "MANY_DEAD",
    "PATIENCE",
    "VANISHED",
    "Advice",
    "Evidence",
    "Illness",
    "course",
    "dead_share",
    "error_ratio",
    "is_useless",
    "percent",
    "unseen",
]

PATIENCE = 1_000
"""Mini-batches that a learning rate has before it is called too low."""
COURSE_POINTS = 20
"""The costs are judged as so many means, of at least MEAN_OF mini-batches each."""
MEAN_OF = 50
USELESS = 0.95
"""From this share of the best constant answer's cost on, a network has learned nothing."""
MANY_DEAD = 0.25
"""Share of dead ReLUs in a layer that is worth a word."""
VANISHED = 100
"""So many times smaller than at the output an error signal in layer 1 has vanished."""


class Illness(Enum):
    """What can be wrong with a training; the order is that in which it is told."""

    DIVERGED = "diverged"
    RATE_TOO_HIGH = "learning rate too high"
    RATE_TOO_LOW = "learning rate too low"
    VANISHING = "vanishing gradients"
    DEAD_RELUS = "dead ReLUs"
    DEAD_OUTPUTS = "dead outputs"
    ONE_CLASS = "stuck at one class"
    OVERFITTING = "overfitting"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that is wrong: what, how we know (``numbers``), and what helps, best first."""

    illness: Illness
    severity: Severity
    sentence: str
    numbers: str
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that is known of a run.

    ``costs`` are the mini-batches' costs since the hyperparameters were last changed,
    ``mini_batches`` counts all since the curves began. ``reports`` are those of the epochs since
    that change. ``failed`` says that a run ended because its cost grew beyond all numbers.
    ``examples`` counts the training examples, ``available`` those there could be.
    """

    recipe: Recipe
    costs: FloatArray
    mini_batches: int
    reports: tuple[EpochReport, ...]
    check_up: CheckUp | None
    failed: bool
    examples: int
    available: int

    @property
    def is_changed(self) -> bool:
        """Whether the hyperparameters were others before: what is wrong may be their work."""
        return len(self.costs) < self.mini_batches

    @property
    def looked_after(self) -> int:
        """How many mini-batches after that change the look at the network was; −1 without one.

        A look is older than the newest cost: it must not speak of what came later.
        """
        if self.check_up is None:
            return -1
        return self.check_up.subject.mini_batches - (self.mini_batches - len(self.costs))


def course(costs: FloatArray) -> FloatArray:
    """Return the means of at most COURSE_POINTS equal stretches of the costs, in order."""
    points = min(COURSE_POINTS, len(costs) // MEAN_OF)
    if points < 1:
        return np.empty(0)
    size = len(costs) // points
    return np.asarray(costs[-points * size :].reshape(points, size).mean(axis=1, dtype=np.float64))


def unseen(report: EpochReport) -> float | None:
    """Return the accuracy on examples that are not trained on; a validation part comes first."""
    if report.validation_accuracy is not None:
        return report.validation_accuracy
    return report.test_accuracy


def is_useless(check_up: CheckUp) -> bool:
    """Whether the network is no better than an answer that is always the same."""
    return 0 < USELESS * check_up.constant_cost <= check_up.cost


def dead_share(check_up: CheckUp) -> float:
    """Return the share of dead ReLUs in the hidden layer that has most of them."""
    shares = [each.dead.mean() for each in check_up.layers[:-1] if each.dead is not None]
    return float(max(shares, default=0.0))


def error_ratio(check_up: CheckUp) -> float:
    """Return how many times larger the error signal is at the output than in layer 1."""
    first, last = check_up.layers[0].error, check_up.layers[-1].error
    return last / first if first > 0 else 0.0


def percent(share: float) -> str:
    """Return a share for people: 58.8 %."""
    return f"{100 * share:.1f} %"
