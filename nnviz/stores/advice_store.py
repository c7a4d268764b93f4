"""What is wrong with the training, steadily: said when it holds, and remedied with one click."""

from itertools import compress
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from nnviz.stores.training_store import TrainingState
from nnviz.training.advice import Advice, Evidence, Illness
from nnviz.training.diagnosis import advise
from nnviz.training.live import live_part
from nnviz.training.remedies import Recipe, Remedy
from nnviz.training.snapshot import Outcome

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["AdviceStore"]

INTERVAL_MS = 2_000
"""While a run is on, it is judged at most so often."""
WATCHER = "advice"
STARTED_AGAIN = "The training starts again with new weights; Undo brings the old network back."


class AdviceStore(QObject):
    """Judges the run while somebody watches: now and then while it trains, and when it stands.

    While a run trains, something is said only when it was found twice in a row, and taken back
    when it was not found twice: numbers at the edge must not flicker.
    """

    changed = Signal()
    """Emitted when there is other advice."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._found: dict[Illness, Advice] = {}
        self._shown: dict[Illness, Advice] = {}
        self._dismissed: set[Illness] = set()
        self._failed_run: int | None = None
        self._watching = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._judge)
        training = workspace.training
        workspace.health.changed.connect(self._on_news)
        training.epoch_finished.connect(self._on_news)
        training.run_finished.connect(self._on_run_finished)
        training.state_changed.connect(self._on_state_changed)
        training.history_reset.connect(self._forget)

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What is wrong, the gravest first; what was dismissed is left out."""
        return tuple(
            self._shown[illness]
            for illness in Illness
            if illness in self._shown and illness not in self._dismissed
        )

    def watch(self) -> None:
        """Judge the run from now on."""
        if not self._watching:
            self._watching = True
            self._workspace.health.watch(WATCHER, layers=True, classes=True)
            self._on_news()

    def unwatch(self) -> None:
        """Judge no longer: nobody reads it."""
        self._watching = False
        self._timer.stop()
        self._workspace.health.unwatch(WATCHER)

    def dismiss(self, illness: Illness) -> None:
        """Do not tell of an illness again, until the curves start anew."""
        self._dismissed.add(illness)
        self.changed.emit()

    def apply(self, advice: Advice, remedy: Remedy) -> None:
        """Do what helps: change the hyperparameters, or start again with new weights."""
        workspace, recipe = self._workspace, remedy.recipe
        self._shown.pop(advice.illness, None)
        self._found.pop(advice.illness, None)
        self.changed.emit()
        if not remedy.new_weights:
            # What the user chose since stays.
            workspace.set_config(live_part(recipe.config, workspace.config))
            return
        workspace.new_network(recipe.spec, recipe.initialiser, recipe.config)
        workspace.run.start()
        workspace.problem.emit(STARTED_AGAIN)

    @Slot()
    def _on_news(self) -> None:
        """Judge now, or when the last time is long enough ago; at once where the run stands."""
        if not self._watching:
            return
        if self._workspace.training.state is not TrainingState.RUNNING:
            self._timer.start(0)
        elif not self._timer.isActive():
            past = self._since.elapsed() if self._since.isValid() else INTERVAL_MS
            self._timer.start(max(0, INTERVAL_MS - past))

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        self._failed_run = outcome.run if outcome.diverged else None
        self._on_news()

    @Slot(object)
    def _on_state_changed(self, state: TrainingState) -> None:
        self._on_news()

    @Slot()
    def _judge(self) -> None:
        """Compare with the last time, and show what holds; of now, not of an earlier moment."""
        if self._workspace.travel.shown is not None and not self._workspace.training.is_active:
            return
        self._since.start()
        before, self._found = self._found, self._diagnosed()
        if self._workspace.training.state is TrainingState.RUNNING:
            shown = {
                illness: self._found.get(illness) or self._shown[illness]
                for illness in Illness
                if (illness in self._found and illness in before)
                or (illness in self._shown and (illness in self._found or illness in before))
            }
        else:
            shown = dict(self._found)
        if shown != self._shown:
            self._shown = shown
            self.changed.emit()

    def _diagnosed(self) -> dict[Illness, Advice]:
        evidence = self._evidence()
        if evidence is None:
            return {}
        return {advice.illness: advice for advice in reversed(advise(evidence))}

    def _evidence(self) -> Evidence | None:
        """Return what is known since the hyperparameters were last changed; None without a run."""
        workspace, training = self._workspace, self._workspace.training
        history, job, data = training.history, training.job, workspace.health.trained
        segments = training.epoch_axis.segments
        if job is None or data is None or not segments or not len(history):
            return None
        begin = next((each.first for each in segments if each.run == job.run), None)
        if begin is None:
            return None  # the curves of a run that ended with its program, which goes on later
        if history.marks:
            begin = max(begin, history.marks[-1].mini_batch)
        runs, epochs = history.reported("run"), history.reported("epoch")
        late = (runs == job.run) & (training.epoch_axis.epoch_ends(runs, epochs) > begin)
        reports = tuple(compress(history.reports, late))
        state, mnist = workspace.state, workspace.examples.mnist
        available = len(data)
        if mnist is not None and state.reads_mnist:
            available = len(mnist.train) - state.config.validation_size
        return Evidence(
            Recipe(state.spec, state.initialiser, state.config), history.costs[begin:].copy(),
            len(history), reports, workspace.health.check_up, self._failed_run == job.run,
            len(data), available,
        )  # fmt: skip

    @Slot()
    def _forget(self) -> None:
        """Say nothing of a run that is no more looked at."""
        self._found.clear()
        self._shown.clear()
        self._dismissed.clear()
        self._failed_run = None
        self._since.invalidate()
        self.changed.emit()
