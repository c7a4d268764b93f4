"""Changes by hand: of a weight, a bias, an input or a target, each with its way back.

The numbers themselves are part of the NetworkState; here is what may be changed, how a drag
becomes one entry of the undo history, and the pass that a change is compared with.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot

from nnviz.stores.edits import (
    ExampleKey,
    ExampleNumber,
    Rows,
    parameter,
    shown_keys,
    with_parameter,
)
from nnviz.stores.frozen_store import FROZEN
from nnviz.stores.network_state import NetworkState
from nnviz.stores.pass_history import LATER_PASSES
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.what_if import Adjustable, Kind, value_of
from nnviz.trace.what_if_texts import plain_name

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["BACK_TO_TRAINED", "Edit", "WhatIfStore"]

ANOTHER_EXAMPLE, BACK_TO_TRAINED = "dropping the example's edits", "back to trained"
RUNNING = "Stop the run to change numbers by hand; until then they are the run's."


@dataclass(frozen=True, slots=True)
class Edit:
    """A number that differs from what it was, in the row ``example`` of the pass."""

    adjustable: Adjustable
    original: float
    value: float
    example: int = 0


class WhatIfStore(QObject):
    """Changes single numbers of the workspace's network and examples, and takes changes back.

    Every change makes the workspace record its pass anew, which is what views listen to.
    """

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._rows: Rows = (np.zeros((1, 1)), np.zeros((1, 1)))
        self._shown: tuple[ExampleKey, ...] = ()
        self._restoring = False
        self._merging: tuple[Adjustable, NetworkState] | None = None
        self._base: PassTrace | None = None

    @property
    def why_not(self) -> str:
        """Why nothing can be changed now, empty if it can."""
        workspace = self._workspace
        if workspace.stepper.locked or workspace.stepper.trace is None:
            return workspace.why_no_example()
        if workspace.frozen.is_open:
            return FROZEN
        return RUNNING if workspace.training.is_active else ""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All that differs from the trained network and the examples of the data."""
        if self._workspace.frozen.is_open:
            return ()
        state = self._workspace.state
        trained = state.parameter_edits.trained_of(state.parameters)
        changed = state.parameter_edits.changed_in(state.parameters)
        edits = [
            Edit(each, parameter(trained, each), parameter(state.parameters, each))
            for each in changed
        ]
        keys = self._keys()
        for number in state.example_edits:
            if number.example in keys:
                row = keys.index(number.example)
                original = self._raw(number.adjustable, row)
                edits.append(Edit(number.adjustable, original, number.value, row))
        return tuple(edits)

    @property
    def example_is_edited(self) -> bool:
        """Whether an input or target of the examples shown was changed by hand."""
        keys = () if self._workspace.frozen.is_open else self._keys()
        return any(each.example in keys for each in self._workspace.state.example_edits)

    def original(self, adjustable: Adjustable, example: int = 0) -> float:
        """Return the number as trained, or as the data has it in row ``example`` of the pass."""
        state, frozen = self._workspace.state, self._workspace.frozen.trace
        if frozen is not None:
            return value_of(frozen, adjustable, example)
        if adjustable.is_parameter:
            return parameter(state.parameter_edits.trained_of(state.parameters), adjustable)
        return self._raw(adjustable, example)

    def set_value(
        self, adjustable: Adjustable, value: float, example: int = 0, *, merge: bool = False
    ) -> None:
        """Change a number; nothing while ``why_not`` says so.

        ``merge`` joins the change to the one just before, of the same number, in the undo
        history: a drag is one change. Raises SpecError for a target that the cost refuses.
        """
        workspace = self._workspace
        trace = workspace.stepper.trace
        if self.why_not or trace is None or value_of(trace, adjustable, example) == value:
            return
        if adjustable.kind is Kind.TARGET:
            workspace.spec.check_targets(np.array([value]))
        state = self._changed(adjustable, value, example)
        if not (merge and self._merging == (adjustable, workspace.state)):
            text = f"change {plain_name(workspace.display.notation, adjustable)}"
            workspace.history.keep(text, workspace.state, same_pass=True)
        state = workspace.passes.without_later(state)
        self._merging = (adjustable, state)
        workspace.adopt(state)

    def finish(self) -> None:
        """End a drag: the next change has its own entry in the undo history."""
        self._merging = None

    def cancel(self) -> None:
        """Take the drag that is under way back, and its entry in the undo history with it."""
        if self._merging is None or self._merging[1] is not self._workspace.state:
            return
        change = self._workspace.history.take_last()
        self._merging = None
        if change is not None:
            self._workspace.adopt(change.state)

    def reset(self, adjustable: Adjustable, example: int = 0) -> None:
        """Give one number its original value again."""
        self.set_value(adjustable, self.original(adjustable, example), example)
        self.finish()

    @Slot()
    def back_to_trained(self) -> None:
        """Give every number its original value again, in one change."""
        workspace = self._workspace
        state = workspace.state
        if self.why_not or not self.edits:
            return
        workspace.history.keep(BACK_TO_TRAINED, state, same_pass=True)
        trained = state.parameter_edits.trained_of(state.parameters)
        state = replace(state, parameters=trained, example_edits=())
        workspace.adopt(workspace.passes.without_later(state))

    def base_trace(self, adjustable: Adjustable, example: int = 0) -> PassTrace | None:
        """Return the pass with this number at its original value, and all else as it is now."""
        trace = self._workspace.stepper.trace
        if trace is None:
            return None
        original = self.original(adjustable, example)
        if math.isnan(original) or value_of(trace, adjustable, example) == original:
            return trace
        inputs, targets, before = trace.inputs, trace.targets, trace.before
        if adjustable.is_parameter:
            before = with_parameter(before, adjustable, original)
        else:
            key = self._keys()[example]
            number = ExampleNumber(key, adjustable, original)
            inputs, targets = number.applied((inputs, targets), self._keys())
        if self._base is None or not _same(self._base, trace, before.weights, before.biases,
                                           (inputs, targets)):  # fmt: skip
            self._base = PassTrace.record(
                trace.spec, before, inputs, targets, trace.settings, trace.mistake,
                trace.state, trace.forward.masks,
            )  # fmt: skip
        return self._base

    def applied(self, rows: Rows) -> Rows:
        """Return the rows of the examples shown with what was changed in them by hand."""
        self._rows = rows
        self._shown = keys = self._keys()
        for number in self._workspace.state.example_edits:
            rows = number.applied(rows, keys)
        return rows

    def with_other_examples(self) -> NetworkState:
        """Return the state without what belonged to examples no longer shown.

        These are their edits, and the passes that followed from them; undo brings all back.
        """
        workspace = self._workspace
        state, keys = workspace.state, self._keys()
        kept = tuple(each for each in state.example_edits if each.example in keys)
        hidden = kept != state.example_edits
        outdated = bool(state.log.after) and keys != self._shown
        if self._restoring or workspace.frozen.is_open or not (hidden or outdated):
            return state
        text = ANOTHER_EXAMPLE if hidden else LATER_PASSES
        workspace.history.keep(text, state, same_pass=True, shown=self._shown)
        return workspace.passes.without_later(replace(state, example_edits=kept))

    @contextmanager
    def restoring(self) -> Iterator[None]:
        """Keep all that belongs to a state while its examples come back."""
        self._restoring, self._merging = True, None
        try:
            yield
        finally:
            self._restoring = False

    def _changed(self, adjustable: Adjustable, value: float, example: int) -> NetworkState:
        state = self._workspace.state
        if adjustable.is_parameter:
            edits = state.parameter_edits.with_value(state.parameters, adjustable, value)
            assert edits.edited is not None
            return replace(state, parameters=edits.edited, parameter_edits=edits)
        number = ExampleNumber(self._keys()[example], adjustable, value)
        others = list(state.example_edits)
        place = next(
            (
                index
                for index, each in enumerate(others)
                if (each.example, each.adjustable) == (number.example, adjustable)
            ),
            len(others),
        )
        is_edit = value != self._raw(adjustable, example)
        others[place : place + 1] = [number] if is_edit else []
        return replace(state, example_edits=tuple(others))

    def _raw(self, adjustable: Adjustable, example: int) -> float:
        rows = self._rows[0 if adjustable.kind is Kind.INPUT else 1]
        return float(rows[example, adjustable.ref.neuron])

    def _keys(self) -> tuple[ExampleKey, ...]:
        return shown_keys(self._workspace.examples)


def _same(one: PassTrace, other: PassTrace, *groups: tuple[object, ...]) -> bool:
    """Whether ``one`` has the settings of ``other`` and these weights, biases and rows."""
    if (one.spec, one.settings, one.mistake) != (other.spec, other.settings, other.mistake):
        return False
    if not _same_memory(one, other):
        return False
    own = (one.before.weights, one.before.biases, (one.inputs, one.targets))
    return all(
        mine is yours or np.array_equal(mine, np.asarray(yours))
        for arrays, others in zip(own, groups, strict=True)
        for mine, yours in zip(arrays, others, strict=True)
    )


def _same_memory(one: PassTrace, other: PassTrace) -> bool:
    """Whether both passes have the same neurons left out, and began with the same moments."""
    if one.update_number != other.update_number:
        return False
    mine, yours = (
        [
            *trace.forward.masks,
            *(
                array
                for moment in (trace.state.moments if trace.state else ())
                for array in (*moment.weights, *moment.biases)
            ),
        ]
        for trace in (one, other)
    )
    return len(mine) == len(yours) and all(map(np.array_equal, mine, yours))
