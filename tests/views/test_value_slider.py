"""The slider of numbers that are not whole."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.views.widgets.value_slider import ValueSlider
from nnviz.visual.palette import DARK

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot: QtBot) -> ValueSlider:
    result = ValueSlider("slider")
    qtbot.addWidget(result)
    result.resize(300, 28)
    with qtbot.waitExposed(result):
        result.show()
    result.show_value(0.51370001, -1.0, 1.5, 0.51370001, DARK)
    return result


def chosen_of(slider: ValueSlider) -> list[float]:
    values: list[float] = []
    slider.value_chosen.connect(values.append)
    return values


def test_showing_a_number_tells_nobody(slider: ValueSlider) -> None:
    chosen = chosen_of(slider)

    slider.show_value(0.2, -1.0, 1.5, 0.0, DARK)

    assert chosen == []


def test_a_press_in_the_groove_goes_there_and_the_number_is_short(
    qtbot: QtBot, slider: ValueSlider
) -> None:
    chosen = chosen_of(slider)

    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.x_of(1.0), 14))

    assert len(chosen) == 1
    assert chosen[0] == pytest.approx(1.0, abs=0.01)
    assert chosen[0] == round(chosen[0], 3)


def test_the_keys_reach_both_ends(qtbot: QtBot, slider: ValueSlider) -> None:
    chosen = chosen_of(slider)

    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Home)

    assert chosen == [1.5, -1.0]


def test_while_it_is_held_it_stays_under_the_pointer(qtbot: QtBot, slider: ValueSlider) -> None:
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.x_of(1.0), 14))
    held = slider.value()

    slider.show_value(-0.9, -1.0, 1.5, 0.0, DARK)

    assert slider.value() == held
    qtbot.mouseRelease(slider, LEFT)


def test_the_wheel_is_left_to_what_scrolls(slider: ValueSlider) -> None:
    slider.clearFocus()
    before = slider.value()
    middle = QPointF(150, 14)
    no_button = Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        middle, middle, QPoint(), QPoint(0, 120), no_button, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip

    QApplication.sendEvent(slider, wheel)

    assert slider.value() == before
    assert not wheel.isAccepted()


def test_the_original_has_its_mark_where_it_was(slider: ValueSlider) -> None:
    slider.show_value(-0.9, -1.0, 1.5, 1.0, DARK)

    image = slider.grab().toImage()

    above_the_groove = image.pixelColor(slider.x_of(1.0), 8).getRgb()[:3]
    assert above_the_groove == DARK.muted
