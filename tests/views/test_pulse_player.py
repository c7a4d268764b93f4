"""Pulses over the canvas: in play mode only, where the edges are, gone at the end."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.views.motion import desktop_wants_calm, may_move
from nnviz.views.scene.network_view import NetworkView
from nnviz.visual.palette import DARK
from nnviz.visual.settings import CanvasSettings


@pytest.fixture
def view(workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    workspace.open_preset("primer-2-3-2")
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.shutdown()


def play_step(workspace: Workspace, position: int) -> None:
    """Do the step of play mode that ends at ``position``, without waiting for its turn."""
    workspace.stepper.move_to(position)
    workspace.stepper.played.emit(workspace.stepper.timeline.current)


def reddish_orange(view: NetworkView) -> int:
    """Return how many pixels have exactly the colour of a positive weight."""
    image = view.grab().toImage()
    wanted = QColor(*DARK.weight_positive).rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )  # fmt: skip


def test_a_step_of_play_mode_sends_pulses_that_end_by_themselves(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.move_to(0)
    workspace.stepper.toggle_playing()
    with qtbot.waitSignal(workspace.stepper.played, timeout=3_000):
        pass

    assert view.pulses.is_playing
    assert len(view.pulses.places) == 6
    with qtbot.waitSignal(view.pulses.finished, timeout=3_000):
        pass
    assert not view.pulses.is_playing
    assert len(view.pulses.places) == 0
    workspace.stepper.stop()


def test_single_steps_are_calm(view: NetworkView, workspace: Workspace) -> None:
    workspace.stepper.step_forward()
    workspace.stepper.step_forward()

    assert not view.pulses.is_playing


@pytest.mark.parametrize(("position", "start"), [(1, 0), (4, 2)])
def test_pulses_start_at_the_rim_of_the_discs_that_they_leave(
    view: NetworkView, workspace: Workspace, position: int, start: int
) -> None:
    play_step(workspace, position)

    scene = view.scene
    assert scene is not None
    sizes = scene.layout.layers[start]
    centres = np.array([scene.centre(NodeRef(start, each)) for each in range(2)])
    gaps = np.hypot(*(view.pulses.places[:, None] - centres[None]).transpose(2, 0, 1)).min(axis=1)
    np.testing.assert_allclose(gaps, scene.radius(sizes), atol=1e-6)


def test_pulses_are_painted_over_the_picture(view: NetworkView, workspace: Workspace) -> None:
    workspace.stepper.move_to(1)
    before = reddish_orange(view)

    play_step(workspace, 1)

    assert reddish_orange(view) > before
    view.pulses.stop()
    assert reddish_orange(view) == before


@pytest.mark.parametrize("act", ["step", "resize", "network", "hide", "zoom"])
def test_whatever_changes_the_picture_ends_the_pulses(
    view: NetworkView, workspace: Workspace, act: str
) -> None:
    play_step(workspace, 1)
    assert view.pulses.is_playing

    match act:
        case "step":
            workspace.stepper.step_back()
        case "resize":
            view.resize(900, 600)
        case "network":
            workspace.open_preset("mazur-2-2-2")
        case "hide":
            view.hide()
        case "zoom":
            view.zoom_in()
    QCoreApplication.sendPostedEvents()

    assert not view.pulses.is_playing
    assert len(view.pulses.places) == 0


def test_with_motion_off_nothing_runs(view: NetworkView, workspace: Workspace) -> None:
    workspace.display.set_canvas(replace(workspace.display.canvas, motion=False))

    play_step(workspace, 1)

    assert not view.pulses.is_playing


class StillStyle(QProxyStyle):
    """A style of a desktop without animations."""

    def styleHint(  # noqa: N802
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: object = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget)


def test_a_desktop_without_animations_is_heeded(qapp: QApplication) -> None:
    assert desktop_wants_calm(StillStyle("fusion"))
    assert not desktop_wants_calm()
    assert may_move(CanvasSettings())
    assert not may_move(CanvasSettings(motion=False))
