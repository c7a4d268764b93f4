"""The hand on the canvas: cards, pins, the minimap, walks by keys, numbers dragged in place."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.what_if import Kind
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.palette import DARK

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NEURON, EDGE = NodeRef(1, 1), EdgeRef(2, 0, 1)
NOTHING_THERE = QPoint(300, 500)
END = 99


@pytest.fixture
def view(workspace: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    workspace.open_preset("primer-2-3-2")
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.settle()
    yield view
    view.shutdown()


def scene_of(view: NetworkView) -> Scene:
    assert view.scene is not None
    return view.scene


def trace_of(workspace: Workspace) -> PassTrace:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace


def place_of(view: NetworkView, ref: Ref) -> QPoint:
    """Return where a neuron stands, or a point an eighth along an edge, off its numbers."""
    scene = scene_of(view)
    if isinstance(ref, NodeRef):
        return QPointF(*scene.centre(ref)).toPoint()
    start, end = (QPointF(*scene.centre(node)) for node in (ref.source_node, ref.target_node))
    return (start + (end - start) * 0.86).toPoint()


def move_to(view: NetworkView, place: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton,
            modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:  # fmt: skip
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), QPointF(view.mapToGlobal(place)),
        Qt.MouseButton.NoButton, held, modifiers,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def rows_of(view: NetworkView) -> dict[str, str]:
    card = view.card.card
    return {} if card is None else {row.symbol: row.value.text for row in card.rows}


def test_the_card_comes_follows_and_goes_with_the_pointer(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    place = place_of(view, NEURON)
    move_to(view, place)
    assert view.card.card is None  # not for a pointer that only passes by

    qtbot.waitUntil(lambda: view.card.is_shown)
    face = view.card.face
    assert face is not None
    first = face.pos()
    move_to(view, place + QPoint(3, 2))
    assert face.card.title == "Layer 1 neuron 1"
    assert face.pos() - first == QPoint(3, 2)
    assert not face.geometry().contains(place + QPoint(3, 2))
    assert view.hasFocus() or not face.hasFocus()

    workspace.stepper.to_end()
    assert rows_of(view)["a"] == "0.5857"

    move_to(view, NOTHING_THERE)
    assert view.card.is_shown  # a hand that trembles keeps it
    qtbot.waitUntil(lambda: not view.card.is_shown)


def test_ctrl_click_pins_and_the_cards_follow_the_steps(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.move_to(-1)
    for ref in (NEURON, EDGE):
        qtbot.mouseClick(view, LEFT, CTRL, place_of(view, ref))

    assert workspace.selection.pinned == (NEURON, EDGE)
    assert workspace.selection.selected is None
    cards = view.pins.cards
    assert [card.card.title for card in cards] == [
        "Layer 1 neuron 1",
        "Layer 1 neuron 1 → output 0",
    ]
    assert [row.value.known for row in cards[0].card.rows] == [False, True, False, False, False]
    assert view.pins.isVisible()

    workspace.stepper.to_end()
    assert all(row.value.known for card in cards for row in card.card.rows)

    qtbot.mouseClick(cards[1], LEFT, pos=QPoint(20, 10))
    assert workspace.selection.selected == EDGE
    qtbot.mouseClick(cards[1], LEFT, pos=cards[1].cross.center())
    assert workspace.selection.pinned == (NEURON,)
    qtbot.mouseClick(view, LEFT, CTRL, place_of(view, NEURON))
    assert workspace.selection.pinned == ()
    assert not view.pins.isVisible()


def test_escape_clears_the_selection_first_then_the_pins(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.selection.toggle_pin(NEURON)
    workspace.selection.select(EDGE)
    left = []
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        left.append((workspace.selection.selected, workspace.selection.pinned))

    assert left == [(None, (NEURON,)), (None, ())]


def test_a_pin_is_drawn_and_more_than_fit_are_counted(
    view: NetworkView, workspace: Workspace
) -> None:
    x, y = scene_of(view).centre(NEURON)
    radius = scene_of(view).radius(scene_of(view).layout.layers[1])
    left, top = round(x - 0.7071 * (radius + 4)) - 6, round(y - 0.7071 * (radius + 4))
    before = view.grab().toImage().pixelColor(left, top).getRgb()[:3]

    workspace.selection.toggle_pin(NEURON)
    view.pins.hide()
    after = view.grab().toImage().pixelColor(left, top).getRgb()[:3]
    for source in range(2):
        for neuron in range(3):
            workspace.selection.toggle_pin(EdgeRef(1, neuron, source))
            workspace.selection.toggle_pin(EdgeRef(2, source, neuron))
    view.resize(700, 300)

    assert before != after == DARK.selection
    shown = [card for card in view.pins.cards if card.isVisible()]
    assert len(shown) + view.pins.left_out == 13
    assert 1 <= len(shown) < 13
    assert view.pins.geometry().bottom() < 300 - 74  # the legend stays free


def test_the_minimap_is_there_while_a_part_is_out_of_sight_and_leads_there(
    view: NetworkView, qtbot: QtBot
) -> None:
    minimap = view.minimap
    assert not minimap.isVisible()
    qtbot.mouseDClick(view, LEFT, pos=place_of(view, NodeRef(0, 0)))
    assert minimap.isVisible()

    x, y = scene_of(view).layout.centre(NodeRef(2, 1))
    overview = minimap.overview
    small = QPoint(round(x * overview.scale + overview.x), round(y * overview.scale + overview.y))
    qtbot.mouseClick(minimap, LEFT, pos=small)

    px = view.viewport.zoom / overview.scale  # of the canvas for one of the minimap
    at = place_of(view, NodeRef(2, 1))
    assert abs(at.x() - 500) <= px
    assert abs(at.y() - 320) <= px
    box = minimap.window_box
    assert box.x < small.x() < box.x + box.width

    view.fit()
    assert not minimap.isVisible()


def test_two_fingers_pan_and_with_ctrl_zoom(view: NetworkView) -> None:
    def swipe(modifiers: Qt.KeyboardModifier) -> None:
        place = QPoint(500, 320)
        event = QWheelEvent(
            QPointF(place), QPointF(view.mapToGlobal(place)), QPoint(-7, 30), QPoint(-56, 240),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.ScrollUpdate, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)

    swipe(Qt.KeyboardModifier.NoModifier)
    assert view.viewport == Viewport(1.0, -7, 30)

    swipe(CTRL)
    assert view.viewport.zoom > 1


def test_shift_and_arrows_walk_the_layers_and_plain_ones_are_the_windows(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    walked: list[Ref | None] = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(view, key, SHIFT)
        walked.append(workspace.selection.selected)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Space)

    assert walked == [NodeRef(1, 0), NodeRef(2, 0), NodeRef(1, 0), NodeRef(0, 0)]
    assert workspace.selection.selected == NodeRef(0, 0)


def test_a_walk_brings_what_it_selects_into_sight(view: NetworkView, qtbot: QtBot) -> None:
    view.zoom_to(NodeRef(0, 0))
    view.set_viewport(view.viewport.zoomed(3.0, 500, 320))

    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)

    assert view.rect().contains(place_of(view, NodeRef(2, 0)))


def test_tab_walks_the_edges_of_a_neuron_and_then_leaves(
    workspace: Workspace, view: NetworkView, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    field = QLineEdit()
    row.addWidget(view)
    row.addWidget(field)
    window.resize(1100, 640)
    with qtbot.waitExposed(window):
        window.show()
    view.setFocus()
    workspace.selection.select(NEURON)

    walked = []
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
        walked.append(workspace.selection.selected)
    stayed = window.focusWidget() is view
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    left = window.focusWidget() is field
    view.setFocus()
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Backtab, SHIFT)

    # |w| 0.658 > 0.566 into it, 0.491 > 0.084 out of it.
    assert walked == [EdgeRef(1, 1, 0), EdgeRef(1, 1, 1), EdgeRef(2, 0, 1), EdgeRef(2, 1, 1)]
    assert (stayed, left) == (True, True)
    assert workspace.selection.selected == NEURON
    view.setParent(None)


def test_the_canvas_tells_screen_readers_what_is_selected(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.to_end()
    qtbot.keyClick(view, Qt.Key.Key_Down)

    told: QAccessibleInterface = QAccessible.queryAccessibleInterface(view)
    description = told.text(QAccessible.Text.Description)
    assert description.startswith("layer 1 neuron 0, activation 0.6316, ")


def number_place(view: NetworkView, kind: Kind, ref: Ref) -> QPoint:
    """Return a point on the number of an edge or on a neuron's bias, found by asking for it."""
    for y in range(0, view.height(), 4):
        for x in range(0, view.width(), 4):
            found = view.number_at(x, y)
            if found is not None and (found.kind, found.ref) == (kind, ref):
                return QPoint(x + 4, y + 2)
    raise AssertionError(ref)


@pytest.mark.parametrize(("kind", "ref"), [(Kind.WEIGHT, EDGE), (Kind.BIAS, NEURON)])
def test_a_number_is_dragged_in_its_place_as_one_change(
    view: NetworkView, workspace: Workspace, qtbot: QtBot, kind: Kind, ref: Ref
) -> None:
    workspace.stepper.to_end()
    workspace.stepper.step_back()  # at the update the new numbers stand there
    view.settle()
    before, cost = workspace.state.parameters, trace_of(workspace).cost
    place = number_place(view, kind, ref)
    move_to(view, place)
    assert view.cursor().shape() is Qt.CursorShape.SizeVerCursor

    qtbot.mousePress(view, LEFT, pos=place)
    for up in (10, 20, 30):
        move_to(view, place - QPoint(0, up), LEFT)
    move_to(view, place - QPoint(0, 40), LEFT, SHIFT)
    shown = rows_of(view)
    qtbot.mouseRelease(view, LEFT, pos=place - QPoint(0, 40))

    edit = workspace.what_if.edits[0]
    assert edit.value - edit.original == pytest.approx(0.30 + 0.01)
    notation = workspace.display.notation
    assert shown["w" if kind is Kind.WEIGHT else "b"] == notation.number(edit.value)
    assert shown["C"] == notation.number(trace_of(workspace).cost) != shown["C before"]
    assert shown["C before"] == notation.number(cost)
    assert workspace.selection.selected is None
    workspace.undo()
    assert workspace.state.parameters is before
    assert workspace.history.undo_text == "" or "change" not in workspace.history.undo_text


def test_escape_takes_a_drag_back(view: NetworkView, workspace: Workspace, qtbot: QtBot) -> None:
    before = workspace.state.parameters
    place = number_place(view, Kind.WEIGHT, EDGE)
    qtbot.mousePress(view, LEFT, pos=place)
    move_to(view, place + QPoint(0, 25), LEFT)
    assert workspace.what_if.edits

    qtbot.keyClick(view, Qt.Key.Key_Escape)
    move_to(view, place + QPoint(0, 60), LEFT)
    qtbot.mouseRelease(view, LEFT, pos=place + QPoint(0, 60))

    assert workspace.state.parameters is before
    assert not workspace.what_if.edits
    assert view.viewport == Viewport()


def test_a_run_says_why_its_numbers_cannot_be_dragged(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    place = number_place(view, Kind.WEIGHT, EDGE)
    with qtbot.waitSignal(workspace.training.state_changed):
        workspace.run.start()
    assert workspace.what_if.why_not

    qtbot.mousePress(view, LEFT, pos=place)
    move_to(view, place - QPoint(0, 30), LEFT)

    card = view.card.card
    assert card is not None
    assert card.sentences == (workspace.what_if.why_not,)
    assert not workspace.what_if.edits
    qtbot.mouseRelease(view, LEFT, pos=place)


def test_while_an_update_is_compared_the_card_tells_of_what_is_seen(
    view: NetworkView, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.stepper.to_end()
    move_to(view, place_of(view, NEURON))
    qtbot.waitUntil(lambda: view.card.is_shown)
    before = rows_of(view)["b"]
    trace = trace_of(workspace)

    workspace.comparison.begin()
    assert rows_of(view)["b"] == workspace.display.notation.number(trace.after.biases[0][1])
    assert rows_of(view)["b"] != before
    workspace.comparison.cancel()
    assert rows_of(view)["b"] == before


def test_numbers_after_the_update_are_not_those_that_a_drag_would_change(
    view: NetworkView, workspace: Workspace
) -> None:
    workspace.stepper.to_end()
    workspace.stepper.step_back()
    view.settle()
    assert has_number_to_drag(view)

    workspace.stepper.step_forward()
    view.settle()
    assert not has_number_to_drag(view)

    workspace.comparison.begin()
    view.settle()
    assert not has_number_to_drag(view)
    workspace.comparison.cancel()


def has_number_to_drag(view: NetworkView) -> bool:
    places = ((x, y) for x in range(0, 1000, 6) for y in range(0, 640, 6))
    return any(view.number_at(x, y) is not None for x, y in places)


def test_a_card_that_would_come_after_its_neuron_has_gone_stays_away(
    image_workspace: Workspace, qtbot: QtBot
) -> None:
    """In 784-10 layer 1 is the output of ten classes: there is no name for neuron 25."""
    with qtbot.waitSignal(image_workspace.network_changed):
        image_workspace.open_preset("mnist-784-30-10")
    view = NetworkView(image_workspace)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.card.aim(NodeRef(1, 25), QPoint(100, 100))

    image_workspace.open_preset("mnist-784-10")
    qtbot.wait(200)

    assert not view.card.is_shown
    view.shutdown()
