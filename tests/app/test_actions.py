from functools import reduce

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from nnviz.app.actions import ACTIONS, EXAMPLE_BAR, MENUS, TOOLBAR, TRANSPORT, ActionSpec
from nnviz.app.main_window import MainWindow
from nnviz.app.resources import asset

KEYS = {spec.key for spec in ACTIONS}
SPECS = pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.key)


def shortcuts(spec: ActionSpec) -> list[str]:
    if isinstance(spec.shortcut, QKeySequence.StandardKey):
        return [sequence.toString() for sequence in QKeySequence.keyBindings(spec.shortcut)]
    return [QKeySequence(spec.shortcut).toString()] if spec.shortcut else []


def test_no_two_actions_share_a_key_or_a_text() -> None:
    assert len(KEYS) == len(ACTIONS)
    assert len({spec.text.replace("&", "") for spec in ACTIONS}) == len(ACTIONS)


def test_no_two_actions_share_a_shortcut(window: MainWindow) -> None:
    every = [shortcut for spec in ACTIONS for shortcut in shortcuts(spec)]

    assert "" not in every
    assert len(set(every)) == len(every) > len(ACTIONS) - 3


def test_each_action_stands_in_exactly_one_menu() -> None:
    listed = [key for keys in MENUS.values() for key in keys if key is not None]

    assert sorted(listed) == sorted(KEYS)


def test_the_bars_name_actions_that_exist() -> None:
    assert {key for key in (*TOOLBAR, *TRANSPORT, *EXAMPLE_BAR) if key is not None} <= KEYS


@SPECS
def test_an_action_has_a_tip_of_one_line_and_an_icon_that_exists(spec: ActionSpec) -> None:
    assert spec.tip
    assert not spec.tip.endswith(".")
    if spec.icon:
        assert asset(f"icons/{spec.icon}.svg").exists()


def test_every_handler_is_a_method_of_the_window(window: MainWindow) -> None:
    for spec in ACTIONS:
        assert callable(reduce(getattr, spec.handler.split("."), window)), spec.handler


@pytest.mark.parametrize("title", MENUS)
def test_the_texts_of_a_menu_have_mnemonics_of_their_own(title: str) -> None:
    texts = {spec.key: spec.text for spec in ACTIONS}

    letters = [texts[key].partition("&")[2][:1].lower() for key in MENUS[title] if key]

    assert "" not in letters
    assert len(set(letters)) == len(letters)


def test_the_menus_of_the_window_have_mnemonics_of_their_own_with_those_in_them(
    window: MainWindow,
) -> None:
    for title in window.menuBar().actions():
        menu = title.menu()
        assert isinstance(menu, QMenu)
        letters = [
            action.text().partition("&")[2][:1].lower()
            for action in menu.actions()
            if "&" in action.text()
        ]
        assert len(set(letters)) == len(letters), (title.text(), letters)


def test_only_settings_about_and_quit_have_a_role() -> None:
    roles = {spec.key: spec.role for spec in ACTIONS if spec.role is not QAction.MenuRole.NoRole}

    assert roles == {
        "file.quit": QAction.MenuRole.QuitRole,
        "edit.settings": QAction.MenuRole.PreferencesRole,
        "help.about": QAction.MenuRole.AboutRole,
    }
