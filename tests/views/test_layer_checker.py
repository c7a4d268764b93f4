"""The check beside the window: newest wins, late results are dropped, no thread is left."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.layer_check import LayerCheck, Part, check_layer
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.views.panels import layer_checker
from nnviz.views.panels.layer_checker import CheckRequest, LayerChecker

SPEC = NetworkSpec((2, 3, 2), ("sigmoid", "tanh"))
BIASES = (Part(Quantity.BIAS_GRADIENT, 1),)
WEIGHTS = (Part(Quantity.WEIGHT_GRADIENT, 1),)


def recorded() -> PassTrace:
    rng = np.random.default_rng(2)
    parameters = initialise(SPEC, "standard_normal", rng)
    return PassTrace.record(
        SPEC, parameters, np.array([0.5, -1.0]), np.array([0.0, 1.0]), PassSettings(0.1)
    )


@pytest.fixture
def checker(qtbot: QtBot) -> Iterator[LayerChecker]:
    result = LayerChecker()
    yield result
    result.cancel()


def check_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "nnviz-check"]


class Gate:
    """A check that stands still until it is let through or given up."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        self.calls: list[tuple[Part, ...]] = []

    def check(
        self,
        trace: PassTrace,
        parts: tuple[Part, ...],
        example: int | None,
        cancelled: Callable[[], bool],
    ) -> LayerCheck:
        self.calls.append(parts)
        self.entered.set()
        while not (self.opened.wait(0.002) or cancelled()):
            continue
        return check_layer(trace, parts, example)  # even if it was given up: the result comes late


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    result = Gate()
    monkeypatch.setattr(layer_checker, "check_layer", result.check)
    return result


def test_the_result_comes_by_itself(qtbot: QtBot, checker: LayerChecker) -> None:
    trace = recorded()

    with qtbot.waitSignal(checker.finished):
        checker.request(CheckRequest(trace, WEIGHTS, 0))
        before = checker.result

    assert before is None
    assert checker.result == check_layer(trace, WEIGHTS, 0)
    assert not checker.busy
    assert check_threads() == []


def test_requests_in_quick_succession_are_answered_once(
    qtbot: QtBot, checker: LayerChecker, gate: Gate
) -> None:
    gate.opened.set()
    trace = recorded()

    with qtbot.waitSignal(checker.finished):
        checker.request(CheckRequest(trace, BIASES, 0))
        checker.request(CheckRequest(trace, WEIGHTS, 0))

    assert gate.calls == [WEIGHTS]


def test_a_late_result_of_an_old_request_is_dropped(
    qtbot: QtBot, checker: LayerChecker, gate: Gate
) -> None:
    trace = recorded()
    checker.request(CheckRequest(trace, BIASES, 0))
    qtbot.waitUntil(gate.entered.is_set)

    with qtbot.waitSignal(checker.finished):
        checker.request(CheckRequest(trace, WEIGHTS, 0))
        gate.opened.set()

    assert gate.calls == [BIASES, WEIGHTS]
    assert checker.result == check_layer(trace, WEIGHTS, 0)


def test_what_is_known_already_is_not_checked_again(
    qtbot: QtBot, checker: LayerChecker, gate: Gate
) -> None:
    gate.opened.set()
    trace = recorded()
    with qtbot.waitSignal(checker.finished):
        checker.request(CheckRequest(trace, WEIGHTS, 0))

    checker.request(CheckRequest(trace, WEIGHTS, 0))

    assert not checker.busy
    assert checker.result is not None


def test_cancelling_leaves_no_thread(qtbot: QtBot, checker: LayerChecker, gate: Gate) -> None:
    checker.request(CheckRequest(recorded(), WEIGHTS, 0))
    qtbot.waitUntil(gate.entered.is_set)

    checker.cancel()

    assert check_threads() == []
    assert not checker.busy
    assert checker.result is None


def test_destroying_the_owner_leaves_no_thread(qtbot: QtBot, gate: Gate) -> None:
    owner = QObject()
    checker = LayerChecker(owner)
    checker.request(CheckRequest(recorded(), WEIGHTS, 0))
    qtbot.waitUntil(gate.entered.is_set)

    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()

    assert check_threads() == []


def test_a_check_that_fails_is_logged_and_ends(
    qtbot: QtBot,
    checker: LayerChecker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> LayerCheck:
        raise RuntimeError("no numbers today")

    monkeypatch.setattr(layer_checker, "check_layer", fail)

    with qtbot.waitSignal(checker.finished):
        checker.request(CheckRequest(recorded(), WEIGHTS, 0))

    assert checker.result is None
    assert "no numbers today" in caplog.text


def test_finishing_makes_the_awaited_check_at_once(checker: LayerChecker) -> None:
    trace = recorded()
    checker.request(CheckRequest(trace, WEIGHTS, 0))

    checker.finish()

    assert checker.result == check_layer(trace, WEIGHTS, 0)
    assert not checker.busy
