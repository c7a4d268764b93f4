"""The card of the numeric check: what it says, to eye and ear, and that hidden it does nothing."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.mistakes import Mistake
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.check_card import CheckCard
from nnviz.visual.palette import DARK

SPEC = NetworkSpec((2, 2, 1), ("sigmoid", "sigmoid"))
FORWARD, BACKWARD_2, BACKWARD_1, UPDATE = 1, 4, 5, 6


def recorded(mistake: Mistake | None = None) -> PassTrace:
    parameters = Parameters(
        (np.array([[0.5, -1.0], [2.0, 0.3]]), np.array([[1.0, -2.0]])),
        (np.array([0.1, -0.2]), np.array([0.5])),
    )
    return PassTrace.record(
        SPEC, parameters, np.array([1.0, 0.5]), np.array([0.0]), PassSettings(0.5), mistake
    )


def timeline_at(position: int) -> Timeline:
    return Timeline(build_steps(SPEC, Granularity.LAYER)).to(position)


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[CheckCard]:
    result = CheckCard()
    qtbot.addWidget(result)
    yield result
    result.checker.cancel()


def show(
    card: CheckCard,
    trace: PassTrace,
    position: int,
    ref: Ref | None = None,
    notation: Notation | None = None,
) -> None:
    card.show_check(trace, timeline_at(position), ref, notation or Notation(), DARK)


def said(card: CheckCard) -> str:
    return card.layer.accessibleName()


def test_without_a_selection_the_layer_is_checked_all_the_same(
    qtbot: QtBot, card: CheckCard
) -> None:
    with qtbot.waitSignal(card.checker.finished):
        show(card, recorded(), BACKWARD_1)
        while_running = said(card)

    assert while_running == "… Layer 1: checking"
    assert said(card).startswith("✓ Layer 1: all 10 derivatives agree")
    assert not card.analytic.isVisible()
    assert f"rgb{DARK.good}" in card.layer.text()  # beside its sign


def test_before_the_backward_pass_there_is_nothing_to_check(card: CheckCard) -> None:
    show(card, recorded(), FORWARD)

    assert not card.isVisible()
    assert not card.checker.busy


def test_a_selection_is_checked_at_once_and_the_layer_afterwards(
    qtbot: QtBot, card: CheckCard
) -> None:
    with qtbot.waitSignal(card.checker.finished):
        show(card, recorded(), BACKWARD_2, NodeRef(2, 0))
        assert card.verdict.accessibleName().startswith("✓")

    assert said(card).startswith("✓ Layer 2")


def test_a_mistake_turns_the_layer_red_and_its_link_leads_there(
    qtbot: QtBot, card: CheckCard
) -> None:
    with qtbot.waitSignal(card.checker.finished):
        show(card, recorded(Mistake.LAST_TERM_DROPPED), BACKWARD_1)
    card.grab()  # lays the text out

    with qtbot.waitSignal(card.ref_requested) as requested:
        card.layer.setFocus()
        qtbot.keyClick(card.layer, Qt.Key.Key_Tab)
        qtbot.keyClick(card.layer, Qt.Key.Key_Return)

    assert said(card).startswith("✗ Layer 1: ")
    assert "wrong" in said(card)
    assert "by nudging" in said(card)
    assert requested.args == [card.layer.ref]
    assert isinstance(card.layer.ref, NodeRef | EdgeRef)


def test_the_update_is_checked_against_the_rule(qtbot: QtBot, card: CheckCard) -> None:
    show(card, recorded(), UPDATE)
    right = card.update_line.accessibleName()

    show(card, recorded(Mistake.GRADIENT_ASCENT), UPDATE)

    assert right.startswith("✓ Update")
    assert card.update_line.accessibleName().startswith("✗ Update")


def test_neurons_and_signals_are_called_as_the_notation_has_it(
    qtbot: QtBot, card: CheckCard
) -> None:
    trace = recorded()
    wrong = tuple(np.array(each) for each in trace.backward.gradients.biases)
    wrong[0][1] *= 2
    gradients = replace(trace.backward.gradients, biases=wrong)
    trace = replace(trace, backward=replace(trace.backward, gradients=gradients))

    with qtbot.waitSignal(card.checker.finished):
        show(card, trace, BACKWARD_1, None, Notation(error=ErrorSymbol.DELTA, first_index=1))

    assert "δ of neuron 2 of layer 1" in said(card)


def test_hidden_it_checks_nothing(qtbot: QtBot, card: CheckCard) -> None:
    show(card, recorded(), BACKWARD_1)

    card.hide()

    assert not card.checker.busy


def test_within_a_hidden_panel_it_checks_when_that_is_shown(qtbot: QtBot, card: CheckCard) -> None:
    card.hide()
    show(card, recorded(), BACKWARD_1)
    card.hide()
    assert not card.checker.busy

    with qtbot.waitSignal(card.checker.finished):
        card.show()

    assert said(card).startswith("✓")


def test_a_screenshot_need_not_wait(card: CheckCard) -> None:
    show(card, recorded(), BACKWARD_1)

    card.settle()

    assert said(card).startswith("✓ Layer 1")
