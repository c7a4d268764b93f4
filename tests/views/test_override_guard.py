"""What a mistake in an override of a virtual method of Qt does to the process."""

import subprocess
import sys

import pytest

PROGRAM = """
import nnviz.views
from PySide6.QtCore import QCoreApplication, QEvent, QObject

class Receiver(QObject):
    def event(self, event):
        if event.type() == QEvent.Type.User:
            {mistake}
        return super().event(event)

application = QCoreApplication([])
receiver = Receiver()
try:
    QCoreApplication.sendEvent(receiver, QEvent(QEvent.Type.User))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(("mistake", "error"), [("()[1]", "IndexError"), ("{}['a']", "KeyError")])
def test_an_exception_in_an_override_reaches_the_caller(mistake: str, error: str) -> None:
    program = PROGRAM.format(mistake=mistake)

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (ended.returncode, ended.stdout.strip()) == (0, error)
