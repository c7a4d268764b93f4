"""Training what is looked at: a run is started, steered, and hands its parameters to the pass."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.errors import NnvizError
from nnviz.stores.follow import Follow
from nnviz.stores.training_store import TrainingState
from nnviz.training.memory import check_memory
from nnviz.training.snapshot import Outcome, TrainingSnapshot

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["TRAINING", "RunDriver"]

TRAINING = "Training"
"""The change that undo takes back with the curves: they tell of other parameters."""


class RunDriver(QObject):
    """Starts runs of the workspace's network and takes over what they have come to.

    The run itself is the TrainingStore's.
    """

    follow_changed = Signal(bool)
    """Emitted when the pass begins or ceases to follow the run."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._training = workspace.training
        self.following = Follow(self)
        self.following.changed.connect(self._on_follow_changed)
        workspace.stepper.moved_by_user.connect(self._on_looked_closely)
        workspace.comparison.begun.connect(self._on_looked_closely)
        workspace.training.snapshot_changed.connect(self._on_snapshot)
        workspace.training.run_finished.connect(self._on_run_finished)

    @property
    def follow(self) -> bool:
        """Whether the pass follows the run while it trains."""
        return self.following.follows

    def set_follow(self, follow: bool) -> None:
        """Let the pass follow the run, or hold it still."""
        self.following.wish(follow)

    def start(self, *, one_mini_batch: bool = False, one_epoch: bool = False) -> None:
        """Train the network that is looked at, from its parameters on."""
        workspace = self._workspace
        data = workspace.training_data
        if data is None:
            workspace.problem.emit(workspace.why_no_example())
            return
        number = self._training.next_run_number()
        try:
            job = workspace.state.training_job(number, data, workspace.examples.mnist)
            job.check()
            check_memory(job.spec, job.config, recorded=False)
        except NnvizError as error:
            workspace.problem.emit(str(error))
            return
        workspace.history.keep(TRAINING, workspace.state)
        self.following.release()
        self._training.start(job, one_mini_batch=one_mini_batch, one_epoch=one_epoch)
        workspace.stepper.show_answer()

    @Slot()
    def start_or_pause(self) -> None:
        """Start, pause or resume, whichever fits."""
        match self._training.state:
            case TrainingState.IDLE:
                self.start()
            case TrainingState.RUNNING:
                self._training.pause()
            case TrainingState.PAUSED:
                self.following.release()
                self._training.resume()

    @Slot()
    def one_mini_batch(self) -> None:
        """Train exactly one mini-batch, then pause."""
        if self._training.state is TrainingState.IDLE:
            self.start(one_mini_batch=True)
        else:
            self._training.run_one_mini_batch()

    @Slot()
    def one_epoch(self) -> None:
        """Train to the end of an epoch, then pause."""
        if self._training.state is TrainingState.IDLE:
            self.start(one_epoch=True)
        else:
            self._training.run_one_epoch()

    @Slot()
    def _on_looked_closely(self) -> None:
        if self._training.state is TrainingState.RUNNING:
            self.following.hold()

    @Slot(bool)
    def _on_follow_changed(self, follows: bool) -> None:
        snapshot = self._training.snapshot
        if follows and snapshot is not None and self._training.is_active:
            self._workspace.take_parameters(snapshot.parameters)
        self.follow_changed.emit(follows)

    @Slot(object)
    def _on_snapshot(self, snapshot: TrainingSnapshot) -> None:
        # A pause and the end hand over the run's own parameters, held or not.
        if snapshot.paused or self.following.take_turn():
            self._workspace.take_parameters(snapshot.parameters)

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        self._workspace.take_parameters(outcome.parameters)
        if outcome.message:
            self._workspace.problem.emit(outcome.message)
        elif not self.follow:
            weights = "the weights of its best epoch" if outcome.kept_best else "its last weights"
            self._workspace.problem.emit(f"The run has ended; the pass now shows {weights}.")
