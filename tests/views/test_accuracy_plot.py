from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.accuracy_plot import AccuracyPlot


@pytest.fixture
def panel(qtbot: QtBot, image_workspace: Workspace) -> AccuracyPlot:
    result = AccuracyPlot(image_workspace)
    qtbot.addWidget(result)
    result.resize(420, 230)
    result.show()
    qtbot.waitUntil(lambda: result.plot is not None, timeout=10_000)
    return result


def train(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.start()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.IDLE, timeout=20_000)
    qtbot.wait(200)


def curves(panel: AccuracyPlot) -> list[Any]:
    assert panel.plot is not None
    return list(panel.plot.getPlotItem().listDataItems())


def test_before_training_a_sentence_says_what_to_do(panel: AccuracyPlot) -> None:
    assert panel.empty_label.text() == "Press Train to see the accuracy rise."


def test_within_the_first_epoch_the_sentence_asks_for_patience(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    image_workspace.run.one_mini_batch()

    qtbot.waitUntil(lambda: "end of the first epoch" in panel.empty_label.text(), timeout=5_000)


def test_data_without_classes_has_no_accuracy(qtbot: QtBot, workspace: Workspace) -> None:
    panel = AccuracyPlot(workspace)
    qtbot.addWidget(panel)

    panel.show()

    assert panel.empty_label.text().startswith("This data has no classes")


def test_the_curves_are_the_epochs_accuracies_in_percent(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    train(qtbot, image_workspace)

    reports = image_workspace.training.history.reports
    train_curve, _, test_curve = (curve.getOriginalDataset() for curve in curves(panel))
    assert test_curve[0].tolist() == [1, 2, 3]
    np.testing.assert_allclose(test_curve[1] / 100, [each.test_accuracy for each in reports])
    np.testing.assert_allclose(train_curve[1] / 100, [each.train_accuracy for each in reports])


def test_the_texts_tell_the_newest_and_the_best(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    train(qtbot, image_workspace)

    tested = [each.test_accuracy or 0.0 for each in image_workspace.training.history.reports]
    assert panel.value_label.text() == f"{100 * tested[-1]:.1f} %"
    assert panel.best_label.text() == f"best {100 * max(tested):.1f} %"


def test_the_axis_stays_within_what_is_possible(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    train(qtbot, image_workspace)

    assert panel.plot is not None
    (left, right), (low, high) = panel.plot.viewRange()
    assert left < 1
    assert right > 3
    assert -5 < low < high < 105


def test_when_the_training_is_undone_the_sentence_is_back(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    train(qtbot, image_workspace)
    drawn = panel.empty_label.isVisible(), panel.best_label.isVisible()

    image_workspace.undo()
    image_workspace.training.clear_history()

    qtbot.waitUntil(panel.empty_label.isVisible, timeout=5_000)
    assert drawn == (False, True)
    assert panel.empty_label.text() == "Press Train to see the accuracy rise."
    assert panel.best_label.isHidden()


def test_after_one_epoch_its_point_stands_within_the_plot_over_its_number(
    qtbot: QtBot, panel: AccuracyPlot, image_workspace: Workspace
) -> None:
    image_workspace.set_config(replace(image_workspace.config, epochs=1))
    train(qtbot, image_workspace)

    assert panel.plot is not None
    (left, right), _ = panel.plot.viewRange()
    assert left <= 0
    assert right > 1
    axis = panel.plot.getAxis("bottom")
    ticks = axis.tickValues(left, right, axis.width())
    assert 1 in [value for _, values in ticks for value in values]
