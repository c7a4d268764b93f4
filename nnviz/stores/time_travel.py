"""Looking at a run as it was: an earlier moment in the place of now, until somebody comes back.

The weights of the past are the workspace's while they are looked at, so every view shows them, and
saving saves what is shown. What there was before waits here, and a run goes on undisturbed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.engine.network import Parameters
from nnviz.stores.edits import UNEDITED
from nnviz.stores.follow import INTERVAL_MS
from nnviz.stores.memory import Memory
from nnviz.stores.network_state import NetworkState
from nnviz.stores.throttle import Throttle
from nnviz.stores.training_store import TrainingState
from nnviz.training.run_record import KeptMoment

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["LOOK_BACK", "TimeTravel"]

LAST_OF_RUN = "No mini-batch of the run followed; the pass has the weights of its end."
LOOK_BACK = "Going back in time"
"""The change by which a moment of the past became the network that is worked on."""


class TimeTravel(QObject):
    """Knows which moment is looked at, and goes to others.

    Whatever changes the network ends the journey: the past becomes the present, and undo leads back
    to what there was before.
    """

    changed = Signal()
    """Emitted when another moment is looked at, or now again."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace, self._training = workspace, workspace.training
        self._shown: KeptMoment | None = None
        self._now: NetworkState | None = None
        self._followed = False
        self._wanted: KeptMoment | None = None
        # While somebody runs through the moments the canvas follows at once, all views sometimes.
        self._turns = Throttle(INTERVAL_MS, self)
        self._turns.due.connect(self._show_weights)
        self._training.history_reset.connect(self._on_history_reset)
        self._training.run_finished.connect(self._on_run_finished)
        workspace.history.about_to_keep.connect(self._on_about_to_keep)

    @property
    def moments(self) -> tuple[KeptMoment, ...]:
        """The moments that can be looked at, in the order of the run."""
        return self._training.record.kept

    @property
    def shown(self) -> KeptMoment | None:
        """The moment that is looked at; None: now."""
        return self._shown

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier moment than the one that is looked at."""
        return self._before() is not None

    def look_at(self, kept: KeptMoment) -> None:
        """Look at the network as it was at a moment; the last one of a run that stands is now."""
        if self._is_now(kept):
            self.return_to_now()
            return
        if kept is self._shown:
            return
        if self._shown is None:
            self._leave_now()
        self._shown = kept
        self.changed.emit()
        if not self._turns.request():
            self._workspace.live.show_past(kept.moment.parameters)

    @Slot(int)
    def look_at_place(self, place: float) -> None:
        """Look at the moment that is nearest to so many mini-batches of the curves, or at now."""
        moments = self.moments
        done = len(self._training.history)
        if not moments or abs(done - place) < min(abs(each.place - place) for each in moments):
            self.return_to_now()
        else:
            # Of two at one place the later one: a run that was trained on begins with it.
            self.look_at(min(reversed(moments), key=lambda each: abs(each.place - place)))

    @Slot()
    def go_back(self) -> None:
        """Look at the moment before the one that is looked at."""
        before = self._before()
        if before is not None:
            self.look_at(before)

    @Slot()
    def go_on(self) -> None:
        """Look at the moment after the one that is looked at; after the last one is now."""
        shown = self._shown
        if shown is None:
            return
        later = next((each for each in self.moments if each.serial > shown.serial), None)
        if later is None:
            self.return_to_now()
        else:
            self.look_at(later)

    @Slot()
    def go_back_an_epoch(self) -> None:
        """Look at the moment an epoch before, or at the first one."""
        self._go_epochs(-1)

    @Slot()
    def go_on_an_epoch(self) -> None:
        """Look at the moment an epoch after, or at now."""
        self._go_epochs(1)

    @Slot()
    def go_to_start(self) -> None:
        """Look at the first moment."""
        if self.moments:
            self.look_at(self.moments[0])

    @Slot()
    def return_to_now(self) -> None:
        """Look at the network as it is: at a run's newest weights, or at what there was before."""
        if self._shown is None:
            return
        now = self._newest_now()
        self._forget()
        self._workspace.adopt(replace(now, config=self._workspace.config))
        if self._followed and self._training.is_active:
            self._workspace.run.following.release()
        self.changed.emit()

    @Slot()
    def step_here(self) -> None:
        """Open the mini-batch that followed the moment, with the weights and optimizer of then."""
        shown, workspace = self._shown, self._workspace
        if shown is None:
            return
        self._show_weights()
        workspace.frozen.open_moment(workspace.spec, shown.origin.train, shown.moment)
        if not workspace.frozen.is_open:
            workspace.problem.emit(LAST_OF_RUN)
            workspace.stepper.rewind()

    @Slot()
    def train_on(self) -> None:
        """Begin a branch of the run at the moment; a run that is on is ended first."""
        shown = self._shown
        if shown is None:
            return
        if self._training.is_active:
            if self._workspace.run.branch_job(shown) is not None:
                self._wanted = shown
                self._training.stop()
        else:
            self._workspace.run.branch(shown)

    @contextmanager
    def leaving(self) -> Iterator[NetworkState]:
        """End the journey without a way back, for who takes what is shown; gives what was now."""
        now = self._workspace.state if self._shown is None else self._newest_now()
        self._forget()
        yield now
        self.changed.emit()

    def keep_for_now(self, parameters: Parameters) -> bool:
        """Keep what a run has come to for the way back; False if nobody is in the past."""
        if self._now is None:
            return False
        self._now = self._now.at_first_pass(parameters.astype(np.float64))
        return True

    def _go_epochs(self, epochs: int) -> None:
        """Go so many epochs on, at least by one moment."""
        done = len(self._training.history)
        place = done if self._shown is None else self._shown.place
        goal = place + epochs * self._training.epoch_axis.mini_batches_per_epoch
        before = self._shown
        self.look_at_place(min(max(goal, 0), done))
        if self._shown is before and before is not None:
            (self.go_on if epochs > 0 else self.go_back)()

    def _before(self) -> KeptMoment | None:
        shown = self._shown
        if shown is not None:
            earlier = [each for each in self.moments if each.serial < shown.serial]
        else:
            earlier = list(self.moments)
            if earlier and self._is_now(earlier[-1]):
                del earlier[-1]
        return earlier[-1] if earlier else None

    def _is_now(self, kept: KeptMoment) -> bool:
        """Whether a moment is where the network is now: the end of a run, or its pause."""
        if self._training.state in (TrainingState.RUNNING, TrainingState.STOPPING):
            return False
        moments = self.moments
        if not moments or kept is not moments[-1] or kept.place != len(self._training.history):
            return False
        now = (self._now or self._workspace.state).parameters
        own = kept.moment.parameters
        return all(
            np.array_equal(mine, now_.astype(np.float32))
            for mine, now_ in zip(
                (*own.biases, *own.weights), (*now.biases, *now.weights), strict=True
            )
        )

    def _leave_now(self) -> None:
        workspace = self._workspace
        workspace.stepper.stop()
        workspace.comparison.cancel()
        self._now = workspace.state
        self._followed = workspace.run.follow
        if self._training.is_active:
            workspace.run.following.hold()

    def _newest_now(self) -> NetworkState:
        """Return the state to come back to: of a run that is on, with its newest snapshot."""
        assert self._now is not None
        snapshot = self._training.snapshot
        if snapshot is not None and self._training.is_active:
            return self._now.at_first_pass(snapshot.parameters.astype(np.float64))
        return self._now

    def _forget(self) -> None:
        self._shown = self._now = self._wanted = None
        self._turns.cancel()

    @Slot()
    def _show_weights(self) -> None:
        """Let all views show the moment that is looked at."""
        if self._shown is None or self._now is None:
            return
        workspace, moment = self._workspace, self._shown.moment
        optimizer = moment.config.optimizer
        remembered = Memory(optimizer.name, moment.optimizer_state.astype(np.float64))
        state = replace(
            self._now.at_first_pass(moment.parameters.astype(np.float64)),
            memory=remembered if optimizer.method.moments else None,
            config=workspace.config, parameter_edits=UNEDITED, example_edits=(),
        )  # fmt: skip
        workspace.adopt(state)

    @Slot()
    def _on_about_to_keep(self) -> None:
        """Let the past become the present before it is changed."""
        if self._shown is None:
            return
        with self.leaving() as now:
            self._workspace.history.keep(LOOK_BACK, now)

    @Slot()
    def _on_history_reset(self) -> None:
        """Come back from moments of curves that are no more."""
        self.return_to_now()

    @Slot(object)
    def _on_run_finished(self, _: object) -> None:
        if self._wanted is not None:
            QTimer.singleShot(0, self, self._branch)  # when all have heard of the end

    @Slot()
    def _branch(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._workspace.run.branch(wanted)
