"""The whole window by real keys, clicks and its actions."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRegularExpression, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnviz import __version__
from nnviz.app.actions import ACTIONS
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.palette import DARK, LIGHT, RGB

WindowMaker = Callable[..., MainWindow]
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
START, LAST = -1, 6
"""Positions of a pass of the primer by layer."""


def position(window: MainWindow) -> int:
    return window.workspace.stepper.timeline.position


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window.canvas, key)


def enabled(window: MainWindow, *keys: str) -> list[bool]:
    return [window.action(key).isEnabled() for key in keys]


def child(window: QWidget, kind: type[QWidget], name: str) -> QWidget:
    found = window.findChild(kind, name)
    assert found is not None
    return found


def status(window: MainWindow) -> str:
    label = window.findChild(QLabel, "status.text")
    assert label is not None
    return label.text()


def colour_at(widget: QWidget, x: int, y: int) -> RGB:
    color = widget.grab().toImage().pixelColor(x, y)
    return color.red(), color.green(), color.blue()


def answer_file_dialog(window: MainWindow, path: Path) -> None:
    """Choose ``path`` in the open file dialog and close it."""
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    close(dialog)


def warning(window: MainWindow) -> str:
    """The sentence of the box that is open; closes it."""
    box = window.findChild(QMessageBox, "dialog.warning")
    assert box is not None
    text = box.text()
    close(box)
    return text


def close(dialog: QDialog) -> None:
    """Close a dialog, and let it be deleted, as the event loop would."""
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def parameters(window: MainWindow) -> list[np.ndarray]:
    current = window.workspace.state.parameters
    return [*current.weights, *current.biases]


def start_training(qtbot: QtBot, window: MainWindow) -> None:
    """Begin a run that does not end by itself."""
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    with qtbot.waitSignal(window.workspace.training.snapshot_changed, timeout=60_000):
        window.action("train.run").trigger()


def test_the_window_opens_with_all_its_panels(window: MainWindow) -> None:
    assert window.isVisible()
    assert window.windowTitle().startswith("Primer 2-3-2")
    assert set(window.panels) == {
        "inspector", "what-if", "training", "challenges", "cost", "accuracy", "weight-images",
        "decision-boundary", "chain-rule", "mini-batch", "next-mini-batch", "runs", "health",
        "classes",
    }  # fmt: skip
    assert window.panels["inspector"].isVisible()
    assert window.canvas.hasFocus()


def test_menus_hold_the_actions_that_the_table_names(window: MainWindow) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]

    held = [action for menu in menus if isinstance(menu, QMenu) for action in menu.actions()]

    assert {window.action(spec.key) for spec in ACTIONS} <= set(held)


def test_tips_name_the_keys(window: MainWindow) -> None:
    assert window.action("train.run").toolTip().endswith("(T)")
    assert window.action("help.about").toolTip() == "What this program is"


MOVES = [
    (START, Key.Key_Right, 0),
    (2, Key.Key_Left, 1),
    (4, Key.Key_Home, START),
    (1, Key.Key_End, LAST),
    (START, Key.Key_PageDown, 0),
    (0, Key.Key_PageDown, 2),
    (5, Key.Key_PageUp, 3),
]
"""Where one starts, the key, and where one ends."""


def test_keys_move_through_the_pass(window: MainWindow, qtbot: QtBot) -> None:
    ends = []

    for start, key, _ in MOVES:
        window.workspace.stepper.move_to(start)
        press(qtbot, window, key)
        ends.append(position(window))

    assert ends == [end for _, _, end in MOVES]


def test_the_ends_of_the_pass_are_walls(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, Key.Key_Left, Key.Key_Home)
    start = position(window)
    press(qtbot, window, Key.Key_End, Key.Key_Right)

    assert (start, position(window)) == (START, LAST)


def test_space_plays_and_pauses(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, Key.Key_Space)
    playing = window.workspace.stepper.playing
    press(qtbot, window, Key.Key_Space)

    assert (playing, window.workspace.stepper.playing) == (True, False)


def test_space_presses_the_button_that_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    button = next(
        button
        for button in window.timeline_bar.findChildren(QToolButton)
        if button.defaultAction() is window.action("step.forward")
    )
    button.setFocus()

    qtbot.keyClick(button, Key.Key_Space)

    assert position(window) == 0
    assert not window.workspace.stepper.playing


def test_keys_that_are_typed_into_a_field_stay_there(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = make_window("xor-2-2-1")
    box = window.findChild(QSpinBox, "example.index")
    assert box is not None
    box.setFocus()

    qtbot.keyClick(box, Key.Key_Home)
    qtbot.keyClick(box, Key.Key_Right)

    assert position(window) == START


def test_what_can_be_done_follows_the_position(window: MainWindow) -> None:
    keys = ("step.first", "step.back", "step.forward", "step.last", "step.next-pass")
    states = []

    for place in (START, 2, LAST):
        window.workspace.stepper.move_to(place)
        states.append(enabled(window, *keys))

    assert states == [
        [False, False, True, True, False],
        [True, True, True, True, False],
        [True, True, False, False, True],
    ]


def test_only_digits_have_wrong_answers(window: MainWindow) -> None:
    assert enabled(window, "example.wrong", "train.stop") == [False, False]


@pytest.mark.usefixtures("warmed_up")
def test_what_can_be_done_follows_the_run(window: MainWindow, qtbot: QtBot) -> None:
    keys = ("train.run", "train.stop", "train.mini-batch", "train.reset", "file.save")
    start_training(qtbot, window)
    running = (window.action("train.run").text(), enabled(window, *keys))
    with qtbot.waitSignal(
        window.workspace.training.state_changed,
        check_params_cb=lambda state: state is TrainingState.PAUSED,
    ):
        window.action("train.run").trigger()

    assert running == ("&Pause", [True, True, False, False, False])
    assert window.action("train.run").text() == "Res&ume"
    assert enabled(window, *keys) == [True, True, True, False, True]


def test_next_pass_keeps_the_update_and_undo_takes_it_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = parameters(window)
    trace = window.workspace.stepper.trace
    assert trace is not None
    press(qtbot, window, Key.Key_End)

    window.action("step.next-pass").trigger()

    after = parameters(window)
    for one, other in zip(after, [*trace.after.weights, *trace.after.biases], strict=True):
        np.testing.assert_array_equal(one, other)
    assert position(window) == START
    assert window.action("edit.undo").text() == "&Undo Next pass"

    window.action("edit.undo").trigger()

    for one, other in zip(parameters(window), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert window.action("edit.redo").text() == "&Redo Next pass"


def test_the_menu_of_presets_opens_another_network(window: MainWindow) -> None:
    action = window.findChild(QAction, "preset.mazur-2-2-2")
    assert action is not None

    action.trigger()

    assert window.workspace.spec.sizes == (2, 2, 2)
    assert "Mazur" in window.windowTitle()
    assert "Mazur" in child(window, QToolButton, "toolbar.preset").text()  # type: ignore[attr-defined]
    presets = window.findChildren(QAction, QRegularExpression("^preset\\."))
    assert [each for each in presets if each.isChecked()] == [action]


def test_the_theme_recolours_and_is_remembered(window: MainWindow, settings_file: Path) -> None:
    before = colour_at(window.canvas, 4, 4)

    window.action("view.theme").trigger()

    after = colour_at(window.canvas, 4, 4)
    window.close()
    assert (before, after) == (DARK.surface, LIGHT.surface)
    assert "theme=light" in settings_file.read_text()


def test_a_window_has_the_theme_and_granularity_of_the_last_time(
    make_window: WindowMaker,
) -> None:
    first = make_window(theme="light")
    first.action("step.granularity").trigger()
    first.close()

    second = make_window(theme=None)

    assert colour_at(second.canvas, 4, 4) == LIGHT.surface
    assert second.workspace.stepper.granularity is Granularity.OPERATION


def test_a_panel_can_be_closed_and_shown_again(window: MainWindow) -> None:
    dock = window.dock("cost")
    dock.close()
    closed = dock.isVisible()

    dock.toggleViewAction().trigger()

    assert (closed, dock.isVisible()) == (False, True)


def test_the_layout_is_remembered(make_window: WindowMaker) -> None:
    first = make_window()
    first.dock("accuracy").close()
    first.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first.dock("cost"))
    first.close()

    second = make_window()

    assert not second.dock("accuracy").isVisible()
    assert second.dockWidgetArea(second.dock("cost")) is Qt.DockWidgetArea.LeftDockWidgetArea


def test_the_layout_can_be_reset(window: MainWindow) -> None:
    window.dock("accuracy").close()
    window.dock("cost").setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.dock("inspector"))

    window.action("view.reset-layout").trigger()

    docks = window.findChildren(QDockWidget)
    areas = {dock.objectName(): window.dockWidgetArea(dock) for dock in docks}
    assert not any(dock.isFloating() or dock.isHidden() for dock in docks)
    assert areas["inspector"] is Qt.DockWidgetArea.RightDockWidgetArea
    assert areas["cost"] is areas["accuracy"] is Qt.DockWidgetArea.BottomDockWidgetArea


@pytest.mark.usefixtures("warmed_up")
def test_a_window_that_trains_closes_within_a_second(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = make_window("xor-2-2-1")
    start_training(qtbot, window)
    started = time.monotonic()

    window.close()

    assert time.monotonic() - started < 1
    assert not window.workspace.training._thread.isRunning()


@pytest.mark.mnist
def test_a_window_that_loads_data_closes_and_ends_its_thread(window: MainWindow) -> None:
    window.workspace.open_preset("mnist-784-10")
    assert window.workspace.loading

    window.close()

    assert not window.workspace.training._thread.isRunning()


def test_a_network_that_is_saved_can_be_opened_again(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    window.action("step.last").trigger()
    window.action("step.next-pass").trigger()
    saved = parameters(window)
    window.action("file.save").trigger()
    answer_file_dialog(window, path)
    said = status(window)

    window.workspace.open_preset("mazur-2-2-2")
    window.action("file.open").trigger()
    answer_file_dialog(window, path)

    assert said == "Saved mine.json."
    for one, other in zip(parameters(window), saved, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("text", ["{", json.dumps({"format": "nnviz-network/1"})])
def test_a_bad_file_is_refused_with_a_sentence_and_the_window_goes_on(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, text: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)

    window.action("file.open").trigger()
    answer_file_dialog(window, path)

    assert "bad.json" in warning(window)
    press(qtbot, window, Key.Key_Right)
    assert position(window) == 0


def test_a_place_that_cannot_be_written_to_is_refused_with_a_sentence(
    window: MainWindow, tmp_path: Path
) -> None:
    sentences = []

    for key in ("file.save", "file.export-trace"):
        window.action(key).trigger()
        answer_file_dialog(window, tmp_path / "missing" / "file.json")
        sentences.append(warning(window))

    assert all("missing" in sentence for sentence in sentences)


def test_a_name_with_slashes_is_offered_as_a_file_name(window: MainWindow, tmp_path: Path) -> None:
    window.workspace._state = replace(window.workspace.state, title="and/or: a*b")

    window.action("file.save").trigger()

    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    assert [Path(name).name for name in dialog.selectedFiles()] == ["and-or- a-b.json"]
    dialog.close()


def test_f1_lists_every_key(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, Key.Key_F1)

    dialog = child(window, QDialog, "dialog.keys")
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    native = QKeySequence.SequenceFormat.NativeText
    keys = {window.action(spec.key).shortcut().toString(native) for spec in ACTIONS} - {""}
    dialog.close()
    assert keys <= texts
    assert {"Esc", "Wheel", "Step Forward"} <= texts


def test_the_buttons_of_dialogs_have_no_icons(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, Key.Key_F1)
    window.action("edit.settings").trigger()

    buttons = [
        button
        for name in ("dialog.keys", "dialog.settings")
        for button in child(window, QDialog, name).findChildren(QPushButton)
    ]

    assert len(buttons) == 3
    assert all(button.icon().isNull() for button in buttons)
    child(window, QDialog, "dialog.keys").close()
    child(window, QDialog, "dialog.settings").close()


def test_the_about_box_names_version_and_licence(window: MainWindow) -> None:
    window.action("help.about").trigger()

    box = window.findChild(QMessageBox, "dialog.about")
    assert box is not None
    assert __version__ in box.text()
    assert "MIT" in box.informativeText()
    box.close()


def test_keys_of_the_canvas_select_neurons_and_panels_follow(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(qtbot, window, Key.Key_Down, Key.Key_Down)

    assert window.workspace.selection.selected == NodeRef(1, 1)


def test_f_fits_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    window.action("view.zoom-in").trigger()
    zoom = window.canvas.viewport.zoom

    press(qtbot, window, Key.Key_F)

    assert zoom == 1.25
    assert window.canvas.viewport == Viewport()


def test_a_problem_stands_in_the_status_bar(window: MainWindow) -> None:
    window.workspace.problem.emit("Something cannot be.")

    assert status(window) == "Something cannot be."


def test_examples_can_be_walked_with_keys(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window("xor-2-2-1")
    indices = []

    for key in (Key.Key_N, Key.Key_N, Key.Key_P, Key.Key_P, Key.Key_P):
        press(qtbot, window, key)
        indices.append(window.workspace.examples.index)

    assert indices == [1, 2, 1, 0, 3]


def test_selecting_a_neuron_brings_the_inspector_to_the_front(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.dock("training").raise_()
    qtbot.waitUntil(window.panels["training"].isVisible)

    window.workspace.selection.select(NodeRef(1, 0))

    qtbot.waitUntil(window.panels["inspector"].isVisible)


def test_the_smallest_window_has_room_for_every_bar_and_panel(window: MainWindow) -> None:
    window.show()

    assert window.minimumSizeHint().height() <= window.minimumHeight()
    assert window.minimumSizeHint().width() <= window.minimumWidth()


def test_a_number_of_an_example_that_is_entered_gives_the_keys_back(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = make_window("xor-2-2-1")
    field = child(window, QSpinBox, "example.index")
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "2")

    qtbot.keyClick(field, Qt.Key.Key_Return)
    before = window.workspace.stepper.timeline.position
    qtbot.keyClick(window, Qt.Key.Key_Right)

    assert window.workspace.examples.index == 2
    assert not field.hasFocus()
    assert window.workspace.stepper.timeline.position == before + 1


def test_the_first_window_is_never_larger_than_the_screen(
    application: QApplication, settings_file: Path, qtbot: QtBot
) -> None:
    window = MainWindow(Workspace(), open_settings(settings_file), "dark")
    qtbot.addWidget(window)

    screen = window.screen().availableGeometry()
    assert screen.width() < 1600
    assert window.size() == QSize(window.minimumWidth(), screen.height() - 48)
