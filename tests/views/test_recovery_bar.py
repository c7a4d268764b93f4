from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.files.saved_run import SavedRun, Segment, write_run
from nnviz.stores.autosave import ENDING, Autosave
from nnviz.stores.recovery import Recovery, offer_text
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.trainer import NumpyTrainer
from nnviz.views.recovery_bar import RecoveryBar
from nnviz.views.run_guard import RunQuestion


@pytest.fixture
def left_behind(workspace: Workspace, tmp_path: Path) -> Path:
    """A saved run of XOR, epoch 2 of 5, whose program is gone."""
    (tmp_path / "runs").mkdir()
    path, state, samples = (
        tmp_path / "runs" / f"run{ENDING}",
        workspace.state,
        workspace.state.samples,
    )
    assert samples is not None
    job = state.training_job(1, samples.train, None)
    trainer = NumpyTrainer(job)
    costs = np.array([trainer.advance().costs[0] for _ in range(6)], np.float32)
    saved = datetime(2026, 3, 1, 23, 41, tzinfo=UTC).timestamp()
    write_run(path, SavedRun(
        saved, "XOR 2-2-1", job.spec, state.initialiser, 0, job.parameters, trainer.moment, costs,
        (), (), (Segment(1, 0, 4.0),), samples,
    ))  # fmt: skip
    return path


@pytest.fixture
def bar(qtbot: QtBot, workspace: Workspace, left_behind: Path) -> Iterator[RecoveryBar]:
    autosave = Autosave(workspace, left_behind.parent)
    recovery = Recovery(workspace, autosave)
    around = QWidget()
    qtbot.addWidget(around)
    result = RecoveryBar(recovery, workspace.training, around)
    around.show()
    yield result
    recovery.close()
    autosave.close()


def test_nothing_is_seen_until_a_run_is_found(bar: RecoveryBar) -> None:
    assert not bar.isVisible()

    bar._recovery.look_for()

    assert bar.isVisible()
    assert "A run of XOR 2-2-1 (epoch 2 of 5, " in bar.text.text()


def test_continue_trains_on(
    qtbot: QtBot, bar: RecoveryBar, workspace: Workspace, left_behind: Path
) -> None:
    bar._recovery.look_for()

    bar.continue_button.click()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)

    assert not bar.isVisible()
    assert len(workspace.training.history) == 20
    assert not left_behind.exists()


def test_look_at_it_pauses(qtbot: QtBot, bar: RecoveryBar, workspace: Workspace) -> None:
    bar._recovery.look_for()

    bar.look_button.click()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    assert len(workspace.training.history) == 6
    assert workspace.state.title == "XOR 2-2-1"


def test_a_run_that_is_on_is_ended_only_by_who_agrees(
    qtbot: QtBot, bar: RecoveryBar, workspace: Workspace, left_behind: Path
) -> None:
    bar._recovery.look_for()
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED)
    job = workspace.training.job

    bar.continue_button.click()
    (question,) = bar.window().findChildren(RunQuestion)
    with qtbot.waitSignal(question.destroyed):
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert workspace.training.job is job
    assert workspace.training.state is TrainingState.PAUSED
    assert bar.isVisible()

    bar.look_button.click()
    (question,) = bar.window().findChildren(RunQuestion)
    with qtbot.waitSignal(question.destroyed):
        qtbot.keyClick(question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(workspace.training.history) == 6)
    assert not bar.isVisible()


def test_discard_deletes_it(bar: RecoveryBar, left_behind: Path) -> None:
    bar._recovery.look_for()

    bar.discard_button.click()

    assert not bar.isVisible()
    assert not left_behind.exists()


def test_a_damaged_run_is_told_and_can_only_be_discarded(
    bar: RecoveryBar, left_behind: Path
) -> None:
    left_behind.write_bytes(left_behind.read_bytes()[:-7])

    bar._recovery.look_for()

    assert "it is damaged" in bar.text.text()
    assert not bar.continue_button.isVisible()
    assert bar.discard_button.isVisible()


def test_another_day_is_told_with_its_date(bar: RecoveryBar) -> None:
    bar._recovery.look_for()
    run = bar._recovery.run
    assert run is not None

    same_day = offer_text(run, datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    next_day = offer_text(run, datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

    assert "(epoch 2 of 5, 23:41)" in same_day
    assert "(epoch 2 of 5, 1 March, 23:41)" in next_day


def test_in_a_narrow_window_the_sentence_goes_on_in_another_line(
    qtbot: QtBot, bar: RecoveryBar
) -> None:
    bar._recovery.look_for()

    bar.resize(640, bar.heightForWidth(640))

    text = bar.text
    qtbot.waitUntil(lambda: text.width() < 400)
    lines = text.heightForWidth(text.width()) / text.fontMetrics().lineSpacing()
    assert lines >= 2
    assert text.height() >= text.heightForWidth(text.width())
