from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnviz.views.throttle import Throttle


def test_the_first_request_is_due_at_once_and_the_rest_is_merged(qtbot: QtBot) -> None:
    owner = QObject()
    throttle = Throttle(30, owner)
    calls: list[int] = []
    throttle.due.connect(lambda: calls.append(1))

    throttle.request()
    at_once = len(calls)
    for _ in range(5):
        throttle.request()
    with qtbot.waitSignal(throttle.due, timeout=1_000):
        pass
    qtbot.wait(100)

    assert at_once == 1
    assert len(calls) == 2
