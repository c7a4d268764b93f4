"""Random walks over all controls with the real worker thread: no state may contradict another.

Every action is one that the window offers, whatever it does at the moment: most controls are there
while a run trains, pauses, ends, or while its past or one of its mini-batches is looked at.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.toy_recipe import Toy
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import NnvizError
from nnviz.stores.frozen_store import Origin
from nnviz.stores.run_again import again, show_weights
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.training.pacing import FLAT_OUT

PRESETS = ("xor-to-learn-2-3-1", "xor-2-2-1", "primer-2-3-2", "moons-2-6-2")
WORKING = (TrainingState.RUNNING, TrainingState.STOPPING)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_order_of_controls_makes_states_contradict_each_other(
    workspace: Workspace, qtbot: QtBot, tmp_path: Path, seed: int
) -> None:
    walk = Walk(workspace, qtbot, two_rows(tmp_path), seed)
    for _ in range(60):
        walk.act()
        walk.check()
    walk.end()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_no_long_order_of_controls_makes_states_contradict_each_other(
    workspace: Workspace, qtbot: QtBot, tmp_path: Path, seed: int
) -> None:
    walk = Walk(workspace, qtbot, two_rows(tmp_path), seed)
    for _ in range(500):
        walk.act()
        walk.check()
    walk.end()


def two_rows(folder: Path) -> Path:
    x = np.array([[0, 1], [1, 0], [1, 1], [0, 0.5]], np.float32)
    np.savez(folder / "rows.npz", x=x, y=np.array([0, 1, 1, 0]))
    return folder / "rows.npz"


class Walk:
    """One random order of actions; ``steps`` tell a failed assertion what was done."""

    def __init__(self, workspace: Workspace, qtbot: QtBot, data: Path, seed: int) -> None:
        self._workspace, self._qtbot, self._data = workspace, qtbot, data
        self._random = np.random.default_rng(seed)
        self.steps: list[str] = []
        self._limited = False
        run, training, travel = workspace.run, workspace.training, workspace.travel
        frozen, stepper = workspace.frozen, workspace.stepper
        self._actions: dict[str, Callable[[], object]] = {
            "start or pause": run.start_or_pause, "start or pause ": run.start_or_pause,
            "start or pause  ": run.start_or_pause,
            "stop": training.stop, "one mini-batch": run.one_mini_batch,
            "one mini-batch ": run.one_mini_batch, "one epoch": run.one_epoch,
            "open next": frozen.open_next, "open next ": frozen.open_next,
            "open example": lambda: frozen.open_example(0), "open whole": frozen.open_whole,
            "to the end": stepper.to_end, "commit": frozen.commit, "leave": frozen.leave,
            "dismiss": frozen.dismiss, "look at past": self._look_at_past,
            "look at past ": self._look_at_past,
            "go back": travel.go_back, "go on": travel.go_on, "go to start": travel.go_to_start,
            "back to now": travel.return_to_now, "step here": travel.step_here,
            "branch": travel.train_on, "branch ": travel.train_on, "run again": self._again,
            "show weights": self._show_weights, "remove": self._remove,
            "put back": workspace.runs.put_back, "reset": workspace.reset_parameters,
            "change": self._change, "change ": self._change, "diverge": self._diverge,
            "undo": workspace.undo, "undo ": workspace.undo, "redo": workspace.redo,
            "new network": self._new_network, "preset": self._preset, "open data": self._open,
            "draw points": self._draw_points, "best weights": workspace.best.use,
            "speed": self._limit, "what if": self._what_if, "next pass": workspace.next_pass,
            "pass back": workspace.passes.go_back, "pass on": workspace.passes.go_on,
            "next example": workspace.examples.show_next, "follow": lambda: run.set_follow(True),
            "hold": lambda: run.set_follow(False), "mini-batch of two": self._two,
            "on": self._go_on, "on ": self._go_on, "wait": self._settle,
            "step": stepper.step_forward,
        }  # fmt: skip

    def act(self) -> None:
        """Do the next thing."""
        names = list(self._actions)
        name = names[int(self._random.integers(len(names)))]
        self.steps.append(name)
        try:
            self._actions[name]()
        except NnvizError as error:
            self.steps.append(f"({error})")

    def check(self) -> None:
        """Assert what holds at any moment."""
        workspace, last = self._workspace, self.steps[-12:]
        training, frozen, stepper = workspace.training, workspace.frozen, workspace.stepper
        state, trace = workspace.state, stepper.trace
        assert trace is not None, last
        if frozen.is_open:
            assert trace is frozen.trace, last
            assert frozen.batch is not None
            is_single = training.state is TrainingState.RUNNING and training.steps_singly
            if frozen.origin is Origin.NEXT:
                assert training.state is TrainingState.PAUSED or is_single, last
                assert is_single or frozen.batch is frozen.next, last
                assert workspace.travel.shown is None, last
            if frozen.origin is Origin.DIVERGED:
                assert not training.is_active, last
                assert frozen.diverged is frozen.batch, last
                assert workspace.travel.shown is None, last
            elif not is_single:
                assert same(state.parameters, frozen.batch.moment.parameters), last
        elif not stepper.locked:
            assert same(trace.before, state.parameters), last
        current = workspace.runs.current
        if training.is_active:
            assert current is not None, last
            assert current.is_active, last
        assert all(each is current for each in workspace.runs.entries if each.is_active), last
        assert all(each.weights is not None for each in workspace.runs.entries
                   if not each.is_active and each.state.value != "left"), last  # fmt: skip
        best = workspace.best.epoch
        in_use = best is not None and same(best.parameters, state.parameters)
        assert workspace.best.in_use is in_use, last

    def end(self) -> None:
        """Assert that everything comes to rest."""
        self._settle()
        self._workspace.travel.return_to_now()
        self._workspace.training.set_speed_limit(FLAT_OUT)
        self._workspace.training.stop()
        self._qtbot.waitUntil(lambda: not self._workspace.training.is_active)
        self._workspace.data.cancel()
        self._settle()

    def _settle(self) -> None:
        """Wait until everything has come to where it goes by itself, and assert what holds then."""
        workspace, training = self._workspace, self._workspace.training
        self._qtbot.waitUntil(self._rests)
        travel = workspace.travel
        shown, last = travel.shown, self.steps[-12:]
        if shown is not None:
            self._qtbot.waitUntil(lambda: same(workspace.state.parameters, shown.moment.parameters))
        history, axis = training.history, training.epoch_axis
        if not training.is_active:
            for one, other in zip(history.reports, history.reports[1:], strict=False):
                ends = [axis.epoch_end(each.run, each.epoch) for each in (one, other)]
                assert ends[0] < ends[1] <= len(history), last
        places = [each.place for each in training.record.kept]
        assert places == sorted(places), last
        assert not places or places[-1] <= len(history), last
        if training.state is TrainingState.PAUSED and shown is None:
            assert training.snapshot is not None, last
            assert same(workspace.state.parameters, training.snapshot.parameters), last
        self.check()

    def _rests(self) -> bool:
        training = self._workspace.training
        if training.state is TrainingState.RUNNING:
            training.pause()  # again and again: a branch begins after the run that it leaves
        return training.state not in WORKING

    def _go_on(self) -> None:
        """Let a run train some mini-batches."""
        training = self._workspace.training
        history = training.history
        goal = len(history) + int(self._random.integers(1, 9))
        self._qtbot.waitUntil(
            lambda: (
                training.state is not TrainingState.RUNNING
                or training.history is not history
                or len(history) >= goal
            )
        )

    def _look_at_past(self) -> None:
        travel = self._workspace.travel
        travel.look_at_place(self._random.uniform(0, len(self._workspace.training.history) + 1))

    def _entry(self) -> int | None:
        entries = self._workspace.runs.entries
        return int(self._random.choice([each.number for each in entries])) if entries else None

    def _again(self) -> None:
        number = self._entry()
        entry = self._workspace.runs.entry(number) if number else None
        if entry is not None:
            begin = entry.beginning
            config = replace(begin.config, learning_rate=begin.config.learning_rate * 0.5)
            again(self._workspace, entry, config, begin.spec)

    def _show_weights(self) -> None:
        number = self._entry()
        entry = self._workspace.runs.entry(number) if number else None
        if entry is not None:
            show_weights(self._workspace, entry)

    def _remove(self) -> None:
        number = self._entry()
        if number is not None:
            self._workspace.runs.remove(number)

    def _change(self) -> None:
        workspace, config = self._workspace, self._workspace.config
        kind = self._random.integers(5)
        if kind == 0:
            config = replace(config, learning_rate=float(self._random.choice([0.1, 0.5, 1.0])))
        elif kind == 1:
            config = replace(config, mini_batch_size=int(self._random.integers(1, 4)))
        elif kind == 2:
            config = replace(config, dropout=float(self._random.choice([0.0, 0.3])))
        elif kind == 3:
            config = replace(config, epochs=int(self._random.integers(2, 40)))
        else:
            size = int(self._random.integers(0, 2))
            config = replace(config, validation_size=size, keep_best=bool(size))
        workspace.set_config(config)

    def _diverge(self) -> None:
        self._workspace.set_config(replace(self._workspace.config, learning_rate=1e30))

    def _new_network(self) -> None:
        spec = self._workspace.spec
        sizes = (spec.sizes[0], int(self._random.integers(2, 5)), spec.sizes[-1])
        activations = (spec.activations[0], spec.activations[-1])
        made = NetworkSpec(sizes, activations, spec.cost)
        self._workspace.new_network(made, "xavier", self._workspace.config)

    def _preset(self) -> None:
        self._workspace.open_preset(str(self._random.choice(PRESETS)))

    def _open(self) -> None:
        data = self._workspace.data
        data.open(self._data)
        self._qtbot.waitUntil(lambda: not data.is_reading)

    def _draw_points(self) -> None:
        self._workspace.data.draw_toy(Toy("xor", 20, 0.1, seed=int(self._random.integers(9))))

    def _limit(self) -> None:
        self._workspace.training.set_speed_limit(float(self._random.choice([50.0, FLAT_OUT])))

    def _what_if(self) -> None:
        weight = Adjustable(Kind.WEIGHT, EdgeRef(1, 0, 0))
        self._workspace.what_if.set_value(weight, float(self._random.normal()))

    def _two(self) -> None:
        self._workspace.examples.set_mini_batch(2)


def same(one: Parameters, other: Parameters) -> bool:
    """Whether all numbers are the same in float32."""
    pairs = zip(one.biases + one.weights, other.biases + other.weights, strict=True)
    with np.errstate(over="ignore"):
        return all(
            a.shape == b.shape and np.array_equal(a.astype(np.float32), b.astype(np.float32), True)
            for a, b in pairs
        )
