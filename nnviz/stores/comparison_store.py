"""The pass of the second canvas: the same moment with another example or other parameters."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import IntArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.edits import ExampleKey, Rows
from nnviz.stores.examples_store import Subset
from nnviz.stores.pass_source import PassSource, ShownPass
from nnviz.stores.recording import record_pass, rows_of
from nnviz.trace.pass_trace import PassTrace

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["ComparisonStore", "Weights"]


class Weights(Enum):
    """Whose weights and biases the second canvas shows."""

    CURRENT = "current"
    START = "start"
    UNEDITED = "unedited"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """Parameters that somebody keeps to compare with, and the network they belong to."""

    spec: NetworkSpec
    parameters: Parameters


class ComparisonStore(PassSource):
    """Owns what the second canvas shows, and records its pass while that canvas is open.

    The pass has the network, the number of examples, the settings and the steps of the pass that
    is stepped through, so the same moment of both is seen.
    """

    choice_changed = Signal()
    """Emitted when another example, other parameters or nothing is to be shown."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._is_open = False
        self._example: ExampleKey | None = None
        self._weights = Weights.CURRENT
        self._kept: _Kept | None = None
        self._trace: PassTrace | None = None
        self._undecided = False
        self._rng = np.random.default_rng()
        workspace.stepper.trace_changed.connect(self._on_trace_changed)
        workspace.stepper.timeline_changed.connect(self._on_timeline_changed)
        workspace.network_changed.connect(self._on_network_changed)

    @property
    def is_open(self) -> bool:
        """Whether there is a second canvas; without one nothing is recorded."""
        return self._is_open

    @property
    def weights(self) -> Weights:
        """Whose parameters are shown."""
        return self._weights

    @property
    def example(self) -> ExampleKey:
        """The set and the number of the example that is shown."""
        examples = self._workspace.examples
        return self._example or (examples.subset, examples.index)

    @property
    def indices(self) -> IntArray:
        """The numbers of the examples that are shown: from that one on, around the end."""
        first, dataset = self._workspace.stepper.trace, self.dataset
        if self._example is None or first is None or dataset is None:
            return self._workspace.examples.indices
        return (self._example[1] + np.arange(first.example_count)) % len(dataset)

    @property
    def same_example(self) -> bool:
        """Whether the example is always that of the first canvas."""
        return self._example is None

    @property
    def dataset(self) -> Dataset | None:
        """The set that the example comes from, None while it is not loaded."""
        return self._workspace.examples.dataset_of(self.example[0])

    @property
    def shown(self) -> ShownPass | None:
        """The recorded pass at the stepper's moment, or a side of its update."""
        trace = self._trace
        if trace is None or trace.spec != self._workspace.spec:
            return None
        moment = ShownPass(trace, self._workspace.stepper.timeline)
        return self._workspace.comparison.applied(moment)

    def label_of(self, example: int) -> int | None:
        """Return the true class of an example of the pass, None where there are none."""
        if self._example is None:
            return self._workspace.examples.label_of(example)
        dataset = self.dataset
        if dataset is None or dataset.labels is None:
            return None
        return int(dataset.labels[(self._example[1] + example) % len(dataset)])

    def choices(self) -> tuple[Weights, ...]:
        """Return whose parameters there are to be shown now."""
        return tuple(each for each in Weights if self._parameters(each) is not None)

    @Slot()
    def toggle(self) -> None:
        """Open the second canvas, or close it."""
        self.set_open(not self._is_open)

    def set_open(self, is_open: bool) -> None:
        """Open the second canvas, at first with the next example, or close it."""
        if is_open == self._is_open:
            return
        self._is_open = is_open
        if is_open:
            self._choose_first()
        self._record()
        self.choice_changed.emit()

    def show_example(self, subset: Subset, index: int) -> None:
        """Show an example; the number is clamped to the data."""
        dataset = self._workspace.examples.dataset_of(subset)
        last = len(dataset) - 1 if dataset is not None else 0
        self._choose((subset, max(0, min(index, last))))

    @Slot(bool)
    def follow_first(self, follow: bool) -> None:
        """Show always the example of the first canvas, or hold the one that is shown."""
        self._choose(None if follow else self.example)

    @Slot()
    def show_next(self) -> None:
        """Show the example after, around the end."""
        self._move(1)

    @Slot()
    def show_previous(self) -> None:
        """Show the example before, around the end."""
        self._move(-1)

    @Slot()
    def show_random(self) -> None:
        """Show any example of the set."""
        dataset = self.dataset
        if dataset is not None:
            self.show_example(self.example[0], int(self._rng.integers(len(dataset))))

    def show_weights(self, weights: Weights) -> None:
        """Show other parameters; those that there are none of are not taken."""
        if weights is not self._weights and self._parameters(weights) is not None:
            self._weights = weights
            self._record()
            self.choice_changed.emit()

    @Slot()
    def keep(self) -> None:
        """Keep the current parameters, and show them beside what becomes of the network."""
        state = self._workspace.state
        self._kept = _Kept(state.spec, state.parameters)
        self.set_open(True)
        self._weights, self._example = Weights.KEPT, None
        self._record()
        self.choice_changed.emit()

    def _choose_first(self) -> None:
        """Begin with the next example, or, of a single one, with the first weights there are."""
        examples = self._workspace.examples
        self._example, self._weights = None, Weights.CURRENT
        dataset = examples.dataset
        self._undecided = dataset is None
        if dataset is not None and len(dataset) > 1:
            self._example = (examples.subset, (examples.index + 1) % len(dataset))
        elif self._parameters(Weights.START) is not None:
            self._weights = Weights.START

    def _choose(self, example: ExampleKey | None) -> None:
        if example != self._example:
            self._example = example
            self._record()
            self.choice_changed.emit()

    def _move(self, count: int) -> None:
        subset, index = self.example
        dataset = self.dataset
        if dataset is not None:
            self.show_example(subset, (index + count) % len(dataset))

    def _parameters(self, weights: Weights) -> Parameters | None:
        """Return parameters of the current network, None if there are none such."""
        state = self._workspace.state
        if weights is Weights.START:
            return self._first_parameters()
        if weights is Weights.UNEDITED:
            edited = state.parameter_edits.changed_in(state.parameters)
            return state.parameter_edits.trained_of(state.parameters) if edited else None
        if weights is Weights.KEPT:
            fits = self._kept is not None and self._kept.spec == state.spec
            return self._kept.parameters if fits and self._kept is not None else None
        frozen = self._workspace.frozen.trace
        return state.parameters if frozen is None else frozen.before

    def _first_parameters(self) -> Parameters | None:
        """Return what the passes made by stepping began with, else what the last run did."""
        state, job = self._workspace.state, self._workspace.training.job
        if state.log.before:
            return state.log.before[0].parameters
        has_trained = len(self._workspace.training.history) > 0
        if job is None or job.spec != state.spec or not has_trained:
            return None
        return job.parameters.astype(np.float64)

    def _record(self) -> None:
        """Record the pass anew; nothing while there is no second canvas."""
        first = self._workspace.stepper.trace
        if not self._is_open or first is None or first.spec != self._workspace.spec:
            self._trace = None
            return
        state = self._workspace.state
        parameters = self._parameters(self._weights)
        if parameters is None:
            self._weights, parameters = Weights.CURRENT, state.parameters
        rows = first.inputs, first.targets
        dataset = self.dataset
        if self._example is not None and dataset is not None:
            rows = rows_of(state, dataset, self.indices)
        if first is self._workspace.frozen.trace:
            self._trace = _updated_like(first, parameters, rows)
        else:
            mistake = self._workspace.challenges.bug.mistake
            if parameters is not state.parameters:  # of others the optimizer remembers nothing
                state = replace(state, parameters=parameters, memory=None)
            self._trace = record_pass(state, rows, mistake)
        self.changed.emit()

    @Slot()
    def _on_trace_changed(self) -> None:
        if self._is_open:
            if self._undecided and self._workspace.examples.dataset is not None:
                self._choose_first()
            self._record()
            self.choice_changed.emit()

    @Slot()
    def _on_timeline_changed(self) -> None:
        if self._is_open:
            self.changed.emit()

    @Slot()
    def _on_network_changed(self) -> None:
        if self._is_open:
            self._choose_first()
            self._record()
            self.choice_changed.emit()


def _updated_like(first: PassTrace, parameters: Parameters, rows: Rows) -> PassTrace:
    """Return a pass that is updated like a run's mini-batch.

    Of other parameters the optimizer remembers nothing, and of other examples nothing is left out.
    """
    return PassTrace.record(
        first.spec, parameters, *rows, first.settings,
        state=first.state if parameters is first.before else None,
        masks=first.forward.masks if rows[0] is first.inputs else (),
    )  # fmt: skip
