from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec
from nnviz.formatting import number
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import Notation
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.weight_images import WeightImages, atlas_of, limit_of
from nnviz.visual.palette import DARK


@pytest.fixture
def panel(qtbot: QtBot, image_workspace: Workspace) -> WeightImages:
    result = WeightImages(image_workspace)
    qtbot.addWidget(result)
    result.resize(420, 230)
    result.show()
    return result


def middle(panel: WeightImages, index: int) -> QPoint:
    return panel.gallery.rectangle(index).center()


def colour(panel: WeightImages, x: int, y: int) -> tuple[int, int, int]:
    pixel = QColor(panel.gallery.atlas.pixel(x, y))
    return pixel.red(), pixel.green(), pixel.blue()


def test_zero_and_the_ends_of_the_scale_have_their_colours() -> None:
    weights = np.array([[0.0, 2.0, -2.0, 5.0]])

    atlas = atlas_of(weights, (2, 2), limit=2.0, palette=DARK)

    pixels = [QColor(atlas.pixel(x, y)).getRgb()[:3] for y in (0, 1) for x in (0, 1)]  # type: ignore[index]
    assert pixels == [DARK.window, DARK.weight_positive, DARK.weight_negative, DARK.weight_positive]


def test_every_neuron_is_one_image_under_the_other() -> None:
    weights = np.repeat(np.array([[1.0], [-1.0], [0.0]]), 6, axis=1)

    atlas = atlas_of(weights, (2, 3), limit=1.0, palette=DARK)

    assert (atlas.width(), atlas.height()) == (3, 6)
    first_column = [QColor(atlas.pixel(0, y)).getRgb()[:3] for y in (0, 2, 4)]  # type: ignore[index]
    assert first_column == [DARK.weight_positive, DARK.weight_negative, DARK.window]


def test_the_limit_leaves_out_the_few_largest() -> None:
    weights = np.ones((10, 100))
    weights[0, 0] = 50.0

    assert limit_of(weights) == 1
    assert limit_of(np.zeros((2, 2))) == 1


def test_a_network_without_an_image_says_so(qtbot: QtBot, workspace: Workspace) -> None:
    panel = WeightImages(workspace)
    qtbot.addWidget(panel)

    panel.show()

    assert panel.empty_label.isVisible()
    assert panel.empty_label.text() == "This network's input is not an image."


def test_the_colour_bar_tells_the_numbers_of_its_ends(
    panel: WeightImages, image_workspace: Workspace
) -> None:
    sizes = np.abs(image_workspace.state.parameters.weights[0])
    limit = number(float(np.percentile(sizes, 99.5)), 3)

    assert panel.colour_bar.texts == (f"−{limit}", "0", f"+{limit}")
    assert "99.5 %" in panel.colour_bar.toolTip()


def test_a_click_selects_the_neuron_everywhere(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    qtbot.mouseClick(panel.gallery, Qt.MouseButton.LeftButton, pos=middle(panel, 3))

    assert image_workspace.selection.selected == NodeRef(1, 3)
    assert panel.gallery.selected == 3


def test_arrow_keys_walk_through_the_neurons(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    image_workspace.selection.select(NodeRef(1, 0))

    qtbot.keyClick(panel.gallery, Qt.Key.Key_Right)
    qtbot.keyClick(panel.gallery, Qt.Key.Key_Down)

    expected = 1 + panel.gallery.grid.columns
    assert image_workspace.selection.selected == NodeRef(1, expected)


def test_an_edge_into_the_layer_marks_its_neuron(
    panel: WeightImages, image_workspace: Workspace
) -> None:
    image_workspace.selection.select(EdgeRef(1, 4, 300))
    marked = panel.gallery.selected
    image_workspace.selection.select(NodeRef(0, 4))

    assert marked == 4
    assert panel.gallery.selected is None


def test_the_tooltip_tells_the_range_and_the_bias(
    panel: WeightImages, image_workspace: Workspace
) -> None:
    parameters = image_workspace.state.parameters
    row, bias = parameters.weights[0][3], float(parameters.biases[0][3])

    text = panel._describe(3)

    low, high = number(float(row.min())), number(float(row.max()))
    assert text == f"output 3: weights {low} … {high}, b {number(bias)}"


def test_the_images_show_the_newest_weights_of_a_held_run(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    image_workspace.set_config(replace(image_workspace.config, epochs=1_000_000))
    image_workspace.run.start()
    image_workspace.run.set_follow(False)

    with qtbot.waitSignal(image_workspace.training.snapshot_changed, timeout=10_000):
        pass
    panel.refresh()

    snapshot = image_workspace.training.snapshot
    assert snapshot is not None
    newest, limit = snapshot.parameters.weights[0], limit_of(snapshot.parameters.weights[0])
    assert panel.gallery.atlas == atlas_of(newest, (28, 28), limit, DARK)
    assert "live" in panel.about_label.text()


def test_a_paused_run_is_not_live(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    image_workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: image_workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    panel.refresh()

    assert panel.about_label.text() == "layer 1 · 10"


def test_after_the_run_the_images_show_the_kept_weights(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    before = panel.gallery.atlas.copy()
    image_workspace.run.start()
    qtbot.waitUntil(lambda: image_workspace.training.state is TrainingState.IDLE, timeout=10_000)
    qtbot.wait(250)

    weights = image_workspace.state.parameters.weights[0]
    assert panel.gallery.atlas != before
    assert panel.gallery.atlas == atlas_of(weights, (28, 28), limit_of(weights), DARK)


def test_a_wide_layer_scrolls_to_the_selected_neuron(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    spec = NetworkSpec((784, 400, 10), ("sigmoid", "sigmoid"))
    image_workspace.new_network(spec, "xavier", image_workspace.config)
    qtbot.waitUntil(lambda: panel.gallery.grid.count == 400, timeout=5_000)

    bar = panel.scroll_area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=5_000)
    image_workspace.selection.select(NodeRef(1, 399))

    assert bar.value() > bar.maximum() / 2


def test_the_images_are_numbered_and_described_in_the_readers_notation(
    panel: WeightImages, image_workspace: Workspace
) -> None:
    bias = float(image_workspace.state.parameters.biases[0][3])
    image_workspace.display.set_notation(Notation(first_index=1, digits=7))

    assert panel._describe(3).startswith("output 3: ")  # a class keeps its name
    assert panel._describe(3).endswith(f"b {number(bias, 7)}")


def test_looking_back_while_a_run_is_paused_shows_the_weights_of_then(
    qtbot: QtBot, panel: WeightImages, image_workspace: Workspace
) -> None:
    training = image_workspace.training
    image_workspace.set_config(replace(image_workspace.config, epochs=1_000_000))
    image_workspace.run.start()
    qtbot.waitUntil(lambda: len(training.history) > 20, timeout=10_000)
    training.pause()
    qtbot.waitUntil(lambda: training.state is TrainingState.PAUSED, timeout=5_000)

    image_workspace.travel.go_to_start()
    panel.refresh()

    shown = image_workspace.travel.shown
    assert shown is not None
    then, newest = shown.moment.parameters.weights[0], training.snapshot
    assert newest is not None
    assert not np.array_equal(newest.parameters.weights[0], then)
    assert panel.gallery.atlas == atlas_of(then, (28, 28), limit_of(then), DARK)
    training.stop()
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE, timeout=5_000)
