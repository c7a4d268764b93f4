"""The one object that the views are given: the network, its examples, the pass, the run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.files.network_file import write_network
from nnviz.presets.presets import preset_named
from nnviz.stores.advice_store import AdviceStore
from nnviz.stores.best_weights import BestWeights
from nnviz.stores.bug_store import NEXT_PASS_HELD
from nnviz.stores.challenge_store import ChallengeStore
from nnviz.stores.comparison_store import ComparisonStore
from nnviz.stores.data_store import DataStore
from nnviz.stores.display_store import DisplayStore
from nnviz.stores.document_data import why_absent
from nnviz.stores.documents import document_of, state_of_file
from nnviz.stores.edits import look_at, shown_keys
from nnviz.stores.examples_store import ExamplesStore
from nnviz.stores.frozen_store import FrozenStore
from nnviz.stores.health_store import HealthStore
from nnviz.stores.live_pass import LivePass
from nnviz.stores.network_state import NetworkState
from nnviz.stores.pass_history import PassHistory
from nnviz.stores.recording import fits, record_pass, rows_of
from nnviz.stores.run_driver import TRAINING, RunDriver
from nnviz.stores.run_list import RunList
from nnviz.stores.selection_store import SelectionStore
from nnviz.stores.stepper_store import StepperStore
from nnviz.stores.time_travel import TimeTravel
from nnviz.stores.training_store import TrainingStore
from nnviz.stores.undo_history import UndoHistory, UndoneChange
from nnviz.stores.update_comparison import StepperPass, UpdateComparison
from nnviz.stores.what_if_store import WhatIfStore
from nnviz.stores.wrong_answers import next_wrong
from nnviz.trace.pass_trace import PassTrace
from nnviz.training.config import TrainingConfig

__all__ = ["Workspace"]

RESET = "Reset"
"""Changes whose undo starts the curves anew: they tell of other parameters."""


class Workspace(QObject):
    """Owns the current NetworkState and the stores; knows how they hang together."""

    network_changed = Signal()
    """Emitted when another network is looked at: other layers, samples or title."""
    parameters_changed = Signal(object)
    """Emitted with the Parameters that are now looked at."""
    config_changed = Signal(object)
    """Emitted with the TrainingConfig."""
    problem = Signal(str)
    """Emitted with one sentence that the user should read."""

    def __init__(self, data_folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_folder = data_folder
        self._loading = False
        self.examples = ExamplesStore(self)
        self.stepper = StepperStore(self)
        self.comparison = UpdateComparison(self.stepper, self)
        self.selection = SelectionStore(self)
        self.display = DisplayStore(self)
        self.training = TrainingStore(self)
        self.runs = RunList(self)
        self.history = UndoHistory(self.examples, self)
        self.passes = PassHistory(self)
        self.what_if = WhatIfStore(self)
        self.challenges = ChallengeStore(self.stepper, self.selection, self)
        self.second_pass = ComparisonStore(self)
        self._state = NetworkState.of_preset(preset_named("primer-2-3-2"))
        self.data = DataStore(self)
        self.run = RunDriver(self)
        self.travel = TimeTravel(self)
        self.best = BestWeights(self)
        self.frozen = FrozenStore(self)
        self.live = LivePass(self.training, self.stepper, self.run.following, self._pass, self)
        self.shown_pass = StepperPass(self.stepper, self.live, self.comparison, self)
        self.health = HealthStore(self)
        self.advice = AdviceStore(self)
        self.examples.example_changed.connect(self._on_example_changed)
        self.challenges.bug.mistake_changed.connect(self._on_example_changed)
        self.training.data_loaded.connect(self._on_data_loaded)
        self.training.data_failed.connect(self._on_data_failed)
        self.training.change_refused.connect(self.problem)

    @property
    def state(self) -> NetworkState:
        """The network with all that belongs to it."""
        return self._state

    @property
    def spec(self) -> NetworkSpec:
        """The network's layers, activations and cost."""
        return self._state.spec

    @property
    def config(self) -> TrainingConfig:
        """How it is trained; the learning rate is the stepper's too."""
        return self._state.config

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the outputs stand for, empty where they stand for nothing."""
        return self._state.class_names

    @property
    def loading(self) -> bool:
        """Whether MNIST is being loaded."""
        return self._loading

    @property
    def training_data(self) -> Dataset | None:
        """What a run trains on, None while it is not loaded."""
        return self._state.training_data(self.examples.mnist)

    def open_preset(self, name: str) -> None:
        """Look at a preset, as it comes. Raises SpecError for an unknown name."""
        self.open_state("Open preset", NetworkState.of_preset(preset_named(name)))

    def open_network(self, path: Path) -> None:
        """Look at a network from a file. Raises NetworkFileError."""
        self.open_state("Open network", state_of_file(path))

    def save_network(self, path: Path) -> None:
        """Write the network with its samples. Raises NetworkFileError."""
        write_network(path, document_of(self._state))

    def new_network(self, spec: NetworkSpec, initialiser: str, config: TrainingConfig) -> None:
        """Look at a newly drawn network on the same data.

        Raises SpecError where the network does not fit the data, TrainingError the memory.
        """
        self.check_network(spec)
        state = replace(self._state, spec=spec, initialiser=initialiser, config=config, passes=0)
        title = state.title_of(spec)
        self.open_state("New network", replace(state, title=title, parameters=state.initialised()))

    def check_network(self, spec: NetworkSpec) -> None:
        """Raise SpecError where such a network would not fit the data, TrainingError the memory."""
        self._state.check_network(spec)

    @Slot()
    def reset_parameters(self) -> None:
        """Draw the parameters anew from the same seed, and start the curves anew."""
        if self.training.is_active:
            return
        self.travel.return_to_now()
        self.history.keep(RESET, self._state)
        self.training.clear_history()
        self.adopt(self._state.at_first_pass(self._state.initialised()))
        self.stepper.rewind()

    def set_config(self, config: TrainingConfig) -> None:
        """Take other hyperparameters for the run, for the next one and for the stepper."""
        if config == self._state.config or not self.training.change(config):
            return
        self._state = self.passes.configured(config)
        self.config_changed.emit(config)
        self._record()

    @Slot()
    def next_pass(self) -> None:
        """Keep the parameters after the pass, and begin another pass with them.

        Nothing while a run is on, paused or not: it goes on from its own parameters. Of the run's
        own mini-batch the update is committed to the run instead.
        """
        if self.frozen.is_open:
            self.frozen.commit()
            return
        trace = self.stepper.trace
        if trace is None or self.stepper.locked or self.training.is_active:
            return
        if trace.mistake is not None:
            self.problem.emit(NEXT_PASS_HELD)
            return
        self.history.keep("Next pass", self._state)
        self.adopt(self.passes.after_pass(trace))
        self.stepper.rewind()

    @Slot()
    def show_next_wrong(self) -> None:
        """Look at the next example that the network gets wrong; says so if there is none."""
        dataset = self.examples.dataset
        if dataset is None:
            return
        if dataset.labels is None:
            self.problem.emit("This data has no classes, so no answer to it is right or wrong.")
            return
        index = next_wrong(self.spec, self._state.parameters, dataset, self.examples.index)
        if index is None:
            self.problem.emit("The network answers every example of this set correctly.")
        else:
            self.examples.show(self.examples.subset, index)

    def answer(self, example: int = 0) -> int | None:
        """Return the class that the network answers for an example of the mini-batch shown.

        None without classes.
        """
        trace = self.stepper.trace
        if trace is None or self.stepper.locked or not self.class_names:
            return None
        return int(trace.forward.activations[-1][example].argmax())

    @Slot()
    def undo(self) -> None:
        """Take the last change of the network back; nothing while a run is on."""
        self._put_back(self.history.undo)

    @Slot()
    def redo(self) -> None:
        """Do again what was undone; nothing while a run is on."""
        self._put_back(self.history.redo)

    def _put_back(self, take: Callable[[NetworkState], UndoneChange | None]) -> None:
        """Look at an older state, from undo or redo."""
        self.travel.return_to_now()
        change = None if self.training.is_active else take(self._state)
        if change is not None:
            with self.what_if.restoring():
                self._look_back_at(change)

    def _look_back_at(self, change: UndoneChange) -> None:
        """Look at an older state, where it needs them with its examples and hyperparameters."""
        state, shown = change.state, shown_keys(self.examples)
        if change.text in (TRAINING, RESET):
            self.training.clear_history()
        same_data = state.samples is self._state.samples
        if same_data and state.spec == self._state.spec:
            self.adopt(replace(state, config=change.config(self._state.config)))
            if not change.same_pass:
                self.stepper.rewind()
        else:
            self._show(state)
        if change.exact or not same_data or change.has_hidden_edits(shown):
            look_at(self.examples, change.shown)

    def open_state(self, text: str, state: NetworkState) -> None:
        """Look at another network; undo comes back to this one, as trained so far."""
        self.travel.return_to_now()
        snapshot = self.training.snapshot
        if self.training.is_active and snapshot is not None:
            self._state = self._state.at_first_pass(snapshot.parameters.astype(np.float64))
        self.history.keep(text, self._state)
        self._show(state.unedited())

    def _show(self, state: NetworkState) -> None:
        self.frozen.leave()
        if self.training.is_active:
            self.training.abandon()
        if state.samples is not self._state.samples:
            self.selection.clear()
        self.data.cancel()
        self.selection.use_layers(state.spec.sizes)
        self.challenges.bug.forget()
        self._state = state
        self.training.clear_history()
        if state.needs_mnist and self.examples.mnist is None and not self._loading:
            self.load_data()
        self.examples.use_samples(state.samples, is_absent=state.absent is not None)
        self._record()
        self.stepper.rewind()
        self.network_changed.emit()
        self.config_changed.emit(state.config)
        self.parameters_changed.emit(state.parameters)

    def load_data(self) -> None:
        """Load MNIST in the background."""
        self._loading = True
        self.training.load_data(self._data_folder)

    def adopt(self, state: NetworkState) -> None:
        """Look at other parameters, settings or edits of a network of the same layers."""
        before, self._state = self._state, state
        self._record()
        if (state.title, state.initialiser) != (before.title, before.initialiser):
            self.network_changed.emit()
        if state.config != before.config:
            self.config_changed.emit(state.config)
        self.parameters_changed.emit(state.parameters)

    def take_parameters(self, parameters: Parameters) -> None:
        """Look at parameters that training made, which is no pass."""
        self.adopt(self._state.at_first_pass(parameters.astype(np.float64)))

    def _record(self) -> None:
        """Record the pass of the current example anew; without one, lock the stepper."""
        self.stepper.show(self._pass(), locked=not fits(self._state, self.examples.dataset))

    def _pass(self, newer: Parameters | None = None) -> PassTrace:
        if (frozen := self.frozen.trace) is not None:
            return frozen
        state = (
            self._state if newer is None else self._state.at_first_pass(newer.astype(np.float64))
        )
        rows = self.what_if.applied(rows_of(state, self.examples.dataset, self.examples.indices))
        return record_pass(state, rows, self.challenges.bug.mistake)

    def why_no_example(self) -> str:
        """Return a sentence why there is nothing to step through or to train on."""
        if self._loading:
            return "MNIST is still being loaded; training can start in a moment."
        if self._state.absent is not None:
            return why_absent(self._state.absent)
        if self.examples.problem:
            return self.examples.problem
        return (
            f"There is no data for the layers {self.spec}: MNIST has 784 inputs and 10 outputs. "
            "Open a network file with samples, or choose a preset."
        )

    @Slot()
    def _on_example_changed(self) -> None:
        self._state = self.what_if.with_other_examples()
        self._record()

    @Slot(object)
    def _on_data_loaded(self, mnist: Mnist) -> None:
        self._loading = False
        self.examples.set_mnist(mnist)

    @Slot(str)
    def _on_data_failed(self, sentence: str) -> None:
        self._loading = False
        self.examples.set_problem(sentence)
        self.problem.emit(sentence)
