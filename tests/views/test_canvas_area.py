"""One canvas or two: what is linked, where they stand, what is said over them, what is left."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores.comparison_store import Weights
from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.canvas_area import CanvasArea
from nnviz.views.scene.network_view import NetworkView

LEFT = Qt.MouseButton.LeftButton
Part = TypeVar("Part", bound=QWidget)


@pytest.fixture
def area(workspace: Workspace, qtbot: QtBot) -> Iterator[CanvasArea]:
    area = CanvasArea(workspace)
    qtbot.addWidget(area)
    area.resize(1200, 500)
    with qtbot.waitExposed(area):
        area.show()
    workspace.second_pass.set_open(True)
    yield area
    area.shutdown()


def second_of(area: CanvasArea) -> NetworkView:
    assert area.second is not None
    return area.second


def part(area: CanvasArea, kind: type[Part], name: str) -> Part:
    found = area.findChild(kind, f"second.{name}")
    assert found is not None
    return found


def click_neuron(qtbot: QtBot, view: NetworkView, ref: NodeRef) -> None:
    assert view.scene is not None
    x, y = view.scene.centre(ref)
    qtbot.mouseClick(view, LEFT, pos=QPoint(round(x), round(y)))


def test_the_second_canvas_shows_its_own_numbers_of_the_same_network_and_moment(
    area: CanvasArea, workspace: Workspace
) -> None:
    workspace.stepper.move_to(1)

    first, second = area.first.scene, second_of(area).scene

    assert first is not None
    assert second is not None
    assert [layer.inside[0][0] for layer in first.frame.layers[:1]] == ["0"]  # XOR's (0, 0)
    assert [each[0] for each in second.frame.layers[0].inside] == ["0", "1.000"]
    assert first.frame.layers[2].fill is None
    assert second.frame.layers[2].fill is None


def test_selection_and_hover_are_linked_both_ways(
    area: CanvasArea, workspace: Workspace, qtbot: QtBot
) -> None:
    click_neuron(qtbot, second_of(area), NodeRef(1, 1))
    assert area.first.scene is not None
    assert area.first.scene.selected == NodeRef(1, 1)

    click_neuron(qtbot, area.first, NodeRef(2, 0))
    second = second_of(area).scene
    assert second is not None
    assert second.selected == NodeRef(2, 0)


def test_zoom_and_place_are_linked_both_ways(area: CanvasArea) -> None:
    second_of(area).zoom_in()
    assert area.first.viewport == second_of(area).viewport
    assert area.first.viewport.zoom > 1

    area.first.fit()
    assert second_of(area).viewport == area.first.viewport


def test_they_stand_where_both_are_easiest_to_read(area: CanvasArea) -> None:
    assert area.splitter.orientation() is Qt.Orientation.Horizontal

    area.resize(900, 1000)

    assert area.splitter.orientation() is Qt.Orientation.Vertical


def test_each_says_what_it_shows_and_the_cost_only_once_it_is_known(
    area: CanvasArea, workspace: Workspace
) -> None:
    trace = workspace.second_pass.shown
    assert trace is not None
    assert area.headings[1] == "Sample 1: x = (0, 1)  →  y = (1)   C –"

    workspace.stepper.to_end()

    cost = workspace.display.notation.number(trace.trace.cost)
    assert area.headings[0].startswith("Sample 0: x = (0, 0)")
    assert area.headings[1].endswith(f"C {cost}")
    workspace.second_pass.set_open(False)
    assert area.headings == ("",)


def test_over_digits_stand_the_truth_and_the_answer(
    image_workspace: Workspace, qtbot: QtBot
) -> None:
    area = CanvasArea(image_workspace)
    qtbot.addWidget(area)
    image_workspace.second_pass.set_open(True)
    image_workspace.second_pass.show_example(Subset.TRAIN, 5)
    shown = image_workspace.second_pass.shown
    assert shown is not None
    answer = int(shown.trace.forward.activations[-1][0].argmax())
    label = image_workspace.second_pass.label_of(0)

    assert area.headings[1].startswith(f"Training digit 5: a {label}, answer {answer} ")
    area.shutdown()


def test_the_bar_asks_the_store_for_another_example(
    area: CanvasArea, workspace: Workspace, qtbot: QtBot
) -> None:
    store, index = workspace.second_pass, part(area, QSpinBox, "index")

    qtbot.mouseClick(part(area, QToolButton, "next"), LEFT)
    assert store.example == (Subset.SAMPLES, 2)
    assert index.value() == 2
    index.setValue(3)
    assert store.example == (Subset.SAMPLES, 3)
    same = part(area, QCheckBox, "same")
    qtbot.mouseClick(same, LEFT, pos=QPoint(8, same.height() // 2))
    assert store.same_example
    assert index.value() == 0


def test_the_bar_offers_the_weights_that_there_are(area: CanvasArea, workspace: Workspace) -> None:
    weights = part(area, QComboBox, "weights")
    assert not weights.isEnabled()

    workspace.second_pass.keep()

    assert weights.isEnabled()
    assert weights.currentData() is Weights.KEPT
    assert area.headings[1].endswith("kept weights")
    weights.setCurrentIndex(0)
    weights.activated.emit(0)
    assert workspace.second_pass.weights is Weights.CURRENT


def test_a_closed_canvas_leaves_no_thread_and_no_widget(
    image_workspace: Workspace, qtbot: QtBot
) -> None:
    area = CanvasArea(image_workspace)
    qtbot.addWidget(area)
    area.resize(1200, 500)
    with qtbot.waitExposed(area):
        area.show()
    image_workspace.second_pass.set_open(True)
    with qtbot.waitSignal(second_of(area).scene_drawn, timeout=5_000):
        pass

    def painting() -> int:
        return sum(each.name.startswith("nnviz-picture") for each in threading.enumerate())

    both = painting()
    image_workspace.second_pass.set_open(False)

    assert both == painting() + 1
    assert area.second is None
    assert area.findChild(QToolButton, "second.next") is None
    area.shutdown()


def test_the_split_is_remembered(area: CanvasArea, workspace: Workspace) -> None:
    area.splitter.setSizes([400, 800])
    sizes, state = area.splitter.sizes(), area.save_state()
    workspace.second_pass.set_open(False)
    assert area.save_state().isEmpty()

    area.restore_state(state)

    assert area.second is not None
    assert area.splitter.sizes() == sizes


def test_tab_walks_the_edges_that_are_strong_on_its_own_canvas(
    area: CanvasArea, workspace: Workspace
) -> None:
    """Kept are 0.01 and −0.87 out of layer 1's first neuron; the first canvas has 9 and −0.87."""
    workspace.open_preset("primer-2-3-2")
    workspace.second_pass.keep()
    workspace.stepper.to_start()
    state = workspace.state
    out = state.parameters.weights[1].copy()
    out[0, 0] = 9.0
    changed = replace(state.parameters, weights=(state.parameters.weights[0], out))
    workspace.adopt(replace(state, parameters=changed))

    for view, strongest in ((area.first, 0), (second_of(area), 1)):
        workspace.selection.select(NodeRef(1, 0))
        for _ in range(3):  # the two edges into it come first
            view.focusNextPrevChild(True)
        assert workspace.selection.selected == EdgeRef(2, strongest, 0)
