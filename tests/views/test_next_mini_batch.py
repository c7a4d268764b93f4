"""The panel of the run's next mini-batch and the banner over the canvas, through real events."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnviz.engine.optimizers import Optimizer
from nnviz.engine.passes import forward_pass
from nnviz.formatting import rounded
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.freeze_banner import FreezeBanner
from nnviz.views.panels.next_mini_batch import IDLE, NextMiniBatchPanel
from nnviz.visual.palette import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, workspace: Workspace) -> NextMiniBatchPanel:
    panel = NextMiniBatchPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(700, 200)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> NextMiniBatchPanel:
    """Beside XOR, two samples a mini-batch, trained with momentum."""
    config = workspace.config
    workspace.set_config(replace(config, mini_batch_size=2, optimizer=Optimizer("momentum")))
    return shown(qtbot, workspace)


@pytest.fixture
def banner(qtbot: QtBot, workspace: Workspace) -> FreezeBanner:
    result = FreezeBanner(workspace)
    qtbot.addWidget(result)
    result.resize(900, 40)
    result.set_theme(DARK)
    return result


def pause(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.one_mini_batch()
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)


def middle(panel: NextMiniBatchPanel, row: int) -> QPoint:
    model = panel.list.model()
    return panel.list.visualRect(model.index(row, 0)).center() - QPoint(8, 0)


def button(panel: NextMiniBatchPanel, name: str) -> QPushButton:
    found = panel.findChild(QPushButton, f"next-mini-batch.{name}")
    assert found is not None
    return found


def test_without_a_run_it_says_what_to_do(panel: NextMiniBatchPanel) -> None:
    assert panel.empty.text() == IDLE
    assert panel.empty.isVisible()
    assert not panel.list.isVisible()
    assert not button(panel, "freeze").isVisible()


def test_a_pause_lists_the_next_examples_with_output_and_cost(
    panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    pause(qtbot, workspace)

    batch = workspace.frozen.next
    assert batch is not None
    x = batch.train.inputs_at(batch.parts.examples)
    y = batch.train.targets_at(batch.parts.examples)
    parameters = batch.moment.parameters.astype(np.float64)
    a = forward_pass(workspace.spec, parameters, x).activations[-1]
    write = workspace.display.notation.number
    assert [cell.cost for cell in panel.list.cells] == [
        f"C {write(float(each))}" for each in ((a - y) ** 2).sum(axis=1) / 2
    ]
    first, number = panel.list.cells[0], int(batch.parts.examples[0])
    assert first.title == f"# {number}   x = ({x[0, 0]:g}, {x[0, 1]:g})"
    assert first.answer == f"a = ({rounded(a[0, 0])}), y = ({y[0, 0]:g})"
    assert "Epoch 1, mini-batch 2 of 2 · Momentum" in panel.heading.whole_text
    assert not panel.empty.isVisible()


def test_a_click_opens_an_example_and_a_button_all_of_them(
    panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    pause(qtbot, workspace)

    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=middle(panel, 1))
    single = workspace.frozen.only
    number = workspace.examples.index
    qtbot.mouseClick(button(panel, "open"), LEFT)

    batch = workspace.frozen.batch
    assert batch is not None
    assert (single, number) == (1, batch.parts.examples[1])
    assert workspace.frozen.only is None
    assert workspace.stepper.trace is not None
    assert workspace.stepper.trace.example_count == 2


def test_keys_go_through_the_examples_and_enter_opens_one(
    panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    pause(qtbot, workspace)
    panel.list.setFocus()

    qtbot.keyClick(panel.list, Qt.Key.Key_Home)
    qtbot.keyClick(panel.list, Qt.Key.Key_Right)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)

    assert workspace.frozen.only == 1
    assert "x = (" in panel.list.model().data(panel.list.currentIndex())
    assert panel.list.accessibleName()


def test_the_update_is_committed_from_the_panel_when_it_is_known(
    panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    pause(qtbot, workspace)
    commit = button(panel, "commit")
    workspace.frozen.open_next()
    early, why = commit.isEnabled(), commit.toolTip()
    workspace.stepper.to_end()

    qtbot.mouseClick(commit, LEFT)
    qtbot.waitUntil(lambda: workspace.training.state is TrainingState.PAUSED, timeout=10_000)

    assert (early, why) == (False, "The update has not been computed yet: press End.")
    assert len(workspace.training.history) == 2
    assert "Epoch 2, mini-batch 1 of 2" in panel.heading.whole_text
    qtbot.mouseClick(button(panel, "resume"), LEFT)
    assert not workspace.frozen.is_open


def test_pictures_have_the_label_and_whether_the_answer_is_right(
    qtbot: QtBot, image_workspace: Workspace
) -> None:
    panel = shown(qtbot, image_workspace)
    pause(qtbot, image_workspace)

    batch = image_workspace.frozen.next
    assert batch is not None
    assert batch.train.labels is not None
    answers = batch.preview.outputs.argmax(axis=1)
    labels = batch.train.labels[batch.parts.examples]
    assert [cell.good for cell in panel.list.cells] == (answers == labels).tolist()
    assert panel.list.cells[0].answer.startswith(f"{labels[0]} → {answers[0]} ")
    assert f"{np.count_nonzero(answers == labels)} answered correctly" in panel.heading.whole_text
    panel.list.viewport().grab()
    panel.set_theme(LIGHT)
    picture = panel.list.viewport().grab().toImage()
    cells = {picture.pixelColor(x, 30).name() for x in range(12, 50)}
    assert len(cells) > 10  # a picture of random pixels


def test_the_running_run_is_paused_and_opened_from_the_panel(
    panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.run.start()
    assert panel.empty.text().startswith("The run trains.")

    qtbot.mouseClick(button(panel, "freeze"), LEFT)
    qtbot.waitUntil(lambda: workspace.frozen.is_open, timeout=10_000)

    assert workspace.training.state is TrainingState.PAUSED
    assert panel.list.isVisible()


def test_the_banner_says_which_mini_batch_it_is_and_how_it_is_trained(
    banner: FreezeBanner, panel: NextMiniBatchPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    assert banner.isHidden()
    pause(qtbot, workspace)
    assert banner.isHidden()

    workspace.frozen.open_next()

    assert banner.text.text() == "Epoch 1, mini-batch 2 of 2"
    rate = workspace.config.learning_rate
    assert banner.why.whole_text == (f"the run's next mini-batch: 2 examples, Momentum, η {rate:g}")
    assert banner.whole_button.isHidden()
    workspace.frozen.open_example(0)
    assert "example 1 of 2 by itself" in banner.why.whole_text
    qtbot.mouseClick(banner.whole_button, LEFT)
    assert workspace.frozen.only is None
    assert not banner.commit_button.isEnabled()
    workspace.stepper.to_end()
    assert banner.commit_button.isEnabled()
    qtbot.mouseClick(banner.leave_button, LEFT)
    assert banner.isHidden()


def test_the_banner_of_a_run_that_diverged_opens_and_dismisses(
    banner: FreezeBanner, workspace: Workspace, qtbot: QtBot
) -> None:
    spec = replace(workspace.spec, activations=("identity", "identity"))
    workspace.new_network(spec, "he", replace(workspace.config, learning_rate=1e20))
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    batch = workspace.frozen.batch
    assert batch is not None
    stopped = f"The run stopped at epoch {batch.epoch}, mini-batch {batch.number}"
    assert banner.text.text() == stopped
    assert banner.why.whole_text.startswith("Runs compute in float32, up to 3.4·10³⁸; first beyond")
    assert "here in float64" in banner.why.whole_text
    qtbot.mouseClick(banner.leave_button, LEFT)
    assert (banner.text.text(), banner.isHidden()) == (stopped, False)
    qtbot.mouseClick(banner.open_button, LEFT)
    assert workspace.frozen.is_open
    qtbot.mouseClick(banner.leave_button, LEFT)
    qtbot.mouseClick(banner.dismiss_button, LEFT)
    assert banner.isHidden()
