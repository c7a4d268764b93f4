"""The window's start: application, workspace, window, event loop."""

import sys

from PySide6.QtCore import QTimer

from nnviz.app.application import create_application
from nnviz.app.arguments import WindowArguments
from nnviz.app.crash import CrashReporter
from nnviz.app.main_window import MainWindow
from nnviz.app.opening import open_workspace
from nnviz.app.safety import RunSafety
from nnviz.app.settings import open_settings
from nnviz.app.smoke import SmokeRun

__all__ = ["open_workspace", "run_window"]

PREPARE_MS = 400
"""After the first paint, and after the data, which a user waits for sooner."""


def run_window(arguments: WindowArguments) -> int:
    """Open the window and stay until it is closed; return the exit code."""
    # Python threads that compete for the GIL change turns sooner: the window waits less.
    sys.setswitchinterval(0.0005)
    application = create_application()
    reporter = CrashReporter(application)
    workspace = open_workspace(arguments.preset_name, arguments.network, arguments.data_dir)
    window = MainWindow(workspace, open_settings(), arguments.theme)
    window.show()
    QTimer.singleShot(PREPARE_MS, workspace.display, workspace.display.prepare)
    QTimer.singleShot(PREPARE_MS, workspace.training, workspace.training.prepare)
    smoke = SmokeRun(window, arguments.smoke) if arguments.smoke is not None else None
    safety = RunSafety(window) if smoke is None else None
    if smoke is not None:
        QTimer.singleShot(0, smoke, smoke.start)
    if safety is not None:
        QTimer.singleShot(0, safety, safety.look)
    code = application.exec()
    window.close()
    if safety is not None:
        safety.close()
    workspace.display.give_up_preparing()
    workspace.training.give_up_preparing()
    reporter.uninstall()
    if smoke is not None and not smoke.passed:
        return 1
    return code
