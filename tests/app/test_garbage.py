"""Garbage with QObjects in it is collected in the GUI thread, whatever other threads allocate."""

import gc
import threading

from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.garbage import GarbageCollector


class Cycle(QObject):
    """Garbage as soon as nobody holds it: it holds itself."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        super().__init__()
        self._itself = self
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread())


def allocate(much: int) -> None:
    """Make so many objects that Python's own collector would have run many times."""
    kept = []
    for number in range(much):
        kept.append([number])
    del kept


def test_no_other_thread_collects_and_the_event_loop_does(qapp: QApplication, qtbot: QtBot) -> None:
    ended: list[threading.Thread] = []
    collector = qapp.findChild(GarbageCollector)
    assert collector is not None
    Cycle(ended)

    thread = threading.Thread(target=allocate, args=(200_000,))
    thread.start()
    thread.join()
    assert ended == []
    kept = [[number] for number in range(10_000)]
    qtbot.waitUntil(lambda: bool(ended), timeout=5_000)

    assert ended == [threading.main_thread()]
    assert collector.thread() is QThread.currentThread()
    assert not gc.isenabled()
    assert len(kept) == 10_000
