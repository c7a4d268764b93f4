"""Advice in the training panel: quiet, readable, and one click away from its remedy."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from nnviz.engine.network import NetworkSpec
from nnviz.engine.wording import Severity
from nnviz.training.advice import Advice, Illness
from nnviz.training.config import TrainingConfig
from nnviz.training.remedies import Recipe
from nnviz.views.panels.advice_view import AdviceView
from nnviz.views.panels.training_panel import TrainingPanel
from nnviz.visual.palette import DARK

RECIPE = Recipe(NetworkSpec((2, 3, 1), ("sigmoid",) * 2), "standard_normal", TrainingConfig())
ADVICE = Advice(
    Illness.RATE_TOO_HIGH, Severity.ERROR, "The learning rate is too high: η = 3.", "Cost = 9.",
    (RECIPE.half_rate(), RECIPE.lower_rate_anew()),
)  # fmt: skip


@pytest.fixture
def view(qtbot):
    result = AdviceView(0)
    qtbot.addWidget(result)
    result.resize(300, 200)
    with qtbot.waitExposed(result):
        result.show()
    return result


@pytest.fixture
def panel(qtbot, image_workspace):
    result = TrainingPanel(image_workspace)
    qtbot.addWidget(result)
    result.resize(320, 640)
    with qtbot.waitExposed(result):
        result.show()
    yield result
    result.hide()


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_numbers_come_on_demand(qtbot, view):
    view.show_advice(ADVICE, ends_run=False, palette=DARK)
    assert not view.numbers_label.isVisible()
    assert view.numbers_button.text() == "Why? ▸"

    click(qtbot, view.numbers_button)
    assert view.numbers_label.isVisible()
    assert view.numbers_button.text() == "Why? ▾"
    view.show_advice(replace(ADVICE, numbers="Cost = 8."), ends_run=False, palette=DARK)
    assert view.numbers_label.isVisible(), "the same illness with newer numbers"
    assert view.numbers_label.sentence == "Cost\u00a0=\u00a08."

    view.show_advice(replace(ADVICE, illness=Illness.DEAD_RELUS), ends_run=False, palette=DARK)
    assert not view.numbers_label.isVisible()
    assert view.numbers_button.text() == "Why? ▸"


def test_a_remedy_without_new_weights_needs_one_click(qtbot, view):
    view.show_advice(ADVICE, ends_run=True, palette=DARK)

    with qtbot.waitSignal(view.remedy_chosen) as chosen:
        click(qtbot, view.buttons[0])

    assert chosen.args == [ADVICE, ADVICE.remedies[0]]
    assert view.buttons[0].text() == "Halve the learning rate: η 3 → 1.5"
    assert view.buttons[0].toolTip() == ADVICE.remedies[0].why


def test_a_remedy_that_ends_a_run_asks_first(qtbot, view):
    chosen = []
    view.remedy_chosen.connect(lambda *pair: chosen.append(pair))
    view.show_advice(ADVICE, ends_run=True, palette=DARK)

    click(qtbot, view.buttons[1])
    assert chosen == []
    assert view.question.isVisible()
    assert not view.buttons[1].isVisible()
    click(qtbot, view.no_button)
    assert not view.question.isVisible()

    view.yes_button.click()
    assert chosen == [], "nothing was asked"
    click(qtbot, view.buttons[1])
    click(qtbot, view.yes_button)
    assert chosen == [(ADVICE, ADVICE.remedies[1])]
    assert not view.question.isVisible()


def test_without_a_run_nothing_is_asked(qtbot, view):
    view.show_advice(ADVICE, ends_run=False, palette=DARK)

    with qtbot.waitSignal(view.remedy_chosen) as chosen:
        click(qtbot, view.buttons[1])

    assert chosen.args[1].new_weights


def test_a_question_goes_with_the_run(qtbot, view):
    view.show_advice(ADVICE, ends_run=True, palette=DARK)
    click(qtbot, view.buttons[1])

    view.show_advice(ADVICE, ends_run=False, palette=DARK)

    assert not view.question.isVisible()
    assert view.buttons[1].isVisible()


def test_the_panel_tells_of_a_sick_run_and_starts_again(qtbot, panel):
    workspace = panel.workspace
    spec = NetworkSpec((784, 20, 10), ("relu", "identity"))
    workspace.new_network(spec, "he", replace(workspace.config, learning_rate=1_000.0))
    assert not panel.advice.isVisible()

    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        workspace.run.start()
    qtbot.waitUntil(panel.advice.isVisible, timeout=5_000)
    view = panel.advice.views[0]
    assert "grew beyond all numbers" in view.sentence_label.sentence
    assert [each.isVisible() for each in panel.advice.views] == [True, False, False]

    click(qtbot, view.buttons[0])

    assert workspace.config.learning_rate == 3.0
    assert not panel.advice.isVisible()
    workspace.training.stop()
    qtbot.waitUntil(lambda: not workspace.training.is_active, timeout=5_000)


def test_what_is_dismissed_goes(qtbot, panel):
    workspace = panel.workspace
    spec = NetworkSpec((784, 20, 10), ("relu", "identity"))
    workspace.new_network(spec, "he", replace(workspace.config, learning_rate=1_000.0))
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        workspace.run.start()
    qtbot.waitUntil(panel.advice.isVisible, timeout=5_000)

    click(qtbot, panel.advice.views[0].dismiss_button)

    assert not panel.advice.isVisible()


def test_a_hidden_panel_judges_nothing(qtbot, panel):
    panel.hide()

    assert not panel.workspace.health.is_busy


def test_a_remedy_too_long_for_the_card_goes_on_in_a_second_line(view):
    longest = replace(RECIPE, config=TrainingConfig(l2=12.5)).l2(300_000)
    view.show_advice(replace(ADVICE, remedies=(longest,)), ends_run=False, palette=DARK)
    button = view.buttons[0]
    narrow = button.text(), button.sizeHint().height()

    view.resize(600, 200)

    assert narrow[0] == "Hold the weights small by L2:\nλ 12.5 → 37.5"
    assert button.text() == longest.label == "Hold the weights small by L2: λ 12.5 → 37.5"
    assert narrow[1] > button.sizeHint().height()
    assert button.accessibleName() == longest.label
