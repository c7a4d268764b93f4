"""Walking through the passes made by stepping: back to the first, and on to the newest again."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from nnviz.formatting import count, rounded
from nnviz.stores.edits import look_at, shown_keys
from nnviz.stores.memory import Memory
from nnviz.stores.network_state import NetworkState
from nnviz.stores.pass_log import PassLog, PassRecord
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.what_if import cost_is_known
from nnviz.training.config import TrainingConfig

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["LATER_PASSES", "LATER_PASSES_DROPPED", "WALK_HELD", "PassHistory"]

LATER_PASSES = "dropping the later passes"
LATER_PASSES_DROPPED = (
    "The later passes are dropped, because they followed from other numbers; undo brings them back."
)
WALK_HELD = (
    "Walking through the passes is off: it would remember the cost of a mistaken pass. "
    "Go back to the right pass first."
)


class PassHistory(QObject):
    """Knows which pass is looked at, and looks at another one with exactly its numbers.

    The passes themselves are the NetworkState's log, so that undo restores those that a step from
    an earlier pass dropped. Every walk makes the workspace record its pass anew, which is what
    views listen to.
    """

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace

    @property
    def number(self) -> int:
        """The pass that is looked at, from 1."""
        return self._workspace.state.passes + 1

    @property
    def last_number(self) -> int:
        """The newest pass."""
        after = self._log.after
        return after[-1].number if after else self.number

    @property
    def forgotten(self) -> int:
        """How many passes after the first were dropped for lack of room."""
        return self._log.forgotten

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier pass to look at now."""
        return bool(self._log.before) and not self._held

    @property
    def can_go_on(self) -> bool:
        """Whether there is a later pass to look at now."""
        return bool(self._log.after) and not self._held

    @property
    def costs(self) -> tuple[float | None, ...]:
        """C of every remembered pass in order, None for this one until a step has computed it."""
        log, trace = self._log, self._workspace.stepper.trace
        current = None if trace is None else self._known_cost(trace)
        return (
            *(each.cost for each in log.before), current, *(each.cost for each in log.after),
        )  # fmt: skip

    @property
    def position(self) -> int:
        """The place of this pass among ``costs``."""
        return len(self._log.before)

    def after_pass(self, trace: PassTrace) -> NetworkState:
        """Return the state of the pass after ``trace``, which is remembered."""
        state = self._workspace.state
        log, memory = state.log.advanced(self._record(trace)), None
        if trace.state_after is not None:
            memory = Memory(trace.optimizer.name, trace.state_after)
        return replace(
            state, parameters=trace.after, passes=state.passes + 1, log=log, memory=memory
        )

    @Slot()
    def go_back(self) -> None:
        """Look at the pass before, with exactly its parameters, settings and examples."""
        trace = self._workspace.stepper.trace
        self._say_why_held()
        if self.can_go_back and trace is not None:
            self._look_at(self._log.before[-1], self._log.gone_back(self._record(trace)))

    @Slot()
    def go_on(self) -> None:
        """Look at the pass after, as it was left."""
        trace = self._workspace.stepper.trace
        self._say_why_held()
        if self.can_go_on and trace is not None:
            self._look_at(self._log.after[0], self._log.gone_on(self._record(trace)))

    def configured(self, config: TrainingConfig) -> NetworkState:
        """Return the state with other hyperparameters; later passes do not follow from them."""
        workspace = self._workspace
        old, state = workspace.config, replace(workspace.state, config=config)
        same = (old.learning_rate, old.l2, old.optimizer) == (
            config.learning_rate, config.l2, config.optimizer
        )  # fmt: skip
        if not self._log.after or (same and old.update_biases is config.update_biases):
            return state
        workspace.history.keep(LATER_PASSES, workspace.state, same_pass=True)
        return self.without_later(state)

    def without_later(self, state: NetworkState) -> NetworkState:
        """Return a changed state, from which the later passes do not follow; says so."""
        if not state.log.after:
            return state
        self._workspace.problem.emit(LATER_PASSES_DROPPED)
        return replace(state, log=state.log.without_later())

    @property
    def _log(self) -> PassLog:
        return self._workspace.state.log

    @property
    def _is_mistaken(self) -> bool:
        return self._workspace.challenges.bug.mistake is not None

    @property
    def _held(self) -> bool:
        workspace = self._workspace
        return self._is_mistaken or workspace.training.is_active or workspace.frozen.is_open

    def _say_why_held(self) -> None:
        if self._is_mistaken:
            self._workspace.problem.emit(WALK_HELD)

    def _known_cost(self, trace: PassTrace) -> float | None:
        """Return C of the right pass if a step has computed it, in this visit or an earlier one."""
        stepper = self._workspace.stepper
        if stepper.locked or self._is_mistaken:
            return None
        known = cost_is_known(trace, stepper.timeline.reveal()) or trace.cost == self._log.cost
        return trace.cost if known else None

    def _record(self, trace: PassTrace) -> PassRecord:
        state, examples = self._workspace.state, self._workspace.examples
        return PassRecord(
            self.number, state.parameters, state.parameter_edits, state.example_edits,
            state.config.learning_rate, state.config.l2, state.config.update_biases,
            state.config.optimizer, state.memory, shown_keys(examples), self._known_cost(trace),
        )  # fmt: skip

    def _look_at(self, record: PassRecord, log: PassLog) -> None:
        workspace = self._workspace
        state = workspace.state
        config = replace(
            state.config,
            learning_rate=record.learning_rate,
            l2=record.l2,
            update_biases=record.update_biases,
            optimizer=record.optimizer,
        )
        if config != state.config:
            by = ""
            if config.optimizer != state.config.optimizer:
                by = f"{config.optimizer.method.label}, "
            workspace.problem.emit(
                f"Pass {count(record.number)} was made with {by}learning rate "
                f"{rounded(config.learning_rate)} and L2 {rounded(config.l2)}; these are set again."
            )
        goal = record.number - 1
        workspace.history.keep_walk(f"Walk to pass {count(record.number)}", state, goal)
        workspace.adopt(
            replace(
                state,
                parameters=record.parameters,
                parameter_edits=record.parameter_edits,
                example_edits=record.example_edits,
                config=config,
                passes=goal,
                log=log,
                memory=record.memory,
            )
        )
        with workspace.what_if.restoring():
            look_at(workspace.examples, record.examples)
