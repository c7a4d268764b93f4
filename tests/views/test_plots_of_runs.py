"""Several runs in one plot: colours, read-outs, marks where two part, and the cursor by keys."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.training.snapshot import EpochReport
from nnviz.views.panels.accuracy_plot import AccuracyPlot
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.visual.palette import DARK

Train = Callable[..., None]
Key = Qt.Key


@pytest.fixture
def costs(qtbot: QtBot, workspace: Workspace) -> CostPlot:
    result = CostPlot(workspace)
    qtbot.addWidget(result)
    result.resize(420, 260)
    result.show()
    qtbot.waitUntil(lambda: result.plot is not None, timeout=10_000)
    return result


@pytest.fixture
def train(qtbot: QtBot, workspace: Workspace) -> Train:
    def act(**changes: object) -> None:
        workspace.set_config(replace(workspace.config, **changes))  # type: ignore[arg-type]
        workspace.reset_parameters()
        with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
            workspace.run.start()

    return act


def drawn(panel: Any) -> list[Any]:
    """The curves of the plot that have points."""
    items = panel.plot.getPlotItem().listDataItems()
    return [each for each in items if each.getOriginalDataset()[0] is not None]


def colours(panel: Any) -> list[tuple[int, ...]]:
    return [each.opts["pen"].color().getRgb()[:3] for each in drawn(panel)]


def read_out(panel: Any) -> str:
    return str(panel.cursor_line.label.accessibleDescription())


def walk(qtbot: QtBot, panel: Any, *keys: Qt.Key) -> str:
    """Walk along the curve with the keys, and return what is read there."""
    panel.plot.setFocus(Qt.FocusReason.TabFocusReason)
    for key in keys:
        qtbot.keyClick(panel.plot, key)
    return read_out(panel)


def test_a_kept_run_is_drawn_beside_the_current_one_in_its_own_colour(
    workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    train(learning_rate=0.5)

    workspace.runs.show(1, True)
    costs.refresh()

    assert colours(costs) == [DARK.runs[0], DARK.runs[1]]
    lengths = [len(each.getOriginalDataset()[0]) for each in drawn(costs)]
    assert lengths == [20, 20]
    assert [each.text for each in costs.legend.entries] == ["Run 1", "Run 2 · η 0.5"]


def test_a_run_that_is_left_out_is_not_drawn(
    workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()

    workspace.runs.show(1, False)
    costs.refresh()

    assert costs.empty_label.isVisible()
    assert costs.empty_label.text().startswith("The curves of all runs are left out")


def test_the_curve_of_a_branch_begins_where_it_left_its_run(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train(epochs=3)
    workspace.training.clear_history()
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    costs.refresh()

    raw = drawn(costs)[0].getOriginalDataset()[0]
    np.testing.assert_allclose(raw, 3 + np.arange(1, 13) / 4)


def test_the_read_out_has_a_row_for_every_run(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    train(learning_rate=0.5, epochs=2)
    workspace.runs.show(1, True)
    costs.refresh()
    first, second = workspace.runs.entries

    early = walk(qtbot, costs, Key.Key_Home, *[Key.Key_Right] * 5)
    later = walk(qtbot, costs, Key.Key_End, *[Key.Key_Left] * 4)

    means = [number(float(each.history.costs[2:6].mean()), 3) for each in (first, second)]
    late = number(float(first.history.costs[12:16].mean()), 3)
    assert early == f"epoch 1.50; Run 1 {means[0]}; Run 2 {means[1]}"
    assert later == f"epoch 4.00; Run 1 {late}; Run 2 –"


def test_the_keys_walk_along_the_curve(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    costs.refresh()

    keys = (Key.Key_End, Key.Key_Left, Key.Key_Home, Key.Key_PageDown)
    texts = [walk(qtbot, costs, key).split(";")[0] for key in keys]
    walk(qtbot, costs, Key.Key_Escape)

    assert texts == [
        "epoch 5.00 · mini-batch 20",
        "epoch 4.75 · mini-batch 19",
        "epoch 0.25 · mini-batch 1",
        "epoch 2.75 · mini-batch 11",
    ]
    assert costs.cursor_line is not None
    assert not costs.cursor_line.label.isVisible()


def test_where_two_runs_part_is_marked(workspace: Workspace, costs: CostPlot, train: Train) -> None:
    train()
    train(learning_rate=20.0)
    workspace.runs.show(1, True)
    workspace.runs.compare(1, 2)
    costs.refresh()

    parting = workspace.runs.parting
    assert costs.marks is not None
    assert parting is not None
    details = [each.details for each in costs.marks.placed()]
    told = "\n\n".join(details)
    assert "Mini-batch 2: the first with other costs of Run 1 and Run 2 · η 20" in told
    assert f"Epoch {parting.epoch:.2f}: the first place where the smoothed cost" in told
    workspace.runs.compare_nothing()
    costs.refresh()
    assert costs.marks.placed() == ()


def test_the_slider_smooths_and_the_store_knows(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    costs.refresh()
    costs.smoothing_slider.setFocus()

    qtbot.keyClick(costs.smoothing_slider, Qt.Key.Key_Home)

    (line, _) = drawn(costs)
    assert workspace.display.smoothing.name == "off"
    np.testing.assert_allclose(line.getOriginalDataset()[1], workspace.training.history.costs)
    assert [each.text for each in costs.legend.entries] == ["mini-batch", "epoch mean"]
    newest = float(workspace.training.history.costs[-1])
    assert costs.value_label.text() == f"C {number(newest, 3)}"


def test_costs_of_validation_and_test_are_drawn_where_they_are_known(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train(epochs=1)
    history, run = workspace.training.history, workspace.training.history.reports[0].run
    history.add_epoch(EpochReport(run, 2, 0.1, None, None, 0.1, validation_cost=0.3, test_cost=0.4))
    history.append(np.full(4, 0.1))
    costs.refresh()

    validation, test = (each.getOriginalDataset() for each in drawn(costs)[3:])
    assert [validation[0].tolist(), validation[1].tolist()] == [[2.0], [0.3]]
    assert test[1].tolist() == [0.4]
    assert [each.text for each in costs.legend.entries][3:] == ["validation", "test"]
    assert walk(qtbot, costs, Key.Key_End).endswith("validation 0.300; test 0.400")


def test_in_a_panel_of_two_hundred_px_everything_is_named(
    qtbot: QtBot, workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    costs.resize(200, 170)
    costs.refresh()

    legend = costs.legend
    qtbot.waitUntil(lambda: legend.height() >= legend.heightForWidth(legend.width()), timeout=2_000)
    assert legend.shown_texts(legend.width()) == ("batch", "smooth", "epoch")
    assert legend.y() >= costs.value_label.geometry().bottom()
    for widget in (costs.value_label, costs.smoothing_slider, costs.log_box):
        assert widget.geometry().right() <= 200


def test_in_a_wide_panel_the_legend_stands_beside_the_value(
    workspace: Workspace, costs: CostPlot, train: Train
) -> None:
    train()
    costs.resize(520, 260)
    costs.refresh()

    assert costs.header.indexOf(costs.legend) == 0


@pytest.fixture
def accuracies(qtbot: QtBot, image_workspace: Workspace) -> AccuracyPlot:
    result = AccuracyPlot(image_workspace)
    qtbot.addWidget(result)
    result.resize(420, 260)
    result.show()
    qtbot.waitUntil(lambda: result.plot is not None, timeout=10_000)
    return result


def test_accuracies_of_two_runs_are_read_side_by_side(
    qtbot: QtBot, image_workspace: Workspace, accuracies: AccuracyPlot, train: Train
) -> None:
    train()
    train(learning_rate=0.5)
    image_workspace.runs.show(1, True)
    accuracies.refresh()

    told = walk(qtbot, accuracies, Key.Key_Home, Key.Key_Right)

    rows = [
        f"Run {each.number} {100 * report.test_accuracy:.2f} · {100 * report.train_accuracy:.2f} %"
        for each in image_workspace.runs.entries
        for report in [each.history.reports[1]]
        if report.test_accuracy is not None and report.train_accuracy is not None
    ]
    assert told == "; ".join(["epoch 2: test · training", *rows])
    names = [each.text for each in accuracies.legend.entries]
    assert names == ["Run 1", "Run 2 · η 0.5", "test", "training"]


def test_the_accuracy_of_validation_has_a_line_of_its_own(
    image_workspace: Workspace, accuracies: AccuracyPlot, train: Train
) -> None:
    train(epochs=1)
    history = image_workspace.training.history
    run = history.reports[0].run
    history.add_epoch(EpochReport(run, 2, 0.1, 0.5, 0.25, 0.1, validation_accuracy=0.75))
    accuracies.refresh()

    validation = drawn(accuracies)[1].getOriginalDataset()
    assert validation[1][-1] == 75
    assert [each.text for each in accuracies.legend.entries] == ["test", "validation", "training"]


def test_errors_stand_on_a_logarithmic_axis(
    qtbot: QtBot, image_workspace: Workspace, accuracies: AccuracyPlot, train: Train
) -> None:
    train()
    accuracies.refresh()

    qtbot.mouseClick(accuracies.error_box, Qt.MouseButton.LeftButton, pos=QPoint(6, 8))

    tested = [each.test_accuracy for each in image_workspace.training.history.reports]
    curve = drawn(accuracies)[-1]
    expected = [100 * (1 - share) for share in tested if share is not None]
    np.testing.assert_allclose(curve.getOriginalDataset()[1], expected)
    np.testing.assert_allclose(curve.getData()[1], np.log10(expected))
    assert accuracies.plot is not None
    low, high = accuracies.plot.viewRange()[1]
    assert low < np.log10(min(expected))
    assert high > np.log10(max(expected))
