"""The notation by the dialog and by the menu: both change the store, both follow it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.stores.display_store import DisplayStore
from nnviz.trace.expressions import Expression, Fraction, Row, Scripted, Tagged, Word
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.notation_choices import ASPECTS, chosen
from nnviz.views.notation_menu import NotationMenu
from nnviz.views.settings_dialog import SettingsDialog, example_of
from nnviz.visual.colour_schemes import with_colours
from nnviz.visual.palette import DARK, RGB
from nnviz.visual.scales import Scale
from nnviz.visual.settings import (
    ActivationColours,
    CanvasSettings,
    EdgeMeasure,
    Normalisation,
    SignedColours,
)

OTHERS = Notation(ErrorSymbol.DELTA, LayerPlace.SUBSCRIPT, 1, WeightOrder.FROM_TO, 9)


@pytest.fixture
def display(qapp: object) -> DisplayStore:
    return DisplayStore()


@pytest.fixture
def dialog(display: DisplayStore, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(display)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.bring_forward()
    return dialog


@pytest.fixture
def menu(display: DisplayStore, qtbot: QtBot) -> NotationMenu:
    menu = NotationMenu(display)
    qtbot.addWidget(menu)
    return menu


def combo(dialog: SettingsDialog, field: str) -> QComboBox:
    found = dialog.findChild(QComboBox, f"settings.{field}")
    assert found is not None
    return found


def defaults(dialog: SettingsDialog) -> QPushButton:
    found = dialog.findChild(QPushButton, "settings.defaults")
    assert found is not None
    return found


def colours_of(dialog: SettingsDialog) -> list[RGB]:
    """What is painted at the ends of both signed scales, 2 px inside."""
    preview = dialog.canvas.preview
    image = preview.grab().toImage()
    places = []
    for scale in (Scale.WEIGHT, Scale.DERIVATIVE):
        bar = preview.bar(scale)
        places += [QPoint(round(x), round(bar.center().y())) for x in (bar.left(), bar.right())]
    colours = []
    for place, inwards in zip(places, (2, -2, 2, -2), strict=True):
        red, green, blue, _ = image.pixelColor(place + QPoint(inwards, 0)).getRgb()
        colours.append((red, green, blue))
    return colours


def words(expression: Expression) -> str:
    """What an expression reads like, from left to right, upper indices first."""
    match expression:
        case Word():
            return expression.text
        case Row():
            return "".join(map(words, expression.parts))
        case Tagged():
            return words(expression.inside)
        case Fraction():
            return f"{words(expression.numerator)}/{words(expression.denominator)}"
        case Scripted():
            indices = (each for each in (expression.upper, expression.lower) if each is not None)
            return words(expression.base) + "".join(f"[{words(each)}]" for each in indices)
    raise TypeError(expression)


def test_the_table_offers_every_field_and_the_standard_notation() -> None:
    assert {aspect.field for aspect in ASPECTS} == set(Notation.__slots__)
    for aspect in ASPECTS:
        option = chosen(Notation(), aspect)
        assert option is not None
        assert option.value == getattr(Notation(), aspect.field)


def test_the_example_is_written_in_the_notation() -> None:
    assert [words(line) for line in example_of(Notation())] == [
        "w[(2)][1,0]=0.5113",
        "z[(2)][1]=1.225",
        "∂C/∂b[(2)][1]=−0.03810",
    ]
    assert [words(line) for line in example_of(OTHERS)] == [
        "w[2;1,2]=0.511301270",
        "z[2;2]=1.22492140",
        "δ[2;2]=−0.0380982365",
    ]


def test_choosing_with_the_keyboard_takes_effect_at_once(
    dialog: SettingsDialog, display: DisplayStore, qtbot: QtBot
) -> None:
    for field in ("error", "first_index", "weight_order", "digits"):
        qtbot.keyClick(combo(dialog, field), Qt.Key.Key_Down)

    assert display.notation == Notation(
        ErrorSymbol.PREACTIVATION, first_index=1, weight_order=WeightOrder.FROM_TO, digits=5
    )
    assert dialog.preview.accessibleName() == "Example: 0.51130, 1.2249, −0.038098"


def test_the_dialog_follows_the_store(dialog: SettingsDialog, display: DisplayStore) -> None:
    display.set_notation(OTHERS)

    shown = [combo(dialog, aspect.field).currentText() for aspect in ASPECTS]
    assert shown == ["δ", "Below, before the neuron", "1", "From, to", "9"]


def test_the_defaults_can_be_restored(
    dialog: SettingsDialog, display: DisplayStore, qtbot: QtBot
) -> None:
    could_before = defaults(dialog).isEnabled()
    display.set_notation(OTHERS)

    qtbot.mouseClick(defaults(dialog), Qt.MouseButton.LeftButton)

    assert not could_before
    assert display.notation == Notation()
    assert combo(dialog, "digits").currentText() == "4"


def test_a_choice_for_the_canvas_takes_effect_at_once(
    dialog: SettingsDialog, display: DisplayStore, qtbot: QtBot
) -> None:
    before = colours_of(dialog)

    for field in ("activation_colours", "signed_colours", "normalisation", "edge_measure",
                  "motion"):  # fmt: skip
        qtbot.keyClick(combo(dialog, f"canvas.{field}"), Qt.Key.Key_Down)

    assert display.canvas == CanvasSettings(
        Normalisation.NETWORK,
        EdgeMeasure.WEIGHT,
        motion=False,
        activation_colours=ActivationColours.COOL,
        signed_colours=SignedColours.BLUE_RED,
    )
    colours = with_colours(DARK, display.canvas)
    ends = (
        colours.weight_negative,
        colours.weight_positive,
        colours.derivative_negative,
        colours.derivative_positive,
    )
    for painted, end in zip(colours_of(dialog), ends, strict=True):
        assert painted == pytest.approx(end, abs=6)
    assert colours_of(dialog) != before


def test_the_defaults_of_the_canvas_are_restored_too_but_not_what_is_set_on_it(
    dialog: SettingsDialog, display: DisplayStore, qtbot: QtBot
) -> None:
    display.set_canvas(CanvasSettings(Normalisation.NETWORK, strongest=99, all_edges=True))
    shown = combo(dialog, "canvas.normalisation").currentText()

    qtbot.mouseClick(defaults(dialog), Qt.MouseButton.LeftButton)

    assert shown == "Largest of the network"
    assert display.canvas == CanvasSettings(strongest=99, all_edges=True)
    assert not defaults(dialog).isEnabled()


def test_every_choice_says_what_it_does(dialog: SettingsDialog) -> None:
    for each in dialog.findChildren(QComboBox):
        assert len(each.toolTip()) > 20
        assert each.accessibleName()


def test_the_dialog_leaves_the_window_usable_and_closes_by_escape(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    assert not dialog.isModal()

    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()


def test_a_choice_of_the_menu_changes_the_notation(
    menu: NotationMenu, display: DisplayStore
) -> None:
    actions = {action.objectName(): action for action in menu.actions_by_choice}

    for name in (
        "error.delta", "layers.subscript", "first_index.1", "weight_order.from-to", "digits.9",
    ):  # fmt: skip
        actions[f"notation.{name}"].trigger()

    assert display.notation == OTHERS


def test_the_menu_ticks_what_is_used(menu: NotationMenu, display: DisplayStore) -> None:
    display.set_notation(OTHERS)

    ticked = [action.objectName() for action in menu.actions_by_choice if action.isChecked()]
    assert ticked == [
        "notation.error.delta",
        "notation.layers.subscript",
        "notation.first_index.1",
        "notation.weight_order.from-to",
        "notation.digits.9",
    ]
