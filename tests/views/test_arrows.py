"""Arrows at the neurons say by their shape where C wants the activation; no colour is needed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.files.network_file import NetworkDocument, write_network
from nnviz.stores.workspace import Workspace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity
from nnviz.views.scene.arrow_painter import VANISHING, arrow_place
from nnviz.views.scene.edge_labels import set_edge_labels
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.node_texts import set_node_texts
from nnviz.visual.palette import DARK, RGB

END = 99


@pytest.fixture
def view(workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    workspace.open_preset("primer-2-3-2")
    workspace.stepper.set_granularity(Granularity.OPERATION)
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    yield view
    view.shutdown()


def open_weights(workspace: Workspace, folder: Path, *weights: np.ndarray) -> None:
    """Open a network of these weights, without biases, with one sample."""
    sizes = (weights[0].shape[1], *(len(each) for each in weights))
    spec = NetworkSpec(sizes, ("sigmoid",) * len(weights))
    parameters = Parameters.frozen(list(weights), [np.zeros(size) for size in sizes[1:]])
    inputs, targets = np.full((1, sizes[0]), 0.5), np.zeros((1, sizes[-1]))
    document = NetworkDocument("Given", spec, parameters, 0.5, 0.0, True, inputs, targets)
    write_network(folder / "given.json", document)
    workspace.open_network(folder / "given.json")


def rgb_at(image: QImage, x: float, y: float) -> RGB:
    return image.pixelColor(QPointF(x, y).toPoint()).getRgb()[:3]  # type: ignore[return-value]


def direction_at(view: NetworkView, image: QImage, ref: NodeRef) -> str:
    """Which way the painted arrow points, by which of its halves is the wider one."""
    scene = view.scene
    assert scene is not None
    pulls = scene.frame.layers[ref.layer].pulls
    radius = scene.radius(scene.layout.layers[ref.layer])
    share = 1.0 if pulls is None else float(pulls[ref.neuron])
    x, y, half = arrow_place(*scene.centre(ref), radius, share)
    colours = {DARK.derivative_negative, DARK.derivative_positive}

    def width(row: float) -> int:
        across = np.arange(-half - 1, half + 1.1, 0.5)
        return sum(rgb_at(image, x + dx, row) in colours for dx in across)

    above, below = width(y - half * 0.45), width(y + half * 0.45)
    return "none" if above == below == 0 else "up" if above < below else "down"


def test_an_arrow_points_against_the_slope_once_it_is_known(
    view: NetworkView, workspace: Workspace
) -> None:
    trace = workspace.stepper.trace
    assert trace is not None
    refs = [NodeRef(layer, neuron) for layer, size in ((1, 3), (2, 2)) for neuron in range(size)]

    before = view.render_image()
    workspace.stepper.move_to(END)
    after = view.render_image()

    assert {direction_at(view, before, ref) for ref in refs} == {"none"}
    for ref in refs:
        slope = trace.value(Quantity.ACTIVATION_GRADIENT, ref)
        assert direction_at(view, after, ref) == ("up" if slope < 0 else "down")


def test_a_vanishing_slope_has_no_arrow(
    view: NetworkView, workspace: Workspace, tmp_path: Path
) -> None:
    second = np.array([[1.0, VANISHING / 2]])
    open_weights(workspace, tmp_path, np.ones((2, 1)), second)
    workspace.stepper.move_to(END)

    image = view.render_image()

    assert direction_at(view, image, NodeRef(1, 0)) != "none"
    assert direction_at(view, image, NodeRef(1, 1)) == "none"


def test_an_arrow_covers_neither_its_disc_nor_a_text(
    view: NetworkView, workspace: Workspace
) -> None:
    for size in ((700, 440), (1000, 640), (1500, 900)):
        view.resize(*size)
        workspace.stepper.move_to(END)
        view.settle()
        scene = view.scene
        assert scene is not None
        texts = set_node_texts(scene)
        labels = set_edge_labels(scene, texts).labels
        boxes = [box for nodes in texts for node in nodes for box in node.boxes()]
        boxes += [label.place for label in labels]
        for layer, layout in enumerate(scene.layout.layers):
            for neuron in range(len(layout.centres)):
                x, y = scene.centre(NodeRef(layer, neuron))
                pulls = scene.frame.layers[layer].pulls
                assert pulls is not None
                left, top, half = arrow_place(x, y, scene.radius(layout), pulls[neuron])
                away = float(np.hypot(left - x, top - y))
                assert away - half >= scene.radius(layout)
                for box in boxes:
                    apart = (
                        box.x > left + half
                        or box.x + box.width < left - half
                        or box.y > top + half
                        or box.y + box.height < top - half
                    )
                    assert apart


def test_a_small_disc_has_the_sign_of_its_ring(
    view: NetworkView, workspace: Workspace, tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    open_weights(workspace, tmp_path, rng.normal(size=(24, 2)), rng.normal(size=(2, 24)))
    workspace.stepper.move_to(END)

    image = view.render_image()

    scene = view.scene
    assert scene is not None
    radius = scene.radius(scene.layout.layers[1])
    frame = scene.frame.layers[1]
    assert frame.ring_shares is not None
    assert frame.fill is not None
    for neuron, share in enumerate(frame.ring_shares):
        x, y = scene.centre(NodeRef(1, neuron))
        fill = int(frame.fill[neuron].sum())

        def inked(dx: float, dy: float, x: float = x, y: float = y, fill: int = fill) -> bool:
            return abs(sum(rgb_at(image, x + dx, y + dy)) - fill) > 100

        marks = inked(-0.25 * radius, 0), inked(0, -0.25 * radius)
        expected = (False, False) if abs(share) < VANISHING else (True, share > 0)
        assert marks == expected, neuron
