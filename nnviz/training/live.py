"""What may change while a run is on, and how such a change is written: η 3 → 0.5.

Everything else belongs to the run as a whole: another optimizer remembers other things, and another
seed, data or number of epochs makes it another run.
"""

from dataclasses import dataclass, replace

from nnviz.errors import TrainingError
from nnviz.formatting import rounded
from nnviz.training.config import TrainingConfig, TrainingJob

__all__ = ["AppliedChange", "Change", "changed_job", "changes_between", "joined", "live_part"]

DIGITS = 4
EXACT_DIGITS = 15
"""Where four digits would write two values alike."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another value of one hyperparameter; ``symbol`` is short, ``name`` is for sentences."""

    symbol: str
    name: str
    before: float
    after: float

    @property
    def text(self) -> str:
        """The change in a few characters: η 3 → 0.5."""
        return f"{self.symbol} {self._values}"

    @property
    def sentence(self) -> str:
        """The change by its name: Learning rate η: 3 → 0.5."""
        return f"{self.name[0].upper()}{self.name[1:]}: {self._values}"

    @property
    def _values(self) -> str:
        pair = [rounded(each, DIGITS) for each in (self.before, self.after)]
        if pair[0] == pair[1]:
            pair = [rounded(each, EXACT_DIGITS) for each in (self.before, self.after)]
        return " → ".join(pair)


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A change that a run has made after ``mini_batches`` of its mini-batches.

    ``left_in_epoch`` is how many mini-batches of the then mini-batch size the epoch had left.
    """

    mini_batches: int
    left_in_epoch: int
    before: TrainingConfig
    after: TrainingConfig


def changes_between(before: TrainingConfig, after: TrainingConfig) -> tuple[Change, ...]:
    """Return which of the values that may change differ, in the order of the panel."""
    rows = (
        ("η", "learning rate η", before.learning_rate, after.learning_rate),
        ("batch", "mini-batch size", before.mini_batch_size, after.mini_batch_size),
        ("λ", "L2 λ", before.l2, after.l2),
        ("dropout", "dropout", before.dropout, after.dropout),
        ("μ", "momentum μ", before.optimizer.momentum, after.optimizer.momentum),
    )
    return tuple(Change(*row) for row in rows if row[2] != row[3])


def joined(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return changes that followed each other as one per hyperparameter; none that was undone."""
    result: dict[str, Change] = {}
    for each in changes:
        first = result.get(each.symbol, each)
        result[each.symbol] = replace(first, after=each.after)
    return tuple(each for each in result.values() if each.before != each.after)


def live_part(of: TrainingConfig, onto: TrainingConfig) -> TrainingConfig:
    """Return ``onto`` with the values of ``of`` that may change while a run is on."""
    return replace(
        onto,
        learning_rate=of.learning_rate,
        mini_batch_size=of.mini_batch_size,
        l2=of.l2,
        dropout=of.dropout,
        optimizer=replace(onto.optimizer, momentum=of.optimizer.momentum),
    )


def changed_job(job: TrainingJob, config: TrainingConfig) -> TrainingJob:
    """Return the job of a run that goes on with ``config``.

    Raises TrainingError where something else than the values above differs, or where the values
    do not fit the network and its data.
    """
    if live_part(config, job.config) != config:
        raise TrainingError(
            "A run keeps its optimizer, schedule, epochs, data and seed; only learning rate, "
            "momentum, L2, dropout and mini-batch size change while it is on, so stop it first."
        )
    changed = replace(job, config=config)
    changed.check()
    return changed
