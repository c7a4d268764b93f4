"""The worked examples with known numbers, read from the texts of the real window.

Every expected number is printed in the source that its test names; nothing is computed here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnviz.app.main_window import MainWindow
from nnviz.trace.notation import Notation
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.equations.equation_view import EquationView
from nnviz.views.panels.inspector import Inspector
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.views.widgets.value_cell import ValueCell
from nnviz.visual.frame import LayerFrame, SceneFrame

WindowMaker = Callable[..., MainWindow]
Key = Qt.Key
DIGITS = 12
EXACT = {"rel": 1e-11, "abs": 0.0}
"""Twelve digits are shown; the last one is rounded."""
NINE_DECIMALS = {"rel": 0.0, "abs": 1e-9}
"""What Mazur's article prints; its last decimal is rounded or cut."""
FOUR_DECIMALS = {"rel": 0.0, "abs": 5e-5}


def number_in(text: str) -> float:
    """Return the number that a text of the window ends with."""
    word = text.split()[-1].replace("−", "-").replace("+", "")
    return float(word)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever sits before the window: presses keys, clicks on the canvas, and reads."""

    window: MainWindow
    qtbot: QtBot

    def open(self, preset: str, digits: int = DIGITS) -> None:
        """Choose a preset in the menu."""
        action = self.window.findChild(QAction, f"preset.{preset}")
        assert action is not None
        action.trigger()
        self.window.workspace.display.set_notation(Notation(digits=digits))

    def press(self, key: Qt.Key, times: int = 1) -> None:
        for _ in range(times):
            self.qtbot.keyClick(self.window.canvas, key)

    def next_pass(self) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        self.qtbot.keyClick(self.window.canvas, Key.Key_Return, control)

    def click(self, ref: Ref) -> None:
        """Click a neuron, or a point a quarter along an edge."""
        place = self._place(ref)
        self.qtbot.mouseClick(self.window.canvas, Qt.MouseButton.LeftButton, pos=place)
        assert self.window.workspace.selection.selected == ref

    def texts(self, ref: Ref, *keys: str) -> list[str]:
        """Click and read the cells of the inspector."""
        self.click(ref)
        inspector = self.inspector
        found = [inspector.findChild(ValueCell, f"inspector.value.{key}") for key in keys]
        return [each.text() for each in found if each is not None and each.isVisible()]

    def values(self, ref: Ref, *keys: str) -> list[float]:
        return list(map(number_in, self.texts(ref, *keys)))

    def value_of_each(self, key: str, refs: Sequence[Ref]) -> list[float]:
        return [value for ref in refs for value in self.values(ref, key)]

    def equations(self) -> list[str]:
        """Read the equations with numbers, one by line."""
        view = self.inspector.findChild(EquationView, "inspector.story.numeric")
        assert view is not None
        assert view.isVisible()
        return view.text.splitlines()

    def label(self, name: str) -> str:
        found = self.inspector.findChild(QLabel, name)
        assert found is not None
        return found.text()

    @property
    def inspector(self) -> Inspector:
        """The inspector, which follows the canvas a moment later."""
        panel = self.window.panels["inspector"]
        assert isinstance(panel, Inspector)
        panel.finish()
        return panel

    @property
    def costs(self) -> list[str]:
        """C on the canvas; after the update also the new one."""
        return [line.text for line in self._frame.cost]

    @property
    def outputs(self) -> list[str]:
        """The activations inside the discs of the output layer on the canvas."""
        return [texts[0] for texts in self._layer(-1).inside]

    @property
    def example(self) -> str:
        """What the bar over the canvas says."""
        found = self.window.findChild(ElidedLabel, "example.answer")
        assert found is not None
        return found.text()

    def lines(self, node: NodeRef) -> list[str]:
        """The lines of numbers beside a neuron on the canvas."""
        return [line.text for line in self._layer(node.layer).lines[node.neuron]]

    @property
    def _frame(self) -> SceneFrame:
        scene = self.window.canvas.scene
        assert scene is not None
        return scene.frame

    def _layer(self, layer: int) -> LayerFrame:
        return self._frame.layers[layer]

    def _place(self, ref: Ref) -> QPoint:
        scene = self.window.canvas.scene
        assert scene is not None
        if isinstance(ref, NodeRef):
            x, y = scene.centre(ref)
            return QPoint(round(x), round(y))
        edges = scene.frame.edges[ref.layer - 1]
        index = [edges.ref(each) for each in range(len(edges.neurons))].index(ref)
        x1, y1, x2, y2 = scene.edge_lines(ref.layer - 1)[index]
        return QPoint(round((3 * x1 + x2) / 4), round((3 * y1 + y2) / 4))


@pytest.fixture
def reader(window: MainWindow, qtbot: QtBot) -> Reader:
    return Reader(window, qtbot)


def neurons(layer: int, count: int) -> list[NodeRef]:
    return [NodeRef(layer, neuron) for neuron in range(count)]


def edges(layer: int, count: int, sources: int) -> list[EdgeRef]:
    """Return the edges to each neuron from each source, row by row."""
    return [EdgeRef(layer, to, source) for to in range(count) for source in range(sources)]


def test_the_primers_chain_forward(reader: Reader) -> None:
    reader.open("primer-1-1-1")

    reader.press(Key.Key_Right, 2)
    hidden = reader.texts(NodeRef(1, 0), "z", "a")
    waiting = reader.texts(NodeRef(2, 0), "z", "a")
    reader.press(Key.Key_Right, 2)

    assert hidden == ["1.12400000000", "0.754729921358"]
    assert waiting == ["–", "–"]
    assert reader.texts(NodeRef(2, 0), "z", "a") == ["1.73908830733", "0.850571226531"]
    assert reader.costs == ["0.0111644791703"]


def test_the_primers_chain_backward(reader: Reader) -> None:
    reader.open("primer-1-1-1")

    reader.press(Key.Key_Right, 6)

    assert reader.texts(NodeRef(2, 0), "bias_gradient") == ["−0.0189923694829"]
    assert reader.texts(EdgeRef(2, 0, 0), "weight_gradient") == ["−0.0143341095262"]
    assert reader.equations()[-1].endswith("0.754729921358 = −0.0143341095262")
    assert reader.texts(NodeRef(1, 0), "activation_gradient", "bias_gradient") == [
        "−0.0465313052331", "−0.00861353401838",
    ]  # fmt: skip
    assert reader.texts(EdgeRef(1, 0, 0), "weight_gradient") == ["−0.00689082721470"]
    assert "✓ agree" in reader.label("inspector.check.verdict")


def test_the_primers_chain_after_its_update(reader: Reader) -> None:
    reader.open("primer-1-1-1")

    reader.press(Key.Key_Right, 7)

    assert reader.texts(NodeRef(2, 0), "bias_after") == ["−0.108100763052"]
    assert reader.texts(EdgeRef(2, 0, 0), "weight_after") == ["2.45143341095"]
    assert reader.texts(NodeRef(1, 0), "bias_after") == ["−0.139138646598"]
    assert reader.texts(EdgeRef(1, 0, 0), "weight_after") == ["1.58068908272"]
    assert reader.costs == ["0.0111644791703", "→ 0.0110958841006"]


def test_the_primers_chain_in_its_next_pass(reader: Reader) -> None:
    reader.open("primer-1-1-1")
    reader.press(Key.Key_End)

    reader.next_pass()
    reader.press(Key.Key_Right, 4)

    assert reader.texts(NodeRef(1, 0), "z", "a") == ["1.12541261958", "0.754991321031"]
    assert reader.texts(NodeRef(2, 0), "z", "a") == ["1.74271018630", "0.851030982412"]
    assert reader.costs == ["0.0110958841006"]


def test_the_primers_network_forward(reader: Reader) -> None:
    reader.open("primer-2-3-2")

    reader.press(Key.Key_Right, 4)

    assert reader.example == "x = (0.8, 0.2)  →  y = (0, 1)"
    hidden, outputs = neurons(1, 3), neurons(2, 2)
    assert reader.value_of_each("z", hidden) == pytest.approx(
        [0.538946818, 0.34640598, -0.28179051], **EXACT
    )
    assert reader.value_of_each("a", hidden) == pytest.approx(
        [0.6315673867677921, 0.585745767968723, 0.43001486345184614], **EXACT
    )
    assert reader.value_of_each("z", outputs) == pytest.approx(
        [-0.9605501877911101, -0.8740625791856131], **EXACT
    )
    assert reader.outputs == ["0.276768051637", "0.294409667503"]
    assert reader.costs == ["0.287229135860"]


def test_the_primers_network_backward_at_its_neurons(reader: Reader) -> None:
    reader.open("primer-2-3-2")

    reader.press(Key.Key_Right, 6)

    hidden, outputs = neurons(1, 3), neurons(2, 2)
    assert reader.value_of_each("activation_gradient", outputs) == pytest.approx(
        [0.2767680516374988, -0.705590332496561], **EXACT
    )
    assert reader.value_of_each("bias_gradient", outputs) == pytest.approx(
        [0.055399968209579466, -0.1465741250180259], **EXACT
    )
    assert reader.value_of_each("activation_gradient", hidden) == pytest.approx(
        [0.12878124759718934, -0.014981683180500924, 0.06834225180485276], **EXACT
    )
    assert reader.value_of_each("bias_gradient", hidden) == pytest.approx(
        [0.029966111431758907, -0.0036352704156817194, 0.016750828114518716], **EXACT
    )
    assert reader.lines(NodeRef(1, 0))[1:] == ["∂C/∂a +0.128781247597", "∂C/∂b +0.0299661114318"]


def test_the_primers_network_backward_at_its_edges(reader: Reader) -> None:
    reader.open("primer-2-3-2")

    reader.press(Key.Key_Right, 6)

    assert reader.value_of_each("weight_gradient", edges(2, 2, 3)) == pytest.approx([
        0.034988813149142865, 0.032450296924362965, 0.02382280976487893,
        -0.09257143710541028, -0.0858551734230272, -0.06302905235520023,
    ], **EXACT)  # fmt: skip
    assert reader.value_of_each("weight_gradient", edges(1, 3, 2)) == pytest.approx([
        0.023972889145407128, 0.005993222286351782,
        -0.0029082163325453757, -0.0007270540831363439,
        0.013400662491614973, 0.0033501656229037433,
    ], **EXACT)  # fmt: skip


def test_the_primers_network_after_its_update(reader: Reader) -> None:
    reader.open("primer-2-3-2")
    reader.press(Key.Key_End)
    costs = reader.costs

    reader.next_pass()
    reader.press(Key.Key_Right, 4)

    assert costs == ["0.287229135860", "→ 0.282296211692"]
    assert reader.outputs == ["0.274732766816", "0.300632907394"]
    assert reader.costs == ["0.282296211692"]


def test_mazurs_article_forward(reader: Reader) -> None:
    reader.open("mazur-2-2-2", digits=9)

    reader.press(Key.Key_Right, 4)

    assert reader.example == "x = (0.05, 0.1)  →  y = (0.01, 0.99)"
    hidden = reader.value_of_each("a", neurons(1, 2))
    assert hidden == pytest.approx([0.593269992, 0.596884378], **NINE_DECIMALS)
    assert reader.outputs == ["0.751365070", "0.772928465"]
    assert reader.costs == ["0.298371109"]


def test_mazurs_article_backward(reader: Reader) -> None:
    reader.open("mazur-2-2-2", digits=9)

    reader.press(Key.Key_Right, 6)

    def read(key: str, refs: Sequence[Ref]) -> list[float]:
        return reader.value_of_each(key, refs)

    assert read("bias_gradient", neurons(2, 2)) == pytest.approx(
        [0.138498562, -0.038098237], **NINE_DECIMALS
    )
    assert read("activation_gradient", neurons(1, 2)) == pytest.approx(
        [0.036350306, 0.041370323], **NINE_DECIMALS
    )
    assert read("bias_gradient", neurons(1, 2)) == pytest.approx(
        [0.008771355, 0.009954255], **NINE_DECIMALS
    )
    assert read("weight_gradient", edges(2, 2, 2)) == pytest.approx(
        [0.082167041, 0.082667628, -0.022602540, -0.022740242], **NINE_DECIMALS
    )
    assert read("weight_gradient", edges(1, 2, 2)) == pytest.approx(
        [0.000438568, 0.000877135, 0.000497713, 0.000995425], **NINE_DECIMALS
    )


def test_mazurs_cost_after_one_update(reader: Reader) -> None:
    reader.open("mazur-2-2-2")
    updated = cost_at_the_end(reader)

    reader.open("mazur-fixed-biases-2-2-2", digits=11)

    assert (updated, cost_at_the_end(reader)) == ("→ 0.280471446791", "→ 0.29102777369")


def test_forgetting_the_biases_gives_the_cost_with_fixed_biases(reader: Reader) -> None:
    reader.open("mazur-2-2-2", digits=11)
    run_mistake(reader, "bias-not-updated")

    reader.press(Key.Key_End)

    assert reader.costs == ["0.29837110876", "→ 0.29102777369"]


def test_the_articles_printed_cost_is_found_by_its_mistake(reader: Reader) -> None:
    reader.open("mazur-fixed-biases-2-2-2", digits=9)
    right = cost_at_the_end(reader)
    run_mistake(reader, "updated-weights")

    mistaken = cost_at_the_end(reader)
    reader.window.dock("inspector").raise_()  # the challenges came to the front
    reader.click(NodeRef(1, 0))
    verdict = reader.label("inspector.check.verdict")
    reader.click(NodeRef(2, 0))

    assert (right, mistaken) == ("→ 0.291027774", "→ 0.291027924")
    assert "✗" in verdict
    assert "✓" in reader.label("inspector.check.verdict")


def run_mistake(reader: Reader, name: str) -> None:
    """Choose a mistake in the menu Find the Bug."""
    action = reader.window.findChild(QAction, f"bug.{name}")
    assert action is not None
    assert action.isEnabled()
    action.trigger()


def cost_at_the_end(reader: Reader) -> str:
    reader.press(Key.Key_End)
    return reader.costs[1]


def test_one_neurons_derivatives(reader: Reader) -> None:
    reader.open("neuron-2-1")

    reader.press(Key.Key_Right, 4)

    neuron = reader.texts(NodeRef(1, 0), "z", "a", "activation_derivative", "activation_gradient")
    assert neuron == ["1.00000000000", "0.731058578630", "0.196611933241", "1.00000000000"]
    assert reader.texts(NodeRef(0, 0), "activation_gradient") == ["0.393223866483"]
    assert reader.texts(NodeRef(0, 1), "activation_gradient") == ["−0.589835799724"]
    assert reader.texts(EdgeRef(1, 0, 0), "weight_gradient") == ["−0.196611933241"]
    assert reader.texts(EdgeRef(1, 0, 1), "weight_gradient") == ["−0.393223866483"]


@pytest.mark.parametrize(
    ("start", "at_first", "quadratic", "entropy"),
    [
        pytest.param("near", 0.8176, 0.0940, 0.0116, marks=pytest.mark.slow),
        ("far", 0.9820, 0.2028, 0.0120),
    ],
)
def test_nielsens_neuron_after_three_hundred_passes(
    reader: Reader, start: str, at_first: float, quadratic: float, entropy: float
) -> None:
    one = outputs_of_passes(reader, f"nielsen-{start}-1-1")
    other = outputs_of_passes(reader, f"nielsen-{start}-entropy-1-1")

    assert one == pytest.approx([at_first, quadratic], **FOUR_DECIMALS)
    assert other == pytest.approx([at_first, entropy], **FOUR_DECIMALS)
    assert reader.texts(NodeRef(1, 0), "a") == reader.outputs


def outputs_of_passes(reader: Reader, preset: str) -> list[float]:
    """Return the output of a network's one neuron in its first pass, and after 300 updates."""
    reader.open(preset)
    reader.press(Key.Key_Right, 2)
    first = reader.outputs
    reader.press(Key.Key_End)
    reader.next_pass()
    reader.window.hide()  # nothing is drawn for nobody
    for _ in range(299):
        reader.window.workspace.next_pass()  # what the key calls
    reader.window.show()
    reader.press(Key.Key_Right, 2)
    assert reader.window.workspace.passes.number == 301
    return list(map(number_in, [*first, *reader.outputs]))


def test_xor_is_answered_right_for_all_its_samples(reader: Reader) -> None:
    reader.open("xor-2-2-1", digits=4)
    read = []

    for sample in range(4):
        reader.press(Key.Key_N, min(sample, 1))
        reader.press(Key.Key_Home)
        reader.press(Key.Key_Right, 4)
        read.append((reader.example, *reader.outputs, *reader.costs))
        assert reader.texts(NodeRef(2, 0), "a") == reader.outputs

    assert read == [
        ("x = (0, 0)  →  y = (0)", "0", "0"),
        ("x = (0, 1)  →  y = (1)", "1.000", "0"),
        ("x = (1, 0)  →  y = (1)", "1.000", "0"),
        ("x = (1, 1)  →  y = (0)", "0", "0"),
    ]
