"""How the learning rate changes over a run: a pure function of the mini-batch's number.

With T mini-batches in the run and the first W = round(warm-up · T) of them warming up, the t-th
(from 0) trains with η · f(t) · min(1, (t + 1) / W), where p = (t − W) / (T − W), at least 0, and

    constant  f = 1
    step      f = factor^⌊epoch / every⌋, the epoch from 0 as the run counts them
    linear    f = 1 − p                     to zero, as if one more mini-batch would have η 0
    cosine    f = (1 + cos π p) / 2         (Loshchilov and Hutter 2017, without restarts)

Step and cosine are PyTorch's StepLR and CosineAnnealingLR with η_min 0, linear is its LinearLR from
1 to 0, each evaluated for every mini-batch. Warm-up rises linearly (Goyal et al. 2017). Imports
nothing heavy: the command line reads the table.
"""

import math
from dataclasses import dataclass

from nnviz.errors import TrainingError

__all__ = ["CONSTANT", "SCHEDULES", "Course", "Schedule"]


@dataclass(frozen=True, slots=True)
class Course:
    """A row of the table: how the learning rate goes after the warm-up."""

    name: str
    label: str
    description: str


SCHEDULES = {
    course.name: course
    for course in (
        Course("constant", "Constant", "The learning rate stays"),
        Course("step", "Steps", "The learning rate is multiplied by a factor every few epochs"),
        Course("linear", "Linear to zero", "The learning rate falls evenly to 0 at the end"),
        Course("cosine", "Cosine", "The learning rate falls to 0 along half a cosine"),
    )
}
"""The schedules by name, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The chosen schedule; ``factor`` and ``every`` (epochs) are those of steps.

    ``warm_up`` is the share of the run, 0 … 1, in which the learning rate rises at first. Raises
    TrainingError for a name that is not in the table and for a value that makes no sense.
    """

    name: str = "constant"
    warm_up: float = 0.0
    factor: float = 0.1
    every: int = 10

    def __post_init__(self) -> None:
        if self.name not in SCHEDULES:
            raise TrainingError(
                f"There is no schedule {self.name!r}; choose one of {', '.join(SCHEDULES)}."
            )
        if not 0 <= self.warm_up <= 1:
            raise TrainingError(
                f"The warm-up is {self.warm_up:g}; a share of the run from 0 to 1 is needed."
            )
        if not 0 < self.factor <= 1:
            raise TrainingError(
                f"The factor of a step is {self.factor:g}; a number above 0 and up to 1 is needed."
            )
        if isinstance(self.every, bool) or not isinstance(self.every, int) or self.every < 1:
            raise TrainingError(
                f"The epochs between steps are {self.every!r}; a whole number from 1 is needed."
            )

    def share(self, mini_batch: int, per_epoch: int, epochs: int) -> float:
        """Return the share of the learning rate for a mini-batch of the run, from 0."""
        total = per_epoch * epochs
        warm_up = round(self.warm_up * total)
        share = (mini_batch + 1) / warm_up if mini_batch < warm_up else 1.0
        progress = max(mini_batch - warm_up, 0) / max(total - warm_up, 1)
        match self.name:
            case "step":
                return share * self.factor ** (mini_batch // per_epoch // self.every)
            case "linear":
                return share * (1 - progress)
            case "cosine":
                return share * (1 + math.cos(math.pi * progress)) / 2
        return share


CONSTANT = Schedule()
"""The learning rate stays."""
