"""Export Trace: the file holds what ``nnviz trace`` prints; and the notation between two starts."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.app.cli import main
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.trace.mistakes import Mistake
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.views.settings_dialog import SettingsDialog

WindowMaker = Callable[..., MainWindow]


def file_dialog(window: MainWindow) -> QFileDialog:
    dialog = window.findChild(QFileDialog, "dialog.file")
    assert dialog is not None
    return dialog


def export(window: MainWindow, path: Path) -> None:
    """Export the trace into ``path``."""
    window.action("file.export-trace").trigger()
    dialog = file_dialog(window)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def warning(window: MainWindow) -> str:
    box = window.findChild(QMessageBox, "dialog.warning")
    assert box is not None
    text = box.text()
    box.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return text


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["trace", *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("ending", ["json", "csv"])
@pytest.mark.parametrize("sample", [0, 2])
def test_the_window_exports_what_the_command_prints(
    make_window: WindowMaker,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    ending: str,
    sample: int,
) -> None:
    window = make_window("xor-2-2-1")
    window.workspace.examples.show(window.workspace.examples.subset, sample)
    path = tmp_path / f"pass.{ending}"

    export(window, path)

    expected = printed(capsys, "--preset", "xor-2-2-1", f"--{ending}", "--sample", str(sample))
    assert path.read_bytes().decode() == expected
    status = window.findChild(QLabel, "status.text")
    assert status is not None
    assert status.text() == f"Exported pass.{ending}."


def test_the_second_pass_is_exported_as_the_second(
    window: MainWindow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window.workspace.stepper.to_end()
    window.workspace.next_pass()

    for ending in ("json", "csv"):
        export(window, tmp_path / f"pass.{ending}")

    options = ("--preset", "primer-2-3-2", "--passes", "2")
    both = json.loads(printed(capsys, *options, "--json"))["passes"]
    assert json.loads((tmp_path / "pass.json").read_text())["passes"] == both[1:]
    header, *rows = printed(capsys, *options, "--csv").splitlines()
    second = [row for row in rows if row.startswith("2,")]
    assert (tmp_path / "pass.csv").read_text().splitlines() == [header, *second]


def test_a_mini_batch_is_exported_with_all_its_examples(
    make_window: WindowMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = make_window("xor-2-2-1")
    window.workspace.examples.set_mini_batch(4)

    for ending in ("json", "csv"):
        export(window, tmp_path / f"pass.{ending}")

    for ending in ("json", "csv"):
        expected = printed(capsys, "--preset", "xor-2-2-1", "--mini-batch", f"--{ending}")
        assert (tmp_path / f"pass.{ending}").read_text(encoding="utf-8") == expected


def test_export_says_why_it_is_off_while_there_is_a_mistake(window: MainWindow) -> None:
    action = window.action("file.export-trace")
    right = action.toolTip()

    window.workspace.challenges.bug.run(Mistake.GRADIENT_ASCENT)

    assert not action.isEnabled()
    assert "while the pass contains a mistake" in action.toolTip()
    assert "while the pass contains a mistake" in action.statusTip()

    window.workspace.challenges.bug.back_to_right_pass()

    assert action.isEnabled()
    assert (action.toolTip(), action.statusTip()) == (right, "")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("pass.txt", "let the name end in .json or .csv"), ("missing/pass.csv", "missing")],
)
def test_what_cannot_be_exported_is_refused_with_a_sentence(
    window: MainWindow, tmp_path: Path, name: str, complaint: str
) -> None:
    export(window, tmp_path / name)

    sentence = warning(window)
    assert complaint in sentence
    assert sentence.endswith(".")
    assert list(tmp_path.glob("pass*")) == []


DIVERGING = {
    "format": "nnviz-network/1",
    "sizes": [1, 1],
    "activations": ["identity"],
    "cost": "quadratic",
    "weights": [[[1.0]]],
    "biases": [[0.5]],
    "learning_rate": 1e200,
    "samples": [{"input": [1.0], "target": [0.0]}],
}


def test_a_pass_that_diverged_is_refused_as_json(window: MainWindow, tmp_path: Path) -> None:
    network = tmp_path / "network.json"
    network.write_text(json.dumps(DIVERGING))
    with np.errstate(all="ignore"):
        window.workspace.open_network(network)

    export(window, tmp_path / "pass.json")

    assert "Pass 1: cost_after is no longer a finite number" in warning(window)
    assert not (tmp_path / "pass.json").exists()


def test_choosing_csv_gives_the_name_its_ending(window: MainWindow) -> None:
    window.action("file.export-trace").trigger()
    dialog = file_dialog(window)
    before = [Path(name).name for name in dialog.selectedFiles()]

    dialog.filterSelected.emit("Traces as CSV (*.csv)")

    after = [Path(name).name for name in dialog.selectedFiles()]
    assert before[0].endswith("-pass-1.json")
    assert after == [before[0].replace(".json", ".csv")]
    assert dialog.defaultSuffix() == "csv"
    dialog.close()


def test_the_notation_is_restored_at_the_next_start(
    make_window: WindowMaker, settings_file: Path
) -> None:
    notation = Notation(ErrorSymbol.DELTA, first_index=1, digits=7)
    make_window().workspace.display.set_notation(notation)

    again = make_window()

    assert open_settings(settings_file).load().notation == notation
    assert again.workspace.display.notation == notation


def test_settings_open_by_key_and_only_once(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(2):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)

    dialogs = window.findChildren(SettingsDialog)
    assert [dialog.isVisible() for dialog in dialogs] == [True]
    dialogs[0].close()


def test_the_view_menu_holds_the_notation(window: MainWindow) -> None:
    menus = {action.text(): action.menu() for action in window.menuBar().actions()}
    view = menus["&View"]
    assert isinstance(view, QMenu)

    assert "Notation" in [action.text().replace("&", "") for action in view.actions()]
