"""The runs of this session, side by side: each keeps its curves, its beginning and its weights.

A row is one curve. Pressing Train again after a run goes on with the same curve, so it stays one
row. Whatever starts the curves anew begins another row, and the older ones are kept.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.engine.network import Parameters
from nnviz.stores.run_entry import Ancestry, RunEntry, RunState, comparable
from nnviz.stores.run_start import begun, continued
from nnviz.stores.training_store import TrainingState
from nnviz.training.config import TrainingJob
from nnviz.training.parting import Parting, part
from nnviz.training.snapshot import Outcome, OutcomeStatus, TrainingSnapshot
from nnviz.visual.palette import RUN_COLOURS

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["MAX_BYTES", "MAX_RUNS", "RunList"]

MAX_RUNS = 20
MAX_BYTES = 400_000_000
"""Of the weights and curves of all kept runs together."""

_STATES = {
    TrainingState.RUNNING: RunState.RUNNING,
    TrainingState.PAUSED: RunState.PAUSED,
    TrainingState.STOPPING: RunState.STOPPING,
    TrainingState.IDLE: RunState.LEFT,
}
"""A run that is idle before its end was told has been left for another network."""
_OUTCOMES = {
    OutcomeStatus.COMPLETED: RunState.COMPLETED,
    OutcomeStatus.STOPPED: RunState.STOPPED,
    OutcomeStatus.FAILED: RunState.FAILED,
}


class RunList(QObject):
    """Owns the entries, the newest last, and which two of them are compared."""

    changed = Signal()
    """Emitted when rows come, go, end, or are shown, called or compared otherwise."""
    said = Signal(str)
    """Emitted with one sentence when something was let go for lack of room."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace, self._training = workspace, workspace.training
        self._entries: list[RunEntry] = []
        self._removed: tuple[int, RunEntry] | None = None
        self._compared: tuple[int, int] | None = None
        self._parting: tuple[object, object, Parting] | None = None
        self._ancestry: Ancestry | None = None
        self._numbered = 0
        self._newest: Parameters | None = None
        self.said.connect(workspace.problem)
        self._training.run_started.connect(self._on_run_started)
        self._training.snapshot_changed.connect(self._on_snapshot)
        self._training.state_changed.connect(self._on_state_changed)
        self._training.run_finished.connect(self._on_run_finished)
        self._training.history_reset.connect(self._on_history_reset)

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """The kept runs, the oldest first."""
        return tuple(self._entries)

    @property
    def current(self) -> RunEntry | None:
        """The run whose curves grow or grew last, None once they start anew."""
        entry = self._entries[-1] if self._entries else None
        return entry if entry and entry.history is self._training.history else None

    @property
    def others_shown(self) -> tuple[RunEntry, ...]:
        """The runs to draw beside the current one, the oldest first."""
        current = self.current
        return tuple(each for each in self._entries if each.shown and each is not current)

    @property
    def compared(self) -> tuple[RunEntry, RunEntry] | None:
        """The two runs that are compared, the older first; None if there are not two."""
        if self._compared is None:
            return None
        first, second = (self.entry(number) for number in self._compared)
        return (first, second) if first and second else None

    @property
    def parting(self) -> Parting | None:
        """Where the compared runs part as far as both have come; worked out once for all views.

        None without a pair, and where their costs or their places on the axis do not compare.
        """
        pair = self.compared
        if pair is None or not comparable(*pair) or pair[0].first_epoch != pair[1].first_epoch:
            return None
        runs = tuple((each.number, each.axis) for each in pair)
        lengths = tuple(len(each.history) for each in pair)
        known = self._parting if self._parting and self._parting[0] == runs else None
        if known is None or known[1] != lengths:
            before = known[2] if known else None
            known = runs, lengths, part(pair[0].course, pair[1].course, before)
            self._parting = known
        return known[2]

    @property
    def removed(self) -> RunEntry | None:
        """The run that ``put_back`` would bring back."""
        return self._removed[1] if self._removed else None

    def entry(self, number: int) -> RunEntry | None:
        """Return the run of that number, None if it is not kept."""
        return next((each for each in self._entries if each.number == number), None)

    def expect(self, ancestry: Ancestry) -> None:
        """Tell where the run that is started next comes from."""
        self._ancestry = ancestry

    def rename(self, number: int, name: str) -> None:
        """Call a run differently; an empty name changes nothing."""
        if name.strip():
            self._change(number, name=name.strip())

    def show(self, number: int, shown: bool) -> None:
        """Draw a run's curves, or leave them out."""
        self._change(number, shown=shown)

    def pin(self, number: int, pinned: bool) -> None:
        """Keep a run whatever comes, or let it go when it is the oldest of too many."""
        self._change(number, pinned=pinned)

    def compare(self, one: int, other: int) -> None:
        """Compare two runs; the cost plot marks where they part."""
        pair = min(one, other), max(one, other)
        if pair != self._compared:
            self._compared = pair
            self.changed.emit()

    def compare_nothing(self) -> None:
        """Compare no runs."""
        if self._compared is not None:
            self._compared = None
            self.changed.emit()

    def remove(self, number: int) -> None:
        """Take a run that has ended from the list; ``put_back`` brings the last one back."""
        entry = self.entry(number)
        if entry is None or entry.is_active:
            return
        was_current = entry is self.current
        self._removed = self._entries.index(entry), entry
        self._entries.remove(entry)
        if was_current:
            self._training.clear_history()
        self.changed.emit()

    def put_back(self) -> None:
        """Bring the run back that was removed last."""
        if self._removed is not None:
            index, entry = self._removed
            self._removed = None
            self._entries.insert(index, entry)
            self._entries.sort(key=lambda each: each.number)
            self._make_room()
            self.changed.emit()

    @Slot(object)
    def _on_run_started(self, job: TrainingJob) -> None:
        current, axis = self.current, self._training.epoch_axis
        self._newest = None
        if current is not None:
            self._replace(current, continued(current, job, axis))
        else:
            self._numbered += 1
            entry = begun(
                self._numbered, self._free_colour(), job, self._workspace.state, self._training,
                self._entries, self._ancestry,
            )  # fmt: skip
            self._entries.append(entry)
        self._ancestry = None
        self._make_room()
        self.changed.emit()

    @Slot(object)
    def _on_snapshot(self, snapshot: TrainingSnapshot) -> None:
        self._newest = snapshot.parameters
        current, axis = self.current, self._training.epoch_axis
        if current is not None and current.axis is not axis:
            self._replace(current, replace(current, axis=axis))

    @Slot(object)
    def _on_state_changed(self, state: TrainingState) -> None:
        current = self.current
        if current is not None and current.is_active:
            changed = replace(current, state=_STATES[state])
            if state is TrainingState.IDLE:
                at = len(current.history)
                changed = replace(changed, weights=self._newest, weights_at=at)
            self._replace(current, changed)
            self.changed.emit()

    @Slot(object)
    def _on_run_finished(self, outcome: Outcome) -> None:
        current, job = self.current, self._training.job
        if current is None:
            return
        self._newest = None
        axis, at = self._training.epoch_axis, len(current.history)
        if outcome.kept_best and outcome.best is not None:
            at = axis.epoch_end(outcome.run, outcome.best.epoch)
        ended = replace(
            current,
            state=RunState.EARLY if outcome.early else _OUTCOMES[outcome.status],
            weights=outcome.parameters,
            weights_at=at,
            axis=axis,
            config=job.config if job else current.config,
        )
        self._replace(current, ended)
        self._make_room()
        self.changed.emit()

    @Slot()
    def _on_history_reset(self) -> None:
        """Leave the curves that were current out: new ones begin, and these are still there."""
        self._ancestry = None
        if self._entries and self._entries[-1].shown:
            last = self._entries[-1]
            self._replace(last, replace(last, shown=False))
        self.changed.emit()

    def _free_colour(self) -> int:
        """Return the colour that the fewest kept runs have, the first one of those."""
        taken = [each.colour for each in self._entries]
        return min(range(RUN_COLOURS), key=taken.count)

    def _change(self, number: int, **values: object) -> None:
        entry = self.entry(number)
        if entry is not None:
            self._replace(entry, replace(entry, **values))  # type: ignore[arg-type]  # its fields
            self.changed.emit()

    def _replace(self, entry: RunEntry, by: RunEntry) -> None:
        self._entries[self._entries.index(entry)] = by

    def _make_room(self) -> None:
        """Let the oldest go that nobody pinned: weights first where memory is short."""
        while len(self._entries) > MAX_RUNS and self._let_go(self._drop):
            continue
        while _bytes_of(self._entries) > MAX_BYTES:
            if not self._let_go(self._drop_weights) and not self._let_go(self._drop):
                break

    def _let_go(self, act: Callable[[RunEntry], bool]) -> bool:
        """Do ``act`` to the oldest run that allows it; return whether one did."""
        return any(
            act(each) for each in self._entries[:-1] if not each.pinned and not each.is_active
        )

    def _drop(self, entry: RunEntry) -> bool:
        self._entries.remove(entry)
        self.said.emit(
            f"“{entry.name}” is no longer kept: there is room for {MAX_RUNS} runs and "
            f"{MAX_BYTES / 1e6:.0f} MB. Pin a run to keep it."
        )
        return True

    def _drop_weights(self, entry: RunEntry) -> bool:
        if entry.weights is None:
            return False
        self._replace(entry, replace(entry, weights=None))
        self.said.emit(
            f"The last weights of “{entry.name}” are no longer kept, its curves are: the runs may "
            f"take {MAX_BYTES / 1e6:.0f} MB. Pin a run to keep it."
        )
        return True


def _bytes_of(entries: list[RunEntry]) -> int:
    """Return what the curves and all weights take; weights that runs share count once."""
    kept = [p for each in entries for p in (each.beginning.parameters, each.weights) if p]
    arrays = {id(array): array.nbytes for p in kept for array in (*p.weights, *p.biases)}
    return sum(arrays.values()) + sum(each.history.nbytes for each in entries)
