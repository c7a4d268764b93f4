"""The canvas while both sides of an update are compared: by its pixels and its scene."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.views.scene.network_view import NetworkView
from nnviz.visual.palette import DARK, RGB
from nnviz.visual.scales import Scale, scale_for


@pytest.fixture
def view(workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    """The primer at its update, with a learning rate that moves it far."""
    workspace.open_preset("primer-2-3-2")
    workspace.set_config(replace(workspace.config, learning_rate=5.0))
    workspace.stepper.to_end()
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    workspace.comparison.cancel()
    view.shutdown()


def disc_colour(view: NetworkView, ref: NodeRef) -> RGB:
    """Return the colour of a disc below its number, on the screen."""
    assert view.scene is not None
    x, y = view.scene.centre(ref)
    image: QImage = view.grab().toImage()
    color = image.pixelColor(round(x), round(y + 24))
    return color.red(), color.green(), color.blue()


def colour_of(activation: float) -> RGB:
    red, green, blue = scale_for(Scale.ACTIVATION, DARK).colours(np.array(activation), 0.0, 1.0)
    return int(red), int(green), int(blue)


def texts(view: NetworkView) -> list[str]:
    assert view.scene is not None
    return [layer.inside[0][0] for layer in view.scene.frame.layers]


def test_held_it_passes_over_to_the_new_network_and_let_go_back(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    trace, ref = workspace.stepper.trace, NodeRef(2, 1)
    assert trace is not None
    moment = texts(view)

    with qtbot.waitSignal(view.crossfade.finished, timeout=3_000):
        workspace.comparison.begin()
        assert disc_colour(view, ref) == colour_of(trace.forward.activations[2][0, 1])

    after = view.scene
    assert after is not None
    assert after.frame.cost[0].text == workspace.display.notation.number(trace.cost_after)
    new = workspace.shown_pass.shown
    assert new is not None
    assert disc_colour(view, ref) == colour_of(new.trace.forward.activations[2][0, 1])
    assert texts(view) != moment
    with qtbot.waitSignal(view.crossfade.finished, timeout=3_000):
        workspace.comparison.end()
    assert disc_colour(view, ref) == colour_of(trace.forward.activations[2][0, 1])
    assert texts(view) == moment
    workspace.comparison.cancel()
    assert view.scene is not None
    assert [line.text for line in view.scene.frame.cost] != [after.frame.cost[0].text]


def test_edges_of_both_sides_have_one_scale(view: NetworkView, workspace: Workspace) -> None:
    trace = workspace.stepper.trace
    assert trace is not None
    limits = []
    for turn in (workspace.comparison.begin, workspace.comparison.end):
        turn()
        assert view.scene is not None
        limits.append([edges.limit for edges in view.scene.frame.edges])

    both = [
        max(abs(old).max(), abs(new).max())
        for old, new in zip(trace.before.weights, trace.after.weights, strict=True)
    ]
    assert limits == [both, both]


def test_with_motion_off_it_switches_at_once(view: NetworkView, workspace: Workspace) -> None:
    workspace.display.set_canvas(replace(workspace.display.canvas, motion=False))

    workspace.comparison.begin()

    assert not view.crossfade.is_running
    assert view.scene is not None
    assert len(view.scene.frame.cost) == 1


def test_a_hidden_canvas_fades_nothing(view: NetworkView, workspace: Workspace) -> None:
    workspace.comparison.begin()
    assert view.crossfade.is_running

    view.hide()

    assert not view.crossfade.is_running
