"""The findings as the inspector and the canvas show them: sentences, links and small signs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import Trouble
from nnviz.views.panels.diagnosis_card import DiagnosisCard
from nnviz.views.scene.cards import card_of
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.sign_painter import draw_signs, sign_place
from nnviz.visual.palette import DARK

SPEC = NetworkSpec((1, 3, 1), ("relu", "identity"))
FORWARD_1 = 1


def recorded(first_bias: float = -2.0) -> PassTrace:
    parameters = Parameters(
        (np.ones((3, 1)), np.ones((1, 3))), (np.array([first_bias, 0.0, 0.0]), np.array([0.0]))
    )
    with np.errstate(all="ignore"):
        return PassTrace.record(
            SPEC, parameters, np.array([1.0]), np.array([0.0]), PassSettings(0.1)
        )


def timeline_at(position: int) -> Timeline:
    return Timeline(build_steps(SPEC, Granularity.LAYER)).to(position)


@pytest.fixture
def card(qtbot: QtBot) -> DiagnosisCard:
    result = DiagnosisCard()
    qtbot.addWidget(result)
    return result


def said(card: DiagnosisCard) -> list[str]:
    return [line.accessibleName() for line in card.lines if line.isVisible()]


def test_a_selected_neuron_comes_first_and_then_its_layer(card: DiagnosisCard) -> None:
    card.show_findings(recorded(), timeline_at(FORWARD_1), NodeRef(1, 0), Notation(), DARK)

    neuron, layer = said(card)
    assert neuron.startswith("! Inactive ReLU, dead for this example: z = −1.000")
    assert layer.startswith("! 1 of 3 neurons of layer 1 is dead")


def test_with_nothing_wrong_it_hides(card: DiagnosisCard) -> None:
    card.show_findings(recorded(), timeline_at(FORWARD_1), None, Notation(), DARK)
    shown = card.isVisible()

    card.show_findings(recorded(0.0), timeline_at(FORWARD_1), None, Notation(), DARK)

    assert shown
    assert not card.isVisible()


def test_the_first_nan_is_an_error_and_its_link_leads_there(
    qtbot: QtBot, card: DiagnosisCard
) -> None:
    card.show_findings(recorded(np.nan), timeline_at(FORWARD_1), None, Notation(), DARK)
    line = card.lines[0]
    card.grab()  # lays the text out

    with qtbot.waitSignal(card.ref_requested) as requested:
        line.setFocus()
        qtbot.keyClick(line, Qt.Key.Key_Tab)
        qtbot.keyClick(line, Qt.Key.Key_Return)

    assert said(card)[0].startswith("✗ b of neuron 0 of layer 1 is NaN")
    assert requested.args == [NodeRef(1, 0)]


def test_hovering_a_neuron_says_what_is_wrong_with_it(workspace: Workspace) -> None:
    workspace.open_preset("xor-2-2-1")  # z = (0, −1) for its first sample
    workspace.stepper.move_to(FORWARD_1)

    assert (
        "dead for this example: z = −1.000 is below 0"
        in card_of(workspace, NodeRef(1, 1)).sentences[0]
    )
    assert card_of(workspace, NodeRef(2, 0)).sentences == ()


def test_the_canvas_knows_the_dead_neurons_once_their_z_is_known(
    qtbot: QtBot, canvas: NetworkView, workspace: Workspace
) -> None:
    before = scene_of(canvas).signs

    workspace.stepper.move_to(FORWARD_1)

    assert before == ()
    assert scene_of(canvas).signs == (
        (NodeRef(1, 0), Trouble.DEAD),
        (NodeRef(1, 1), Trouble.DEAD),
    )


def test_a_sign_is_drawn_at_the_rim_of_its_neuron_and_nowhere_else(
    canvas: NetworkView, workspace: Workspace
) -> None:
    workspace.stepper.move_to(FORWARD_1)
    scene = replace(scene_of(canvas), signs=((NodeRef(1, 1), Trouble.DEAD),))
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)

    painter = QPainter(image)
    draw_signs(painter, scene)
    painter.end()

    x, y, radius = sign_place(scene, NodeRef(1, 1))
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    rows, columns = np.nonzero(pixels != pixels[0, 0])
    assert (columns.min(), columns.max()) == pytest.approx((x - radius, x + radius), abs=2)
    assert (rows.min(), rows.max()) == pytest.approx((y - radius, y + radius), abs=2)
    assert np.hypot(x - scene.centre(NodeRef(1, 1))[0], y - scene.centre(NodeRef(1, 1))[1]) == (
        pytest.approx(scene.radius(scene.layout.layers[1]), rel=1e-3)
    )


@pytest.fixture
def canvas(qtbot: QtBot, workspace: Workspace) -> Iterator[NetworkView]:
    workspace.open_preset("xor-2-2-1")
    view = NetworkView(workspace)
    qtbot.addWidget(view)
    view.resize(800, 500)
    yield view
    view.shutdown()


def scene_of(view: NetworkView) -> Scene:
    assert view.scene is not None
    return view.scene
