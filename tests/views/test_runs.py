from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.formatting import number
from nnviz.stores.run_entry import RunState
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.run_again_dialog import RunAgainDialog
from nnviz.views.panels.run_variations import VARIATIONS, Settings
from nnviz.views.panels.runs import Runs
from nnviz.views.panels.runs_model import COLUMNS
from nnviz.views.theme import text_font
from nnviz.views.widgets.number_field import NumberField
from nnviz.visual.palette import LIGHT

Train = Callable[..., None]
CELL_PX = 6
"""What Qt leaves free at both sides of a cell's text."""


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> Runs:
    result = Runs(workspace)
    qtbot.addWidget(result)
    result.resize(700, 180)
    result.show()
    return result


@pytest.fixture
def train(qtbot: QtBot, workspace: Workspace) -> Train:
    """A function that trains from new weights of the same seed, to the end."""

    def act(**changes: object) -> None:
        workspace.set_config(replace(workspace.config, **changes))  # type: ignore[arg-type]
        workspace.reset_parameters()
        with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
            workspace.run.start()

    return act


def rows(panel: Runs) -> list[list[str]]:
    model = panel.model
    return [
        [str(model.index(row, column).data()) for column in range(len(COLUMNS))]
        for row in range(model.rowCount())
    ]


def wait_for_rows(qtbot: QtBot, panel: Runs, count: int) -> None:
    qtbot.waitUntil(lambda: panel.model.rowCount() == count, timeout=5_000)
    panel.refresh()


def click_row(qtbot: QtBot, panel: Runs, row: int, *, with_control: bool = False) -> None:
    place = panel.table.visualRect(panel.model.index(row, 1)).center()
    keys = Qt.KeyboardModifier.ControlModifier if with_control else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def dialog_of(panel: Runs) -> RunAgainDialog:
    dialog = panel.findChild(RunAgainDialog)
    assert isinstance(dialog, RunAgainDialog)
    return dialog


def menu_action(panel: Runs, text: str) -> QAction:
    place = panel.table.visualRect(panel.model.index(0, 1)).center()
    panel.table.customContextMenuRequested.emit(place)
    menu = panel.findChild(QMenu, "runs.menu")
    assert isinstance(menu, QMenu)
    return next(each for each in menu.actions() if each.text().replace("&", "").startswith(text))


def test_before_any_run_a_sentence_says_what_will_be_here(panel: Runs) -> None:
    assert panel.empty_label.isVisible()
    assert not panel.table.isVisible()
    assert not panel.again_button.isEnabled()
    assert not panel.export_button.isEnabled()


def test_a_run_is_a_row_with_its_numbers(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train(learning_rate=0.5)
    wait_for_rows(qtbot, panel, 2)

    first, second = rows(panel)
    at = {column.header: index for index, column in enumerate(COLUMNS)}
    cost = workspace.runs.entries[0].history.costs[-4:].mean()
    assert first[:4] == ["Run 1", "–", "5", number(float(cost), 3)]
    assert [first[at[name]] for name in ("Valid.", "Test", "Best")] == ["–"] * 3
    assert second[:2] == [
        "Run 2 · η 0.5",
        f"η {workspace.runs.entries[0].config.learning_rate:g} → 0.5",
    ]
    assert (first[at["State"]], second[at["State"]]) == ("done", "done")
    assert panel.sentence_label.text().startswith("Select two runs")


@pytest.mark.parametrize(
    ("changes", "text", "begins"),
    [
        ({}, "branch of 1 at epoch 1.50", "with the same settings"),
        ({"learning_rate": 0.5}, "η 3 → 0.5; branch of 1 at epoch 1.50", "with η 3 → 0.5"),
    ],
)
def test_a_branch_says_where_it_begins_and_what_is_other(
    qtbot: QtBot,
    panel: Runs,
    workspace: Workspace,
    train: Train,
    changes: dict[str, float],
    text: str,
    begins: str,
) -> None:
    train(learning_rate=3.0)
    workspace.travel.look_at_place(6)
    workspace.set_config(replace(workspace.config, **changes))

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.travel.train_on()
    wait_for_rows(qtbot, panel, 2)

    assert rows(panel)[1][1] == text
    tip = str(panel.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)).splitlines()
    assert f"Begins after mini-batch 6 of run 1, {begins}" in tip
    assert not [line for line in tip if line.startswith("After")]


def test_what_was_changed_in_the_older_run_is_no_change_of_its_branch(
    qtbot: QtBot, panel: Runs, workspace: Workspace
) -> None:
    for _ in range(2):  # pauses after each
        with qtbot.waitSignal(workspace.training.snapshot_changed, timeout=10_000):
            workspace.run.one_mini_batch()
        qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)
        workspace.set_config(
            replace(workspace.config, learning_rate=workspace.config.learning_rate / 2)
        )
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.training.resume()
    workspace.travel.look_at_place(6)

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.travel.train_on()
    wait_for_rows(qtbot, panel, 2)

    assert [row[1] for row in rows(panel)] == ["2 later changes", "branch of 1 at epoch 1.50"]


def test_a_click_on_the_box_draws_a_run_and_leaves_it_out(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train()
    wait_for_rows(qtbot, panel, 2)
    box = panel.table.visualRect(panel.model.index(0, 0))
    place = QPoint(box.left() + 9, box.center().y())

    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    after_one = [each.shown for each in workspace.runs.entries]
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert after_one == [True, True]
    assert [each.shown for each in workspace.runs.entries] == [False, True]


def test_space_draws_the_run_of_the_row(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    panel.table.setCurrentIndex(panel.model.index(0, 0))

    qtbot.keyClick(panel.table, Qt.Key.Key_Space)

    assert not workspace.runs.entries[0].shown


def test_f2_gives_another_name(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.model.index(0, 0))

    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("the slow one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: workspace.runs.entries[0].name == "the slow one", timeout=2_000)


def test_del_takes_a_run_out_and_a_button_puts_it_back(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train()
    wait_for_rows(qtbot, panel, 2)
    click_row(qtbot, panel, 0)

    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    wait_for_rows(qtbot, panel, 1)
    gone = [each.number for each in workspace.runs.entries]
    qtbot.mouseClick(panel.put_back_button, Qt.MouseButton.LeftButton)

    assert gone == [2]
    assert [each.number for each in workspace.runs.entries] == [1, 2]


def test_two_selected_runs_are_compared_in_a_sentence(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train(learning_rate=20.0)
    wait_for_rows(qtbot, panel, 2)

    click_row(qtbot, panel, 0)
    click_row(qtbot, panel, 1, with_control=True)

    parting = workspace.runs.parting
    assert parting is not None
    assert parting.epoch is not None
    side = "higher" if parting.is_higher else "lower"
    assert panel.sentence_label.text() == (
        "Run 1 and Run 2 have the same cost in their first mini-batch, and differ from the second "
        f"on; at epoch {parting.epoch:.2f}, the smoothed cost of Run 2 is more than 10 % {side} "
        "for the first time."
    )
    click_row(qtbot, panel, 1)
    assert workspace.runs.compared is None


def test_the_dialog_runs_a_run_again_with_one_change(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(panel)
    before = dialog.run_button.isEnabled(), dialog.change_label.text()
    field = dialog.fields["learning_rate"]
    assert isinstance(field, NumberField)

    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)

    first, second = workspace.runs.entries
    assert before == (False, "Nothing is changed yet.")
    assert second.config == replace(first.config, learning_rate=0.25)
    assert second.beginning.parameters is first.beginning.parameters
    assert workspace.runs.compared == (first, second)
    assert [each.number for each in panel.selected] == [1, 2]


def test_the_dialog_says_why_a_value_cannot_be(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(panel)

    dialog.variation_combo.setCurrentIndex(dialog.variation_combo.findData("hidden"))
    field = dialog.fields["hidden"]
    assert isinstance(field, QLineEdit)
    field.clear()
    qtbot.keyClicks(field, "3, many")

    assert "'many' is not a layer size" in dialog.problem_label.text()
    assert not dialog.run_button.isEnabled()
    dialog.reject()


def test_another_optimizer_comes_with_a_word_about_its_rate(
    qtbot: QtBot, panel: Runs, train: Train
) -> None:
    train(learning_rate=3.0)
    wait_for_rows(qtbot, panel, 1)
    qtbot.mouseClick(panel.again_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(panel)

    dialog.variation_combo.setCurrentIndex(dialog.variation_combo.findData("optimizer"))
    combo = dialog.fields["optimizer"]
    combo.setCurrentIndex(combo.findData("adam"))  # type: ignore[attr-defined]  # a combo box

    assert dialog.change_label.text() == "optimizer Gradient descent (SGD) → Adam"
    assert "η stays 3; with Adam it is usually near 0.001" in dialog.hint_label.text()
    dialog.reject()


def test_the_weights_of_a_run_are_shown(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train(learning_rate=0.5)
    wait_for_rows(qtbot, panel, 2)
    click_row(qtbot, panel, 0)

    qtbot.mouseClick(panel.weights_button, Qt.MouseButton.LeftButton)

    weights = workspace.runs.entries[0].weights
    assert weights is not None
    assert workspace.state.parameters.weights[0].tolist() == weights.weights[0].tolist()
    assert workspace.history.undo_text == "Show weights"


def test_while_a_run_is_on_nothing_is_started(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: not panel.again_button.isEnabled(), timeout=5_000)

    assert panel.again_button.toolTip() == "Stop the run first."
    assert not panel.weights_button.isEnabled()
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.training.stop()


def test_the_menu_pins_and_draws_one_alone(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train()
    train()
    wait_for_rows(qtbot, panel, 2)
    click_row(qtbot, panel, 0)

    menu_action(panel, "Pin").trigger()
    menu_action(panel, "Draw Only This").trigger()

    assert [each.pinned for each in workspace.runs.entries] == [True, False]
    assert [each.shown for each in workspace.runs.entries] == [True, False]
    for menu in panel.findChildren(QMenu):
        menu.close()


def test_the_export_is_asked_for(qtbot: QtBot, panel: Runs, train: Train) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)

    with qtbot.waitSignal(panel.export_requested, timeout=1_000):
        qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)


def test_a_narrow_table_leaves_out_what_the_tooltip_tells(
    qtbot: QtBot, panel: Runs, train: Train
) -> None:
    train()
    wait_for_rows(qtbot, panel, 1)
    names = [column.header for column in COLUMNS]

    panel.resize(560, 180)

    hidden = [name for at, name in enumerate(names) if panel.table.isColumnHidden(at)]
    assert "Time" in hidden
    assert {"Run", "Differs by", "Cost", "State"}.isdisjoint(hidden)
    assert "best test accuracy –" in panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_every_button_says_what_it_does(panel: Runs) -> None:
    panel.set_theme(LIGHT)

    for button in panel.findChildren(QPushButton):
        assert button.accessibleName()
        assert button.toolTip() or not button.isVisible()


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_with_its_own_value_changes_nothing(name: str, workspace: Workspace) -> None:
    settings, variation = Settings(workspace.config, workspace.spec), VARIATIONS[name]

    assert variation.write(settings, variation.read(settings)) == settings


def test_space_draws_the_run_of_a_row_or_not_whichever_column_was_clicked(
    qtbot: QtBot, panel: Runs, workspace: Workspace, train: Train
) -> None:
    train(epochs=2)
    wait_for_rows(qtbot, panel, 1)
    click_row(qtbot, panel, 0)
    drawn = []

    for _ in range(2):
        qtbot.keyClick(panel.table, Qt.Key.Key_Space)
        drawn.append(workspace.runs.entries[0].shown)

    assert drawn == [False, True]


def test_without_data_the_empty_panel_says_why_there_can_be_no_run(
    qtbot: QtBot, panel: Runs, workspace: Workspace
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=20_000):
        workspace.open_preset("mnist-784-30-10")

    why = workspace.why_no_example()
    assert "does not exist; name the folder" in why
    qtbot.waitUntil(lambda: panel.empty_label.text() == why, timeout=5_000)


def test_the_columns_with_a_width_have_room_for_what_they_say() -> None:
    metrics, widths = QFontMetrics(text_font(12)), {each.header: each.width for each in COLUMNS}

    for state in RunState:
        assert metrics.horizontalAdvance(state.value) + CELL_PX <= widths["State"], state
    assert metrics.horizontalAdvance("0.022 s") + CELL_PX <= widths["Time"]
    for header in ("Valid.", "Test", "Best"):
        assert metrics.horizontalAdvance("100.0 %") + CELL_PX <= widths[header]
    for cost in (7.88e-5, 0.000788, 788.0):
        assert metrics.horizontalAdvance(number(cost, 3)) + CELL_PX <= widths["Cost"]
