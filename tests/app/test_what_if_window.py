"""What if, and the passes, through the real window: docks, actions, keys."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.what_if import WhatIf

WindowMaker = Callable[..., MainWindow]
CONTROL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton
EDGE = EdgeRef(2, 1, 0)


def numbers(window: MainWindow) -> bytes:
    """Everything the pass is computed from and computes, bit by bit."""
    trace = window.workspace.stepper.trace
    assert trace is not None
    arrays = (
        *trace.before.weights, *trace.before.biases, trace.inputs, trace.targets,
        *trace.after.weights, *trace.after.biases, np.array([trace.cost]),
    )  # fmt: skip
    return b"".join(each.tobytes() for each in arrays)


def panel_of(window: MainWindow) -> WhatIf:
    """Bring the panel to the front."""
    window.dock("what-if").raise_()
    panel = window.panels["what-if"]
    assert isinstance(panel, WhatIf)
    return panel


def text_of(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_a_drag_moves_the_cost_on_the_canvas_and_one_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = panel_of(window)
    window.workspace.selection.select(EDGE)
    qtbot.keyClick(window.canvas, Qt.Key.Key_End)
    before = numbers(window)
    qtbot.waitUntil(panel.isVisible)
    slider = panel.rows[0].slider

    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.x_of(0.0), slider.height() // 2))
    qtbot.mouseMove(slider, QPoint(slider.x_of(0.6), slider.height() // 2))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.x_of(1.2), slider.height() // 2))
    moved = numbers(window)
    undo = window.action("edit.undo").text()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)

    assert moved != before == numbers(window)
    assert undo == "&Undo change w(2) 1←0"
    assert window.workspace.stepper.timeline.at_end


def test_back_to_trained_by_its_key_restores_a_weight_and_an_input(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = panel_of(window)
    before = numbers(window)
    offered = [window.action("edit.back-to-trained").isEnabled()]
    for ref in (EDGE, NodeRef(0, 1)):
        window.workspace.selection.select(ref)
        field = panel.rows[0].field
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "0.75")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    offered.append(window.action("edit.back-to-trained").isEnabled())
    listed = text_of(window, "what-if.edits")

    qtbot.keyClick(window.canvas, Qt.Key.Key_B, CONTROL)

    assert offered == [False, True]
    assert listed == "2 edits:"
    assert numbers(window) == before


def test_undo_in_the_field_takes_the_number_back_that_was_typed_there(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = panel_of(window)
    window.workspace.selection.select(EDGE)
    before = numbers(window)
    field = panel.rows[0].field
    shown = field.text()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.75")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    changed = numbers(window)

    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    back = (numbers(window), field.text())
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)

    assert back == (before, shown)
    assert changed != before
    assert numbers(window) == changed
    assert field.text() == "0.75"


def test_a_new_pass_from_an_earlier_one_says_that_the_later_ones_go(
    qtbot: QtBot, window: MainWindow
) -> None:
    button = window.action("step.next-pass")
    for _ in range(2):
        qtbot.keyClick(window.canvas, Qt.Key.Key_End)
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)
    newest = button.text()

    qtbot.keyClick(window.canvas, Qt.Key.Key_Left, CONTROL)
    earlier = (button.text(), button.toolTip())
    qtbot.keyClick(window.canvas, Qt.Key.Key_End)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)

    assert newest == button.text() == "Next P&ass"
    assert earlier[0] == "New P&ass from Here"
    assert "the later passes are dropped, undo brings them back" in earlier[1]
    assert "dropped" not in button.toolTip()


def test_five_passes_and_back_to_the_first_by_keys_and_on_by_the_button(
    qtbot: QtBot, window: MainWindow
) -> None:
    seen = [numbers(window)]
    for _ in range(5):
        qtbot.keyClick(window.canvas, Qt.Key.Key_End)
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)
        seen.append(numbers(window))

    back = []
    for _ in range(7):  # two more than there are
        qtbot.keyClick(window.canvas, Qt.Key.Key_Left, CONTROL)
        back.append(numbers(window))
    said = text_of(window, "timeline.pass")
    later = window.findChild(QToolButton, "timeline.later-pass")
    assert later is not None
    qtbot.mouseClick(later, LEFT)

    assert len(set(seen)) == 6
    assert back == [*seen[4::-1], seen[0], seen[0]]
    assert said == "Pass 1 of 6"
    assert numbers(window) == seen[1]
    assert window.action("step.previous-pass").isEnabled()


def test_selecting_leaves_the_panel_in_front_that_changes_numbers(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = panel_of(window)
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())

    window.workspace.selection.select(NodeRef(1, 2))

    assert panel.rows
    assert not panel.visibleRegion().isEmpty()
    assert window.panels["inspector"].visibleRegion().isEmpty()
