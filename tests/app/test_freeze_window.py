"""Freeze, step and commit with the keys of the real window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState
from tests.app.conftest import WindowMaker

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(make_window: WindowMaker, warmed_up: None) -> MainWindow:
    window = make_window("xor-to-learn-2-3-1")
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, mini_batch_size=2, epochs=1_000_000))
    return window


def wait(qtbot: QtBot, window: MainWindow, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: window.workspace.training.state is state, timeout=10_000)


def test_a_run_is_frozen_stepped_through_and_resumed_with_keys(
    window: MainWindow, qtbot: QtBot
) -> None:
    workspace, frozen = window.workspace, window.workspace.frozen
    qtbot.keyClick(window, Key.Key_T)
    wait(qtbot, window, TrainingState.RUNNING)

    qtbot.keyClick(window, Key.Key_B)
    qtbot.waitUntil(lambda: frozen.is_open, timeout=10_000)

    banner = window.findChild(QFrame, "banner.freeze")
    assert banner is not None
    assert banner.isVisible()
    assert window.panels["next-mini-batch"].in_sight
    done = len(workspace.training.history)
    assert not window.action("step.next-pass").isEnabled()
    assert "press End" in window.action("step.next-pass").toolTip()
    qtbot.keyClick(window, Key.Key_End)
    assert window.action("step.next-pass").text() == "&Commit Update"
    shown = frozen.trace
    qtbot.keyClick(window, Key.Key_Return, CONTROL)
    wait(qtbot, window, TrainingState.PAUSED)
    assert len(workspace.training.history) == done + 1
    assert shown is not None
    assert frozen.trace is not None
    np.testing.assert_allclose(
        frozen.trace.before.weights[0], shown.after.weights[0], rtol=1e-5, atol=1e-7
    )
    qtbot.keyClick(window, Key.Key_T)
    assert not banner.isVisible()
    assert workspace.training.state is TrainingState.RUNNING
    assert window.action("step.next-pass").text() == "Next P&ass"


def test_what_cannot_be_done_says_why(window: MainWindow) -> None:
    freeze, commit = window.action("train.freeze"), window.action("train.commit")

    assert (freeze.isEnabled(), commit.isEnabled()) == (False, False)
    assert "press One Mini-batch" in freeze.toolTip()
    assert "Open the run's next mini-batch first" in commit.toolTip()


def test_committing_does_not_change_the_panel_in_front(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Key.Key_M)
    wait(qtbot, window, TrainingState.PAUSED)
    qtbot.keyClick(window, Key.Key_B)
    window.dock("mini-batch").raise_()
    qtbot.keyClick(window, Key.Key_End)

    qtbot.keyClick(window, Key.Key_Return, CONTROL)
    wait(qtbot, window, TrainingState.PAUSED)

    assert window.workspace.frozen.is_open
    assert window.panels["mini-batch"].in_sight
