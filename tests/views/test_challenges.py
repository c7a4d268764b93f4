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
    """Asked for ∂C/∂b of neuron 1 in layer 1, which is −0.003635."""
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
        "✓ Right: ∂C/∂b of neuron 1 in layer 1 is −0.003635; you said negative."
    )
    assert text(predicting, "predict.counts") == "1 of 1 right"
    assert position(predicting) == 10


def test_the_wrong_sign_is_corrected(predicting: Challenges, qtbot: QtBot) -> None:
    click(qtbot, predicting, "challenges.predict.positive")

    assert text(predicting, "predict.verdict").startswith("✗ Not quite: ∂C/∂b of neuron 1")
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
    assert row(4) == ["new b", "–", "–"]
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
        "Update check: ✗ the new b of neuron 0 in layer 1 is 0.5400, but θ − η ∂C/∂θ is 0.5"
    )


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

    assert text(window, "bug.comparison-title") == (
        "Both passes: the edge from neuron 0 in layer 1 to neuron 0 in layer 2"
    )
    assert [text(window, f"bug.comparison.0.{column}") for column in range(3)] == [
        "∂C/∂w", "−0.03499", "0.03499",
    ]  # fmt: skip
