from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.training import memory
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import Schedule
from nnviz.views.panels.training_panel import TrainingPanel

LONG = 1_000_000


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> TrainingPanel:
    result = TrainingPanel(workspace)
    qtbot.addWidget(result)
    result.resize(300, 420)
    result.show()
    return result


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def type_into(qtbot: QtBot, field: QLineEdit | QAbstractSpinBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def choose(combo: QComboBox, key: str) -> None:
    combo.setCurrentIndex(combo.findData(key))


def test_the_train_button_follows_the_run(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, epochs=LONG))
    button, texts = panel.run_controls.train_button, []
    for state in (TrainingState.RUNNING, TrainingState.PAUSED, TrainingState.RUNNING):
        texts.append(button.text())
        click(qtbot, button)
        wait_for(qtbot, workspace, state)

    click(qtbot, panel.run_controls.stop_button)
    wait_for(qtbot, workspace, TrainingState.IDLE)

    assert [*texts, button.text()] == ["Train", "Pause", "Resume", "Train"]


def test_one_mini_batch_trains_one(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    click(qtbot, panel.run_controls.mini_batch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    assert len(workspace.training.history) == 1
    qtbot.waitUntil(
        lambda: panel.run_controls.status_label.text() == "paused · epoch 1/5 · mini-batch 1/4"
    )


def test_one_epoch_moves_the_bar_by_its_share(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    click(qtbot, panel.run_controls.epoch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    qtbot.waitUntil(lambda: panel.run_controls.progress_bar.value() == 20)


def test_a_finished_run_says_so(qtbot: QtBot, panel: TrainingPanel, workspace: Workspace) -> None:
    click(qtbot, panel.run_controls.train_button)
    wait_for(qtbot, workspace, TrainingState.IDLE)

    qtbot.waitUntil(lambda: panel.run_controls.status_label.text() == "done · 5 epochs")
    assert panel.run_controls.progress_bar.value() == 100
    assert not panel.run_controls.stop_button.isEnabled()


def test_a_stopped_run_says_where(qtbot: QtBot, panel: TrainingPanel, workspace: Workspace) -> None:
    texts = []

    for button in (panel.run_controls.epoch_button, panel.run_controls.mini_batch_button):
        click(qtbot, button)
        wait_for(qtbot, workspace, TrainingState.PAUSED)
        click(qtbot, panel.run_controls.stop_button)
        wait_for(qtbot, workspace, TrainingState.IDLE)
        texts.append(panel.run_controls.status_label.text())

    assert texts == ["stopped after epoch 1/5", "stopped in epoch 1/5 · mini-batch 1/4"]


def test_a_failed_run_says_why(qtbot: QtBot, panel: TrainingPanel, workspace: Workspace) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=1e30))

    with qtbot.waitSignal(workspace.problem, timeout=10_000) as problem:
        click(qtbot, panel.run_controls.train_button)

    assert panel.run_controls.status_label.text() == f"failed · {problem.args[0]}"


@pytest.mark.parametrize("end", ["done", "stopped"])
def test_when_the_training_is_undone_nothing_is_left_of_how_it_ended(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace, end: str
) -> None:
    button = panel.run_controls.train_button
    click(qtbot, button if end == "done" else panel.run_controls.epoch_button)
    if end == "stopped":
        wait_for(qtbot, workspace, TrainingState.PAUSED)
        click(qtbot, panel.run_controls.stop_button)
    wait_for(qtbot, workspace, TrainingState.IDLE)
    ended = panel.run_controls.status_label.text()

    workspace.undo()
    workspace.training.clear_history()

    assert ended.startswith(end)
    assert panel.run_controls.status_label.text() == "Ready to train."
    assert panel.run_controls.progress_bar.value() == 0


def test_a_typed_learning_rate_reaches_the_workspace_when_it_is_finished(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    box = panel.hyperparameters.learning_rate_box
    type_into(qtbot, box, "0.25")
    while_typing = workspace.config.learning_rate

    qtbot.keyClick(box, Qt.Key.Key_Return)

    assert while_typing == 0.1
    assert workspace.config.learning_rate == 0.25


@pytest.mark.parametrize(("learning_rate", "l2"), [(0.0123456789, 1e-7), (1e-7, 0.0123456789)])
def test_a_changed_field_leaves_the_others_to_the_last_digit(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace, learning_rate: float, l2: float
) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=learning_rate, l2=l2))
    before = workspace.config

    type_into(qtbot, panel.hyperparameters.mini_batch_box, "3")
    qtbot.keyClick(panel.hyperparameters.mini_batch_box, Qt.Key.Key_Return)

    assert workspace.config == replace(before, mini_batch_size=3)
    assert isinstance(workspace.config.mini_batch_size, int)


def test_every_field_sends_its_own_number(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    form = panel.hyperparameters
    for field, text in (
        (form.learning_rate_box, "1e-3"),
        (form.mini_batch_box, "2"),
        (form.epochs_box, "1e3"),
        (form.l2_box, "0,5"),
        (form.dropout_box, "0.2"),
        (panel.network.seed_box, "9"),
    ):
        type_into(qtbot, field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert workspace.config == TrainingConfig(1000, 2, 0.001, 0.5, 9, dropout=0.2)


def test_an_optimizer_shows_its_own_hyperparameters_and_sends_them(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    form, shown = panel.optimizer, {}
    for name in OPTIMIZERS:
        choose(form.optimizer_combo, name)
        boxes = form.setting_boxes.items()
        shown[name] = [key for key, box in boxes if box.isVisibleTo(panel)]
    type_into(qtbot, form.setting_boxes["weight_decay"], "0.05")
    qtbot.keyClick(form.setting_boxes["weight_decay"], Qt.Key.Key_Return)

    assert shown == {
        "sgd": [], "momentum": ["momentum"], "nesterov": ["momentum"], "rmsprop": ["alpha"],
        "adam": ["beta1", "beta2"], "adamw": ["beta1", "beta2", "weight_decay"],
    }  # fmt: skip
    assert workspace.config.optimizer == Optimizer("adamw", weight_decay=0.05)


def test_an_optimizer_comes_with_its_learning_rate_and_gets_its_own_back(
    panel: TrainingPanel, workspace: Workspace
) -> None:
    combo, rates = panel.optimizer.optimizer_combo, []
    for name in ("adam", "sgd", "momentum"):
        choose(combo, name)
        rates.append(workspace.config.learning_rate)
    workspace.open_preset("nielsen-near-1-1")
    opened = workspace.config.learning_rate
    choose(combo, "momentum")
    choose(combo, "sgd")

    assert rates == [0.001, 0.1, 0.3]
    assert workspace.config.learning_rate == opened != 0.1


def test_stepping_updates_by_the_chosen_optimizer_and_the_choice_says_so(
    panel: TrainingPanel, workspace: Workspace
) -> None:
    trace = workspace.stepper.trace
    assert trace is not None
    choose(panel.optimizer.optimizer_combo, "adam")
    workspace.set_config(replace(workspace.config, learning_rate=0.25))

    after = workspace.stepper.trace
    assert after is not None
    w, g = after.before.weights[0], after.backward.gradients.weights[0]
    # The first update of Adam moves every number by η, whatever the size of its gradient.
    np.testing.assert_allclose(after.after.weights[0], w - 0.25 * np.sign(g), atol=1e-4)
    assert "Stepping uses it, too" in panel.optimizer.optimizer_combo.toolTip()


def test_a_schedule_is_sent_with_its_numbers_and_steps_show_theirs(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    form = panel.optimizer
    hidden = form.factor_box.isVisibleTo(panel)
    choose(form.schedule_combo, "step")
    for box, text in ((form.warm_up_box, "0.1"), (form.factor_box, "0.5"), (form.every_box, "2")):
        type_into(qtbot, box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)

    assert not hidden
    assert form.factor_box.isVisibleTo(panel)
    assert workspace.config.schedule == Schedule("step", 0.1, 0.5, 2)


def test_the_window_trains_with_what_the_panel_says(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    choose(panel.optimizer.optimizer_combo, "adam")
    choose(panel.optimizer.schedule_combo, "cosine")
    before = workspace.state.parameters.weights[0]

    click(qtbot, panel.run_controls.mini_batch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    # Adam's first update is the learning rate, up or down, wherever there is a gradient at all.
    moved = np.abs(workspace.state.parameters.weights[0] - before)
    assert moved.max() == pytest.approx(0.001, rel=1e-3)
    assert all(value < 1e-6 or value == pytest.approx(0.001, rel=1e-3) for value in moved.flat)
    assert not panel.optimizer.optimizer_combo.isEnabled()


def test_how_many_images_are_used_is_asked_where_there_are_some(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace, image_workspace: Workspace
) -> None:
    box = panel.hyperparameters.images_box
    with_images = box.isVisibleTo(panel)
    type_into(qtbot, box, "40")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    data = workspace.training_data
    workspace.open_preset("primer-2-3-2")

    assert with_images
    assert not box.isVisibleTo(panel)
    assert data is not None
    assert len(data) == 40


def test_a_refused_number_is_explained_under_the_fields(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    form = panel.hyperparameters
    type_into(qtbot, form.epochs_box, "0.5")
    qtbot.keyClick(form.epochs_box, Qt.Key.Key_Return)

    assert workspace.config.epochs == 5
    assert form.problem_label.isVisible()
    assert form.problem_label.text() == (
        "The number of epochs is a whole number, not “0.5”; it stays 5."
    )


def test_arrow_keys_step_a_small_number_by_a_small_step(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, learning_rate=0.001))

    qtbot.keyClick(panel.hyperparameters.learning_rate_box, Qt.Key.Key_Up)

    assert workspace.config.learning_rate == pytest.approx(0.0011)


def test_the_fields_show_what_somebody_else_sets(
    panel: TrainingPanel, workspace: Workspace
) -> None:
    workspace.set_config(
        replace(workspace.config, learning_rate=1.5, mini_batch_size=2, epochs=7, l2=0.01, seed=9)
    )

    form = panel.hyperparameters
    assert form.learning_rate_box.text() == "1.5"
    assert (form.mini_batch_box.value(), form.epochs_box.value()) == (2, 7)
    assert form.l2_box.text() == "0.01"
    assert panel.network.seed_box.value() == 9


def test_a_run_fixes_its_settings_and_says_why(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    click(qtbot, panel.run_controls.mini_batch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)

    box = panel.hyperparameters.epochs_box
    assert not box.isEnabled()
    assert "stop it to change this" in box.toolTip()
    assert not panel.network.reset_button.isEnabled()


def test_the_hyperparameters_of_a_run_change_while_it_is_paused(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    choose(panel.optimizer.optimizer_combo, "momentum")
    click(qtbot, panel.run_controls.mini_batch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)
    form, momentum = panel.hyperparameters, panel.optimizer.setting_boxes["momentum"]
    for field, text in (
        (form.learning_rate_box, "0.25"), (form.mini_batch_box, "2"), (form.l2_box, "0.5"),
        (form.dropout_box, "0.2"), (momentum, "0.8"), (form.mini_batch_box, "5"),
    ):  # fmt: skip
        type_into(qtbot, field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    click(qtbot, panel.run_controls.mini_batch_button)
    qtbot.waitUntil(lambda: len(workspace.training.history.marks) == 1)

    (mark,) = workspace.training.history.marks
    assert [each.text for each in mark.changes] == [
        "η 0.3 → 0.25", "batch 1 → 2", "λ 0 → 0.5", "dropout 0 → 0.2", "μ 0.9 → 0.8",
    ]  # fmt: skip
    assert "from the next mini-batch" in form.l2_box.toolTip()
    assert form.mini_batch_box.value() == 2  # 5 were refused: there are four examples


def test_what_is_being_typed_survives_the_news_of_a_run(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    click(qtbot, panel.run_controls.mini_batch_button)
    wait_for(qtbot, workspace, TrainingState.PAUSED)
    box = panel.hyperparameters.learning_rate_box
    type_into(qtbot, box, "0.2")

    workspace.run.one_mini_batch()
    wait_for(qtbot, workspace, TrainingState.PAUSED)
    panel.refresh()

    assert box.text() == "0.2"


def test_the_speed_slider_slows_the_run_and_the_next_one(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    workspace.set_config(replace(workspace.config, epochs=LONG))
    slider, training = panel.run_controls.speed.slider, workspace.training
    flat_out = panel.run_controls.speed.text_label.text()
    click(qtbot, panel.run_controls.train_button)
    qtbot.waitUntil(lambda: len(training.history) > 0)

    qtbot.keyClick(slider, Qt.Key.Key_Home)
    qtbot.wait(60)
    before = len(training.history)
    qtbot.waitUntil(lambda: "1 samples/s" in panel.run_controls.status_label.text())
    trained = len(training.history) - before
    training.stop()
    wait_for(qtbot, workspace, TrainingState.IDLE)

    assert flat_out == "flat out"
    assert panel.run_controls.speed.text_label.text() == "1 mini-batch/s"
    assert trained <= 2
    assert training.speed_limit == 1


def test_layers_are_checked_while_they_are_typed(qtbot: QtBot, panel: TrainingPanel) -> None:
    form = panel.network
    type_into(qtbot, form.layers_field, "2, a")
    wrong = (form.problem_label.text(), form.new_button.isEnabled())

    type_into(qtbot, form.layers_field, "2, 4, 1")

    assert wrong[0].startswith("'a' is not a layer size")
    assert not wrong[1]
    assert form.problem_label.isHidden()
    assert form.new_button.isEnabled()


def test_layers_that_do_not_fit_the_data_are_refused_in_the_form(
    qtbot: QtBot, panel: TrainingPanel
) -> None:
    type_into(qtbot, panel.network.layers_field, "3, 4, 1")

    assert "keep the first and the last layer" in panel.network.problem_label.text()
    assert not panel.network.new_button.isEnabled()


def test_an_impossible_pair_is_explained(panel: TrainingPanel) -> None:
    choose(panel.network.cost_combo, "binary_cross_entropy")

    assert panel.network.problem_label.text() == (
        "Binary cross-entropy needs Sigmoid outputs, not Identity; change one of the two."
    )
    assert not panel.network.new_button.isEnabled()


def test_softmax_is_not_offered_for_hidden_layers(panel: TrainingPanel) -> None:
    assert panel.network.hidden_combo.findData("softmax") == -1
    assert panel.network.output_combo.findData("softmax") >= 0


def test_a_new_network_is_what_the_form_says(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    form = panel.network
    type_into(qtbot, form.layers_field, "2, 4, 3, 1")
    choose(form.hidden_combo, "tanh")
    choose(form.output_combo, "sigmoid")
    choose(form.cost_combo, "binary_cross_entropy")
    choose(form.initialiser_combo, "xavier")

    click(qtbot, form.new_button)

    assert workspace.spec.sizes == (2, 4, 3, 1)
    assert workspace.spec.activations == ("tanh", "tanh", "sigmoid")
    assert workspace.spec.cost == "binary_cross_entropy"
    assert workspace.state.initialiser == "xavier"


def test_a_network_that_memory_does_not_hold_is_refused_in_the_form(
    panel: TrainingPanel, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 500_000_000)

    panel.network.layers_field.setText("2, 30000, 300, 1")

    assert panel.network.problem_label.text() == (
        "2-30000-300-1 with its 9,090,601 parameters takes about 591 MB of memory to train, and "
        "500 MB are free; make a layer or the mini-batch smaller."
    )
    assert not panel.network.new_button.isEnabled()
    panel.network.layers_field.setText("2, 3000, 300, 1")
    assert panel.network.new_button.isEnabled()


def test_a_run_that_memory_does_not_hold_is_refused_with_the_sizes(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.set_config(replace(workspace.config, mini_batch_size=4))
    monkeypatch.setattr(memory, "available_bytes", lambda: 500)

    with qtbot.waitSignal(workspace.problem) as told:
        click(qtbot, panel.run_controls.train_button)

    assert "2-2-1 with its 9 parameters takes about 0 MB of memory" in told.args[0]
    assert workspace.training.state is TrainingState.IDLE


def test_what_is_typed_survives_a_running_training(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    type_into(qtbot, panel.network.layers_field, "2, 7, 1")

    click(qtbot, panel.run_controls.train_button)
    wait_for(qtbot, workspace, TrainingState.IDLE)

    assert panel.network.layers_field.text() == "2, 7, 1"


def test_another_preset_fills_the_form(panel: TrainingPanel, workspace: Workspace) -> None:
    workspace.open_preset("primer-2-3-2")

    assert panel.network.layers_field.text() == "2, 3, 2"
    assert panel.network.hidden_combo.currentData() == workspace.spec.activations[0]


def test_the_seed_counts_for_the_next_reset(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    before = workspace.state.parameters.weights[0].tolist()

    qtbot.keyClick(panel.network.seed_box, Qt.Key.Key_Up)
    click_in_view(qtbot, panel, panel.network.reset_button)

    assert workspace.config.seed == 1
    assert workspace.state.parameters.weights[0].tolist() != before


def click_in_view(qtbot: QtBot, panel: TrainingPanel, button: QAbstractButton) -> None:
    panel.resize(300, 900)
    click(qtbot, button)


def test_the_check_box_and_the_workspace_agree_about_following(
    panel: TrainingPanel, workspace: Workspace
) -> None:
    box = panel.run_controls.follow_box

    box.click()
    by_click = workspace.run.follow
    workspace.run.set_follow(True)

    assert not by_click
    assert box.isChecked()


def test_without_data_the_buttons_say_why(
    qtbot: QtBot, panel: TrainingPanel, workspace: Workspace
) -> None:
    with qtbot.waitSignal(workspace.problem, timeout=5_000) as problem:
        workspace.open_preset("mnist-784-30-10")

    qtbot.waitUntil(lambda: panel.run_controls.status_label.text() == problem.args[0])
    assert not panel.run_controls.train_button.isEnabled()
    assert panel.run_controls.train_button.toolTip() == problem.args[0]


def test_every_control_has_a_name_a_tooltip_and_an_accessible_name(panel: TrainingPanel) -> None:
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit)
    controls = [each for kind in kinds for each in panel.findChildren(kind)]
    ours = [each for each in controls if not each.objectName().startswith("qt_")]

    assert len(ours) == 36 + 3 * 6  # each of three pieces of advice has six
    for control in ours:
        assert control.objectName().startswith("training.")
        assert control.toolTip()
        assert control.accessibleName() or control.text()  # type: ignore[union-attr]


def test_every_field_has_a_caption_that_leads_to_it(panel: TrainingPanel) -> None:
    led = {label.buddy() for label in panel.findChildren(QLabel) if label.buddy()}

    kinds = (QComboBox, QAbstractSpinBox)
    fields = {each for kind in kinds for each in panel.findChildren(kind)}
    others = {
        panel.network.layers_field, panel.run_controls.speed.slider,
        panel.validation.keep_best_box,
    }  # fmt: skip
    assert fields | others == led


def test_the_panel_is_narrow_enough_for_a_dock(panel: TrainingPanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
    assert panel.minimumSizeHint().height() <= 420
