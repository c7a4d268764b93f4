"""The runs in the real window."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.views.panels.cost_plot import CostPlot
from nnviz.views.panels.runs import Runs

pytestmark = pytest.mark.usefixtures("warmed_up")


def test_a_run_is_in_the_panel_and_can_be_exported(
    qtbot: QtBot, window: MainWindow, settings_file: Path
) -> None:
    workspace, panel, costs = window.workspace, window.panels["runs"], window.panels["cost"]
    assert isinstance(panel, Runs)
    assert isinstance(costs, CostPlot)
    before = window.action("file.export-runs").isEnabled()
    workspace.set_config(replace(workspace.config, epochs=20))

    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        window.action("train.run").trigger()
    window.dock("runs").raise_()
    qtbot.waitUntil(panel.export_button.isEnabled, timeout=5_000)
    qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(costs.smoothing_slider, Qt.Key.Key_End)
    workspace.runs.said.emit("“Run 1” is no longer kept.")

    dialog = window.findChild(QFileDialog, "dialog.file")
    status = window.findChild(QLabel, "status.text")
    assert dialog is not None
    assert status is not None
    assert (before, window.action("file.export-runs").isEnabled()) == (False, True)
    assert dialog.selectedFiles()[0].endswith("runs.csv")
    assert status.text() == "“Run 1” is no longer kept."
    assert open_settings(settings_file).load().smoothing.name == "epoch"
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
