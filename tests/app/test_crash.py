import logging
import sys
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz import __version__
from nnviz.app.crash import CrashReporter
from nnviz.app.main_window import MainWindow


@pytest.fixture
def reporter(qapp: QApplication) -> Iterator[CrashReporter]:
    reporter = CrashReporter(qapp)
    yield reporter
    reporter.uninstall()
    for box in boxes():
        box.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    reporter.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def boxes() -> list[QMessageBox]:
    widgets = QApplication.topLevelWidgets()
    return [each for each in widgets if each.objectName() == "dialog.fault"]  # type: ignore[misc]


def raise_uncaught(text: str) -> None:
    """Do what Python does with an exception that nobody caught."""
    try:
        fail(text)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def fail(text: str) -> None:
    raise ValueError(text)


def test_a_mistake_is_shown_and_logged_and_the_program_goes_on(
    window: MainWindow, reporter: CrashReporter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        raise_uncaught("the wheel is square")

    (box,) = boxes()
    assert box.informativeText() == "ValueError: the wheel is square"
    assert "raise ValueError(text)" in box.detailedText()
    assert f"nnviz {__version__}, Python 3" in box.detailedText()
    assert "the wheel is square" in caplog.text
    window.action("step.forward").trigger()
    assert window.workspace.stepper.timeline.position == 0


def test_a_mistake_that_repeats_opens_one_box(
    window: MainWindow, reporter: CrashReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()  # its boxes live as long as they are open

    for _ in range(5):
        raise_uncaught("again")

    assert len(boxes()) == 1
    assert caplog.text.count("ValueError: again") == 5


def test_after_the_box_is_closed_the_next_mistake_opens_another(
    reporter: CrashReporter, qtbot: QtBot
) -> None:
    raise_uncaught("first")
    boxes()[0].close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    raise_uncaught("second")

    assert [box.informativeText() for box in boxes()] == ["ValueError: second"]


def test_the_hook_is_put_back(qapp: QApplication) -> None:
    before = sys.excepthook
    reporter = CrashReporter(qapp)
    during = sys.excepthook

    reporter.uninstall()

    assert during is not before
    assert sys.excepthook is before
    reporter.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_an_exception_in_a_slot_reaches_the_hook(reporter: CrashReporter, qtbot: QtBot) -> None:
    with qtbot.captureExceptions():
        sys.excepthook = reporter._on_exception  # pytest-qt puts its own hook there
        QTimer.singleShot(0, partial(fail, "in a slot"))
        qtbot.waitUntil(lambda: bool(boxes()))

    assert boxes()[0].informativeText() == "ValueError: in a slot"
