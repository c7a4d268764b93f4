"""Who gets a key: the control that has the focus, or the action that has it for a shortcut."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.training_store import TrainingState
from nnviz.trace.refs import NodeRef
from nnviz.views.panels.weight_gallery import WeightGallery
from tests.sampling import every

WindowMaker = Callable[..., MainWindow]
Key = Qt.Key
MIDDLE = 3
"""A position of the pass by layer that has steps on both sides."""
STEPPING = [Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown]


@pytest.fixture
def window(make_window: WindowMaker) -> MainWindow:
    """XOR in the middle of its pass: it has other examples to go to, and data to train on."""
    window = make_window("xor-2-2-1")
    window.workspace.stepper.move_to(MIDDLE)
    return window


def position(window: MainWindow) -> int:
    return window.workspace.stepper.timeline.position


def focused(window: MainWindow, panel: str, kind: type[QWidget], name: str) -> QWidget:
    window.dock(panel).raise_()
    widget = window.panels[panel].findChild(kind, name)
    assert isinstance(widget, kind)
    widget.setFocus()
    assert widget.hasFocus()
    return widget


@pytest.mark.parametrize("keys", every(3, ["m", "n", "t", "e", "o", "f"]))
def test_letters_look_for_an_entry_of_a_list(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    combo = focused(window, "training", QComboBox, "training.cost")
    before = window.workspace.stepper.granularity

    qtbot.keyClicks(combo, keys)

    assert window.workspace.training.state is TrainingState.IDLE
    assert window.workspace.examples.index == 0
    assert window.workspace.stepper.granularity is before


def test_letters_choose_the_entry_that_begins_with_them(window: MainWindow, qtbot: QtBot) -> None:
    combo = focused(window, "training", QComboBox, "training.hidden")
    assert isinstance(combo, QComboBox)

    qtbot.keyClicks(combo, "t")

    assert combo.currentText() == "Tanh"


def test_home_and_end_move_in_a_list_and_not_in_the_pass(window: MainWindow, qtbot: QtBot) -> None:
    combo = focused(window, "training", QComboBox, "training.output")
    assert isinstance(combo, QComboBox)
    rows = []

    for key in (Key.Key_End, Key.Key_Home):
        qtbot.keyClick(combo, key)
        rows.append(combo.currentIndex())

    assert rows == [combo.count() - 1, 0]
    assert position(window) == MIDDLE


def test_an_open_list_keeps_its_keys(window: MainWindow, qtbot: QtBot) -> None:
    combo = focused(window, "training", QComboBox, "training.output")
    assert isinstance(combo, QComboBox)
    combo.showPopup()

    for key in (*STEPPING, Key.Key_Left, Key.Key_Right, Key.Key_N):
        qtbot.keyClick(combo.view(), key)

    combo.hidePopup()
    assert position(window) == MIDDLE
    assert window.workspace.examples.index == 0


@pytest.mark.parametrize("key", STEPPING, ids=lambda key: key.name)
def test_a_table_keeps_the_keys_that_move_in_it(
    window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    window.workspace.selection.select(NodeRef(1, 0))
    table = focused(window, "inspector", QTableView, "inspector.incoming.table")

    qtbot.keyClick(table, key)

    assert position(window) == MIDDLE


def test_a_table_leaves_letters_to_the_window_for_its_rows_are_no_words(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.workspace.selection.select(NodeRef(1, 0))
    table = focused(window, "inspector", QTableView, "inspector.incoming.table")

    qtbot.keyClick(table, Key.Key_N)

    assert window.workspace.examples.index == 1


def test_a_table_of_whole_rows_leaves_the_sideways_keys_to_the_pass(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.workspace.selection.select(NodeRef(1, 0))
    table = focused(window, "inspector", QTableView, "inspector.incoming.table")

    qtbot.keyClick(table, Key.Key_Right)

    assert position(window) == MIDDLE + 1


def test_page_keys_step_the_number_that_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    box = window.findChild(QSpinBox, "example.index")
    assert box is not None
    box.setFocus()

    qtbot.keyClick(box, Key.Key_PageUp)

    assert position(window) == MIDDLE


def test_a_button_leaves_all_keys_but_space_to_the_pass(window: MainWindow, qtbot: QtBot) -> None:
    button = focused(window, "training", QPushButton, "training.reset")

    qtbot.keyClick(button, Key.Key_Home)

    assert position(window) == -1


def test_keys_with_control_stay_with_their_actions(window: MainWindow, qtbot: QtBot) -> None:
    combo = focused(window, "training", QComboBox, "training.cost")
    window.workspace.stepper.to_end()

    qtbot.keyClick(combo, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert window.action("edit.undo").text() == "&Undo Next pass"


@pytest.mark.mnist
def test_arrow_keys_walk_through_the_weight_images(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window("mnist-784-30-10")
    qtbot.waitUntil(lambda: not window.workspace.loading, timeout=60_000)
    gallery = focused(window, "weight-images", WeightGallery, "weight-images.gallery")
    start = position(window)

    for key in (Key.Key_Home, Key.Key_Right, Key.Key_Right):
        qtbot.keyClick(gallery, key)

    assert window.workspace.selection.selected == NodeRef(1, 2)
    assert position(window) == start


@pytest.mark.usefixtures("warmed_up")
def test_the_end_of_a_run_leaves_the_example_alone_and_says_how_it_ended(
    window: MainWindow, qtbot: QtBot
) -> None:
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=2))
    workspace.examples.show(workspace.examples.subset, 2)
    box, status = (
        window.findChild(QSpinBox, "example.index"),
        window.findChild(QLabel, "training.status"),
    )
    assert box is not None
    assert status is not None

    with qtbot.waitSignal(workspace.training.run_finished, timeout=60_000):
        workspace.run.start()

    assert (box.value(), workspace.examples.index) == (2, 2)
    assert status.text() == "done · 2 epochs"


def test_the_buttons_of_the_panel_are_called_like_the_actions(window: MainWindow) -> None:
    names = ("run:train", "stop:stop", "mini-batch:mini-batch", "epoch:epoch", "reset:reset")
    pairs = [name.split(":") for name in names]

    actions = [window.action(f"train.{key}").text().replace("&", "") for key, _ in pairs]
    buttons = [window.findChild(QPushButton, f"training.{name}") for _, name in pairs]

    assert [button.text() for button in buttons if button] == [
        text.capitalize() for text in actions
    ]
