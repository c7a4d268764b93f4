"""Training what is looked at: a run is started, steered, and hands its parameters to the pass."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.engine.network import Parameters
from nnviz.errors import NnvizError
from nnviz.stores.branching import moment_for
from nnviz.stores.follow import Follow
from nnviz.stores.training_store import TrainingState
from nnviz.training.config import TrainingJob
from nnviz.training.memory import check_memory
from nnviz.training.run_record import KeptMoment
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

    @property
    def live_snapshot(self) -> TrainingSnapshot | None:
        """The newest snapshot of a run that is on; None where an earlier moment is looked at."""
        is_now = self._workspace.travel.shown is None
        return self._training.snapshot if self._training.is_active and is_now else None

    @property
    def is_live(self) -> bool:
        """Whether a run is training and its newest weights are looked at."""
        return self._training.state is TrainingState.RUNNING and self.live_snapshot is not None

    def set_follow(self, follow: bool) -> None:
        """Let the pass follow the run, or hold it still."""
        self.following.wish(follow)

    def start(self, *, one_mini_batch: bool = False, one_epoch: bool = False) -> None:
        """Train the network that is looked at, from its parameters on.

        From a moment of the past, as the run would have gone on from there.
        """
        past = self._workspace.travel.shown
        if past is not None:
            self.branch(past, one_mini_batch=one_mini_batch, one_epoch=one_epoch)
            return
        job = self._checked(self._job())
        if job is None:
            return
        self._workspace.history.keep(TRAINING, self._workspace.state)
        self._begin(job, one_mini_batch=one_mini_batch, one_epoch=one_epoch)

    def branch(
        self,
        kept: KeptMoment,
        *,
        one_mini_batch: bool = False,
        one_epoch: bool = False,
        paused: bool = False,
    ) -> None:
        """Train on from a moment that was kept, with the present hyperparameters.

        With ``paused`` the run stands there. Nothing happens while a run is on, or where that
        cannot be: ``problem`` says why.
        """
        job = None if self._training.is_active else self.branch_job(kept)
        if job is None:
            return
        with self._workspace.travel.leaving() as now:
            self._workspace.history.keep(TRAINING, now)
            self._workspace.take_parameters(kept.moment.parameters)
        self._begin(
            job,
            one_mini_batch=one_mini_batch,
            one_epoch=one_epoch,
            branch_from=kept,
            paused=paused,
        )

    def branch_job(self, kept: KeptMoment) -> TrainingJob | None:
        """Return the job of a branch at a moment that was kept; says why there is none."""
        job = self._job()
        if job is None:
            return None
        first = self._training.record.first_of(kept)
        job = replace(job, parameters=first.moment.parameters)
        return self._checked(replace(job, start=moment_for(job, kept.moment)))

    @Slot()
    def start_or_pause(self) -> None:
        """Start, pause or resume, whichever fits."""
        match self._training.state:
            case TrainingState.IDLE:
                self.start()
            case TrainingState.RUNNING:
                self._training.pause()
            case TrainingState.PAUSED:
                self._workspace.travel.return_to_now()
                self.following.release()
                self._training.resume()

    @Slot()
    def one_mini_batch(self) -> None:
        """Train exactly one mini-batch, then pause."""
        if self._training.state is TrainingState.IDLE:
            self.start(one_mini_batch=True)
        else:
            self._workspace.travel.return_to_now()
            self._training.run_one_mini_batch()

    @Slot()
    def one_epoch(self) -> None:
        """Train to the end of an epoch, then pause."""
        if self._training.state is TrainingState.IDLE:
            self.start(one_epoch=True)
        else:
            self._workspace.travel.return_to_now()
            self._training.run_one_epoch()

    def _job(self) -> TrainingJob | None:
        """Return the job of a run from the parameters that are looked at; says why there is none.

        It is not checked yet.
        """
        workspace = self._workspace
        data = workspace.training_data
        if data is None:
            workspace.problem.emit(workspace.why_no_example())
            return None
        number = self._training.next_run_number()
        try:
            return workspace.state.training_job(number, data, workspace.examples.mnist)
        except NnvizError as error:
            workspace.problem.emit(str(error))
            return None

    def _checked(self, job: TrainingJob | None) -> TrainingJob | None:
        """Return a job that can be trained; says why it cannot."""
        if job is None:
            return None
        try:
            job.check()
            check_memory(job.spec, job.config, recorded=False)
        except NnvizError as error:
            self._workspace.problem.emit(str(error))
            return None
        return job

    def _begin(
        self,
        job: TrainingJob,
        *,
        one_mini_batch: bool,
        one_epoch: bool,
        branch_from: KeptMoment | None = None,
        paused: bool = False,
    ) -> None:
        self.following.release()
        self._training.start(
            job,
            one_mini_batch=one_mini_batch,
            one_epoch=one_epoch,
            branch_from=branch_from,
            paused=paused,
        )
        self._workspace.stepper.show_answer()

    @Slot()
    def _on_looked_closely(self) -> None:
        if self._training.state is TrainingState.RUNNING:
            self.following.hold()

    @Slot(bool)
    def _on_follow_changed(self, follows: bool) -> None:
        if follows:
            self._workspace.travel.return_to_now()
        snapshot = self._training.snapshot
        if follows and snapshot is not None and self._training.is_active:
            self._workspace.take_parameters(snapshot.parameters)
        self.follow_changed.emit(follows)

    @Slot(object)
    def _on_snapshot(self, snapshot: TrainingSnapshot) -> None:
        # A pause and the end hand over the run's own parameters, held or not.
        if snapshot.paused or self.following.take_turn():
            self._take(snapshot.parameters)

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        is_past = self._workspace.travel.shown is not None
        self._take(outcome.parameters)
        if outcome.message:
            self._workspace.problem.emit(outcome.message)
        elif is_past:
            self._workspace.problem.emit("The run has ended; an earlier moment of it is shown.")
        elif not self.follow:
            weights = "the weights of its best epoch" if outcome.kept_best else "its last weights"
            self._workspace.problem.emit(f"The run has ended; the pass now shows {weights}.")

    def _take(self, parameters: Parameters) -> None:
        """Look at what the run has come to, now or on the way back from its past."""
        if not self._workspace.travel.keep_for_now(parameters):
            self._workspace.take_parameters(parameters)
