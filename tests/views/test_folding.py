"""Folded layers on the canvas, by real clicks and keys and by the pixels that it paints."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.files.network_file import NetworkDocument, write_network
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity
from nnviz.views.scene.edge_labels import EdgeLabels
from nnviz.views.scene.folds import layer_to_fold_at, set_folds
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.overlay_painter import shown_caption
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_builder import build_scene, moment_of
from nnviz.views.scene.titles import set_titles
from nnviz.visual.layout import LayerLayout, Rect
from nnviz.visual.palette import DARK

LEFT = Qt.MouseButton.LeftButton
Opener = Callable[..., None]


def open_wide(workspace: Workspace, folder: Path, *sizes: int) -> None:
    rng = np.random.default_rng(2)
    spec = NetworkSpec(sizes, ("sigmoid",) * (len(sizes) - 1))
    parameters = initialise(spec, "standard_normal", rng)
    inputs, targets = rng.random((1, sizes[0])), rng.random((1, sizes[-1]))
    document = NetworkDocument("Wide", spec, parameters, 0.5, 0.0, True, inputs, targets)
    write_network(folder / "wide.json", document)
    workspace.open_network(folder / "wide.json")


@pytest.fixture
def open_network(workspace: Workspace, tmp_path: Path) -> Opener:
    return partial(open_wide, workspace, tmp_path)


@pytest.fixture
def view(workspace: Workspace, open_network: Opener, qtbot: QtBot) -> Iterator[NetworkView]:
    open_network(2, 200, 1)
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(942, 364)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.shutdown()


def scene_of(view: NetworkView) -> Scene:
    assert view.scene is not None
    return view.scene


def wide_layer(view: NetworkView) -> LayerLayout:
    return scene_of(view).layout.layers[1]


def middle(box: Rect) -> QPoint:
    return QPoint(round(box.x + box.width / 2), round(box.y + box.height / 2))


def fold_place(view: NetworkView) -> QPoint:
    return middle(set_folds(scene_of(view))[0].place)


def title_place(view: NetworkView) -> QPoint:
    return middle(set_titles(scene_of(view))[1].place)


def test_a_click_on_the_dots_unfolds_and_one_on_the_title_folds_again(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.selection.select(NodeRef(0, 1))
    assert not wide_layer(view).shown.all()

    qtbot.mouseClick(view, LEFT, pos=fold_place(view))

    assert wide_layer(view).shown.all()
    assert workspace.selection.selected == NodeRef(0, 1)
    qtbot.mouseClick(view, LEFT, pos=title_place(view))
    assert not wide_layer(view).shown.all()


def test_the_titles_of_layers_that_have_room_do_nothing(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    titles = set_titles(scene_of(view))

    assert [title.sign is not None for title in titles] == [False, True, False]
    qtbot.mouseClick(view, LEFT, pos=middle(titles[0].place))
    assert workspace.display.unfolded_of((2, 200, 1)) == frozenset()


def test_the_dots_say_how_many_are_folded_and_are_painted_three_times(view: NetworkView) -> None:
    (sign,) = set_folds(scene_of(view))

    assert sign.text == f"{200 - wide_layer(view).shown.sum()} more"
    image = view.render_image()
    column = round(scene_of(view).viewport.to_widget(sign.fold.x, 0)[0])
    top = round(sign.place.y)
    bright = [image.pixelColor(column, y).lightness() > 150 for y in range(top, top + 19)]
    starts = [now and not before for before, now in zip([False, *bright], bright, strict=False)]
    assert sum(starts) == 3


def test_a_neuron_selected_anywhere_is_shown_and_walking_on_keeps_it_shown(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    assert not wide_layer(view).shown[100]

    workspace.selection.select(NodeRef(1, 100))

    assert wide_layer(view).shown[100]
    view.setFocus()
    for step in range(1, 9):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        assert workspace.selection.selected == NodeRef(1, 100 + step)
        assert wide_layer(view).shown[100 + step]


def test_both_ends_of_a_selected_edge_are_shown(
    workspace: Workspace, view: NetworkView, open_network: Opener
) -> None:
    open_network(100, 90, 2)

    workspace.selection.select(EdgeRef(1, 40, 60))

    layers = scene_of(view).layout.layers
    assert layers[0].shown[60]
    assert layers[1].shown[40]


def test_a_folded_neuron_is_not_under_the_pointer_but_the_dots_explain_themselves(
    view: NetworkView, qtbot: QtBot
) -> None:
    place = fold_place(view)
    scene = scene_of(view)
    (fold,) = wide_layer(view).folds

    assert layer_to_fold_at(scene, place.x(), place.y()) == (1, fold)
    assert not isinstance(scene.ref_at(*scene.viewport.to_widget(fold.x, fold.y)), NodeRef)
    qtbot.mouseMove(view, place)
    assert view.card.card is not None
    assert f"{fold.count} neurons of layer 1 are folded away" in view.card.card.sentences[0]
    assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_the_key_unfolds_all_and_folds_all(view: NetworkView, open_network: Opener) -> None:
    open_network(100, 90, 2)

    view.toggle_folds()
    assert all(layer.shown.all() for layer in scene_of(view).layout.layers)
    view.toggle_folds()

    assert [bool(layer.folds) for layer in scene_of(view).layout.layers] == [True, True, False]


def test_a_network_of_other_sizes_is_folded_at_first(
    view: NetworkView, open_network: Opener
) -> None:
    view.toggle_folds()

    open_network(2, 150, 1)

    assert not wide_layer(view).shown.all()


def test_the_caption_explains_the_faint_edges_only_where_there_are_some(
    view: NetworkView, workspace: Workspace, open_network: Opener
) -> None:
    none = EdgeLabels((), 0)

    assert "folded neurons" in shown_caption(scene_of(view), none)
    open_network(8, 200, 8)
    workspace.display.toggle_all_edges()
    assert "density" in shown_caption(scene_of(view), none)
    assert "folded neurons" in shown_caption(scene_of(view), none)
    view.toggle_folds()
    assert "folded neurons" not in shown_caption(scene_of(view), none)


def test_a_scene_of_another_moment_shows_the_neurons_of_that_moment(
    view: NetworkView, workspace: Workspace
) -> None:
    """A picture that is made later, as of an animation, does not depend on what is looked at."""
    workspace.stepper.set_granularity(Granularity.NEURON)
    workspace.stepper.to_start()
    moment = moment_of(workspace)
    assert moment is not None
    step = next(
        index for index, each in enumerate(moment.timeline.steps)
        if (each.layer, each.neuron) == (1, 100)
    )  # fmt: skip
    moment = replace(moment, timeline=moment.timeline.to(step), selected=NodeRef(1, 60))
    workspace.selection.select(NodeRef(1, 140))

    scene = build_scene(workspace, (942, 364), DARK, moment=moment)
    assert scene is not None
    assert scene.layout.layers[1].shown[[60, 100, 140]].tolist() == [True, True, False]
