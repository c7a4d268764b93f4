"""The end of a long run, told by real runs of a real window."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.app import notifier
from nnviz.app.main_window import MainWindow
from nnviz.app.notifier import Notifier, ended_sentence
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.early_stopping import BestEpoch, Criterion
from nnviz.training.snapshot import EpochReport, Outcome, OutcomeStatus

pytestmark = pytest.mark.usefixtures("warmed_up")


@pytest.fixture
def elsewhere(qtbot: QtBot) -> Iterator[QWidget]:
    """Another window, which is looked at instead."""
    other = QWidget()
    qtbot.addWidget(other)
    yield other
    other.close()


def run_to_the_end(qtbot: QtBot, window: MainWindow) -> list[str]:
    told: list[str] = []
    window.findChild(Notifier).said.connect(told.append)
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=3))
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        workspace.run.start()
    return told


def look_at(qtbot: QtBot, widget: QWidget) -> None:
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def test_a_long_run_is_told_to_who_looks_elsewhere(
    qtbot: QtBot, window: MainWindow, elsewhere: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "LONG_SECONDS", 0.0)
    look_at(qtbot, elsewhere)

    (sentence,) = run_to_the_end(qtbot, window)

    assert sentence.startswith("The training is done: 3 epochs in ")
    assert not window.isActiveWindow()
    assert sentence in [label.text() for label in window.statusBar().findChildren(QWidget)
                        if hasattr(label, "text")]  # fmt: skip


def test_nothing_is_told_to_who_looks_at_the_window(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "LONG_SECONDS", 0.0)
    look_at(qtbot, window)

    assert run_to_the_end(qtbot, window) == []


def test_nothing_is_told_of_a_short_run(
    qtbot: QtBot, window: MainWindow, elsewhere: QWidget
) -> None:
    look_at(qtbot, elsewhere)

    assert run_to_the_end(qtbot, window) == []


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise")
def test_a_tray_shows_the_message_until_somebody_comes_back(
    qtbot: QtBot, window: MainWindow, elsewhere: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "LONG_SECONDS", 0.0)
    tray = notifier.QSystemTrayIcon
    monkeypatch.setattr(tray, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(tray, "supportsMessages", staticmethod(lambda: True))
    look_at(qtbot, elsewhere)
    teller = window.findChild(Notifier)

    (sentence,) = run_to_the_end(qtbot, window)
    assert teller.tray is not None
    assert teller.tray.toolTip() == sentence

    teller.tray.messageClicked.emit()
    qtbot.waitUntil(window.isActiveWindow)
    assert teller.tray is None


def test_the_sentence_says_how_it_ended() -> None:
    spec = NetworkSpec((2, 1), ("sigmoid",))
    parameters, other = (initialise(spec, "xavier", np.random.default_rng(n)) for n in (0, 1))
    done = Outcome(1, OutcomeStatus.COMPLETED, "", parameters)
    report = EpochReport(1, 30, 0.1, None, 0.9512, 1.0)

    assert ended_sentence(done, report, 125) == (
        "The training is done: 30 epochs in 2 min 5 s, 95.1 % of the test examples are right."
    )
    assert ended_sentence(done, replace(report, test_accuracy=None, epoch=1), 25) == (
        "The training is done: 1 epoch in 25 s."
    )
    assert ended_sentence(done, None, 25) == "The training is done after 25 s."
    best = BestEpoch(25, parameters, 0.964, Criterion.ACCURACY)
    early = Outcome(1, OutcomeStatus.COMPLETED, "", parameters, None, 30, True, best)
    assert ended_sentence(early, report, 25, 5) == (
        "The training stopped early after epoch 30: no better validation accuracy for 5 epochs; "
        "the weights are those of epoch 25 (96.4 %)."
    )
    validated = replace(early, early=False, best=replace(best, parameters=other))
    assert ended_sentence(validated, report, 25) == (
        "The training is done: 30 epochs in 25 s; the best was epoch 25 (96.4 %)."
    )
    failed = Outcome(1, OutcomeStatus.FAILED, "Too much.", parameters)
    assert ended_sentence(failed, report, 21) == "The training failed after 21 s: Too much."
