"""Memory stays where it is over many frames."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.views.scene.network_view import NetworkView

MEGABYTE = 2**20
SIZE = (420, 300)
"""A frame that is kept would take half a megabyte."""


@pytest.fixture
def view(image_workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    view = NetworkView(image_workspace)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.shutdown()


def resident() -> int:
    """Return the process's memory in bytes; 0 where the system does not tell it so."""
    place = Path("/proc/self/statm")
    return int(place.read_text().split()[1]) * 4096 if place.exists() else 0


def walk(view: NetworkView, passes: int) -> int:
    """Make and show every moment of so many passes, with all edges and without, in this thread.

    It ends where it began. Returns the number of frames.
    """
    stepper, screen, frames = view._workspace.stepper, QImage(*SIZE, QImage.Format.Format_RGB32), 0
    for _ in range(2 * passes):
        view._workspace.display.toggle_all_edges()
        stepper.to_start()
        while not stepper.timeline.at_end:
            stepper.step_forward()
            view.settle(1.0)
            view.render(screen)
            frames += 1
    return frames


def test_memory_stays_flat_over_frames(view: NetworkView) -> None:
    walk(view, 3)
    gc.collect()
    objects, bytes_before = len(gc.get_objects()), resident()

    frames = walk(view, 6)

    gc.collect()
    assert frames == 60
    assert len(gc.get_objects()) - objects < frames // 2  # not even one object a frame
    assert resident() - bytes_before < 15 * MEGABYTE  # of 30 in these frames


@pytest.mark.slow
def test_memory_stays_flat_over_ten_thousand_frames_of_the_painting_thread(
    view: NetworkView,
) -> None:
    loop, stepper = QEventLoop(), view._workspace.stepper
    view.scene_drawn.connect(loop.quit)

    def watch(frames: int) -> None:
        for _ in range(frames):
            stepper.to_start() if stepper.timeline.at_end else stepper.step_forward()
            loop.exec()
        gc.collect()

    watch(300)
    objects, bytes_before = len(gc.get_objects()), resident()
    watch(10_000)

    assert len(gc.get_objects()) - objects < 1_000
    assert resident() - bytes_before < 16 * MEGABYTE
