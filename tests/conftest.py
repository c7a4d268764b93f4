"""What every test starts from, and what none may leave behind."""

import os

# Before anything imports numpy or opens a window.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import gc
import threading
import weakref
from collections.abc import Iterator

import hypothesis
import numpy as np
import pytest

from nnviz.app.qt_check import check_qt
from nnviz.errors import NnvizError

try:
    check_qt()
except NnvizError as error:
    pytest.exit(f"{error}", returncode=2)

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QStandardPaths, QThread
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.app.garbage import GarbageCollector
from nnviz.app.resources import load_fonts

QStandardPaths.setTestModeEnabled(True)

hypothesis.settings.register_profile("nnviz", deadline=None)  # a slow machine is no fault
hypothesis.settings.load_profile("nnviz")


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application with the program's own faces: what has room depends on them."""
    load_fonts()
    GarbageCollector(qapp)
    return qapp


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260)


MUCH_GARBAGE = 100_000


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    threads = set(_python_threads())
    uses_qt = not {"qapp", "qtbot"}.isdisjoint(request.fixturenames)
    widgets = set(_top_level_widgets()) if uses_qt else set()
    yield
    if not gc.isenabled() and gc.get_count()[0] > MUCH_GARBAGE:
        gc.collect()  # an event loop that runs too shortly collects nothing
    assert [thread.name for thread in _python_threads() if thread not in threads] == []
    if uses_qt:
        assert _running_qthreads() == []
        assert _described(_new_widgets(widgets)) == []


def _python_threads() -> list[threading.Thread]:
    # A _DummyThread stands for a thread that Python did not start; it outlives it.
    return [t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)]


_started: list[weakref.ref[QThread]] = []
_qthread_start = QThread.start


def _noted_start(thread: QThread, *arguments: object) -> None:
    _started.append(weakref.ref(thread))
    _qthread_start(thread, *arguments)


QThread.start = _noted_start  # looking through all objects for threads takes 50 ms a test


def _running_qthreads() -> list[QThread]:
    threads = [thread for reference in _started if (thread := reference()) is not None]
    running = [each for each in threads if shiboken6.isValid(each) and each.isRunning()]
    _started[:] = [weakref.ref(each) for each in running]
    return running


def _top_level_widgets() -> list[QWidget]:
    return [] if QApplication.instance() is None else QApplication.topLevelWidgets()


def _new_widgets(before: set[QWidget]) -> list[QWidget]:
    # Outside an event loop Qt delivers deleteLater() only when told to.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if set(_top_level_widgets()) - before:
        gc.collect()  # pyqtgraph's context menus hang in reference cycles
    return [each for each in _top_level_widgets() if each not in before]


def _described(widgets: list[QWidget]) -> list[str]:
    described = [f"{type(each).__name__} {each.objectName()!r}" for each in widgets]
    return [text for text in described if not text.startswith("QTipLabel")]
