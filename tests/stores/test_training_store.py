import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.passes import backward_pass, descend, forward_pass
from nnviz.errors import TrainingError
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.training.config import TrainingJob
from nnviz.training.next_mini_batch import epoch_order
from nnviz.training.snapshot import EpochReport, Outcome, OutcomeStatus, TrainingSnapshot

JobMaker = Callable[..., TrainingJob]

LONG = 1_000_000
"""Epochs that no test waits for."""


def wait_for(qtbot: QtBot, training: TrainingStore, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: training.state is state, timeout=10_000)


def test_a_run_ends_with_one_outcome_and_all_its_costs(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    outcomes: list[Outcome] = []
    training.run_finished.connect(outcomes.append)

    training.start(make_job(epochs=3))
    wait_for(qtbot, training, TrainingState.IDLE)
    qtbot.wait(50)

    assert [each.status for each in outcomes] == [OutcomeStatus.COMPLETED]
    assert [each.epoch for each in training.history.reports] == [1, 2, 3]
    assert len(training.history) == 3 * 4


def test_thousands_of_epochs_a_second_are_told_of_once_a_frame_and_none_is_lost(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    told: list[EpochReport] = []
    training.epoch_finished.connect(told.append)

    training.start(make_job(epochs=2_000))
    wait_for(qtbot, training, TrainingState.IDLE)

    assert [each.epoch for each in training.history.reports] == list(range(1, 2_001))
    assert told[-1].epoch == 2_000
    assert len(told) < 500


def test_pauses_right_after_what_they_take_back_do_happen(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    training.start(make_job(epochs=LONG), paused=True)
    wait_for(qtbot, training, TrainingState.PAUSED)

    for go_on in [training.resume, training.run_one_mini_batch, training.run_one_epoch] * 5:
        go_on()
        training.pause()
        wait_for(qtbot, training, TrainingState.PAUSED)


def test_a_pause_finds_the_reports_of_all_epochs_before_it(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    training.start(make_job(epochs=LONG), one_epoch=True)
    wait_for(qtbot, training, TrainingState.PAUSED)
    assert [each.epoch for each in training.history.reports] == [1]

    training.run_one_epoch()
    wait_for(qtbot, training, TrainingState.PAUSED)
    assert [each.epoch for each in training.history.reports] == [1, 2]


def test_pause_resume_and_stop_go_through_their_states(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    states: list[TrainingState] = []
    training.state_changed.connect(states.append)
    training.start(make_job(epochs=LONG))

    training.pause()
    wait_for(qtbot, training, TrainingState.PAUSED)
    training.resume()
    training.stop()
    wait_for(qtbot, training, TrainingState.IDLE)

    assert [state.value for state in states] == [
        "running",
        "paused",
        "running",
        "stopping",
        "idle",
    ]


def test_a_paused_run_stands_still(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    training.start(make_job(epochs=LONG))
    training.pause()
    wait_for(qtbot, training, TrainingState.PAUSED)
    trained = len(training.history)

    qtbot.wait(100)

    assert len(training.history) == trained


def test_one_mini_batch_is_exactly_one_step_of_the_engine(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    job = make_job()
    first = epoch_order(job.config.seed, 0, 4)[:1]
    x, y = job.train.inputs_at(first), job.train.targets_at(first)
    before = job.parameters.astype(np.float64)
    passed = backward_pass(job.spec, before, forward_pass(job.spec, before, x), y)
    expected = descend(before, passed.gradients, job.config.learning_rate)

    training.start(job, one_mini_batch=True)
    wait_for(qtbot, training, TrainingState.PAUSED)

    assert training.snapshot is not None
    assert len(training.history) == 1
    # The trainer computes in float32.
    for ours, theirs in zip(training.snapshot.parameters.weights, expected.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert training.history.costs[0] == pytest.approx(passed.cost, rel=1e-5)


def test_each_single_step_trains_one_mini_batch_more(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    training.start(make_job(), one_mini_batch=True)
    counts: list[int] = []

    for _ in range(3):
        wait_for(qtbot, training, TrainingState.PAUSED)
        counts.append(len(training.history))
        training.run_one_mini_batch()
    wait_for(qtbot, training, TrainingState.PAUSED)

    assert [*counts, len(training.history)] == [1, 2, 3, 4]


def test_one_epoch_ends_at_the_epochs_end(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    training.start(make_job(epochs=5), one_mini_batch=True)
    wait_for(qtbot, training, TrainingState.PAUSED)

    training.run_one_epoch()
    wait_for(qtbot, training, TrainingState.PAUSED)

    assert len(training.history) == 4
    qtbot.waitUntil(lambda: len(training.history.reports) == 1)


def test_what_an_abandoned_run_still_sends_is_dropped(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    snapshots: list[TrainingSnapshot] = []
    outcomes: list[Outcome] = []
    training.snapshot_changed.connect(snapshots.append)
    training.run_finished.connect(outcomes.append)
    training.start(make_job(run=1, epochs=LONG))
    qtbot.waitUntil(lambda: len(snapshots) > 0)
    training.abandon()
    training.clear_history()
    snapshots.clear()

    training.start(make_job(run=2, epochs=2))
    wait_for(qtbot, training, TrainingState.IDLE)

    assert {each.run for each in snapshots} == {2}
    assert [each.run for each in outcomes] == [2]
    assert len(training.history) == 2 * 4
    assert {report.run for report in training.history.reports} == {2}


def test_curves_of_a_second_run_go_on_where_the_first_ended(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    for run, size in ((1, 1), (2, 2)):
        training.start(make_job(run=run, epochs=2, mini_batch_size=size))
        wait_for(qtbot, training, TrainingState.IDLE)

    assert len(training.history) == 2 * 4 + 2 * 2
    assert training.epoch_axis.epochs(np.array([4, 8, 10, 12])).tolist() == [1, 2, 3, 4]


def test_a_run_that_diverges_says_so_and_keeps_finite_weights(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    job = make_job(epochs=LONG, activation="identity", learning_rate=1e6)

    with qtbot.waitSignal(training.run_finished, timeout=10_000) as finished:
        training.start(job)

    outcome = finished.args[0]
    assert outcome.status is OutcomeStatus.FAILED
    assert "smaller than 1e+06" in outcome.message
    assert all(np.isfinite(array).all() for array in outcome.parameters.weights)


def test_a_job_that_makes_no_sense_does_not_start(
    training: TrainingStore, make_job: JobMaker
) -> None:
    with pytest.raises(TrainingError, match="larger than XOR with its 4"):
        training.start(make_job(mini_batch_size=5))

    assert training.state is TrainingState.IDLE


def test_missing_files_are_one_sentence(
    qtbot: QtBot, training: TrainingStore, tmp_path: Path
) -> None:
    with qtbot.waitSignal(training.data_failed, timeout=5_000) as failed:
        training.load_data(tmp_path / "nothing")

    assert "does not exist; name the folder that holds the MNIST files" in failed.args[0]


def test_closing_ends_a_running_thread(
    qtbot: QtBot, training: TrainingStore, make_job: JobMaker
) -> None:
    with qtbot.waitSignal(training.snapshot_changed, timeout=5_000):
        training.start(make_job(epochs=LONG))

    assert training.shutdown()


LATE = """
import threading
from PySide6.QtCore import QCoreApplication
from nnviz.stores import training_worker
from nnviz.stores.training_store import TrainingStore
from nnviz.training.warm_up import wait_until_ready

begun = threading.Event()

def late(*_):
    begun.set()
    threading.Event().wait(0.5)
    print("the worker ended", flush=True)

application = QCoreApplication([])
store = TrainingStore()
training_worker.load_mnist = training_worker.find_data_folder = late
store.load_data(None)
assert begun.wait(30)
print(store.shutdown(timeout_ms=1), flush=True)
"""


def test_a_thread_that_does_not_end_in_time_does_not_abort_the_program() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60)

    assert done.stdout.splitlines()[0] == "False"
    assert "did not end within 1 ms" in done.stderr
    assert "Destroyed while" not in done.stderr
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "the worker ended")


ENDING = """
import sys
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from nnviz.stores.workspace import Workspace
from dataclasses import replace

def train():
    workspace = Workspace()
    workspace.open_preset("xor-2-2-1")
    workspace.set_config(replace(workspace.config, epochs=10**9))
    loop = QEventLoop()
    workspace.training.snapshot_changed.connect(loop.quit)
    QTimer.singleShot(30_000, loop.quit)
    workspace.run.start()
    loop.exec()
    print(workspace.training.state.value, flush=True)
    return workspace

def fail():
    workspace = train()
    raise RuntimeError("on purpose")

application = QCoreApplication([])
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("fail()", 1),
        ("workspace = train(); raise RuntimeError('on purpose')", 1),
        pytest.param("workspace = train(); sys.exit(3)", 3, marks=pytest.mark.slow),
    ],
)
def test_a_program_that_ends_while_it_trains_is_not_aborted(end: str, code: int) -> None:
    command = [sys.executable, "-c", f"{ENDING}{end}"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.stdout == "running\n"
    assert "Destroyed while" not in done.stderr
    assert (done.returncode, "on purpose" in done.stderr) == (code, code == 1)


@pytest.mark.usefixtures("kernels")
def test_a_store_that_is_dropped_ends_its_run(qtbot: QtBot, make_job: JobMaker) -> None:
    store = TrainingStore()
    thread = store._thread
    with qtbot.waitSignal(store.snapshot_changed, timeout=5_000):
        store.start(make_job(epochs=LONG))

    del store

    assert thread.wait(5_000)
