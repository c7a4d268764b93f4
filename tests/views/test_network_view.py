"""The canvas by real mouse, wheel and key events, and by the pixels that it paints."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.files.network_file import NetworkDocument, write_network
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity
from nnviz.views.scene import picture as picture_module
from nnviz.views.scene.edge_labels import EdgeLabels, set_edge_labels
from nnviz.views.scene.edge_painter import draw_edges, edge_count
from nnviz.views.scene.legend_painter import legend_places
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.node_texts import NodeTexts, ring_width, set_node_texts
from nnviz.views.scene.overlay_painter import shown_caption
from nnviz.views.scene.picture import ScenePicture
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import CLOSEST, FARTHEST, Viewport
from nnviz.views.theme import text_font
from nnviz.visual.frame import LayerFrame
from nnviz.visual.layout import NodeText, Rect
from nnviz.visual.palette import DARK, LIGHT, RGB, Palette
from nnviz.visual.scales import Scale, scale_for
from nnviz.visual.settings import CanvasSettings, Normalisation
from tests.sampling import every

Opener = Callable[..., None]
LEFT = Qt.MouseButton.LeftButton
BESIDE = QPoint(300, 500)
"""Where nothing of the primer is drawn."""
END = 99


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


@pytest.fixture
def dataless(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[NetworkView]:
    """A canvas whose workspace finds no MNIST."""
    workspace = Workspace(tmp_path)
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    yield view
    view.shutdown()
    workspace.training.shutdown()


@pytest.fixture
def open_random(workspace: Workspace, tmp_path: Path) -> Opener:
    """Return a function that opens a random network with one sample."""
    return partial(open_random_network, workspace, tmp_path)


def open_random_network(workspace: Workspace, folder: Path, *sizes: int, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    spec = NetworkSpec(sizes, ("sigmoid",) * (len(sizes) - 1))
    parameters = initialise(spec, "standard_normal", rng)
    inputs, targets = rng.random((1, sizes[0])), rng.random((1, sizes[-1]))
    document = NetworkDocument("Random", spec, parameters, 0.5, 0.0, True, inputs, targets)
    write_network(folder / "random.json", document)
    workspace.open_network(folder / "random.json")


@pytest.fixture
def open_identity(workspace: Workspace, tmp_path: Path) -> Opener:
    """Return a function that opens a 2-3-2 network whose hidden activations are all one value."""

    def open_identity(value: float) -> None:
        spec = NetworkSpec((2, 3, 2), ("identity", "sigmoid"))
        weights = [np.full((3, 2), value / 2), np.full((2, 3), 0.5)]
        parameters = Parameters.frozen(weights, [np.zeros(3), np.zeros(2)])
        ones = np.ones((1, 2))
        document = NetworkDocument("Identity", spec, parameters, 0.5, 0.0, True, ones, ones / 2)
        write_network(tmp_path / "identity.json", document)
        workspace.open_network(tmp_path / "identity.json")
        workspace.stepper.to_end()

    return open_identity


def scene_of(view: NetworkView) -> Scene:
    assert view.scene is not None
    return view.scene


def place_of(view: NetworkView, ref: NodeRef | EdgeRef) -> QPoint:
    """Return where a neuron stands, or a point a quarter along an edge."""
    scene = scene_of(view)
    if isinstance(ref, NodeRef):
        x, y = scene.centre(ref)
        return QPoint(round(x), round(y))
    edges = scene.frame.edges[ref.layer - 1]
    index = [edges.ref(each) for each in range(len(edges.neurons))].index(ref)
    x1, y1, x2, y2 = scene.edge_lines(ref.layer - 1)[index]
    return QPoint(round((3 * x1 + x2) / 4), round((3 * y1 + y2) / 4))


def turn_wheel(view: NetworkView, place: QPoint, angle: int) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(view.mapToGlobal(place)), QPoint(), QPoint(0, angle),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def drag(qtbot: QtBot, view: NetworkView, start: QPoint, *moves: QPoint) -> None:
    qtbot.mousePress(view, LEFT, pos=start)
    for place in moves:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, LEFT, pos=moves[-1])


def rgb_at(image: QImage, x: float, y: float) -> RGB:
    color = image.pixelColor(round(x), round(y))
    return color.red(), color.green(), color.blue()


def colours_of(image: QImage) -> set[RGB]:
    return {
        rgb_at(image, x, y)
        for x, y in itertools.product(range(image.width()), range(image.height()))
    }


def test_a_neuron_is_painted_in_the_colour_of_its_activation(
    view: NetworkView, workspace: Workspace
) -> None:
    workspace.stepper.move_to(1)
    x, y = scene_of(view).centre(NodeRef(1, 0))
    a = workspace.stepper.trace.forward.activations[1][0, :1]  # type: ignore[union-attr]

    image = view.render_image()

    expected = scale_for(Scale.ACTIVATION, DARK).colours(a, 0.0, 1.0)[0]
    assert rgb_at(image, x, y + 24) == tuple(expected)  # under the number, inside the ring


def test_a_neuron_is_hollow_before_its_step(view: NetworkView, workspace: Workspace) -> None:
    workspace.stepper.move_to(0)
    x, y = scene_of(view).centre(NodeRef(1, 0))

    assert rgb_at(view.render_image(), x, y + 24) == DARK.surface


def test_a_ring_appears_with_the_derivative(view: NetworkView, workspace: Workspace) -> None:
    workspace.stepper.move_to(3)
    x, y = scene_of(view).centre(NodeRef(2, 1))
    r = scene_of(view).layout.layers[2].radius
    before = rgb_at(view.render_image(), x - r + 3, y)

    workspace.stepper.step_forward()

    gradients = workspace.stepper.trace.backward.gradients.biases[1]  # type: ignore[union-attr]
    assert abs(gradients[1]) == abs(gradients).max()
    assert gradients[1] < 0
    assert rgb_at(view.render_image(), x - r + 3, y) == DARK.derivative_negative != before


def test_an_edge_is_painted_in_the_colour_of_its_weight(view: NetworkView) -> None:
    strongest = EdgeRef(1, 2, 1)  # -0.875
    place = place_of(view, strongest)

    image = view.render_image()

    near = [rgb_at(image, place.x(), place.y() + dy) for dy in (-2, -1, 0, 1, 2)]
    assert DARK.weight_negative in near


def test_the_theme_colours_everything(view: NetworkView) -> None:
    view.set_theme(LIGHT)

    image = view.render_image()

    assert rgb_at(image, 2, 2) == LIGHT.surface
    assert DARK.surface not in colours_of(image.scaled(100, 64))


def test_what_predict_asks_for_is_lit_while_it_is_asked(
    view: NetworkView, workspace: Workspace
) -> None:
    prediction = workspace.challenges.prediction
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.stepper.move_to(9)  # ∂C/∂b of layer 1 comes next
    prediction.toggle()
    assert prediction.question is not None
    ref = prediction.question.ref
    assert isinstance(ref, NodeRef)

    lit = above(view, ref)
    prediction.toggle()

    assert lit.lightness() > above(view, ref).lightness() + 20


def above(view: NetworkView, ref: NodeRef) -> QColor:
    """Return the colour just outside the ring of a neuron."""
    assert view.scene is not None
    x, y = view.scene.centre(ref)
    rim = y - view.scene.radius(view.scene.layout.layers[ref.layer]) - 4.5
    return view.grab().toImage().pixelColor(round(x), round(rim))


def test_a_picture_of_twice_the_size_has_twice_the_pixels(view: NetworkView) -> None:
    image = view.render_image(2.0)

    assert (image.width(), image.height()) == (2000, 1280)


def test_small_networks_show_all_edges_and_large_ones_the_strongest(
    view: NetworkView, open_random: Opener
) -> None:
    small = edge_count(scene_of(view))

    open_random(100, 30, 10)

    assert small == 2 * 3 + 3 * 2
    assert edge_count(scene_of(view)) == 420 + 300


@pytest.mark.parametrize("ref", [NodeRef(0, 1), NodeRef(1, 2), NodeRef(2, 0), EdgeRef(1, 2, 1)])
def test_a_click_selects(
    view: NetworkView, workspace: Workspace, qtbot: QtBot, ref: NodeRef | EdgeRef
) -> None:
    with qtbot.waitSignal(workspace.selection.selection_changed):
        qtbot.mouseClick(view, LEFT, pos=place_of(view, ref))

    assert workspace.selection.selected == ref
    assert scene_of(view).selected == ref


def test_a_click_beside_everything_clears(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.selection.select(NodeRef(1, 0))

    qtbot.mouseClick(view, LEFT, pos=BESIDE)

    assert workspace.selection.selected is None


def test_other_buttons_select_nothing(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place_of(view, NodeRef(1, 0)))

    assert workspace.selection.selected is None


@pytest.mark.parametrize("angle", [120, -120, 30])
def test_the_wheel_zooms_at_the_pointer(view: NetworkView, angle: int) -> None:
    place = QPoint(700, 200)
    before = view.viewport.to_scene(place.x(), place.y())

    turn_wheel(view, place, angle)

    assert (view.viewport.zoom > 1) == (angle > 0)
    assert view.viewport.to_scene(place.x(), place.y()) == pytest.approx(before)


def test_the_zoom_has_limits(view: NetworkView) -> None:
    turn_wheel(view, QPoint(10, 10), 100_000)
    assert view.viewport.zoom == CLOSEST

    turn_wheel(view, QPoint(10, 10), -200_000)
    assert view.viewport.zoom == FARTHEST


def test_a_drag_pans_and_selects_nothing(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    start = place_of(view, NodeRef(1, 0))

    drag(qtbot, view, start, start + QPoint(10, 0), start + QPoint(40, -25))

    assert (view.viewport.x, view.viewport.y) == pytest.approx((40, -25))
    assert workspace.selection.selected is None
    assert place_of(view, NodeRef(1, 0)) == start + QPoint(40, -25)


def test_a_hand_that_trembles_still_clicks(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    start = place_of(view, NodeRef(1, 0))

    drag(qtbot, view, start, start + QPoint(2, 1))

    assert workspace.selection.selected == NodeRef(1, 0)
    assert view.viewport == Viewport()


def test_a_double_click_on_a_neuron_zooms_to_it(view: NetworkView, qtbot: QtBot) -> None:
    place = place_of(view, NodeRef(1, 0))

    qtbot.mouseDClick(view, LEFT, pos=place)

    middle = QPoint(view.width() // 2, view.height() // 2)
    assert (place_of(view, NodeRef(1, 0)) - middle).manhattanLength() <= 2  # of rounding
    assert scene_of(view).radius(scene_of(view).layout.layers[1]) >= 34


def test_a_double_click_beside_everything_fits(view: NetworkView, qtbot: QtBot) -> None:
    view.zoom_in()

    qtbot.mouseDClick(view, LEFT, pos=QPoint(5, 300))

    assert view.viewport == Viewport()


def test_zooming_in_and_out_keeps_the_middle(view: NetworkView) -> None:
    view.zoom_in()
    zoom, middle = view.viewport.zoom, view.viewport.to_scene(500, 320)
    view.zoom_out()

    assert (zoom, middle) == (1.25, (500, 320))
    assert view.viewport.zoom == pytest.approx(1)


def test_up_and_down_walk_the_neurons_of_a_layer(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    walked = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
        walked.append(workspace.selection.selected)

    assert walked == [NodeRef(1, neuron) for neuron in (0, 1, 0, 2, 1)]


def test_escape_clears_the_selection(view: NetworkView, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.selection.select(EdgeRef(1, 0, 0))

    qtbot.keyClick(view, Qt.Key.Key_Escape)

    assert workspace.selection.selected is None


def test_hovering_marks_a_neuron(view: NetworkView, workspace: Workspace, qtbot: QtBot) -> None:
    qtbot.mouseMove(view, place_of(view, NodeRef(1, 2)))

    assert workspace.selection.hovered == NodeRef(1, 2)
    assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor

    qtbot.mouseMove(view, BESIDE)

    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_neuron_that_a_new_network_lacks_is_no_longer_hovered(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    qtbot.mouseMove(view, place_of(view, NodeRef(1, 2)))

    workspace.open_preset("primer-1-1-1")

    assert not view.render_image().isNull()


def test_a_resize_lays_the_network_out_anew(view: NetworkView, qtbot: QtBot) -> None:
    view.resize(600, 400)

    layout = scene_of(view).layout
    assert (layout.width, layout.height) == (600, 400)


def test_the_frame_follows_the_timeline(view: NetworkView, workspace: Workspace) -> None:
    workspace.stepper.to_end()

    assert "after the update" in scene_of(view).frame.caption


def test_another_network_is_fitted(view: NetworkView, workspace: Workspace) -> None:
    view.zoom_in()

    workspace.open_preset("mazur-2-2-2")

    assert view.viewport == Viewport()
    assert [len(layer.centres) for layer in scene_of(view).layout.layers] == [2, 2, 2]


def test_many_edges_are_painted_in_another_thread(
    view: NetworkView, open_random: Opener, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.scene_drawn):
        open_random(20, 20, 5)

    names = [thread.name for thread in threading.enumerate()]
    assert any(name.startswith("nnviz-picture") for name in names)


def test_of_many_requests_the_newest_is_shown(
    view: NetworkView, workspace: Workspace, open_random: Opener, qtbot: QtBot
) -> None:
    open_random(20, 20, 5)
    for position in range(6):
        workspace.stepper.move_to(position)
    with qtbot.waitSignal(view.scene_drawn):
        workspace.stepper.move_to(0)
    shown = view.grab().toImage()

    assert shown.convertToFormat(QImage.Format.Format_RGB32) == view.render_image()


def drawn_by(picture: ScenePicture, view: NetworkView) -> QImage:
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    picture.draw(painter, view.viewport)
    painter.end()
    return image


def test_a_picture_made_at_once_is_not_replaced_by_an_older_one(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    picture, older = ScenePicture(view), scene_of(view)
    workspace.stepper.move_to(END)
    picture.request(older, view.size(), 1.0)
    picture.finish(scene_of(view), view.size(), 1.0)
    at_once = drawn_by(picture, view)

    qtbot.waitUntil(lambda: not picture._busy)

    assert drawn_by(picture, view) == at_once
    assert picture.is_current
    picture.close()


def test_after_shutdown_the_thread_is_gone_and_changes_do_no_harm(
    view: NetworkView, workspace: Workspace, open_random: Opener, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.scene_drawn):
        open_random(20, 20, 5)

    view.shutdown()
    workspace.stepper.to_end()

    names = [thread.name for thread in threading.enumerate()]
    assert not any(name.startswith("nnviz-picture") for name in names)


def test_without_data_the_canvas_says_why(dataless: NetworkView, qtbot: QtBot) -> None:
    workspace = dataless._workspace

    with qtbot.waitSignal(workspace.examples.problem_changed):
        workspace.open_preset("mnist-784-30-10")

    notice = dataless.render_image().copy(450, 300, 100, 40)
    workspace.open_preset("primer-2-3-2")
    without = dataless.render_image().copy(450, 300, 100, 40)
    assert share_near(notice, DARK.raised) > 0.5  # the rest is its text
    assert share_near(without, DARK.raised) < 0.1


def share_near(image: QImage, rgb: RGB) -> float:
    """Return the share of pixels that differ by no more than what shines through."""
    places = itertools.product(range(image.width()), range(image.height()))
    near = [abs(np.subtract(rgb_at(image, x, y), rgb)).max() <= 5 for x, y in places]
    return float(np.mean(near))


def test_a_pass_of_an_older_network_is_not_drawn_with_the_names_of_the_new_one(
    dataless: NetworkView, tmp_path: Path, qtbot: QtBot
) -> None:
    workspace = dataless._workspace
    open_random_network(workspace, tmp_path, 3, 12)  # more outputs than there are digits

    with qtbot.waitSignal(workspace.examples.problem_changed):
        workspace.open_preset("mnist-784-10")

    assert scene_of(dataless).frame.layers[1].names == tuple("0123456789")


@pytest.mark.parametrize("seed", range(30))
def test_labels_cover_neither_each_other_nor_neurons(
    view: NetworkView, workspace: Workspace, open_random: Opener, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    open_random(*(int(size) for size in rng.integers(1, 4, rng.integers(2, 5))), seed=seed)
    workspace.stepper.move_to(int(rng.integers(-1, 12)))
    view.resize(int(rng.integers(360, 1500)), int(rng.integers(260, 900)))
    scene = scene_of(view)
    texts = set_node_texts(scene)

    labels = [label.place for label in set_edge_labels(scene, texts).labels]

    blocks = [box for layer in texts for node in layer for box in node.boxes()]
    pairs = itertools.chain(itertools.combinations(labels, 2), itertools.product(labels, blocks))
    assert [pair for pair in pairs if pair[0].overlaps(pair[1])] == []
    assert [label for label in labels if covers_a_disc(label, scene)] == []


def covers_a_disc(box: Rect, scene: Scene) -> bool:
    """Whether a corner or side of the box lies inside any disc."""
    for layout in scene.layout.layers:
        centres = scene.viewport.points_to_widget(layout.centres)
        low, high = (box.x, box.y), (box.x + box.width, box.y + box.height)
        nearest = np.clip(centres, low, high)
        if (np.hypot(*(nearest - centres).T) < scene.radius(layout)).any():
            return True
    return False


def labels_of(view: NetworkView) -> EdgeLabels:
    return set_edge_labels(scene_of(view), set_node_texts(scene_of(view)))


SMALL = ("primer-1-1-1", "primer-2-3-2", "mazur-2-2-2", "xor-2-2-1")
LAPTOP, SMALLEST = (942, 364), (686, 282)
"""The canvas in a window of 1280 × 800 and of 1024 × 700."""


@pytest.mark.parametrize("preset", SMALL)
@pytest.mark.parametrize("position", every(3, range(-1, 13)))
def test_a_small_network_has_all_numbers_on_its_edges_on_a_laptop(
    view: NetworkView, workspace: Workspace, preset: str, position: int
) -> None:
    workspace.open_preset(preset)
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.stepper.move_to(position)
    view.resize(*LAPTOP)

    labels = labels_of(view)

    written = sum(len(row) for label in labels.labels for row in label.rows)
    assert len(labels.labels) == labels.wanted == edge_count(scene_of(view))
    assert written == sum(
        len(lines) for edges in scene_of(view).frame.edges for lines in edges.labels[0]
    )


@pytest.mark.parametrize("position", range(-1, 13))
def test_in_the_smallest_window_most_edges_have_a_number(
    view: NetworkView, workspace: Workspace, position: int
) -> None:
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.stepper.move_to(position)
    view.resize(*SMALLEST)

    assert len(labels_of(view).labels) >= 9  # of 12: the arrows at the neurons take room, too


def test_the_selections_edges_choose_their_places_first(
    view: NetworkView, workspace: Workspace, open_random: Opener
) -> None:
    open_random(3, 5, 3)
    workspace.stepper.to_end()
    view.resize(*LAPTOP)

    before = [labelled_at(view, neuron) for neuron in range(5)]
    after = []
    for neuron in range(5):
        workspace.selection.select(NodeRef(1, neuron))
        after.append(labelled_at(view, neuron))

    assert sum(after) > sum(before)
    assert min(np.subtract(after, before)) >= 0


def labelled_at(view: NetworkView, neuron: int) -> int:
    """Return how many edges of a neuron of layer 1 have a label."""
    refs = [label.ref for label in labels_of(view).labels]
    return sum(NodeRef(1, neuron) in (ref.source_node, ref.target_node) for ref in refs)


def test_the_caption_says_how_many_edges_have_numbers(
    view: NetworkView, workspace: Workspace
) -> None:
    workspace.stepper.to_end()
    view.resize(360, 260)
    labels = labels_of(view)

    assert 0 < len(labels.labels) < 12
    assert shown_caption(scene_of(view), labels).endswith(
        f"numbers on {len(labels.labels)} of 12 edges"
    )
    assert shown_caption(scene_of(view), EdgeLabels(labels.labels, len(labels.labels))) == (
        scene_of(view).frame.caption
    )


VALUES = [sign * 1.148e0 * 10.0**power for power in range(-12, 22) for sign in (1, -1)]


@pytest.mark.parametrize("size", every(4, [SMALLEST, (360, 260), LAPTOP, (1206, 522)]))
def test_a_number_in_a_disc_is_never_wider_than_the_disc(
    view: NetworkView, workspace: Workspace, open_identity: Opener, size: tuple[int, int]
) -> None:
    view.resize(*size)
    drawn = []
    for value in VALUES:
        open_identity(value)
        scene = scene_of(view)
        texts = set_node_texts(scene)
        drawn += list(zip(scene.layout.layers, scene.frame.layers, texts, strict=True))

    for layout, frame, nodes in drawn:
        for neuron, node in enumerate(nodes):
            if node.inside is not None:
                text, pixels = node.inside
                width = QFontMetricsF(text_font(pixels, bold=True)).horizontalAdvance(text)
                assert width <= 2 * (layout.radius - ring_width(layout.radius))
                assert pixels >= 7.5
                assert text in frame.inside[neuron]
            else:
                assert tells_the_activation(node, frame) or layout.text is NodeText.NONE


def test_a_number_too_long_for_its_disc_is_written_beside_it(
    view: NetworkView, workspace: Workspace, open_identity: Opener
) -> None:
    view.resize(*LAPTOP)

    open_identity(1.148e21)

    node = set_node_texts(scene_of(view))[1][0]
    assert node.inside is None
    assert node.block is not None
    assert node.block.lines[0].text == "a 1.148×10²¹"


def tells_the_activation(node: NodeTexts, frame: LayerFrame) -> bool:
    return node.block is not None and node.block.lines[0] in frame.activations


def test_hovering_draws_no_picture_anew(
    view: NetworkView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.settle()
    drawn = []
    monkeypatch.setattr(picture_module, "draw_scene", lambda painter, scene: drawn.append(scene))

    qtbot.mouseMove(view, place_of(view, NodeRef(1, 2)))
    view.grab()

    assert drawn == []


def test_a_step_of_a_small_network_is_drawn_at_once(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.scene_drawn):
        workspace.stepper.step_forward()

    names = [thread.name for thread in threading.enumerate()]
    assert not any(name.startswith("nnviz-picture") for name in names)


@pytest.mark.parametrize("width", [686, 942, 1206])
@pytest.mark.parametrize("sizes", [(2, 3, 2), (4, 4, 4, 4), (2, 2, 2, 2, 2, 2)])
def test_the_legend_fits_into_the_canvas_without_overlap(
    view: NetworkView, workspace: Workspace, open_random: Opener, width: int, sizes: tuple[int, ...]
) -> None:
    open_random(*sizes)
    workspace.stepper.move_to(END - 90)
    view.resize(width, 282)
    for normalisation in Normalisation:
        workspace.display.set_canvas(CanvasSettings(normalisation))
        entries = scene_of(view).frame.legend

        places, pixels = legend_places(entries, width)

        metrics = QFontMetricsF(text_font(pixels))
        for place, entry in zip(places, entries, strict=True):
            assert place.x + place.width <= width
            assert metrics.horizontalAdvance(entry.title) <= place.width + 0.5
            assert metrics.horizontalAdvance(entry.low + entry.middle + entry.high) <= place.width
        assert all(a.x + a.width < b.x for a, b in itertools.pairwise(places))


def test_the_colour_of_the_selection_marks_a_selected_edge(
    view: NetworkView, workspace: Workspace
) -> None:
    place = place_of(view, EdgeRef(1, 2, 1))

    workspace.selection.select(EdgeRef(1, 2, 1))

    image = view.render_image()
    near = [rgb_at(image, place.x(), place.y() + dy) for dy in (-1, 0, 1)]
    assert min(np.abs(np.subtract(near, DARK.selection)).max(axis=1)) <= 3  # but for its rim


@pytest.mark.parametrize(("palette", "bias"), [(DARK, -40.0), (LIGHT, 40.0)])
def test_a_known_disc_that_looks_like_the_ground_has_a_rim_that_is_seen(
    view: NetworkView, workspace: Workspace, palette: Palette, bias: float
) -> None:
    state = workspace.state
    biases = (np.full(3, bias), state.parameters.biases[1])
    workspace.adopt(replace(state, parameters=replace(state.parameters, biases=biases)))
    workspace.stepper.move_to(1)
    view.set_theme(palette)

    x, y = scene_of(view).centre(NodeRef(1, 1))
    radius = scene_of(view).radius(scene_of(view).layout.layers[1])
    image = view.render_image()
    rim = [rgb_at(image, x, y + radius + each) for each in (-1, 0, 1)]
    assert max(contrast_ratio(each, palette.surface) for each in rim) >= LEAST_SEEN
    assert max(contrast_ratio(each, rgb_at(image, x, y + 24)) for each in rim) >= LEAST_SEEN


LEAST_SEEN = 2.0
"""WCAG asks for 3 : 1 of a graphic that says something; a thin line is smoothed into its ground."""


def contrast_ratio(one: RGB, other: RGB) -> float:
    """Return the ratio of the two luminances, as WCAG 2 defines it."""
    light = [
        sum(
            share * (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4)
            for share, each in zip((0.2126, 0.7152, 0.0722), (c / 255 for c in rgb), strict=True)
        )
        for rgb in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_a_painter_without_pixels_keeps_the_order_of_the_edges(view: NetworkView) -> None:
    """Lines of one colour are drawn together, but not so that they cross one that is above them."""
    scene = scene_of(view)
    below, bold, above = (0, 1), (1, 0), (2, 1)
    edges = replace(
        scene.frame.edges[0],
        neurons=np.array([each for each, _ in (below, bold, above)]),
        sources=np.array([each for _, each in (below, bold, above)]),
        rgb=np.array([DARK.surface, (255, 0, 0), DARK.surface], np.uint8),
        widths=np.full(3, 3.0),
    )
    scene = replace(scene, frame=replace(scene.frame, edges=(edges, scene.frame.edges[1])))
    one, other = (QLineF(*line) for line in scene.edge_lines(0)[:2].tolist())
    crossing = one.intersects(other)[1]

    image = QImage(view.size(), QImage.Format.Format_ARGB32)
    image.fill(QColor(*DARK.surface))
    with QPainter(image) as painter:
        draw_edges(painter, scene)

    assert rgb_at(image, crossing.x(), crossing.y()) == (255, 0, 0)


def test_the_caption_says_live_as_long_as_the_canvas_goes_along_with_a_run(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    none = EdgeLabels((), 0)
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    found = [shown_caption(scene_of(view), none)]
    workspace.run.start()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 20, timeout=10_000)
    found.append(shown_caption(scene_of(view), none))
    workspace.run.set_follow(False)
    found.append(shown_caption(scene_of(view), none))
    workspace.run.set_follow(True)
    workspace.training.stop()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=10_000)
    found.append(shown_caption(scene_of(view), none))

    assert [text.endswith(" · live") for text in found] == [False, True, False, False]
