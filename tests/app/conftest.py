"""What the tests of the window start from: the real window, with settings of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.application import create_application
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores.workspace import Workspace
from nnviz.training.warm_up import wait_until_ready
from nnviz.visual.raster_warm_up import wait_for_rasters

WindowMaker = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def warmed_up() -> None:
    """The compiled trainer, so that no test ends before the thread that gets it ready."""
    assert wait_until_ready(300)
    assert wait_for_rasters(300)


@pytest.fixture(scope="session")
def application(qapp: QApplication) -> QApplication:
    """The application with the program's style and type faces."""
    return create_application()


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def make_window(
    application: QApplication, qtbot: QtBot, settings_file: Path
) -> Iterator[WindowMaker]:
    """Return a function that opens a window; the test's end closes it, which ends its threads."""
    workspaces: list[Workspace] = []

    def make(preset: str = "primer-2-3-2", theme: str | None = "dark") -> MainWindow:
        workspace = Workspace()
        workspaces.append(workspace)  # outlives its window
        workspace.open_preset(preset)
        window = MainWindow(workspace, open_settings(settings_file), theme)
        if not settings_file.exists():  # else it has the size that it was closed with
            window.resize(1600, 1000)  # the screen that is none has 800 px
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    workspaces.clear()


@pytest.fixture
def window(make_window: WindowMaker) -> MainWindow:
    return make_window()
