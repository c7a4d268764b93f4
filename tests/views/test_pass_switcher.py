"""Which pass it is, of how many."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz.stores import pass_log
from nnviz.stores.workspace import Workspace
from nnviz.views.timeline.pass_switcher import PassSwitcher
from nnviz.visual.palette import DARK


@pytest.fixture
def switcher(qtbot: QtBot, workspace: Workspace) -> PassSwitcher:
    result = PassSwitcher(workspace)
    qtbot.addWidget(result)
    return result


def next_pass(workspace: Workspace, count: int = 1) -> None:
    for _ in range(count):
        workspace.stepper.to_end()
        workspace.next_pass()


def label(switcher: PassSwitcher) -> QLabel:
    found = switcher.findChild(QLabel, "timeline.pass")
    assert isinstance(found, QLabel)
    return found


def test_the_only_pass_needs_no_switcher(workspace: Workspace, switcher: PassSwitcher) -> None:
    hidden = switcher.isHidden()

    next_pass(workspace)

    assert hidden
    assert not switcher.isHidden()


def test_the_label_says_which_pass_of_how_many(
    workspace: Workspace, switcher: PassSwitcher
) -> None:
    next_pass(workspace, 6)
    for _ in range(4):
        workspace.passes.go_back()

    assert label(switcher).text() == "Pass 3 of 7"


def test_the_line_of_costs_says_its_range_and_shows_this_pass(
    workspace: Workspace, switcher: PassSwitcher
) -> None:
    switcher.set_theme(DARK)
    next_pass(workspace, 4)
    workspace.stepper.to_end()
    line = switcher.findChild(QWidget, "timeline.pass-costs")
    assert isinstance(line, QWidget)
    line.resize(line.sizeHint())
    costs = [each for each in workspace.passes.costs if each is not None]

    image = line.grab().toImage()
    colours = {
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(image.width())
        for y in range(image.height())
    }

    notation = workspace.display.notation
    ends = f"from {notation.number(min(costs))} to {notation.number(max(costs))}"
    assert line.toolTip() == f"C of these passes, {ends}"
    assert {DARK.accent, DARK.cost_curve} <= colours


def test_passes_that_were_dropped_are_owned_up_to(
    workspace: Workspace, switcher: PassSwitcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pass_log, "MOST_PASSES", 4)

    next_pass(workspace, 6)

    assert label(switcher).toolTip().endswith("the first is followed by pass 5")
