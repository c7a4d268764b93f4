"""Which epoch validated best so far, and whether the run has waited long enough for a better one.

Prechelt 1998, "Early Stopping, But When?", with the simplest of its ideas: stop once so many
epochs in a row have brought nothing better.
"""

from dataclasses import dataclass
from enum import Enum

from nnviz.engine.network import Parameters
from nnviz.training.evaluation import Evaluation

__all__ = ["BestEpoch", "Criterion", "EarlyStopping"]


class Criterion(Enum):
    """What is compared: the accuracy, or the cost where there are no classes."""

    ACCURACY = "accuracy"
    COST = "cost"


@dataclass(frozen=True, slots=True, eq=False)
class BestEpoch:
    """The best epoch (from 1), the parameters after it, and its validation accuracy or cost."""

    epoch: int
    parameters: Parameters
    value: float
    criterion: Criterion


class EarlyStopping:
    """Told of every epoch's validation; belongs to one thread."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._best: BestEpoch | None = None
        self._without_better = 0

    @property
    def best(self) -> BestEpoch | None:
        """The best epoch so far, the first of equal ones; None before any."""
        return self._best

    @property
    def is_over(self) -> bool:
        """Whether ``patience`` epochs in a row were no better; never with a patience of 0."""
        return 0 < self._patience <= self._without_better

    def add(self, epoch: int, validation: Evaluation, parameters: Parameters) -> None:
        """Take note of an epoch; ``parameters`` are kept as they are if it is the best."""
        self._without_better += 1
        criterion = Criterion.COST if validation.accuracy is None else Criterion.ACCURACY
        value = validation.cost if validation.accuracy is None else validation.accuracy
        if value is not None and self._is_better(value, criterion):
            self._best = BestEpoch(epoch, parameters, value, criterion)
            self._without_better = 0

    def _is_better(self, value: float, criterion: Criterion) -> bool:
        if self._best is None:
            return True
        before = self._best.value
        return value > before if criterion is Criterion.ACCURACY else value < before
