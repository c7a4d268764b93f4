"""A walk at random over the controls of a run, on the real worker thread.

After each action the store's state must be one that its control, its history and its thread bear
out; a failure names the seed's step and what was done before.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from nnviz.engine.optimizers import Optimizer
from nnviz.stores.frozen_store import Origin
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.pacing import SPEEDS
from nnviz.training.snapshot import Outcome

IDLE, RUNNING, PAUSED, STOPPING = TrainingState
PRESETS = ["xor-2-2-1", "xor-to-learn-2-3-1", "primer-2-3-2"]
MAY_FOLLOW = {
    (IDLE, RUNNING), (RUNNING, PAUSED), (PAUSED, RUNNING), (RUNNING, STOPPING), (PAUSED, STOPPING),
    (STOPPING, IDLE), (RUNNING, IDLE), (PAUSED, IDLE),
}  # fmt: skip
"""From RUNNING to IDLE a run completes or is abandoned; a paused one is abandoned."""


class Walk:
    """Does one thing at a time to a workspace and looks whether all of it hangs together."""

    def __init__(self, workspace: Workspace, qtbot: QtBot, seed: int) -> None:
        self.workspace, self.training, self.bot = workspace, workspace.training, qtbot
        self.rng = random.Random(seed)
        self.done: list[str] = []
        self.problems: list[str] = []
        self.states = [self.training.state]
        self.outcomes: list[Outcome] = []
        self.training.state_changed.connect(self.states.append)
        self.training.run_finished.connect(self.outcomes.append)
        workspace.problem.connect(self.problems.append)
        self.acts: list[tuple[int, Callable[[], None]]] = [
            (6, workspace.run.start_or_pause), (3, self.training.pause), (3, self.training.resume),
            (2, self.training.stop), (5, workspace.run.one_mini_batch),
            (3, workspace.run.one_epoch), (2, workspace.reset_parameters), (8, self.change),
            (4, self.change_speed), (1, self.open_preset), (2, workspace.undo), (1, workspace.redo),
            (4, workspace.travel.go_back), (3, workspace.travel.go_on), (4, self.look_back),
            (2, workspace.travel.return_to_now), (3, workspace.travel.train_on),
            (1, workspace.next_pass),
            (6, workspace.frozen.open_next), (3, self.open_one), (8, self.commit),
            (2, workspace.frozen.leave), (1, workspace.frozen.dismiss),
        ]  # fmt: skip

    def go(self, actions: int) -> None:
        for _ in range(actions):
            act = self.rng.choices([each for _, each in self.acts], [each for each, _ in self.acts])
            self.done.append(act[0].__name__)
            act[0]()
            self.check()
            self.bot.wait(self.rng.choice([0, 0, 1, 5, 30]))
            self.check()

    def change(self) -> None:
        config, rng = self.workspace.config, self.rng
        field, value = rng.choice([
            ("learning_rate", rng.choice([0.01, 0.1, 0.5])), ("l2", rng.choice([0.0, 0.1])),
            ("dropout", rng.choice([0.0, 0.3])), ("mini_batch_size", rng.choice([1, 2, 3, 99])),
            ("optimizer", replace(config.optimizer, momentum=rng.choice([0.5, 0.9]))),
            ("optimizer", Optimizer(rng.choice(["sgd", "momentum", "nesterov"]))),
            ("epochs", rng.choice([3, 1_000_000])),
        ])  # fmt: skip
        self.done[-1] += f" {field} {value}"
        wanted = replace(config, **{field: value})
        self.problems.clear()
        self.workspace.set_config(wanted)
        refused = self.workspace.config != wanted
        assert refused == bool(self.problems), self.told()
        assert not refused or self.workspace.config == config, self.told()

    def open_one(self) -> None:
        self.workspace.frozen.open_example(0)

    def commit(self) -> None:
        frozen, stepper = self.workspace.frozen, self.workspace.stepper
        stepper.to_end()
        can = not frozen.why_no_commit
        frozen.commit()
        assert not can or self.training.state is RUNNING, self.told()

    def change_speed(self) -> None:
        self.training.set_speed_limit(self.rng.choice(SPEEDS))

    def look_back(self) -> None:
        self.workspace.travel.look_at_place(self.rng.randint(-2, len(self.training.history) + 2))

    def open_preset(self) -> None:
        self.workspace.open_preset(self.rng.choice(PRESETS))
        assert self.training.state is IDLE, self.told()
        assert len(self.training.history) == 0, self.told()

    def check(self) -> None:
        training, workspace = self.training, self.workspace
        steps = zip(self.states, self.states[1:], strict=False)
        assert {(a, b) for a, b in steps} <= MAY_FOLLOW, self.told()
        assert training.state is self.states[-1], self.told()
        assert training.is_active is (training.state is not IDLE), self.told()
        history, marks = training.history, training.history.marks
        assert np.isfinite(history.costs).all(), self.told()
        places = [mark.mini_batch for mark in marks]
        assert places == sorted(places), self.told()
        assert all(0 <= each <= len(history) for each in places), self.told()
        firsts = [each.first for each in training.epoch_axis.segments]
        assert firsts == sorted(set(firsts)), self.told()
        kept = workspace.travel.moments
        assert [each.serial for each in kept] == sorted(each.serial for each in kept), self.told()
        assert [each.place for each in kept] == sorted(each.place for each in kept), self.told()
        ends = [training.epoch_axis.epoch_end(each.run, each.epoch) for each in history.reports]
        assert ends == sorted(set(ends)), self.told()
        if training.state in (IDLE, PAUSED):  # reports come before their curves
            assert all(end <= len(history) for end in ends), self.told()
        job, snapshot = training.job, training.snapshot
        if training.is_active:
            assert job is not None, self.told()
            assert job.config == workspace.config, self.told()
            assert job.spec == workspace.spec, self.told()
        if snapshot is not None:
            assert snapshot.mini_batch <= snapshot.mini_batches_per_epoch, self.told()
        if training.state is PAUSED and workspace.travel.shown is None:
            assert snapshot is not None, self.told()
            assert snapshot.paused, self.told()
            shown = workspace.state.parameters.weights[0]
            assert (shown == snapshot.parameters.weights[0]).all(), self.told()

        self.check_frozen()

    def check_frozen(self) -> None:
        training, frozen = self.training, self.workspace.frozen
        assert (frozen.next is not None) <= training.is_active, self.told()
        if not frozen.is_open:
            assert self.workspace.examples.chosen is None, self.told()
            return
        assert self.workspace.stepper.trace is frozen.trace, self.told()
        if frozen.origin is Origin.NEXT:
            assert training.state is PAUSED or training.steps_singly, self.told()
        if training.state is PAUSED:
            moment, batch = training.snapshot.moment, frozen.batch  # type: ignore[union-attr]
            assert batch is frozen.next, self.told()
            assert batch.moment.mini_batches == moment.mini_batches, self.told()
            assert batch.moment.config == self.workspace.config, self.told()

    def told(self) -> str:
        return f"{self.training.state} after {len(self.done)}: {' · '.join(self.done[-8:])}"


def walk(qtbot: QtBot, folder: Path, actions: int, seed: int) -> Walk:
    """Walk, stop what is on, close; no thread may be left."""
    before = {each.ident for each in threading.enumerate()}
    workspace = Workspace(data_folder=folder)
    workspace.open_preset(PRESETS[0])
    result = Walk(workspace, qtbot, seed)
    result.go(actions)
    workspace.training.stop()
    qtbot.waitUntil(lambda: workspace.training.state is IDLE, timeout=10_000)
    result.check()
    assert workspace.training.shutdown()
    threads = [each for each in workspace.training.__dict__.values() if isinstance(each, QThread)]
    assert [each.isRunning() for each in threads] == [False]
    # The interpreter's own record of a Qt thread that has ended is no thread.
    left = [e for e in threading.enumerate() if e.ident not in before and not e.daemon]
    assert left == []
    return result


@pytest.mark.usefixtures("kernels")
def test_the_controls_hold_together_in_any_order(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    result = walk(qtbot, tmp_path / "nothing", actions=300, seed=5)

    assert {state.value for state in result.states} == {"idle", "running", "paused", "stopping"}
    assert len(set(result.done)) > 25
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("seed", range(6))
def test_the_controls_hold_together_over_300_actions(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    walk(qtbot, tmp_path / "nothing", actions=300, seed=seed)

    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []
