"""The runs in the real window: their file, their panel, and the smoothing between two starts."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.views.panels.runs import Runs

WindowMaker = Callable[..., MainWindow]

pytestmark = pytest.mark.usefixtures("warmed_up")


def train(qtbot: QtBot, window: MainWindow, **changes: object) -> None:
    workspace = window.workspace
    workspace.set_config(replace(workspace.config, epochs=20, **changes))  # type: ignore[arg-type]
    workspace.reset_parameters()
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        window.action("train.run").trigger()


def export(window: MainWindow, path: Path) -> None:
    window.action("file.export-runs").trigger()
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_without_a_run_there_is_nothing_to_export(window: MainWindow) -> None:
    assert not window.action("file.export-runs").isEnabled()


def test_the_file_holds_the_numbers_of_all_runs(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    train(qtbot, window)
    train(qtbot, window, learning_rate=0.125)
    path = tmp_path / "runs.csv"

    with qtbot.waitSignal(window.files.run_export.said, timeout=10_000) as said:
        export(window, path)

    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert said.args == ["Exported 2 runs to runs.csv."]
    for entry in window.workspace.runs.entries:
        own = [row for row in rows if row["run"] == str(entry.number)]
        costs = [row["cost"] for row in own if row["row"] == "mini-batch"]
        assert np.array(costs, np.float32).tolist() == entry.history.costs.tolist()
        epochs = [row for row in own if row["row"] == "epoch"]
        assert [float(row["cost"]) for row in epochs] == [r.cost for r in entry.history.reports]
        assert [float(row["epoch"]) for row in epochs] == list(range(1, 21))


def test_a_place_that_is_none_is_refused_in_a_box(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    train(qtbot, window)

    with qtbot.waitSignal(window.files.run_export.refused, timeout=10_000):
        export(window, tmp_path / "nowhere" / "runs.csv")

    box = window.findChild(QMessageBox, "dialog.warning")
    assert box is not None
    assert "there is no folder" in box.text()
    box.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_button_of_the_panel_asks_for_the_file(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    panel = window.panels["runs"]
    assert isinstance(panel, Runs)
    window.dock("runs").raise_()
    qtbot.waitUntil(panel.export_button.isEnabled, timeout=5_000)

    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)

    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith("runs.csv")
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_what_was_let_go_is_said_in_the_status_bar(window: MainWindow) -> None:
    window.workspace.runs.said.emit("“Run 1” is no longer kept.")

    label = window.findChild(QLabel, "status.text")
    assert label is not None
    assert label.text() == "“Run 1” is no longer kept."


def test_the_smoothing_is_remembered(qtbot: QtBot, make_window: WindowMaker) -> None:
    window = make_window()
    panel = window.panels["cost"]
    assert isinstance(panel, CostPlot)
    qtbot.keyClick(panel.smoothing_slider, Qt.Key.Key_End)
    window.close()

    again = make_window()

    assert again.workspace.display.smoothing.name == "epoch"
