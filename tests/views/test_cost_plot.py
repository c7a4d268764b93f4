from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from nnviz.formatting import number
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.cost_curves import MAX_POINTS
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.visual.palette import LIGHT


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> CostPlot:
    result = CostPlot(workspace)
    qtbot.addWidget(result)
    result.resize(420, 230)
    return result


def shown(qtbot: QtBot, panel: CostPlot) -> Any:
    """Show the panel and return its plot, once it is there."""
    panel.show()
    qtbot.waitUntil(lambda: panel.plot is not None, timeout=10_000)
    return panel.plot


def train(qtbot: QtBot, workspace: Workspace, epochs: int = 5) -> None:
    workspace.set_config(replace(workspace.config, epochs=epochs))
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=20_000)
    qtbot.wait(200)


def curves(plot: Any) -> list[Any]:
    return list(plot.getPlotItem().listDataItems())


def test_before_training_a_sentence_says_what_to_do(qtbot: QtBot, panel: CostPlot) -> None:
    shown(qtbot, panel)

    assert panel.empty_label.isVisible()
    assert panel.empty_label.text() == "Press Train to see the cost fall."


def test_the_curve_holds_every_cost_by_epoch(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)

    train(qtbot, workspace, epochs=5)

    x, y = curves(plot)[0].getOriginalDataset()
    np.testing.assert_allclose(y, workspace.training.history.costs, rtol=1e-6)
    np.testing.assert_allclose(x, np.arange(1, 21) / 4)
    assert plot.getAxis("bottom").labelText == "epoch"


def test_the_dots_are_the_means_of_the_epochs(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)

    train(qtbot, workspace, epochs=3)

    x, y = curves(plot)[2].getOriginalDataset()
    assert x.tolist() == [1, 2, 3]
    np.testing.assert_allclose(y, workspace.training.history.costs.reshape(3, 4).mean(axis=1))


def test_in_the_first_epoch_the_axis_counts_mini_batches(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)

    workspace.run.one_mini_batch()

    qtbot.waitUntil(lambda: plot.getAxis("bottom").labelText == "mini-batch", timeout=5_000)
    assert curves(plot)[0].getOriginalDataset()[0].tolist() == [1]


def test_the_newest_value_is_the_mean_over_the_window(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    shown(qtbot, panel)

    train(qtbot, workspace, epochs=3)

    newest = float(workspace.training.history.costs[-4:].mean())
    assert panel.value_label.text() == f"C {number(newest, 3)}"


def test_a_long_run_is_drawn_with_few_points(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)

    workspace.training.history.append(np.linspace(1, 0.1, 100_000))
    panel.refresh()

    points = [len(curve.getOriginalDataset()[0]) for curve in curves(plot)[1:2]]
    assert max(points) <= MAX_POINTS
    assert min(points) > 100


def test_a_cost_of_zero_can_be_drawn_logarithmically(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)
    workspace.training.history.append(np.array([1.0, 0.1, 0.0]))
    panel.refresh()

    qtbot.mouseClick(panel.log_box, Qt.MouseButton.LeftButton, pos=QPoint(6, 8))

    assert panel.log_box.isChecked()
    assert np.isfinite(plot.viewRange()).all()
    assert curves(plot)[1].getData()[1][0] == pytest.approx(0)


def test_the_pointer_reads_the_curve(qtbot: QtBot, panel: CostPlot, workspace: Workspace) -> None:
    plot = shown(qtbot, panel)
    train(qtbot, workspace, epochs=5)
    box = plot.getPlotItem().getViewBox()
    place = plot.mapFromScene(box.mapViewToScene(box.viewRect().center()))

    qtbot.mouseMove(plot.viewport(), place)

    # x is 2.5 of 5 epochs, mini-batch 10 of 20, and the smoothing takes the last four.
    history = workspace.training.history
    mean, single = float(history.costs[6:10].mean()), float(history.costs[9])
    assert panel.cursor_line is not None
    label = panel.cursor_line.label
    assert label.isVisible()
    assert label.accessibleDescription() == (
        f"epoch 2.50 · mini-batch 10; mean of 4 {number(mean, 3)}; "
        f"mini-batch {number(single, 3)}; epoch 2 mean {number(history.reports[1].cost, 3)}"
    )


def test_a_hidden_panel_makes_no_plot_and_draws_when_it_is_shown(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    train(qtbot, workspace, epochs=2)
    hidden = panel.plot

    plot = shown(qtbot, panel)

    assert hidden is None
    assert len(curves(plot)[0].getOriginalDataset()[0]) == 8


def test_another_network_clears_the_curve(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    shown(qtbot, panel)
    train(qtbot, workspace, epochs=2)

    workspace.open_preset("primer-2-3-2")

    qtbot.waitUntil(panel.empty_label.isVisible, timeout=5_000)


def test_when_the_training_is_undone_the_sentence_is_back(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    shown(qtbot, panel)
    train(qtbot, workspace, epochs=2)
    drawn = panel.empty_label.isVisible(), panel.value_label.isVisible()

    workspace.undo()
    workspace.training.clear_history()

    qtbot.waitUntil(panel.empty_label.isVisible, timeout=5_000)
    assert drawn == (False, True)
    assert panel.empty_label.text() == "Press Train to see the cost fall."
    assert panel.value_label.isHidden()


def test_the_theme_colours_the_ground(qtbot: QtBot, panel: CostPlot) -> None:
    plot = shown(qtbot, panel)

    panel.set_theme(LIGHT)

    ground = plot.backgroundBrush().color()
    assert (ground.red(), ground.green(), ground.blue()) == LIGHT.surface


def test_the_moment_that_is_looked_at_has_a_line_and_a_click_leads_to_another(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    plot = shown(qtbot, panel)
    train(qtbot, workspace)
    assert panel._past is not None
    line, travel = panel._past._line, workspace.travel
    travel.look_at(travel.moments[4])
    at_four = line.isVisible(), line.value()

    box = plot.getPlotItem().getViewBox()
    place = plot.mapFromScene(box.mapViewToScene(QPointF(3.0, 0.1)))
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    clicked = travel.shown
    travel.return_to_now()

    assert at_four == (True, pytest.approx(1.0))
    assert clicked is not None
    assert clicked.place == 12
    assert not line.isVisible()


def test_while_there_is_no_curve_nothing_lies_behind_the_sentence(
    qtbot: QtBot, panel: CostPlot
) -> None:
    plot = shown(qtbot, panel)

    panel.resize(430, 240)

    qtbot.waitUntil(panel.empty_label.isVisible, timeout=2_000)
    assert not plot.isVisible()


def test_without_data_the_sentence_says_why_there_can_be_no_curve(
    qtbot: QtBot, panel: CostPlot, workspace: Workspace
) -> None:
    shown(qtbot, panel)

    with qtbot.waitSignal(workspace.problem, timeout=20_000):
        workspace.open_preset("mnist-784-30-10")

    why = workspace.why_no_example()
    assert "does not exist; name the folder" in why
    qtbot.waitUntil(lambda: panel.empty_label.text() == why, timeout=5_000)


def test_the_newest_value_is_shortened_before_it_would_be_cut(
    qtbot: QtBot, panel: CostPlot
) -> None:
    shown(qtbot, panel)
    panel.setMinimumWidth(100)
    texts = "C 9.85×10⁻⁵", "9.85×10⁻⁵", "9.9×10⁻⁵", "1×10⁻⁴"
    visited = []

    for width in (420, 240, 200, 184, 140):
        panel.resize(width, 230)
        panel.show_header(True)
        panel.show_value(*texts)
        visited.append(panel.value_label.text())

    assert visited[0] == texts[0]
    assert visited[-1] == texts[-1]
    assert visited == sorted(visited, key=texts.index)
