"""Validation, patience and best epoch in the training panel, by real events."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.files.network_file import NetworkDocument, write_network
from nnviz.files.run_fields import RunSettings
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.training_panel import TrainingPanel
from nnviz.views.panels.validation_form import ValidationForm
from nnviz.views.progress_strip import ProgressStrip
from nnviz.views.widgets.number_field import NumberField


@pytest.fixture
def noise(workspace: Workspace, tmp_path: Path) -> Workspace:
    """18 samples of pure chance, 8 of them held back, and a patience of 20 epochs."""
    rng = np.random.default_rng(2)
    spec = NetworkSpec((3, 12, 2), ("sigmoid", "sigmoid"), "quadratic")
    document = NetworkDocument(
        "Noise", spec, initialise(spec, "xavier", rng), 3.0, 0.0, True,
        rng.random((18, 3)), rng.random((18, 2)),
        run=RunSettings(5, 400, validation_size=8, patience=20),
    )  # fmt: skip
    write_network(tmp_path / "noise.json", document)
    workspace.open_network(tmp_path / "noise.json")
    return workspace


@pytest.fixture
def panel(qtbot: QtBot, noise: Workspace) -> TrainingPanel:
    result = TrainingPanel(noise)
    qtbot.addWidget(result)
    result.resize(300, 900)
    result.show()
    return result


@pytest.fixture
def form(panel: TrainingPanel) -> ValidationForm:
    return panel.validation


def type_into(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def train(qtbot: QtBot, panel: TrainingPanel, workspace: Workspace) -> None:
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        qtbot.mouseClick(panel.run_controls.train_button, Qt.MouseButton.LeftButton)


def test_the_form_shows_what_the_network_came_with(form: ValidationForm) -> None:
    assert (form.validation_box.value(), form.patience_box.value()) == (8, 20)
    assert not form.keep_best_box.isChecked()


def test_what_is_typed_and_clicked_reaches_the_workspace(
    qtbot: QtBot, form: ValidationForm, noise: Workspace
) -> None:
    type_into(qtbot, form.validation_box, "6")
    type_into(qtbot, form.patience_box, "3")
    qtbot.mouseClick(
        form.keep_best_box,
        Qt.MouseButton.LeftButton,
        pos=QPoint(8, form.keep_best_box.height() // 2),
    )

    config = noise.config
    assert (config.validation_size, config.patience, config.keep_best) == (6, 3, True)


def test_without_validation_the_others_are_off_and_say_why(
    qtbot: QtBot, form: ValidationForm, noise: Workspace
) -> None:
    noise.set_config(replace(noise.config, keep_best=True))
    type_into(qtbot, form.validation_box, "0")

    config = noise.config
    assert (config.validation_size, config.patience, config.keep_best) == (0, 0, False)
    for field in (form.patience_box, form.keep_best_box):
        assert not field.isEnabled()
        assert field.toolTip().endswith("Hold some validation examples back first.")
    type_into(qtbot, form.validation_box, "2")
    assert form.patience_box.isEnabled()
    assert form.keep_best_box.isEnabled()


def test_a_refused_number_is_explained(qtbot: QtBot, form: ValidationForm) -> None:
    type_into(qtbot, form.patience_box, "-1")

    assert form.problem_label.text() == "The patience must be at least 0, not -1; it stays 20."


def test_all_of_it_is_fixed_while_a_run_is_on(
    qtbot: QtBot, panel: TrainingPanel, form: ValidationForm, noise: Workspace
) -> None:
    qtbot.mouseClick(panel.run_controls.mini_batch_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: noise.training.state is TrainingState.PAUSED, timeout=10_000)

    for field in (form.validation_box, form.patience_box, form.keep_best_box):
        assert not field.isEnabled()
        assert "A run keeps the value that it began with" in field.toolTip()
    noise.training.stop()
    qtbot.waitUntil(lambda: noise.training.state is TrainingState.IDLE, timeout=10_000)
    assert form.validation_box.isEnabled()


def test_an_early_stop_is_told_with_its_reason_and_the_best_epoch(
    qtbot: QtBot, panel: TrainingPanel, noise: Workspace
) -> None:
    strip = ProgressStrip(noise.training)
    qtbot.addWidget(strip)

    train(qtbot, panel, noise)

    outcome, controls = noise.training.outcome, panel.run_controls
    assert outcome is not None
    assert outcome.best is not None
    assert controls.status_label.text() == (
        f"stopped early after epoch {outcome.epochs}: no lower validation cost for 20 epochs; "
        f"the best was epoch {outcome.best.epoch} (cost {outcome.best.value:.4})"
    )
    assert controls.progress_bar.value() == 100
    assert controls.best_button.isVisible()
    assert controls.best_button.text() == f"Use best weights (epoch {outcome.best.epoch})"


def test_the_button_takes_the_best_weights_and_the_line_says_so(
    qtbot: QtBot, panel: TrainingPanel, noise: Workspace
) -> None:
    before = panel.run_controls.best_button.isVisible()
    train(qtbot, panel, noise)
    button, status = panel.run_controls.best_button, panel.run_controls.status_label

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert not before
    assert noise.best.in_use
    assert "; the weights are those of epoch " in status.text()
    assert not button.isEnabled()
    noise.undo()
    assert "; the best was epoch " in status.text()
    assert button.isEnabled()


def test_a_run_that_keeps_its_best_epoch_offers_no_button(
    qtbot: QtBot, panel: TrainingPanel, noise: Workspace
) -> None:
    noise.set_config(replace(noise.config, keep_best=True))

    train(qtbot, panel, noise)

    assert "; the weights are those of epoch " in panel.run_controls.status_label.text()
    assert not panel.run_controls.best_button.isVisible()
