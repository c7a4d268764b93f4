"""Two canvases and the comparing key through the real window: keys, menu, layout, closing."""

import threading

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.canvas_chrome import COMPARE_KEY, RELEASE_MS
from nnviz.app.main_window import MainWindow
from nnviz.stores.update_comparison import NOT_YET, Side
from tests.app.conftest import WindowMaker

Key = Qt.Key


def side(window: MainWindow) -> Side | None:
    return window.workspace.comparison.side


def let_go(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.workspace.comparison.changed, timeout=3_000):
        qtbot.keyRelease(window.canvas, COMPARE_KEY)


def repeat(window: MainWindow, qtbot: QtBot, *, is_told: bool) -> None:
    """Send what a held key sends again and again; not every display tells that it repeats."""
    if not is_told:
        qtbot.keyRelease(window.canvas, COMPARE_KEY)
        qtbot.keyPress(window.canvas, COMPARE_KEY)
        return
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, COMPARE_KEY, Qt.KeyboardModifier.NoModifier, "c", True)
        QApplication.sendEvent(window.canvas, event)


def test_the_comparison_lasts_as_long_as_the_key_is_held(window: MainWindow, qtbot: QtBot) -> None:
    assert window.action("view.compare").shortcut() == QKeySequence(COMPARE_KEY)
    qtbot.keyPress(window.canvas, COMPARE_KEY)
    assert window.workspace.comparison.refusal == NOT_YET
    let_go(window, qtbot)
    assert window.workspace.comparison.refusal == ""
    qtbot.keyClick(window.canvas, Key.Key_End)

    qtbot.keyPress(window.canvas, COMPARE_KEY)
    assert side(window) is Side.AFTER
    with qtbot.assertNotEmitted(window.workspace.comparison.changed, wait=2 * RELEASE_MS):
        repeat(window, qtbot, is_told=True)
        repeat(window, qtbot, is_told=False)
    assert side(window) is Side.AFTER
    let_go(window, qtbot)
    assert side(window) is Side.BEFORE

    qtbot.keyPress(window.canvas, COMPARE_KEY)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    assert side(window) is None
    qtbot.keyPress(window.canvas, COMPARE_KEY)
    qtbot.keyClick(window.canvas, Key.Key_Left)
    assert side(window) is None
    assert window.workspace.stepper.timeline.position == 5


def test_the_second_canvas_comes_and_goes_and_leaves_no_thread(
    window: MainWindow, qtbot: QtBot
) -> None:
    area, action = window.canvas_area, window.action("view.second-canvas")
    threads = threading.active_count()
    assert area.second is None

    qtbot.keyClick(window.canvas, Key.Key_S)
    assert area.second is not None
    assert action.isChecked()
    qtbot.keyClick(window.canvas, Key.Key_S)
    assert area.second is None
    assert not action.isChecked()

    qtbot.keyClick(window.canvas, Key.Key_S)
    window.close()
    assert threading.active_count() <= threads


def test_two_canvases_are_there_again_next_time_until_the_layout_is_reset(
    make_window: WindowMaker,
) -> None:
    first = make_window()
    first.workspace.second_pass.set_open(True)
    first.close()

    second = make_window()

    assert second.canvas_area.second is not None
    second.reset_layout()
    assert second.canvas_area.second is None
