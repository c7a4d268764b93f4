"""Neuron by neuron and mini-batches with the keys and the mouse of the real window."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Granularity, Phase
from nnviz.views.timeline.chips import StepChips

Key = Qt.Key


def test_the_arrows_step_neurons_and_the_page_keys_phases(window: MainWindow, qtbot: QtBot) -> None:
    stepper = window.workspace.stepper
    for _ in range(2):
        qtbot.keyClick(window, Key.Key_O)
    for _ in range(3):
        qtbot.keyClick(window, Key.Key_Right)
    second = stepper.timeline.current
    qtbot.keyClick(window, Key.Key_Left)
    first = stepper.timeline.current
    qtbot.keyClick(window, Key.Key_PageDown)

    assert stepper.granularity is Granularity.NEURON
    assert second is not None
    assert first is not None
    assert ((second.layer, second.neuron), (first.layer, first.neuron)) == ((1, 1), (1, 0))
    assert stepper.timeline.phase is Phase.FORWARD
    assert stepper.timeline.reveal().knows(Quantity.ACTIVATION, 2)


def test_a_mini_batch_chosen_over_the_canvas_is_walked_through_and_updates_once(
    make_window: object, qtbot: QtBot
) -> None:
    assert callable(make_window)
    window: MainWindow = make_window("xor-2-2-1")
    workspace = window.workspace
    workspace.reset_parameters()
    before, data = workspace.state, workspace.examples.dataset
    assert data is not None
    box = window.findChild(QSpinBox, "example.mini-batch")
    assert box is not None

    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "3")
    qtbot.keyClick(box, Key.Key_Return)
    window.canvas.setFocus()
    for _ in range(20):
        qtbot.keyClick(window, Key.Key_Right)
    qtbot.keyClick(window, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    rows = np.arange(3)
    expected = PassTrace.record(
        before.spec, before.parameters, data.inputs_at(rows), data.targets_at(rows),
        before.pass_settings,
    )  # fmt: skip
    np.testing.assert_array_equal(workspace.state.parameters.weights[0], expected.after.weights[0])
    np.testing.assert_array_equal(workspace.state.parameters.biases[1], expected.after.biases[1])
    assert workspace.stepper.timeline.at_start


def test_by_neuron_is_remembered(window: MainWindow) -> None:
    box = window.findChild(QComboBox, "timeline.granularity")
    assert box is not None

    box.setCurrentIndex(2)
    box.activated.emit(2)
    window.close()

    saved = window._settings.load()
    assert saved.granularity == "neuron"


def test_a_mini_batch_makes_room_for_its_rows_and_gives_it_back(
    make_window: object, qtbot: QtBot
) -> None:
    assert callable(make_window)
    window: MainWindow = make_window("xor-2-2-1")
    chips = window.findChild(StepChips)
    assert chips is not None
    single = chips.height()

    window.workspace.examples.set_mini_batch(4)
    qtbot.waitUntil(lambda: chips.height() > single)
    window.workspace.examples.set_mini_batch(1)

    qtbot.waitUntil(lambda: chips.height() == single)


def test_a_strange_granularity_in_the_settings_falls_back(settings_file: object) -> None:
    store = open_settings(settings_file)  # type: ignore[arg-type]  # the fixture's Path
    store._backend.setValue("granularity", "atom")

    assert store.load().granularity == "layer"
