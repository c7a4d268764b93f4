from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.views.widgets.fields import combo_of
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
Undo, Redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


@pytest.fixture
def form(qtbot: QtBot) -> QWidget:
    result = QWidget()
    QVBoxLayout(result)
    qtbot.addWidget(result)
    with qtbot.waitActive(result):
        result.show()
    return result


@pytest.fixture
def field(form: QWidget) -> NumberField:
    result = NumberField("rate", NumberRule("the learning rate", above=True))
    result.show_value(0.1)
    add(form, result)
    return result


@pytest.fixture
def other(form: QWidget) -> NumberField:
    result = NumberField("epochs", NumberRule("the number of epochs", least=1, whole=True))
    result.show_value(5)
    add(form, result)
    return result


def add(form: QWidget, widget: QWidget) -> None:
    layout = form.layout()
    assert layout is not None
    layout.addWidget(widget)
    widget.show()


def write(qtbot: QtBot, field: NumberField, text: str, *, enter: bool = True) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Delete)
    qtbot.keyClicks(field, text)
    if enter:
        qtbot.keyClick(field, Key.Key_Return)


def heard(field: NumberField) -> list[float]:
    values: list[float] = []
    field.valueChanged.connect(values.append)
    return values


def turn_wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [("1e-3", 0.001, "0.001"), ("0,5", 0.5, "0.5"), (".5", 0.5, "0.5"), ("1e-7", 1e-7, "1e-07"),
     ("0.0123456789", 0.0123456789, "0.0123456789"), ("2000", 2000, "2000")],
)  # fmt: skip
def test_what_is_typed_is_what_counts_and_what_is_shown(
    qtbot: QtBot, field: NumberField, typed: str, value: float, shown: str
) -> None:
    write(qtbot, field, typed)

    assert (field.value(), field.text()) == (value, shown)


def test_a_value_is_held_exactly(field: NumberField) -> None:
    rng = np.random.default_rng(2)
    values = [float(value) for value in 10.0 ** rng.uniform(-290, 290, 200)]
    held = []

    for value in values:
        field.show_value(value)
        held.append((field.value(), float(field.text())))

    assert held == [(value, value) for value in values]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "The learning rate cannot be empty; it stays 0.1."),
        ("abc", "The learning rate is a number, not “abc”; it stays 0.1."),
        ("0", "The learning rate must be above 0, not 0; it stays 0.1."),
        ("-1", "The learning rate must be above 0, not -1; it stays 0.1."),
    ],
)
def test_what_is_refused_leaves_the_old_value_and_a_sentence(
    qtbot: QtBot, field: NumberField, typed: str, sentence: str
) -> None:
    values = heard(field)

    write(qtbot, field, typed)

    assert (field.value(), field.text(), field.problem) == (0.1, "0.1", sentence)
    assert values == []


def test_what_is_refused_is_refused_when_the_focus_leaves_it_too(
    qtbot: QtBot, field: NumberField, other: NumberField
) -> None:
    write(qtbot, field, "1e", enter=False)

    other.setFocus()

    assert (field.value(), field.text()) == (0.1, "0.1")
    assert field.problem.startswith("The learning rate is a number, not “1e”")


def test_a_change_is_told_once_and_not_before_it_is_finished(
    qtbot: QtBot, field: NumberField, other: NumberField
) -> None:
    values = heard(field)

    write(qtbot, field, "25", enter=False)
    while_typing = list(values)
    qtbot.keyClick(field, Key.Key_Return)
    other.setFocus()

    assert while_typing == []
    assert values == [25]


def test_leaving_the_field_finishes_what_was_typed(
    qtbot: QtBot, field: NumberField, other: NumberField
) -> None:
    values = heard(field)
    write(qtbot, field, "0,25", enter=False)

    other.setFocus()

    assert values == [0.25]


def test_the_sentence_goes_when_typing_goes_on(
    qtbot: QtBot, form: QWidget, field: NumberField, other: NumberField
) -> None:
    label = NumberProblem("problem", [field, other])
    add(form, label)
    label.hide()
    write(qtbot, field, "x")
    shown = (label.isVisible(), label.text())

    qtbot.keyClicks(field, "1")

    assert shown == (True, "The learning rate is a number, not “x”; it stays 0.1.")
    assert label.isHidden()


def test_arrow_keys_step_from_what_is_typed(qtbot: QtBot, field: NumberField) -> None:
    write(qtbot, field, "2", enter=False)

    qtbot.keyClick(field, Key.Key_Up)
    up = field.text()
    qtbot.keyClick(field, Key.Key_Down)
    qtbot.keyClick(field, Key.Key_PageDown)

    assert (up, field.text()) == ("2.1", "1")


def test_showing_a_value_tells_nobody(field: NumberField) -> None:
    values = heard(field)

    field.show_value(0.7)

    assert (values, field.text()) == ([], "0.7")


def test_the_same_value_does_not_disturb_who_types(qtbot: QtBot, field: NumberField) -> None:
    write(qtbot, field, "0.2", enter=False)

    field.show_value(0.1)
    kept = field.text()
    field.show_value(0.1, anew=True)

    assert (kept, field.text()) == ("0.2", "0.1")


def test_the_wheel_steps_only_the_field_that_has_the_focus(
    field: NumberField, other: NumberField
) -> None:
    field.setFocus()

    turn_wheel(field)
    turn_wheel(other)

    assert (field.value(), other.value()) == (0.11, 5)


def undone(form: QWidget) -> list[bool]:
    """What the window's undo and redo were asked for: False and True."""
    calls: list[bool] = []
    for keys, again in ((Undo, False), (Redo, True)):
        action = QAction(form)
        action.setShortcuts(QKeySequence.keyBindings(keys))
        action.triggered.connect(partial(calls.append, again))
        form.addAction(action)
    return calls


def test_undo_after_a_finished_number_is_the_windows(
    qtbot: QtBot, form: QWidget, field: NumberField
) -> None:
    calls = undone(form)
    write(qtbot, field, "0,50")

    qtbot.keyClick(field, Key.Key_Z, Control)
    qtbot.keyClick(field, Key.Key_Z, Control | Qt.KeyboardModifier.ShiftModifier)

    assert calls == [False, True]
    assert field.text() == "0.5"


def test_undo_while_typing_is_that_of_the_text(
    qtbot: QtBot, form: QWidget, field: NumberField
) -> None:
    calls = undone(form)
    field.setFocus()
    qtbot.keyClick(field, Key.Key_End)
    qtbot.keyClicks(field, "7")
    typed = field.text()

    qtbot.keyClick(field, Key.Key_Z, Control)

    assert (typed, field.text(), calls) == ("0.17", "0.1", [])


def test_undo_that_the_window_does_not_take_leaves_a_finished_number_alone(
    qtbot: QtBot, field: NumberField
) -> None:
    write(qtbot, field, "0.5")

    qtbot.keyClick(field, Key.Key_Z, Control)

    assert (field.text(), field.value()) == ("0.5", 0.5)


def test_the_wheel_does_not_choose_in_a_list_that_has_no_focus(
    form: QWidget, field: NumberField
) -> None:
    combo = combo_of({}, "combo")
    combo.addItems(["one", "two"])
    combo.setCurrentIndex(1)
    add(form, combo)
    field.setFocus()

    turn_wheel(combo)
    without_focus = combo.currentIndex()
    combo.setFocus()
    turn_wheel(combo)

    assert (without_focus, combo.currentIndex()) == (1, 0)
