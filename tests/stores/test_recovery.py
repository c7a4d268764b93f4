import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.files.saved_run import read_run
from nnviz.stores.autosave import ENDING, Autosave, lock_of
from nnviz.stores.recovery import Recovery
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace

IDLE, RUNNING, PAUSED = TrainingState.IDLE, TrainingState.RUNNING, TrainingState.PAUSED
Restart = Callable[[], tuple[Workspace, Recovery]]


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def flat(parameters: Parameters) -> list[float]:
    arrays = (*parameters.weights, *parameters.biases)
    return np.concatenate([array.ravel() for array in arrays]).astype(np.float32).tolist()


def set_up(workspace: Workspace, epochs: int) -> None:
    adam = Optimizer("adam")
    workspace.set_config(
        replace(workspace.config, optimizer=adam, learning_rate=0.1, epochs=epochs)
    )


def saved(qtbot: QtBot, workspace: Workspace, autosave: Autosave, mini_batches: int) -> None:
    """Pause after so many mini-batches, and wait until that is saved."""
    workspace.run.one_mini_batch()
    wait_for(qtbot, workspace, PAUSED)
    for _ in range(mini_batches - 1):
        workspace.run.one_mini_batch()
        wait_for(qtbot, workspace, PAUSED)
    qtbot.waitUntil(autosave.path.exists, timeout=10_000)
    autosave.wait()


def lost(autosave: Autosave) -> None:
    """Let the program end as it does not in a test: the file stays and nobody holds its lock."""
    autosave.wait()
    data = autosave.path.read_bytes()
    autosave.close()
    autosave.path.write_bytes(data)


@pytest.fixture
def autosave(workspace: Workspace, tmp_path: Path) -> Iterator[Autosave]:
    result = Autosave(workspace, tmp_path / "runs", every_ms=20)
    yield result
    result.close()


@pytest.fixture
def restart(qtbot: QtBot, tmp_path: Path) -> Iterator[Restart]:
    """Return a function that opens another workspace which looks for lost runs."""
    opened: list[tuple[Workspace, Autosave, Recovery]] = []

    def start() -> tuple[Workspace, Recovery]:
        workspace = Workspace(data_folder=tmp_path / "nothing")
        autosave = Autosave(workspace, tmp_path / "runs", every_ms=20)
        recovery = Recovery(workspace, autosave)
        opened.append((workspace, autosave, recovery))
        recovery.look_for()
        return workspace, recovery

    yield start
    for workspace, autosave, recovery in opened:
        recovery.close()
        autosave.close()
        assert workspace.training.shutdown()


def test_a_run_that_is_on_is_saved_again_and_again(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave
) -> None:
    set_up(workspace, 1_000_000)
    workspace.training.set_speed_limit(300.0)
    workspace.run.start_or_pause()
    qtbot.waitUntil(autosave.path.exists, timeout=10_000)
    autosave.wait()
    first = read_run(autosave.path)

    qtbot.waitUntil(
        lambda: read_run(autosave.path).moment.mini_batches > first.moment.mini_batches,
        timeout=10_000,
    )

    assert first.title == workspace.state.title
    assert len(first.costs) == first.moment.mini_batches
    assert first.moment.optimizer_state.steps == first.moment.mini_batches
    np.testing.assert_array_equal(first.costs, workspace.training.history.costs[: len(first.costs)])


@pytest.mark.parametrize("end", ["stop", "done", "open", "close"])
def test_a_run_that_ends_as_it_should_leaves_nothing(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, end: str
) -> None:
    set_up(workspace, 4)
    saved(qtbot, workspace, autosave, 3)

    if end == "stop":
        workspace.training.stop()
        wait_for(qtbot, workspace, IDLE)
    elif end == "done":
        workspace.run.start_or_pause()
        wait_for(qtbot, workspace, IDLE)
    elif end == "open":
        workspace.open_preset("primer-2-3-2")
    else:
        autosave.close()

    assert list(autosave.path.parent.iterdir()) == []


def test_a_run_that_another_program_trains_is_not_offered(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart
) -> None:
    set_up(workspace, 4)
    saved(qtbot, workspace, autosave, 3)

    _, recovery = restart()

    assert not recovery.is_offered


def test_nothing_is_offered_where_nothing_was_left(restart: Restart) -> None:
    _, recovery = restart()

    assert not recovery.is_offered
    assert recovery.run is None


def test_a_lost_run_ends_bit_for_bit_where_it_would_have_ended(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart
) -> None:
    set_up(workspace, 4)
    saved(qtbot, workspace, autosave, 6)  # in the middle of the second epoch
    lost(autosave)
    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, IDLE)
    qtbot.waitUntil(lambda: len(workspace.training.history.reports) == 4)

    other, recovery = restart()
    offered = recovery.run
    recovery.continue_run()
    wait_for(qtbot, other, IDLE)
    qtbot.waitUntil(lambda: len(other.training.history.reports) == 4)

    assert offered is not None
    assert (offered.moment.epoch, offered.moment.mini_batch) == (1, 2)
    assert flat(other.state.parameters) == flat(workspace.state.parameters)
    one, two = workspace.training.history, other.training.history
    np.testing.assert_array_equal(two.costs, one.costs)
    assert two.marks == ()
    assert [each.cost for each in two.reports] == pytest.approx([r.cost for r in one.reports])
    ends = [other.training.epoch_axis.epoch_end(each.run, each.epoch) for each in two.reports]
    assert ends == [4, 8, 12, 16]
    assert other.state.title == workspace.state.title
    assert not recovery.is_offered
    assert list((autosave.path.parent).iterdir()) == []


def test_a_lost_run_can_be_looked_at_paused_and_goes_on_from_there(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart
) -> None:
    set_up(workspace, 4)
    saved(qtbot, workspace, autosave, 6)
    at_pause = flat(workspace.training.record.kept[-1].moment.parameters)
    lost(autosave)

    other, recovery = restart()
    recovery.look_at_run()
    wait_for(qtbot, other, PAUSED)
    in_pause = flat(other.state.parameters)
    places = [each.place for each in other.travel.moments]
    other.run.start_or_pause()
    wait_for(qtbot, other, IDLE)

    assert in_pause == at_pause
    assert places == [0, 6]
    assert len(other.training.history) == 16


def test_a_run_that_goes_on_keeps_its_file_until_it_has_ended(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart
) -> None:
    set_up(workspace, 1_000_000)
    saved(qtbot, workspace, autosave, 3)
    lost(autosave)

    other, recovery = restart()
    recovery.look_at_run()
    wait_for(qtbot, other, PAUSED)
    kept = autosave.path.exists()
    is_locked = not lock_of(autosave.path).tryLock(0)
    other.training.stop()
    wait_for(qtbot, other, IDLE)

    assert kept
    assert is_locked
    assert not autosave.path.exists()


def test_a_run_that_nobody_answers_for_is_offered_again_and_a_discarded_one_is_not(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart
) -> None:
    set_up(workspace, 4)
    saved(qtbot, workspace, autosave, 3)
    lost(autosave)

    _, first = restart()
    first.close()
    _, second = restart()
    again = second.is_offered
    second.discard()
    _, third = restart()

    assert again
    assert not third.is_offered
    assert list(autosave.path.parent.iterdir()) == []


def test_a_damaged_file_says_so_and_can_be_discarded(tmp_path: Path, restart: Restart) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / f"old{ENDING}").write_bytes(b"nothing like a run")

    _, recovery = restart()
    problem = recovery.problem
    recovery.continue_run()
    recovery.discard()

    assert "is no saved run" in problem
    assert list(folder.iterdir()) == []


def test_a_run_whose_digits_are_gone_is_kept_and_continued_when_they_are_back(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart, digits: Mnist
) -> None:
    workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    set_up(workspace, 3)
    saved(qtbot, workspace, autosave, 4)
    lost(autosave)

    other, recovery = restart()
    problems: list[str] = []
    other.problem.connect(problems.append)
    recovery.continue_run()
    qtbot.waitUntil(lambda: bool(problems), timeout=10_000)
    kept = autosave.path.exists()
    still_offered = recovery.is_offered
    qtbot.waitUntil(lambda: any("is kept" in each for each in problems), timeout=10_000)
    other.examples.set_mnist(digits)
    recovery.continue_run()
    wait_for(qtbot, other, IDLE)

    assert kept
    assert still_offered
    assert len(other.training.history) == 3 * 6


def test_opening_something_else_while_the_data_is_awaited_gives_the_run_up(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, restart: Restart, digits: Mnist
) -> None:
    workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    set_up(workspace, 3)
    saved(qtbot, workspace, autosave, 4)
    lost(autosave)
    other, recovery = restart()
    recovery.continue_run()

    other.open_preset("xor-2-2-1")
    qtbot.waitUntil(lambda: not other.loading, timeout=10_000)

    assert other.training.state is IDLE
    assert recovery.is_offered


def test_a_folder_that_cannot_be_made_stops_no_run(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    autosave = Autosave(workspace, tmp_path / "file" / "runs", every_ms=10)
    set_up(workspace, 4)

    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, IDLE)
    autosave.close()

    assert len(workspace.training.history) == 16


def test_what_is_too_large_to_be_written_every_minute_is_not_written(
    qtbot: QtBot, workspace: Workspace, autosave: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.stores.autosave.MOST_BYTES", 50)
    set_up(workspace, 1_000_000)
    workspace.training.set_speed_limit(300.0)
    with qtbot.waitSignal(workspace.training.moment_taken):
        workspace.run.start_or_pause()
    done = len(workspace.training.history)
    qtbot.waitUntil(lambda: len(workspace.training.history) > done + 20, timeout=10_000)

    assert not autosave.path.exists()


CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from nnviz.engine.optimizers import Optimizer
from nnviz.stores.autosave import Autosave
from nnviz.stores.workspace import Workspace

application = QCoreApplication([])
workspace = Workspace()
workspace.open_preset("xor-2-2-1")
workspace.set_config(replace(workspace.config, mini_batch_size=1, epochs=400,
                             optimizer=Optimizer("adam"), learning_rate=0.1))
workspace.training.set_speed_limit(300.0)
autosave = Autosave(workspace, Path(sys.argv[1]), every_ms=50)
workspace.run.start_or_pause()
application.exec()
"""


@pytest.mark.slow
def test_a_program_that_is_killed_in_mid_run_goes_on_bit_for_bit(
    qtbot: QtBot, workspace: Workspace, restart: Restart, tmp_path: Path
) -> None:
    folder = tmp_path / "runs"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], env=dict(os.environ))
    try:
        deadline = time.monotonic() + 60
        while not _has_come_to(folder, 100):
            assert time.monotonic() < deadline
            assert child.poll() is None
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=30)

    other, recovery = restart()
    assert recovery.run is not None
    recovery.continue_run()
    wait_for(qtbot, other, IDLE)

    workspace.open_preset("xor-2-2-1")
    workspace.set_config(replace(workspace.config, mini_batch_size=1))
    set_up(workspace, 400)
    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, IDLE)
    assert flat(other.state.parameters) == flat(workspace.state.parameters)
    np.testing.assert_array_equal(other.training.history.costs, workspace.training.history.costs)


def _has_come_to(folder: Path, mini_batches: int) -> bool:
    files = list(folder.glob(f"*{ENDING}")) if folder.exists() else []
    return bool(files) and read_run(files[0]).moment.mini_batches >= mini_batches


def test_a_run_that_cannot_be_deleted_is_said_so_and_offered_again(
    workspace: Workspace, tmp_path: Path, restart: Restart
) -> None:
    (tmp_path / "runs" / f"old{ENDING}").mkdir(parents=True)
    other, recovery = restart()
    said: list[str] = []
    other.problem.connect(said.append)

    recovery.discard()

    assert not recovery.is_offered
    assert len(said) == 1
    assert "cannot be deleted" in said[0]
    _, again = restart()
    assert again.is_offered
