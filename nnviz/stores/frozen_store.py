"""The run's own next mini-batch in the stepper: frozen while the run pauses, and committed to it.

What is committed is trained by the run itself, so that stepping through a mini-batch leaves the
run exactly where training it would have.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import count
from nnviz.stores.examples_store import ChosenExamples
from nnviz.stores.frozen_mini_batch import MOST_TOGETHER, FrozenMiniBatch
from nnviz.stores.training_store import TrainingState
from nnviz.trace.pass_trace import PassTrace
from nnviz.training.config import RunMoment
from nnviz.training.snapshot import Outcome

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["FROZEN", "FrozenStore", "Origin"]

FROZEN = "These are the run's own numbers; leave its mini-batch to change some by hand."
NO_RUN = "Train and pause, or press One Mini-batch: then the run has a next mini-batch to open."
RUNNING = "The run trains; pause it to open its next mini-batch."
NO_NEXT = "The run has trained its last mini-batch; it ends when it goes on."


class Origin(Enum):
    """Where a mini-batch that is shown belongs."""

    NEXT = "next"
    """It is the one that a paused run trains next; its update can be committed."""
    DIVERGED = "diverged"
    """It is the one that a run could not train."""
    PAST = "past"
    """It follows some other moment of a run."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What is in the stepper: ``only`` is one of the examples, None the whole mini-batch."""

    batch: FrozenMiniBatch
    only: int | None
    origin: Origin
    chosen: ChosenExamples
    trace: PassTrace


class FrozenStore(QObject):
    """Knows the next mini-batch of the run, and shows it in the workspace's stepper.

    It is left by whatever shows something else: another example, a run that goes on, undo, another
    network. The workspace asks it for its pass as long as it is open.
    """

    changed = Signal()
    """Emitted when there is another next mini-batch, or something else is shown of it."""
    opened = Signal()
    """Emitted when somebody, or a run that diverged, opens a mini-batch while none was open."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._next: FrozenMiniBatch | None = None
        self._diverged: FrozenMiniBatch | None = None
        self._shown: _Shown | None = None
        self._opens_at_pause = False
        workspace.examples.example_changed.connect(self._on_example_changed)
        workspace.config_changed.connect(self._on_config_changed)
        workspace.parameters_changed.connect(self._on_parameters_changed)
        workspace.training.state_changed.connect(self._on_state_changed)
        workspace.training.run_finished.connect(self._on_run_finished)
        workspace.training.history_reset.connect(self._on_history_reset)
        workspace.travel.changed.connect(self._on_travel_changed)

    @property
    def next(self) -> FrozenMiniBatch | None:
        """The mini-batch that the paused run trains next; None while it does not pause."""
        return self._next

    @property
    def diverged(self) -> FrozenMiniBatch | None:
        """The mini-batch that the last run could not train; None if it did not diverge."""
        return self._diverged

    @property
    def listed(self) -> FrozenMiniBatch | None:
        """The mini-batch whose examples there are to choose from; None while there is none."""
        return self.batch or self._next or self._diverged

    @property
    def is_open(self) -> bool:
        """Whether a mini-batch of a run is what is stepped through."""
        shown = self._shown
        return shown is not None and self._workspace.examples.chosen is shown.chosen

    @property
    def batch(self) -> FrozenMiniBatch | None:
        """The mini-batch that is stepped through, or one of whose examples is."""
        return self._shown.batch if self._shown and self.is_open else None

    @property
    def only(self) -> int | None:
        """The place in the mini-batch of the one example that is shown, None for all together."""
        return self._shown.only if self._shown and self.is_open else None

    @property
    def origin(self) -> Origin | None:
        """Where the mini-batch that is shown belongs; None while none is."""
        return self._shown.origin if self._shown and self.is_open else None

    @property
    def trace(self) -> PassTrace | None:
        """The pass that is shown, None while another one is."""
        return self._shown.trace if self._shown and self.is_open else None

    @property
    def why_no_next(self) -> str:
        """Why there is no mini-batch to open, empty if there is one."""
        if self._next is not None or self._diverged is not None:
            return ""
        training = self._workspace.training
        if not training.is_active:
            return NO_RUN
        return NO_NEXT if training.state is TrainingState.PAUSED else RUNNING

    @property
    def why_no_commit(self) -> str:
        """Why the update that is shown cannot be committed now, empty if it can."""
        shown = self._shown
        if shown is None or not self.is_open:
            return "Open the run's next mini-batch first; its update can be committed to the run."
        if shown.origin is Origin.DIVERGED:
            return "This update is the one that ended the run: it would lose all weights."
        if shown.origin is Origin.PAST:
            return "The run has trained this mini-batch; open its next one to commit an update."
        if shown.only is not None and len(shown.batch) > 1:
            return (
                f"This is one of {count(len(shown.batch))} examples; the run makes one update of "
                "all together: choose Whole Mini-batch."
            )
        if self._workspace.training.state is not TrainingState.PAUSED:
            return "The run trains this mini-batch now."
        if not self._workspace.stepper.timeline.at_end:
            return "The update has not been computed yet: press End."
        return ""

    @Slot()
    def open_next(self) -> None:
        """Open the whole next mini-batch; of a run that trains, as soon as it pauses."""
        self._workspace.travel.return_to_now()
        training = self._workspace.training
        if training.state is TrainingState.RUNNING:
            self._opens_at_pause = True
            training.pause()
        elif self._next is not None:
            self._open(self._next, None, Origin.NEXT)
        elif self._diverged is not None:
            self._open(self._diverged, None, Origin.DIVERGED)
        else:
            self._workspace.problem.emit(self.why_no_next)

    def open_example(self, only: int) -> None:
        """Open one example of the mini-batch that is ``listed``; nothing if there is none such."""
        batch = self.listed
        if batch is not self.batch:
            self._workspace.travel.return_to_now()
        origin = Origin.NEXT if batch is self._next else self.origin or Origin.DIVERGED
        if batch is not None and 0 <= only < len(batch):
            self._open(batch, only, origin)

    def open_moment(
        self, spec: NetworkSpec, train: Dataset, moment: RunMoment, only: int | None = None
    ) -> None:
        """Open the mini-batch that follows any moment of a run of the network that is looked at.

        ``train`` is what the run trained on. Nothing after the last epoch.
        """
        batch = FrozenMiniBatch.at(spec, train, moment)
        if batch is not None and spec == self._workspace.spec:
            self._open(batch, only, Origin.PAST)

    @Slot()
    def open_whole(self) -> None:
        """Open all examples of the mini-batch of which one is shown."""
        shown = self._shown
        if shown is not None and self.is_open:
            self._open(shown.batch, None, shown.origin)

    @Slot()
    def commit(self) -> None:
        """Let the paused run train exactly this mini-batch; the one after it is opened then."""
        if self.why_no_commit:
            self._workspace.problem.emit(self.why_no_commit)
        else:
            self._workspace.run.one_mini_batch()

    @Slot()
    def leave(self) -> None:
        """Look again at the example that was looked at before."""
        if not self.is_open:
            return
        self._workspace.examples.show_chosen(None)
        self._workspace.stepper.rewind()
        self._workspace.stepper.show_answer()

    @Slot()
    def dismiss(self) -> None:
        """Forget the mini-batch that ended the last run."""
        was_shown = self.origin is Origin.DIVERGED
        self._diverged = None
        if was_shown:
            self.leave()
        self.changed.emit()

    def _open(self, batch: FrozenMiniBatch, only: int | None, origin: Origin) -> None:
        """Show a mini-batch from its beginning."""
        if only is None and len(batch) > MOST_TOGETHER:
            self._workspace.problem.emit(
                f"A mini-batch of {count(len(batch))} examples is too large to be stepped through "
                f"as a whole (up to {count(MOST_TOGETHER)} can be); this is its first example."
            )
            only = 0
        was_open = self.is_open
        self._workspace.challenges.bug.forget()
        self._show(batch, only, origin)
        self._workspace.stepper.rewind()
        if not was_open:
            self.opened.emit()

    def _show(self, batch: FrozenMiniBatch, only: int | None, origin: Origin) -> None:
        trained = self._workspace.examples.subsets[-1]
        chosen = ChosenExamples(trained, batch.train, batch.examples(only))
        self._shown = _Shown(batch, only, origin, chosen, batch.record(only))
        self._workspace.challenges.bug.hold(True)
        self._workspace.examples.show_chosen(chosen)
        self.changed.emit()

    def _find_next(self) -> None:
        """Find out what the paused run trains next, with the newest hyperparameters."""
        training = self._workspace.training
        snapshot, job = training.snapshot, training.job
        if training.state is TrainingState.RUNNING and training.steps_singly:
            return  # it pauses again in a moment
        self._next = None
        if training.state is not TrainingState.PAUSED or snapshot is None or job is None:
            return
        if snapshot.moment is not None:
            moment = replace(snapshot.moment, config=job.config)
            self._next = FrozenMiniBatch.at(job.spec, job.train, moment)

    @Slot()
    def _on_example_changed(self) -> None:
        if self._shown is not None and not self.is_open:
            self._shown = None
            self._workspace.challenges.bug.hold(False)
            self.changed.emit()

    @Slot(object)
    def _on_state_changed(self, state: TrainingState) -> None:
        training = self._workspace.training
        follows = self.origin is Origin.NEXT
        self._find_next()
        if state is TrainingState.PAUSED:
            wanted, self._opens_at_pause = self._opens_at_pause, False
            if self._next is not None and (wanted or follows):
                self._open(self._next, None, Origin.NEXT)
        elif state is TrainingState.RUNNING:
            self._diverged = None
            if not (follows and training.steps_singly):
                self.leave()
        else:
            self._opens_at_pause = False
            if follows:
                self.leave()
        self.changed.emit()

    @Slot()
    def _on_config_changed(self) -> None:
        """Let the pass be the one that the run would make now."""
        shown, before = self._shown, self._next
        self._find_next()
        if before is None or self._next is None:
            return
        if shown is None or self.origin is not Origin.NEXT:
            self.changed.emit()
            return
        only = shown.only if shown.only is None or shown.only < len(self._next) else None
        self._show(self._next, only, Origin.NEXT)

    @Slot(object)
    def _on_parameters_changed(self, parameters: Parameters) -> None:
        """Leave when other parameters are looked at than those that the mini-batch begins with."""
        batch, origin, training = self.batch, self.origin, self._workspace.training
        if batch is None or (origin is Origin.NEXT and training.state is TrainingState.RUNNING):
            return  # in the latter case the run trains it and will hand over what it has come to
        may_stay = origin is Origin.PAST or (origin is Origin.NEXT and training.is_active)
        if not (may_stay and parameters.equals(batch.moment.parameters)):
            self.leave()

    @Slot()
    def _on_travel_changed(self) -> None:
        """Leave when another moment is looked at, even if its parameters are the same."""
        batch, shown = self.batch, self._workspace.travel.shown
        moment = None if shown is None else shown.moment
        if moment is not None:
            self._opens_at_pause = False
        if batch is not None and moment is not (
            batch.moment if self.origin is Origin.PAST else None
        ):
            self.leave()

    @Slot()
    def _on_history_reset(self) -> None:
        self._diverged = None
        self.changed.emit()

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        """Open the mini-batch that a run could not train."""
        job = self._workspace.training.job
        if outcome.diverged is None or job is None:
            return
        self._diverged = FrozenMiniBatch.at(job.spec, job.train, outcome.diverged)
        if self._diverged is not None and self._workspace.travel.shown is None:
            self._open(self._diverged, None, Origin.DIVERGED)
