import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnviz.presets.names import TOY_PRESETS
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.data_form import DataForm


@pytest.fixture
def form(qtbot: QtBot, workspace: Workspace) -> DataForm:
    workspace.open_preset(TOY_PRESETS["moons"])
    form = DataForm(workspace)
    qtbot.addWidget(form)
    form.show()
    workspace.network_changed.connect(form.synchronize)
    workspace.training.state_changed.connect(form.synchronize)
    form.synchronize()
    return form


def test_it_says_what_the_data_is(form: DataForm) -> None:
    assert form.note_label.text().startswith("Moons: 300 points to train on and 150 to test with")
    assert form.points_box.value() == 300
    assert form.noise_box.value() == 0.08


def test_points_and_noise_are_changed_at_once_and_undone(form: DataForm, qtbot: QtBot) -> None:
    for field, text in ((form.points_box, "80"), (form.noise_box, "0.2")):
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert form.note_label.text().startswith("Moons: 80 points to train on and 40 to test with")
    assert "noise 0.2 and seed 0" in form.note_label.text()
    form._workspace.undo()
    assert form.noise_box.value() == 0.08
    assert form.points_box.value() == 80


def test_the_button_draws_other_points(form: DataForm, qtbot: QtBot) -> None:
    qtbot.mouseClick(form.again_button, Qt.MouseButton.LeftButton)

    assert "seed 1" in form.note_label.text()


def test_a_number_that_cannot_be_is_refused_with_a_sentence(form: DataForm, qtbot: QtBot) -> None:
    form.points_box.selectAll()
    qtbot.keyClicks(form.points_box, "3")
    qtbot.keyClick(form.points_box, Qt.Key.Key_Return)

    assert form.points_box.value() == 300
    assert "must be at least 4" in form.problem_label.text()


def test_while_a_run_is_on_the_points_are_fixed(
    form: DataForm, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.run.start()
    assert not form.points_box.isEnabled()
    assert form.points_box.toolTip() == "Stop the run first."

    workspace.training.stop()
    qtbot.waitUntil(lambda: not workspace.training.is_active)

    assert form.points_box.isEnabled()


def test_of_bare_samples_there_is_nothing_to_say(form: DataForm, workspace: Workspace) -> None:
    workspace.open_preset("xor-2-2-1")

    assert form.isHidden()
