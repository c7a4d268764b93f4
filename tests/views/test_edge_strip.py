"""The strip of the canvas by real keys and mouse, and what it makes the canvas draw."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.scene.edge_strip import EdgeStrip, counts_up_to, widest_layer
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.widgets.step_slider import StepSlider
from nnviz.visual import raster_warm_up
from nnviz.visual.palette import DARK, LIGHT, Palette
from nnviz.visual.settings import STRONGEST

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(image_workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    """784-10 with a picture, 1000 px wide."""
    view = NetworkView(image_workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.shutdown()


def strip_of(view: NetworkView) -> tuple[EdgeStrip, StepSlider, QCheckBox]:
    strip = view.findChild(EdgeStrip, "edge-strip")
    slider = view.findChild(StepSlider, "strongest-edges")
    box = view.findChild(QCheckBox, "all-edges")
    assert strip is not None
    assert slider is not None
    assert box is not None
    return strip, slider, box


def caption(view: NetworkView) -> str:
    assert view.scene is not None
    return view.scene.frame.caption


def pixels_of(image: QImage) -> np.ndarray:
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]


def test_the_choices_end_with_all_edges() -> None:
    assert counts_up_to(7840)[-3:] == (3000, 5000, 7840)
    assert counts_up_to(700) == (50, 100, 200, 300, STRONGEST, 600, 700)


def test_a_network_that_shows_all_its_edges_has_no_strip(view: NetworkView) -> None:
    strip, _, _ = strip_of(view)
    assert strip.isVisible()

    view._workspace.open_preset("primer-2-3-2")

    assert not strip.isVisible()
    assert widest_layer((2, 3, 2)) == 0


def test_the_slider_sets_how_many_edges_are_drawn(view: NetworkView, qtbot: QtBot) -> None:
    _, slider, _ = strip_of(view)
    assert "strongest 420 of 7,840" in caption(view)

    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.x_of(1), 10))
    assert "strongest 100 of 7,840" in caption(view)

    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert "strongest 50 of 7,840" in caption(view)
    assert view.scene is not None
    assert len(view.scene.frame.edges[0].neurons) == 50


def test_the_box_shows_all_edges_as_a_density_and_rests_the_slider(
    view: NetworkView, qtbot: QtBot
) -> None:
    _, slider, box = strip_of(view)

    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))

    assert caption(view) == "Edges: weights, all 7,840 as a density"
    assert not slider.isEnabled()
    assert view._workspace.display.canvas.all_edges

    view._workspace.display.toggle_all_edges()

    assert (box.isChecked(), slider.isEnabled()) == (False, True)


def test_a_number_that_is_no_step_of_the_slider_stays(view: NetworkView) -> None:
    display = view._workspace.display

    display.set_canvas(replace(display.canvas, strongest=123))

    assert "strongest 123 of 7,840" in caption(view)
    assert display.canvas.strongest == 123


@pytest.mark.parametrize("size", [(1000, 640), (640, 400), (360, 220)])
def test_the_strip_stays_in_the_canvas_beside_the_caption(
    view: NetworkView, size: tuple[int, int]
) -> None:
    view.resize(*size)
    strip, _, _ = strip_of(view)

    assert view.rect().contains(strip.geometry())
    assert view.scene is not None
    assert view.scene.caption_end is not None
    assert view.scene.caption_end < strip.x()


def test_a_picture_of_the_canvas_is_without_the_strip(view: NetworkView) -> None:
    strip, _, _ = strip_of(view)
    place = strip.geometry()

    image = view.render_image()

    area = pixels_of(image)[place.top() : place.bottom(), place.left() : place.right()]
    assert (area == area[0, 0]).all()


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("compiled", [True, False])
def test_a_density_has_colour_where_edges_run_and_none_elsewhere(
    view: NetworkView, palette: Palette, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnviz.views.scene import edge_painter
    from nnviz.visual import density

    for module in (edge_painter, density):
        monkeypatch.setattr(module, "are_rasters_ready", lambda: compiled)
    view.set_theme(palette)
    view._workspace.display.toggle_all_edges()
    view._workspace.stepper.step_forward()

    image = view.render_image()

    scene = view.scene
    assert scene is not None
    area = scene.image_area()
    assert area is not None
    middle = scene.layout.layers[1].centres[:, 0].mean()
    column = round((area.x + area.width + middle) / 2)
    crossed = pixels_of(image)[:, column].astype(int)
    surface = np.array(palette.surface[::-1])
    assert (np.abs(crossed - surface).max(axis=1) > 40).sum() > 100
    assert (crossed[40:50] == surface).all()


def test_a_selected_neuron_tints_the_digit_by_its_weights(view: NetworkView) -> None:
    workspace = view._workspace
    workspace.stepper.step_forward()
    weights = workspace.state.parameters.weights[0][4]
    strongest = int(weights.argmax()), int(weights.argmin())

    workspace.selection.select(NodeRef(1, 4))
    tinted = view.render_image()

    assert view.scene is not None
    for neuron, colour in zip(strongest, (DARK.weight_positive, DARK.weight_negative), strict=True):
        x, y = view.scene.centre(NodeRef(0, neuron))
        pixel = tinted.pixelColor(round(x), round(y))
        found = np.array((pixel.red(), pixel.green(), pixel.blue()))
        assert np.abs(found - np.array(colour)).max() < 40
    assert caption(view) == "Edges: weights, all 784 into neuron 4, over the image too"


def test_moving_the_view_computes_nothing_of_the_picture_anew(view: NetworkView) -> None:
    before = view.scene
    assert before is not None

    view.zoom_in()

    assert view.scene is not None
    assert view.scene.frame is before.frame
    assert view.scene.viewport == view.viewport != before.viewport


def test_pictures_are_drawn_while_the_loops_are_not_ready(
    view: NetworkView, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnviz.views.scene import edge_painter

    with_loops = pixels_of(view.render_image()).astype(int)
    monkeypatch.setattr(edge_painter, "are_rasters_ready", lambda: False)
    without = pixels_of(view.render_image()).astype(int)

    assert raster_warm_up.are_rasters_ready()
    assert 0 < np.abs(with_loops - without).mean() < 3


def test_a_selected_edge_lets_the_densities_of_all_layers_fade(view: NetworkView) -> None:
    view._workspace.open_preset("mnist-784-30-10")
    view._workspace.display.toggle_all_edges()

    def strength() -> float:
        """Return how much the colours between the image and layer 1 differ from the ground."""
        picture, scene = pixels_of(view.render_image()).astype(float), view.scene
        assert scene is not None
        area = scene.image_area()
        assert area is not None
        column = round((area.x + area.width + scene.layout.layers[1].centres[:, 0].min()) / 2)
        return float(np.abs(picture[50:-90, column] - DARK.surface[::-1]).mean())

    plain = strength()
    view._workspace.selection.select(EdgeRef(2, 3, 4))
    assert strength() < 0.5 * plain
