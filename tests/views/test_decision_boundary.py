from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.engine.passes import forward_pass
from nnviz.files.network_file import write_network
from nnviz.presets.names import TOY_PRESETS
from nnviz.stores.documents import document_of
from nnviz.stores.examples_store import Subset
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.views.panels.decision_boundary import DecisionBoundary
from nnviz.visual.palette import LIGHT
from nnviz.visual.plane import classes_on, grid_of


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> Iterator[DecisionBoundary]:
    workspace.open_preset(TOY_PRESETS["moons"])
    panel = DecisionBoundary(workspace)
    qtbot.addWidget(panel)
    panel.resize(640, 240)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.settle()
    yield panel
    panel.hide()


def few_digits() -> Mnist:
    pixels, labels = np.zeros((5, 784), np.uint8), np.arange(5, dtype=np.uint8)
    digits = Dataset("few digits", pixels, labels=labels, image_shape=(28, 28), class_count=10)
    return Mnist(digits, digits)


def grab(panel: DecisionBoundary) -> QImage:
    return panel.view.grab().toImage()


def answers(workspace: Workspace, inputs: np.ndarray) -> np.ndarray:
    forward = forward_pass(workspace.spec, workspace.state.parameters, inputs)
    return forward.activations[-1]


def test_the_ground_is_what_the_network_answers(panel: DecisionBoundary) -> None:
    picture = panel.view.picture
    assert picture is not None
    assert picture.ground is not None
    rows, columns = picture.ground.shape[:2]

    winners = classes_on(answers(panel.workspace, grid_of(picture.bounds, columns, rows)))

    first, second = (np.array(rgb, float) for rgb in panel.theme.classes[:2])
    colours = picture.ground.reshape(-1, 3) - np.array(panel.theme.surface, float)
    along = [colours @ (rgb - np.array(panel.theme.surface)) / np.linalg.norm(rgb - np.array(
        panel.theme.surface)) for rgb in (first, second)]  # fmt: skip
    np.testing.assert_array_equal(winners == 0, along[0] > along[1])


def test_all_points_are_there_training_ones_filled(panel: DecisionBoundary) -> None:
    picture, samples = panel.view.picture, panel.workspace.state.samples
    assert picture is not None
    assert samples is not None
    assert samples.test is not None

    assert len(picture.points) == 450
    assert picture.points.filled.sum() == 300
    at = picture.points.keys.index((Subset.TEST, 7))
    np.testing.assert_array_equal(picture.points.places[at], samples.test.inputs[7])
    assert picture.points.filled[at] == 0
    assert samples.test.labels is not None
    colour = panel.theme.classes[samples.test.labels[7]]
    assert tuple(picture.points.colours[at].tolist()) == colour
    assert picture.points.marks[at] == samples.test.labels[7]


def test_a_click_on_a_point_steps_through_it_and_rings_it(
    panel: DecisionBoundary, qtbot: QtBot
) -> None:
    picture = panel.view.picture
    assert picture is not None
    number = picture.points.keys.index((Subset.TRAIN, 42))
    place = panel.view.place_of(*picture.points.places[number].tolist())
    nearest = panel.view.nearest(place)
    assert nearest is not None

    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place.toPoint())

    examples = panel.workspace.examples
    assert (examples.subset, examples.index) == picture.points.keys[nearest]
    panel.settle()
    assert panel.view.picture is not None
    np.testing.assert_allclose(panel.view.picture.rings, picture.points.places[[nearest]])


def test_a_click_beside_all_points_changes_nothing(panel: DecisionBoundary, qtbot: QtBot) -> None:
    before = panel.workspace.examples.index

    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))

    assert panel.workspace.examples.index == before


def test_pointing_reads_the_answer_there_and_leaving_ends_it(
    panel: DecisionBoundary, qtbot: QtBot
) -> None:
    resting = panel.reading_label.text()
    place = panel.view.box.center().toPoint()
    values = panel.view.values_at(QPointF(place))
    assert values is not None

    qtbot.mouseMove(panel.view, place)

    number = panel.workspace.display.notation.number
    outputs = answers(panel.workspace, np.array([values]))[0]
    winner = ("upper", "lower")[int(outputs.argmax())]
    lines = panel.reading_label.text().splitlines()
    assert lines[0] == f"x = ({number(values[0])}, {number(values[1])})"
    assert lines[1] == f"answer: {winner}"
    assert lines[2] == f"{winner}  {number(outputs.max())}"
    panel.view.pointed.emit(None)
    assert panel.reading_label.text() == resting


def test_places_and_values_are_each_others_inverse(panel: DecisionBoundary) -> None:
    view = panel.view

    values = view.values_at(view.place_of(0.25, -0.4))

    assert values == pytest.approx((0.25, -0.4))
    assert view.values_at(QPointF(0, 0)) is None


def test_it_follows_a_run_and_steps(panel: DecisionBoundary, qtbot: QtBot) -> None:
    workspace = panel.workspace
    before = panel.view.picture
    assert before is not None
    assert before.ground is not None
    workspace.set_config(replace(workspace.config, epochs=300))

    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        workspace.run.start()

    qtbot.waitUntil(lambda: panel.view.picture is not before)
    panel.settle()
    after = panel.view.picture
    assert after is not None
    assert after.ground is not None
    assert not np.array_equal(after.ground, before.ground)
    assert after.points is before.points
    workspace.stepper.to_end()
    workspace.next_pass()
    qtbot.waitUntil(lambda: panel.view.picture is not after)


def test_an_earlier_moment_of_a_run_that_is_on_is_shown_as_it_was(
    panel: DecisionBoundary, qtbot: QtBot
) -> None:
    workspace = panel.workspace
    before = grab(panel)
    workspace.training.set_speed_limit(300.0)
    workspace.run.start()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 60, timeout=10_000)
    panel.settle()
    assert grab(panel) != before

    workspace.travel.go_to_start()

    def shows_the_start() -> bool:
        panel.settle()
        return grab(panel) == before

    qtbot.waitUntil(shows_the_start, timeout=5_000)
    assert panel.about_label.text() == ""
    workspace.travel.return_to_now()
    qtbot.waitUntil(lambda: "live" in panel.about_label.text())
    workspace.training.abandon()


def test_out_of_sight_it_computes_nothing_and_catches_up(panel: DecisionBoundary) -> None:
    panel.hide()
    before = panel.view.picture

    panel.workspace.open_preset(TOY_PRESETS["circles"])
    assert panel.view.picture is before

    panel.show()
    panel.settle()
    assert panel.view.picture is not before
    assert panel.legend.accessibleName() == "Legend: inner, outer, training, test"


def test_points_that_are_drawn_anew_are_shown(panel: DecisionBoundary, qtbot: QtBot) -> None:
    samples = panel.workspace.state.samples
    assert samples is not None
    assert samples.toy is not None

    panel.workspace.data.draw_toy(replace(samples.toy, points=40))
    panel.settle()

    assert panel.view.picture is not None
    assert len(panel.view.picture.points) == 60


def test_one_input_is_a_curve_of_the_output_beside_its_targets(panel: DecisionBoundary) -> None:
    panel.workspace.open_preset(TOY_PRESETS["sine"])
    panel.settle()

    picture, samples = panel.view.picture, panel.workspace.state.samples
    assert picture is not None
    assert samples is not None
    assert samples.train.targets is not None
    assert picture.ground is None
    (curve,) = picture.curves
    expected = answers(panel.workspace, curve.x[:, None])[:, 0]
    np.testing.assert_allclose(curve.y, expected)
    first = picture.points.keys.index((Subset.TRAIN, 0))
    np.testing.assert_allclose(
        picture.points.places[first], [samples.train.inputs[0, 0], samples.train.targets[0, 0]]
    )
    assert not grab(panel).isNull()


def test_one_output_is_shown_on_the_scale_of_activations(panel: DecisionBoundary) -> None:
    panel.workspace.open_preset("xor-2-2-1")
    panel.settle()

    picture = panel.view.picture
    assert picture is not None
    assert len(picture.points) == 4
    assert picture.points.on_scale
    assert picture.limits is not None
    low, high = (panel.workspace.display.notation.number(each) for each in picture.limits)
    assert panel.legend.accessibleName() == f"Legend: a from {low} to {high}"
    share = (picture.points.places[1].sum() - picture.limits[0]) / np.ptp(picture.limits)
    black, white = (np.array(rgb) for rgb in (panel.theme.activation_low,
                                              panel.theme.activation_high))  # fmt: skip
    np.testing.assert_allclose(picture.points.colours[1], black + share * (white - black), atol=1)


def test_of_several_outputs_without_classes_the_selected_one_is_shown(
    panel: DecisionBoundary,
) -> None:
    workspace = panel.workspace
    workspace.open_preset("mazur-2-2-2")
    panel.settle()
    first = panel.view.picture
    assert "output 0 from" in panel.legend.accessibleName()

    workspace.selection.select(NodeRef(2, 1))
    panel.settle()

    assert "output 1 from" in panel.legend.accessibleName()
    assert first is not None
    assert panel.view.picture is not None
    assert not np.array_equal(first.ground, panel.view.picture.ground)


def test_other_networks_have_no_plane_and_it_is_said(panel: DecisionBoundary) -> None:
    spec = replace(panel.workspace.spec, sizes=(2, 3, 2))
    panel.workspace.new_network(spec, "xavier", panel.workspace.config)
    panel.settle()
    assert not panel.empty_label.isVisible()

    panel.workspace.open_preset("mnist-784-10")
    panel.settle()

    assert panel.empty_label.isVisible()
    assert panel.empty_label.text().startswith("This network has 784 inputs; a plane shows")


def test_a_network_without_examples_has_a_plane_without_points(
    panel: DecisionBoundary, tmp_path: Path
) -> None:
    workspace = panel.workspace
    workspace.open_preset("xor-2-2-1")
    document = replace(document_of(workspace.state), inputs=np.empty((0, 2)),
                       targets=np.empty((0, 1)))  # fmt: skip
    write_network(tmp_path / "bare.json", document)
    workspace.examples.set_mnist(few_digits())

    workspace.open_network(tmp_path / "bare.json")
    panel.settle()

    assert panel.view.picture is not None
    assert panel.view.picture.ground is not None
    assert len(panel.view.picture.points) == len(panel.view.picture.rings) == 0
    assert not grab(panel).isNull()


def test_another_theme_has_other_colours(panel: DecisionBoundary) -> None:
    before = grab(panel)

    panel.set_theme(LIGHT)

    assert grab(panel) != before
    assert panel.view.picture is not None
    colours = {tuple(row) for row in panel.view.picture.points.colours.tolist()}
    assert colours == set(LIGHT.classes[:2])


@pytest.mark.parametrize(("width", "height"), [(640, 240), (420, 400), (1200, 200)])
def test_the_plane_leaves_the_legend_its_room(
    panel: DecisionBoundary, qtbot: QtBot, width: int, height: int
) -> None:
    panel.resize(width, height)

    qtbot.waitUntil(lambda: panel.legend.width() >= 150)

    assert panel.view.box.width() > 100
    assert panel.view.box.height() > 60


def test_looking_back_while_a_run_is_paused_it_draws_the_answers_of_then(
    panel: DecisionBoundary, qtbot: QtBot
) -> None:
    workspace, training = panel.workspace, panel.workspace.training
    beginning = panel.view.picture
    assert beginning is not None
    assert beginning.ground is not None
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.run.start()
    qtbot.waitUntil(lambda: len(training.history) > 2_000, timeout=20_000)
    training.pause()
    qtbot.waitUntil(lambda: training.state is TrainingState.PAUSED, timeout=5_000)
    panel.settle()
    now = panel.view.picture

    workspace.travel.go_to_start()
    qtbot.waitUntil(lambda: panel.view.picture is not now, timeout=5_000)
    panel.settle()
    then = panel.view.picture
    workspace.travel.return_to_now()
    panel.settle()
    back = panel.view.picture

    assert now is not None
    assert then is not None
    assert back is not None
    assert now.ground is not None
    np.testing.assert_allclose(then.ground, beginning.ground, atol=1)  # kept as float32
    assert not np.array_equal(now.ground, beginning.ground)
    np.testing.assert_array_equal(back.ground, now.ground)
    training.stop()
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE, timeout=5_000)
