"""The widget of equations: what it shows, copies, finds under the pointer, and lights."""

import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from pytestqt.qtbot import QtBot

from nnviz.app.resources import load_fonts
from nnviz.trace.expressions import Fenced, Matrix, between, digits_of, letter, row, tagged
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.views.equations.equation_view import EquationView, svg_of
from nnviz.views.equations.flow import SMALLEST_SCALE, break_lines, chunks_of
from nnviz.views.equations.typesetting import Style
from nnviz.visual.palette import DARK

NODE = NodeRef(1, 2)
EQUATION = between("=", tagged(letter("z"), Quantity.PREACTIVATION, NODE), digits_of(0.5, 4))


@pytest.fixture
def view(qtbot: QtBot) -> EquationView:
    load_fonts()
    result = EquationView(18)
    qtbot.addWidget(result)
    result.resize(300, 60)
    result.set_equations((EQUATION,), DARK)
    result.show()
    return result


def action(view: EquationView, name: str) -> QAction:
    found = view.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def test_it_hides_without_equations_and_is_read_aloud_with_them(view: EquationView) -> None:
    assert view.isVisible()
    assert view.accessibleName() == "z = 0.5000"

    view.set_equations((), DARK)

    assert not view.isVisible()


def test_hovering_a_piece_names_its_neuron_and_leaving_ends_it(
    qtbot: QtBot, view: EquationView
) -> None:
    with qtbot.waitSignal(view.ref_hovered, check_params_cb=lambda ref: ref == NODE):
        qtbot.mouseMove(view, QPoint(5, 14))

    with qtbot.waitSignal(view.ref_hovered, check_params_cb=lambda ref: ref is None):
        qtbot.mouseMove(view, QPoint(250, 14))


def test_a_click_on_a_piece_asks_for_its_neuron(qtbot: QtBot, view: EquationView) -> None:
    with qtbot.waitSignal(view.ref_clicked, check_params_cb=lambda ref: ref == NODE):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 14))


def test_a_neuron_lit_elsewhere_changes_the_picture(view: EquationView) -> None:
    before = view.grab().toImage()

    view.light(NODE)
    lit = view.grab().toImage()
    view.light(NodeRef(1, 1))

    assert lit != before
    assert view.grab().toImage() == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("copy-text", "z = 0.5000"),
        ("copy-latex", "\\begin{align*}\nz & = 0.5000\n\\end{align*}\n"),
    ],
)
def test_equations_are_copied(view: EquationView, name: str, expected: str) -> None:
    action(view, name).trigger()

    assert QGuiApplication.clipboard().text() == expected


def test_views_that_belong_together_are_copied_together(qtbot: QtBot, view: EquationView) -> None:
    other = EquationView(14)
    qtbot.addWidget(other)
    other.set_equations((letter("a"),), DARK)
    view.copy_together_with((view, other))

    action(view, "copy-text").trigger()

    assert QGuiApplication.clipboard().text() == "z = 0.5000\na"


def test_the_svg_holds_curves_and_says_what_they_mean(view: EquationView) -> None:
    action(view, "copy-svg").trigger()

    copied = bytes(QGuiApplication.clipboard().mimeData().data("image/svg+xml").data())
    root = ET.fromstring(copied)
    assert copied == svg_of((EQUATION,))
    assert root.find("{*}desc").text == "z = 0.5000"
    assert root.findall(".//{*}path")
    assert not root.findall(".//{*}text")


def test_a_long_equation_is_broken_at_its_signs(view: EquationView) -> None:
    style = Style.plain(18, DARK)
    long = between("+", *(digits_of(0.1234, 4) for _ in range(12)))
    chunks = chunks_of(long, style)

    lines = break_lines(chunks, 200, 18)

    assert len(chunks) == 12
    assert len(lines) > 3
    assert all(line.box.width + line.indent <= 200 for line in lines)


def test_a_long_sum_in_parentheses_is_broken_instead_of_shrunk(view: EquationView) -> None:
    long = Fenced(between("+", *(digits_of(0.1234, 4) for _ in range(12))))
    chunks = chunks_of(between("·", digits_of(0.125, 3), long), Style.plain(18, DARK))

    lines = break_lines(chunks, 200, 18)

    assert len(lines) > 3
    assert {line.scale for line in lines} == {1.0}


def test_what_does_not_fit_alone_is_drawn_smaller(view: EquationView) -> None:
    wide = Matrix((tuple(digits_of(0.1234, 4) for _ in range(7)),))
    chunks = chunks_of(row(wide), Style.plain(18, DARK))

    (line,) = break_lines(chunks, chunks[0].width * 0.8, 18)

    assert SMALLEST_SCALE < line.scale < 0.85


def test_a_place_beside_everything_speaks_of_nothing(view: EquationView) -> None:
    assert view.tag_at(QPointF(5, 14)) is not None
    assert view.tag_at(QPointF(5, 500)) is None
