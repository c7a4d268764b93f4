"""One run of the session as a value: how it began, its curves, how it ended."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.datasets.data_source import DataSource
from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.epoch_axis import EpochAxis
from nnviz.training.config import TrainingConfig
from nnviz.training.differences import Difference
from nnviz.training.history import TrainingHistory
from nnviz.training.parting import Course
from nnviz.training.smoothing import USUAL

__all__ = ["Ancestry", "Beginning", "Continuation", "RunEntry", "RunState", "comparable"]


class RunState(Enum):
    """What a run is doing, or how it ended; the value is shown."""

    RUNNING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    COMPLETED = "done"
    EARLY = "early stop"
    STOPPED = "stopped"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """What a run began with: enough to begin it again. ``parameters`` are float32."""

    title: str
    data: str
    spec: NetworkSpec
    initialiser: str
    config: TrainingConfig
    parameters: Parameters
    samples: DataSource | None


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Where a run comes from: run ``than`` is what it is told from, by its differences.

    With ``branch_mini_batch`` its weights are those that run ``than`` had after so many
    mini-batches, and its curves begin there.
    """

    than: int
    branch_mini_batch: int | None = None


@dataclass(frozen=True, slots=True)
class Continuation:
    """Another press of Train after ``mini_batch`` of the curves, and what was other from there."""

    mini_batch: int
    differs: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RunEntry:
    """A row of the list.

    ``number`` counts the runs of the session from 1, ``colour`` the colours of runs from 0.
    ``config`` are the hyperparameters it has now or had last. ``differs`` says what is other than
    in the run ``than``, ``continued`` where it went on after an end. ``first_epoch`` is where its
    curves begin on the x axis: 0, unless it branched off. ``weights`` are the last ones, or those
    of its best epoch if it was to keep them, float32, as they were after ``weights_at``
    mini-batches; None before there are any and where they were let go for lack of room.
    """

    number: int
    name: str
    colour: int
    beginning: Beginning
    history: TrainingHistory
    axis: EpochAxis
    config: TrainingConfig
    than: int | None = None
    differs: tuple[Difference, ...] = ()
    parent: int | None = None
    branch_mini_batch: int | None = None
    first_epoch: float = 0.0
    state: RunState = RunState.RUNNING
    weights: Parameters | None = None
    weights_at: int = 0
    continued: tuple[Continuation, ...] = ()
    shown: bool = True
    pinned: bool = False

    @property
    def short_name(self) -> str:
        """Its name without what differs, for sentences and small legends."""
        return self.name.split(" · ")[0]

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.state in (RunState.RUNNING, RunState.PAUSED, RunState.STOPPING)

    @property
    def course(self) -> Course:
        """Its costs with their places in epochs."""
        axis = self.axis
        return Course(self.history, axis.epochs, axis.mini_batches, axis.mini_batches_per_epoch)

    def epochs(self, mini_batches: FloatArray) -> FloatArray:
        """Return where so many mini-batches of its own stand on the x axis."""
        return self.first_epoch + self.axis.epochs(mini_batches)

    @property
    def epochs_done(self) -> float:
        """How many epochs it has trained, fractions included."""
        return float(self.axis.epochs(np.array([float(len(self.history))]))[0])

    @property
    def cost(self) -> float | None:
        """The newest smoothed cost, None before the first mini-batch."""
        length = len(self.history)
        if not length:
            return None
        window = USUAL.window(self.axis.mini_batches_per_epoch)
        return float(self.history.means(np.array([length], np.int64), window)[0])

    @property
    def test_accuracy(self) -> float | None:
        """The newest accuracy on the test images, 0 … 1; None if there is none."""
        known = self._known("test_accuracy")
        return float(known[-1]) if len(known) else None

    @property
    def validation_accuracy(self) -> float | None:
        """The newest accuracy on the validation examples, 0 … 1; None if there is none."""
        known = self._known("validation_accuracy")
        return float(known[-1]) if len(known) else None

    @property
    def best_test_accuracy(self) -> float | None:
        """The best accuracy on the test images after an epoch, 0 … 1; None if there is none."""
        known = self._known("test_accuracy")
        return float(known.max()) if len(known) else None

    @property
    def train_seconds(self) -> float | None:
        """How long its whole epochs trained, tests not counted; None before the first."""
        seconds = self.history.reported("train_seconds")
        return float(seconds.sum()) if len(seconds) else None

    def _known(self, field: str) -> FloatArray:
        """Return a number of those reports that know it."""
        values = self.history.reported(field)
        return values[~np.isnan(values)]


def comparable(one: RunEntry, other: RunEntry) -> bool:
    """Whether the costs of two runs are the same function of the same data."""
    same_cost = one.beginning.spec.cost == other.beginning.spec.cost
    return same_cost and one.beginning.data == other.beginning.data
