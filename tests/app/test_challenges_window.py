"""The challenges through the real window: keys, clicks, menu, and the banner over the canvas."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QListWidget, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.stores.bug_store import BugStore
from nnviz.trace.mistakes import Mistake
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity

WindowMaker = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def text(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, f"challenges.{name}")
    assert label is not None
    return label.text().replace("\N{NO-BREAK SPACE}", " ") if label.isVisible() else ""


def button(window: QWidget, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    found = button(window, name)
    assert found.isVisible()
    qtbot.mouseClick(found, LEFT)


def position(window: MainWindow) -> int:
    return window.workspace.stepper.timeline.position


def choose(qtbot: QtBot, window: MainWindow, mistake: Mistake) -> QListWidget:
    """Click a name in the list of mistakes."""
    found = window.findChild(QListWidget, "challenges.bug.list")
    assert found is not None
    item = found.findItems(mistake.title, Qt.MatchFlag.MatchExactly)[0]
    found.scrollToItem(item)
    qtbot.mouseClick(found.viewport(), LEFT, pos=found.visualItemRect(item).center())
    return found


def bug_of(window: MainWindow) -> BugStore:
    return window.workspace.challenges.bug


@pytest.fixture
def predicting(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Asked for ∂C/∂b of neuron 1 of layer 1, which is −0.003635."""
    window.workspace.stepper.set_granularity(Granularity.OPERATION)
    window.workspace.stepper.move_to(9)
    window.workspace.selection.select(NodeRef(1, 1))
    qtbot.keyClick(window.canvas, Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    return window


def test_predict_comes_to_the_front_and_asks_in_the_users_notation(predicting: MainWindow) -> None:
    assert predicting.panels["challenges"].isVisible()
    assert predicting.action("challenge.predict").isChecked()
    assert text(predicting, "predict.question") == "What is ∂C/∂b of neuron 1 of layer 1?"

    predicting.workspace.display.set_notation(Notation(error=ErrorSymbol.DELTA, first_index=1))

    assert text(predicting, "predict.question") == "What is δ of neuron 2 of layer 1?"


@pytest.mark.parametrize(("key", "right"), [(Key.Key_Minus, 1), (Key.Key_0, 0), (Key.Key_Plus, 0)])
def test_a_sign_is_a_key_anywhere(
    predicting: MainWindow, qtbot: QtBot, key: Qt.Key, right: int
) -> None:
    qtbot.keyClick(predicting.canvas, key)

    assert text(predicting, "predict.counts") == f"{right} of 1 right"


def test_the_arrow_skips_and_back_asks_again(predicting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(predicting.canvas, Key.Key_Right)
    skipped = text(predicting, "predict.question")

    qtbot.keyClick(predicting.canvas, Key.Key_Left)

    assert skipped.startswith("What is ∂C/∂w of w(")
    assert text(predicting, "predict.question") == "What is ∂C/∂b of neuron 1 of layer 1?"
    assert text(predicting, "predict.verdict") == ""
    assert text(predicting, "predict.counts") == ""


def test_the_selection_changes_the_question_and_the_panel_stays(
    predicting: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(predicting.canvas, Key.Key_Down)

    assert text(predicting, "predict.question") == "What is ∂C/∂b of neuron 2 of layer 1?"


def test_a_mistake_of_the_menu_is_told_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    menu = window.findChild(QMenu, "menu.find-the-bug")
    assert menu is not None
    action = window.findChild(QAction, "bug.last-term-dropped")
    assert action is not None

    action.trigger()

    banner = window.findChild(QLabel, "banner.mistake.text")
    assert banner is not None
    assert banner.isVisible()
    assert banner.text() == "This pass contains a mistake: Last Term of a Sum Dropped."
    assert action.isChecked()
    assert text(window, "bug.title") == "Last Term of a Sum Dropped"
    assert text(window, "bug.bite") == (
        "It bites first in step 6: ∂C/∂a of neuron 0 of layer 1 is 0.0005935 instead of 0.1288."
    )


def test_next_pass_is_off_until_the_pass_is_right_again(window: MainWindow, qtbot: QtBot) -> None:
    window.workspace.stepper.to_end()
    bug_of(window).run(Mistake.GRADIENT_ASCENT)
    assert not window.action("step.next-pass").isEnabled()

    click(qtbot, window, "banner.mistake.back")

    assert window.action("step.next-pass").isEnabled()
    assert bug_of(window).mistake is None
    assert not button(window, "banner.mistake.back").isVisible()


def test_a_hidden_mistake_is_told_nowhere(window: MainWindow, qtbot: QtBot) -> None:
    window.dock("challenges").raise_()
    click(qtbot, window, "challenges.bug.surprise")

    mistake = bug_of(window).mistake

    assert mistake is not None
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert not [each for each in shown if mistake.title in each]
    assert "This pass contains a mistake." in shown
    checked = [
        each for each in Mistake if window.findChild(QAction, f"bug.{each.value}").isChecked()
    ]
    assert checked == []


def test_the_bug_is_found_by_clicking(window: MainWindow, qtbot: QtBot) -> None:
    window.dock("challenges").raise_()
    click(qtbot, window, "challenges.bug.surprise")
    bug = bug_of(window)
    assert bug.mistake is not None
    wrong = next(each for each in bug.choices() if each is not bug.mistake)

    choose(qtbot, window, wrong)
    click(qtbot, window, "challenges.bug.guess")
    assert text(window, "bug.hint").startswith(f"✗ Not “{wrong.title}”")

    choose(qtbot, window, bug.mistake)
    click(qtbot, window, "challenges.bug.guess")

    assert text(window, "bug.introduction") == "✓ Right, this was the mistake:"
    assert text(window, "bug.title") == bug.mistake.title
    assert text(window, "bug.score") == "found 1 of 1"


def test_undo_has_nothing_to_do_with_it(window: MainWindow) -> None:
    window.workspace.stepper.to_end()
    window.workspace.next_pass()

    bug_of(window).run(Mistake.TARGET_SWAPPED)
    bug_of(window).back_to_right_pass()

    assert window.workspace.history.undo_text == "Next pass"
    window.workspace.undo()
    assert window.workspace.state.passes == 0


def test_mistakes_that_cannot_matter_are_not_offered(window: MainWindow) -> None:
    action = window.findChild(QAction, "bug.mean-forgotten")
    assert action is not None

    assert not action.isEnabled()
    assert Mistake.MEAN_FORGOTTEN not in bug_of(window).choices()
