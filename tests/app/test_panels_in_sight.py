"""A panel that nobody can see does nothing, and leaves nothing behind."""

import threading

from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.trace.refs import EdgeRef
from nnviz.views.panels.inspector import Inspector

EDGE = EdgeRef(1, 0, 0)


def inspector_of(window: MainWindow) -> Inspector:
    panel = window.panels["inspector"]
    assert isinstance(panel, Inspector)
    return panel


def bring_forward(qtbot: QtBot, window: MainWindow, key: str) -> None:
    window.dock(key).raise_()
    qtbot.waitUntil(lambda: window.panels[key].in_sight)


def checking() -> bool:
    return any(thread.name == "nnviz-check" for thread in threading.enumerate())


def test_a_tab_behind_another_is_not_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    bring_forward(qtbot, window, "chain-rule")

    bring_forward(qtbot, window, "mini-batch")

    assert window.panels["chain-rule"].isVisible()  # so says Qt
    assert not window.panels["chain-rule"].in_sight


def test_the_lit_paths_go_with_the_chain_rule(qtbot: QtBot, window: MainWindow) -> None:
    bring_forward(qtbot, window, "chain-rule")
    window.workspace.selection.select(EDGE)
    qtbot.waitUntil(lambda: bool(window.workspace.selection.lit))

    bring_forward(qtbot, window, "mini-batch")

    assert window.workspace.selection.lit == frozenset()


def test_another_network_is_neither_hovered_nor_lit(qtbot: QtBot, window: MainWindow) -> None:
    bring_forward(qtbot, window, "chain-rule")
    window.workspace.selection.select(EDGE)
    window.workspace.selection.hover(EDGE)
    qtbot.waitUntil(lambda: bool(window.workspace.selection.lit))

    window.workspace.open_preset("primer-1-1-1")

    assert window.workspace.selection.hovered is None
    assert window.workspace.selection.lit == frozenset()


def test_an_inspector_behind_another_tab_checks_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.workspace.stepper.to_end()
    inspector_of(window).finish()
    assert inspector_of(window).check.checker.busy

    bring_forward(qtbot, window, "training")
    window.workspace.stepper.step_back()

    assert not inspector_of(window).check.checker.busy
    assert inspector_of(window).is_up_to_date
    assert not checking()


def test_a_tab_that_comes_to_the_front_shows_the_current_step(
    qtbot: QtBot, window: MainWindow
) -> None:
    bring_forward(qtbot, window, "training")
    window.workspace.stepper.move_to(2)

    bring_forward(qtbot, window, "inspector")
    inspector_of(window).finish()

    assert inspector_of(window).story.name.text() == (
        "Preactivations and activations of the output layer"
    )


def test_a_tab_that_floats_from_behind_shows_the_current_step(
    qtbot: QtBot, window: MainWindow
) -> None:
    bring_forward(qtbot, window, "training")
    window.workspace.selection.select(EDGE)
    inspector, dock = inspector_of(window), window.dock("inspector")

    dock.setFloating(True)
    qtbot.waitUntil(lambda: not inspector.visibleRegion().isEmpty())
    window.workspace.stepper.to_end()
    inspector.finish()

    assert inspector.in_sight
    trace = window.workspace.stepper.trace
    assert trace is not None
    shown = {cell.symbol: cell.value for cell in inspector.cells}
    assert shown["w new"] == trace.after.weights[0][0, 0]

    dock.setFloating(False)
    bring_forward(qtbot, window, "training")

    assert not inspector.in_sight


def test_closing_the_window_ends_a_floating_inspector(qtbot: QtBot, window: MainWindow) -> None:
    window.dock("inspector").setFloating(True)
    qtbot.waitUntil(lambda: window.dock("inspector").isFloating())
    window.workspace.stepper.to_end()
    inspector_of(window).finish()

    window.close()

    assert not window.dock("inspector").isVisible()
    assert not inspector_of(window).check.checker.busy
    assert not checking()
