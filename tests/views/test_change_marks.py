from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training.live import Change
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.views.panels.mark_labels import PlacedMark, PlotMark, place_marks


def rate(before: float, after: float) -> Change:
    return Change("η", "learning rate η", before, after)


def mark(x: float, *changes: Change) -> PlotMark:
    return PlotMark(x, f"Epoch {x:.2f}", changes)


def placed(marks: list[PlotMark], last: float = 400) -> tuple[PlacedMark, ...]:
    return place_marks(marks, float, lambda text: 6.0 * len(text), 0, last)


def test_no_two_labels_overlap_and_none_leaves_the_plot() -> None:
    marks = [mark(x, rate(x, x + 1)) for x in range(0, 400, 13)]

    labels = [each for each in placed(marks) if each.left is not None]

    assert len(labels) > 5
    assert all(each.left >= 0 and each.left + each.width <= 400 for each in labels)
    for one, other in combinations(labels, 2):
        apart = one.left + one.width <= other.left or other.left + other.width <= one.left
        assert apart or one.row != other.row


def test_the_newest_mark_keeps_its_label_in_the_first_row() -> None:
    *_, newest = placed([mark(x, rate(1, 2)) for x in range(0, 400, 13)])

    assert newest.left is not None
    assert newest.row == 0


def test_a_label_crosses_no_line_of_another_mark() -> None:
    marks = placed([mark(x, rate(x, x + 1)) for x in (20, 90, 110, 200, 330, 395)])

    for each in marks:
        for other in marks:
            left = each.left
            assert left is None or not left < other.x < left + each.width
    assert [each.text for each in marks] == [
        "η 20 → 21", "η 90 → 91", "η 110 → 111", "η 200 → 201", "η 330 → 331", "η",
    ]  # fmt: skip


def test_marks_at_one_place_are_joined_and_the_details_tell_each() -> None:
    (only,) = placed([mark(50, rate(3, 2)), mark(52, rate(2, 0.5)), mark(53, rate(0.5, 0.25))])

    assert only.text == "η 3 → 0.25"
    assert only.details.split("\n\n") == [
        "Epoch 50.00\nLearning rate η: 3 → 2",
        "Epoch 52.00\nLearning rate η: 2 → 0.5",
        "Epoch 53.00\nLearning rate η: 0.5 → 0.25",
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([rate(3, 1), Change("λ", "L2 λ", 0, 5)], "η 3 → 1 · λ 0 → 5"),
        ([rate(3, 1), Change("λ", "L2 λ", 0, 5), Change("μ", "momentum μ", 0, 0.9)], "3 changes"),
        ([rate(3, 1), rate(1, 3)], "there and back"),
    ],
)
def test_a_label_names_two_changes_and_counts_more(changes: list[Change], text: str) -> None:
    assert placed([mark(50, *changes)])[0].text == text


def test_a_label_without_room_for_its_values_names_what_changed() -> None:
    wide = [rate(3, 1), Change("batch", "mini-batch size", 10, 32)]

    assert placed([mark(50, *wide)], last=130)[0].text == "η · batch"
    assert placed([mark(5, *wide)], last=10)[0].left is None


def test_what_is_out_of_sight_is_left_out() -> None:
    assert placed([mark(-5, rate(1, 2)), mark(401, rate(2, 3))]) == ()


def test_a_change_stands_on_the_cost_curve_where_it_was_made(
    qtbot: QtBot, workspace: Workspace
) -> None:
    panel = CostPlot(workspace)
    qtbot.addWidget(panel)
    panel.resize(420, 230)
    panel.show()
    qtbot.waitUntil(lambda: panel.plot is not None, timeout=10_000)
    for value in (None, None, 0.5, None):
        if value is not None:
            workspace.set_config(replace(workspace.config, learning_rate=value))
        workspace.run.one_mini_batch()
        qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED)
    panel.refresh()
    marks = panel.marks
    assert marks is not None
    qtbot.waitUntil(lambda: len(marks.placed()) == 1)

    (shown,) = marks.placed()
    box = panel.plot.getPlotItem().getViewBox()  # type: ignore[union-attr]
    place = QPoint(round(shown.x), 60)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, marks.mapToGlobal(place))
    QApplication.sendEvent(panel.plot.viewport(), event)  # type: ignore[union-attr]
    told = QToolTip.text()
    workspace.training.clear_history()

    assert box.mapSceneToView(QPoint(round(shown.x), 0)).x() == pytest.approx(0.5, abs=0.01)
    assert told == "Epoch 0.50, after mini-batch 2\nLearning rate η: 0.1 → 0.5"
    assert workspace.training.history.marks == ()
