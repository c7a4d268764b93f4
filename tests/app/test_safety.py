"""A run that was left behind, as the window offers it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.app.safety import RunSafety
from nnviz.files.saved_run import read_run
from nnviz.stores.recovery import offer_text
from nnviz.stores.training_store import TrainingState

Opener = Callable[[], tuple[MainWindow, RunSafety]]


@pytest.fixture
def open_safely(make_window, warmed_up: None, tmp_path: Path) -> Iterator[Opener]:
    """Return a function that opens a window which saves its runs in a folder of the test."""
    opened: list[RunSafety] = []

    def make() -> tuple[MainWindow, RunSafety]:
        window = make_window("xor-2-2-1")
        safety = RunSafety(window, tmp_path / "runs", every_ms=20)
        opened.append(safety)
        safety.look()
        return window, safety

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def left_behind(qtbot: QtBot, open_safely: Opener, tmp_path: Path) -> Path:
    """A saved run of XOR, epoch 2 of 5, whose window is gone."""
    window, safety = open_safely()
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, mini_batch_size=1, epochs=5))
    for _ in range(6):
        workspace.run.one_mini_batch()
        qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)
    path = safety._autosave.path
    qtbot.waitUntil(path.exists, timeout=10_000)
    safety._autosave.wait()
    data = path.read_bytes()
    safety.close()
    path.write_bytes(data)
    window.close()
    return path


def test_without_a_lost_run_there_is_no_bar(open_safely: Opener) -> None:
    _, safety = open_safely()

    assert not safety.bar.isVisible()


def test_the_bar_offers_the_run_and_continues_it(
    qtbot: QtBot, open_safely: Opener, left_behind: Path
) -> None:
    window, safety = open_safely()
    text, is_seen = safety.bar.text.whole_text, safety.bar.isVisible()

    safety.bar.continue_button.click()
    training = window.workspace.training
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE, timeout=10_000)

    assert text.startswith("nnviz ended unexpectedly. A run of XOR")
    assert "(epoch 2 of 5, " in text
    assert is_seen
    assert not safety.bar.isVisible()
    assert len(training.history) == 20
    assert not left_behind.exists()


def test_the_bar_shows_the_run_paused_or_discards_it(
    qtbot: QtBot, open_safely: Opener, left_behind: Path
) -> None:
    window, safety = open_safely()
    safety.bar.look_button.click()
    training = window.workspace.training
    qtbot.waitUntil(lambda: training.state is TrainingState.PAUSED, timeout=10_000)
    assert len(training.history) == 6
    data = left_behind.read_bytes()
    safety.close()
    left_behind.write_bytes(data)
    window.close()

    _, again = open_safely()
    again.bar.discard_button.click()

    assert not left_behind.exists()
    assert not again.bar.isVisible()


def test_a_damaged_run_is_told_and_can_only_be_discarded(
    open_safely: Opener, left_behind: Path
) -> None:
    left_behind.write_bytes(left_behind.read_bytes()[:-7])

    _, safety = open_safely()

    assert "it is damaged" in safety.bar.text.whole_text
    assert not safety.bar.continue_button.isVisible()
    assert safety.bar.discard_button.isVisible()


def test_another_day_is_told_with_its_date(left_behind: Path) -> None:
    run = replace(read_run(left_behind), saved=datetime(2026, 3, 1, 23, 41, tzinfo=UTC).timestamp())

    same_day = offer_text(run, datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    next_day = offer_text(run, datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

    assert "(epoch 2 of 5, 23:41)" in same_day
    assert "(epoch 2 of 5, 1 March, 23:41)" in next_day


def test_runs_are_saved_in_a_folder_of_the_program(
    application, make_window, tmp_path: Path
) -> None:
    window = make_window("xor-2-2-1")
    safety = RunSafety(window)
    place = QStandardPaths.StandardLocation.AppLocalDataLocation

    folder = safety._autosave.path.parent
    safety.close()

    assert folder == Path(QStandardPaths.writableLocation(place)) / "runs"
