from dataclasses import replace

from pytestqt.qtbot import QtBot

from nnviz.stores.display_store import DisplayStore
from nnviz.visual.settings import CanvasSettings, EdgeMeasure


def test_other_canvas_settings_are_announced_once(qtbot: QtBot) -> None:
    display = DisplayStore()
    settings = replace(CanvasSettings(), edge_measure=EdgeMeasure.WEIGHT)

    with qtbot.waitSignal(display.canvas_changed):
        display.set_canvas(settings)
    with qtbot.assertNotEmitted(display.canvas_changed, wait=0):
        display.set_canvas(settings)

    assert display.canvas is settings


def test_unfolded_layers_are_remembered_for_networks_of_their_sizes_alone(qtbot: QtBot) -> None:
    display = DisplayStore()

    with qtbot.waitSignal(display.canvas_changed):
        display.set_unfolded((2, 200, 1), frozenset({1}))

    assert display.unfolded_of((2, 200, 1)) == {1}
    assert display.unfolded_of((2, 150, 1)) == frozenset()
    with qtbot.assertNotEmitted(display.canvas_changed, wait=0):
        display.set_unfolded((2, 200, 1), frozenset({1}))
