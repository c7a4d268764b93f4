"""Walking through the passes made by stepping: back to the first, and on to the newest again."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from nnviz.formatting import count, rounded
from nnviz.stores.edits import ExampleKey
from nnviz.stores.examples_store import ExamplesStore
from nnviz.stores.network_state import NetworkState
from nnviz.stores.pass_log import PassLog, PassRecord
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.what_if import cost_is_known

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["PassHistory"]


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
        return bool(self._log.before) and not self._workspace.training.is_active

    @property
    def can_go_on(self) -> bool:
        """Whether there is a later pass to look at now."""
        return bool(self._log.after) and not self._workspace.training.is_active

    @property
    def costs(self) -> tuple[float | None, ...]:
        """C of every remembered pass in order, None for this one until a step has computed it."""
        stepper, log = self._workspace.stepper, self._log
        current = None
        trace = stepper.trace
        if trace is not None and not stepper.locked:
            known = cost_is_known(trace, stepper.timeline.reveal())
            current = trace.cost if known else None
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
        log = state.log.advanced(self._record(trace))
        return replace(state, parameters=trace.after, passes=state.passes + 1, log=log)

    @Slot()
    def go_back(self) -> None:
        """Look at the pass before, with exactly its parameters, settings and examples."""
        trace = self._workspace.stepper.trace
        if self.can_go_back and trace is not None:
            self._look_at(self._log.before[-1], self._log.gone_back(self._record(trace)))

    @Slot()
    def go_on(self) -> None:
        """Look at the pass after, as it was left."""
        trace = self._workspace.stepper.trace
        if self.can_go_on and trace is not None:
            self._look_at(self._log.after[0], self._log.gone_on(self._record(trace)))

    @property
    def _log(self) -> PassLog:
        return self._workspace.state.log

    def _record(self, trace: PassTrace) -> PassRecord:
        state, examples = self._workspace.state, self._workspace.examples
        return PassRecord(
            self.number, state.parameters, state.parameter_edits, state.example_edits,
            state.config.learning_rate, state.config.l2, state.config.update_biases,
            _keys(examples), trace.cost,
        )  # fmt: skip

    def _look_at(self, record: PassRecord, log: PassLog) -> None:
        workspace = self._workspace
        state, examples = workspace.state, workspace.examples
        config = replace(
            state.config,
            learning_rate=record.learning_rate,
            l2=record.l2,
            update_biases=record.update_biases,
        )
        if config != state.config:
            workspace.problem.emit(
                f"Pass {count(record.number)} was made with learning rate "
                f"{rounded(config.learning_rate)} and L2 {rounded(config.l2)}; these are set again."
            )
        shown = _keys(examples)
        workspace.adopt(
            replace(
                state,
                parameters=record.parameters,
                parameter_edits=record.parameter_edits,
                example_edits=record.example_edits,
                config=config,
                passes=record.number - 1,
                log=log,
            )
        )
        if record.examples != shown:
            with workspace.what_if.restoring(None):
                examples.show(*record.examples[0])
                examples.set_mini_batch(len(record.examples))


def _keys(examples: ExamplesStore) -> tuple[ExampleKey, ...]:
    """Return the examples that are shown."""
    return tuple((examples.subset, int(index)) for index in examples.indices)
