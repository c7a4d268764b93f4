"""The panel Challenges by its own clicks and keys; the whole window is tested in tests/app."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.stores.bug_store import BugStore
from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity
from nnviz.views.panels.challenges import Challenges

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, workspace: Workspace) -> Challenges:
    """The panel about the primer's 2-3-2 network, before the first step."""
    workspace.open_preset("primer-2-3-2")
    result = Challenges(workspace)
    qtbot.addWidget(result)
    result.resize(330, 900)
    result.show()
    return result


@pytest.fixture
def predicting(window: Challenges) -> Challenges:
    """Asked for ∂C/∂b of neuron 1 of layer 1, which is −0.003635."""
    workspace = window.workspace
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.stepper.move_to(9)
    workspace.selection.select(NodeRef(1, 1))
    workspace.challenges.prediction.toggle()
    return window


def text(window: Challenges, name: str) -> str:
    label = window.findChild(QLabel, f"challenges.{name}")
    assert label is not None
    return label.text().replace("\N{NO-BREAK SPACE}", " ") if label.isVisible() else ""


def button(window: Challenges, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def click(qtbot: QtBot, window: Challenges, name: str) -> None:
    found = button(window, name)
    assert found.isVisible()
    qtbot.mouseClick(found, LEFT)


def position(window: Challenges) -> int:
    return window.workspace.stepper.timeline.position


def answer(qtbot: QtBot, window: Challenges, value: str) -> None:
    field = window.findChild(QLineEdit, "challenges.predict.field")
    assert field is not None
    qtbot.keyClicks(field, value)
    qtbot.keyClick(field, Key.Key_Return)


def bug_of(window: Challenges) -> BugStore:
    return window.workspace.challenges.bug


def test_the_right_sign_is_praised_with_the_number(predicting: Challenges, qtbot: QtBot) -> None:
    click(qtbot, predicting, "challenges.predict.negative")

    assert text(predicting, "predict.verdict") == (
        "✓ Right: ∂C/∂b of neuron 1 of layer 1 is −0.003635; you said negative."
    )
    assert text(predicting, "predict.counts") == "1 of 1 right"
    assert position(predicting) == 10


def test_the_wrong_sign_is_corrected(predicting: Challenges, qtbot: QtBot) -> None:
    click(qtbot, predicting, "challenges.predict.positive")

    assert text(predicting, "predict.verdict") == (
        "✗ Not quite: ∂C/∂b of neuron 1 of layer 1 is −0.003635: negative, not positive."
    )
    assert text(predicting, "predict.counts") == "0 of 1 right"


@pytest.mark.parametrize(
    ("typed", "mark", "error"),
    [("-0.0037807", "✓", "4.0 %"), ("-0.0038534", "✗", "6.0 %"), ("-3,78e-3", "✓", "4.0 %")],
)
def test_a_value_is_right_within_five_percent(
    predicting: Challenges, qtbot: QtBot, typed: str, mark: str, error: str
) -> None:
    answer(qtbot, predicting, typed)

    verdict = text(predicting, "predict.verdict")
    assert verdict.startswith(mark)
    assert "is −0.003635; you said" in verdict
    assert verdict.endswith(f"off by {error}.")
    assert position(predicting) == 10


def test_what_is_no_number_is_refused_and_nothing_moves(
    predicting: Challenges, qtbot: QtBot
) -> None:
    answer(qtbot, predicting, "much")

    assert text(predicting, "predict.problem") == (
        "The answer is a number, not “much”; type one like −0.03 or 2e-4."
    )
    assert position(predicting) == 9


def test_pointing_at_the_question_lights_its_neuron(predicting: Challenges, qtbot: QtBot) -> None:
    predicting.workspace.selection.select(None)
    question = predicting.findChild(QLabel, "challenges.predict.question")
    asked = predicting.workspace.challenges.prediction.question
    assert question is not None
    assert asked is not None

    qtbot.mouseMove(question)
    question.setFocus(Qt.FocusReason.TabFocusReason)
    assert predicting.workspace.selection.hovered == asked.ref

    qtbot.keyClick(question, Key.Key_Return)
    assert predicting.workspace.selection.selected == asked.ref


def test_reset_hides_the_count(predicting: Challenges, qtbot: QtBot) -> None:
    click(qtbot, predicting, "challenges.predict.negative")

    click(qtbot, predicting, "challenges.predict.reset")

    assert text(predicting, "predict.counts") == ""


def test_both_numbers_of_the_selected_neuron_stand_side_by_side(
    window: Challenges, qtbot: QtBot
) -> None:
    bug_of(window).run(Mistake.LAST_TERM_DROPPED)

    click(qtbot, window, "challenges.bug.go")

    def row(number: int) -> list[str]:
        return [text(window, f"bug.comparison.{number}.{column}") for column in range(3)]

    assert window.workspace.selection.selected == NodeRef(1, 0)
    assert position(window) == 5
    assert row(1) == ["a", "0.6316", "0.6316"]
    assert row(2) == ["∂C/∂a", "0.0005935", "0.1288"]
    assert row(4) == ["b after", "–", "–"]
    assert text(window, "bug.check.0") == (
        "Numeric check of ∂C/∂a: ✗ 0.0005935, but nudging gives 0.1288."
    )


def test_an_update_mistake_leaves_the_numeric_check_green(window: Challenges) -> None:
    bug_of(window).run(Mistake.BIAS_NOT_UPDATED)
    window.workspace.selection.select(NodeRef(1, 0))

    window.workspace.stepper.to_end()

    assert "✓" in text(window, "bug.check.0")
    assert "✓" in text(window, "bug.check.1")
    assert text(window, "bug.update-check").startswith(
        "Update check: ✗ the new b of neuron 0 of layer 1 is 0.5400, but θ − η ∂C/∂θ is 0.5"
    )


def surprised(window: Challenges, qtbot: QtBot) -> QListWidget:
    """Begin a round by the keyboard, and return the list of mistakes."""
    button(window, "challenges.bug.surprise").setFocus()
    qtbot.keyClick(button(window, "challenges.bug.surprise"), Key.Key_Return)
    names = window.findChild(QListWidget, "challenges.bug.list")
    assert names is not None
    return names


def guess(window: Challenges, qtbot: QtBot, names: QListWidget, mistake: Mistake) -> None:
    """Name a mistake by the button."""
    names.setCurrentItem(names.findItems(mistake.title, Qt.MatchFlag.MatchExactly)[0])
    button(window, "challenges.bug.guess").setFocus()
    qtbot.keyClick(button(window, "challenges.bug.guess"), Key.Key_Return)


def test_a_wrong_guess_leaves_the_focus_on_the_list(window: Challenges, qtbot: QtBot) -> None:
    names = surprised(window, qtbot)
    bug = bug_of(window)
    wrong = next(each for each in bug.choices() if each is not bug.mistake)
    assert window.focusWidget() is names

    guess(window, qtbot, names, wrong)

    assert bug.guesses == (wrong,)
    assert window.focusWidget() is names


def test_a_solved_bug_is_not_chosen_in_the_next_round(window: Challenges, qtbot: QtBot) -> None:
    names = surprised(window, qtbot)
    solved = bug_of(window).mistake
    assert solved is not None
    guess(window, qtbot, names, solved)
    assert text(window, "bug.score") == "found 1 of 1"
    assert window.focusWidget() is button(window, "challenges.bug.go")

    surprised(window, qtbot)

    assert names.currentRow() == -1
    assert not button(window, "challenges.bug.guess").isEnabled()


def test_the_buttons_of_a_hunt_stay_where_they_are(window: Challenges, qtbot: QtBot) -> None:
    names = surprised(window, qtbot)
    bug = bug_of(window)
    wrong = next(each for each in bug.choices() if each is not bug.mistake)
    give_up = button(window, "challenges.bug.give-up")
    window.grab()  # lays everything out
    place = give_up.mapTo(window, give_up.rect().topLeft())

    guess(window, qtbot, names, wrong)
    window.workspace.selection.select(NodeRef(1, 0))
    window.workspace.stepper.to_end()
    window.grab()

    assert give_up.mapTo(window, give_up.rect().topLeft()) == place


def test_the_signs_stay_where_they_are_whatever_is_asked(
    predicting: Challenges, qtbot: QtBot
) -> None:
    minus, places = button(predicting, "challenges.predict.negative"), set()

    for position in range(9):
        predicting.workspace.stepper.move_to(position)
        predicting.grab()
        if minus.isVisible():
            places.add(minus.mapTo(predicting, minus.rect().topLeft()).toTuple())
    predicting.workspace.challenges.prediction.answer_value(1.0)
    predicting.grab()
    places.add(minus.mapTo(predicting, minus.rect().topLeft()).toTuple())

    assert len(places) == 1


def test_giving_up_tells_it(window: Challenges, qtbot: QtBot) -> None:
    click(qtbot, window, "challenges.bug.surprise")

    click(qtbot, window, "challenges.bug.give-up")

    assert text(window, "bug.introduction") == "This was the mistake:"
    assert text(window, "bug.score") == "found 0 of 1"


def test_the_list_runs_a_mistake_by_the_keyboard_alone(window: Challenges, qtbot: QtBot) -> None:
    names = window.findChild(QListWidget, "challenges.bug.list")
    assert names is not None

    qtbot.keyClick(names, Key.Key_Down)
    qtbot.keyClick(names, Key.Key_Return)

    assert bug_of(window).mistake is bug_of(window).choices()[0]


def test_a_selected_edge_is_compared_by_its_gradient(window: Challenges) -> None:
    bug_of(window).run(Mistake.TARGET_SWAPPED)
    window.workspace.selection.select(EdgeRef(2, 0, 0))

    window.workspace.stepper.move_to(5)

    assert text(window, "bug.comparison-title") == ("Both passes: w(0, 0) of layer 2")
    assert [text(window, f"bug.comparison.0.{column}") for column in range(3)] == [
        "∂C/∂w", "−0.03499", "0.03499",
    ]  # fmt: skip
