"""The file of all runs: the real thread that writes it, with a real file dialog."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.run_export import RunExport
from nnviz.stores.workspace import Workspace

pytestmark = pytest.mark.usefixtures("warmed_up")


@pytest.fixture
def workspace(qtbot: QtBot, tmp_path: Path) -> Iterator[Workspace]:
    """Two runs of XOR, of 20 and of 15 epochs."""
    result = Workspace(data_folder=tmp_path / "nothing")
    result.open_preset("xor-2-2-1")
    for epochs in (20, 15):
        result.set_config(replace(result.config, mini_batch_size=1, epochs=epochs))
        result.reset_parameters()
        with qtbot.waitSignal(result.training.run_finished, timeout=10_000):
            result.run.start()
    yield result
    assert result.training.shutdown()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def export(parent: QWidget, workspace: Workspace) -> RunExport:
    def dialog_of(title: str, kinds: str, ending: str) -> QFileDialog:
        dialog = QFileDialog(parent, title, "", kinds)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        return dialog

    return RunExport(parent, workspace, dialog_of)


def choose(parent: QWidget, path: Path) -> None:
    dialog = parent.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_file_holds_the_numbers_of_all_runs(
    qtbot: QtBot, parent: QWidget, export: RunExport, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "runs.csv"
    export.export()

    with qtbot.waitSignal(export.said, timeout=10_000) as said:
        choose(parent, path)

    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert said.args == ["Exported 2 runs to runs.csv."]
    for entry, count in zip(workspace.runs.entries, (20, 15), strict=True):
        own = [row for row in rows if row["run"] == str(entry.number)]
        costs = [row["cost"] for row in own if row["row"] == "mini-batch"]
        assert np.array(costs, np.float32).tolist() == entry.history.costs.tolist()
        epochs = [row for row in own if row["row"] == "epoch"]
        assert [float(row["cost"]) for row in epochs] == [r.cost for r in entry.history.reports]
        assert [float(row["epoch"]) for row in epochs] == list(range(1, count + 1))


def test_a_place_that_is_none_is_one_sentence(
    qtbot: QtBot, parent: QWidget, export: RunExport, tmp_path: Path
) -> None:
    export.export()

    with qtbot.waitSignal(export.refused, timeout=10_000) as refused:
        choose(parent, tmp_path / "nowhere" / "runs.csv")

    assert "there is no folder" in str(refused.args)


def test_the_end_of_the_program_waits_for_the_file(
    parent: QWidget, export: RunExport, tmp_path: Path
) -> None:
    export.export()
    choose(parent, tmp_path / "runs.csv")

    export.finish()

    assert len((tmp_path / "runs.csv").read_text(encoding="utf-8").splitlines()) > 100
