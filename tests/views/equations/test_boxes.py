"""Boxes have the sizes that the next box reckons with, and find what stands at a place."""

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.resources import load_fonts
from nnviz.trace.expressions import (
    Fenced,
    Fraction,
    Matrix,
    Root,
    Scripted,
    between,
    digits_of,
    letter,
    row,
    tagged,
)
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.equations.boxes import Box, Ink
from nnviz.views.equations.typesetting import Style, box_of
from nnviz.visual.palette import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")
STYLE = Style.plain(18, LIGHT)
LIGHT_ON = QColor(255, 230, 0)


@pytest.fixture(autouse=True)
def fonts() -> None:
    load_fonts()


def drawn(box: Box, lit: NodeRef | None = None) -> QImage:
    """The box on white, with 10 px of room around it."""
    image = QImage(round(box.width) + 20, round(box.height) + 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    box.draw(Ink(painter, LIGHT_ON, lit), 10, 10 + box.ascent)
    painter.end()
    return image


def ink_bounds(image: QImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not white."""
    places = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() < 200
    ]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize(
    "expression",
    [
        letter("w"),
        digits_of(-0.1234, 4),
        Fraction(letter("a"), between("+", letter("b"), letter("c"))),
        Scripted(letter("w"), letter("u"), letter("k")),
        Fenced(Fraction(letter("a"), letter("b"))),
        Root(letter("v")),
        Root(Scripted(letter("v̂"), letter("1"), letter("k"))),
        Root(Matrix(((letter("a"),), (letter("b"),), (letter("c"),)), "3 × 1")),
        Matrix(((letter("a"), letter("b")), (letter("c"), letter("d"))), "2 × 2"),
    ],
)
def test_nothing_is_drawn_outside_a_box(expression: object) -> None:
    box = box_of(expression, STYLE)

    left, top, right, bottom = ink_bounds(drawn(box))

    assert left >= 8
    assert top >= 8
    assert right <= box.width + 12
    assert bottom <= box.height + 12


def test_what_stands_in_a_row_is_found_by_its_place() -> None:
    edge, node = EdgeRef(1, 0, 0), NodeRef(0, 0)
    weight = tagged(digits_of(0.5, 4), Quantity.WEIGHT, edge, 0.5)
    activation = tagged(digits_of(0.25, 4), Quantity.ACTIVATION, node, 0.25)
    box = box_of(between("·", weight, activation), STYLE)

    found = [box.tag_at(x, -3) for x in (3, box.width / 2, box.width - 3)]

    assert [None if tag is None else tag.ref for tag in found] == [edge, None, node]


def test_the_innermost_piece_is_found() -> None:
    inner = tagged(letter("a"), Quantity.ACTIVATION, NodeRef(1, 0))
    outer = tagged(row(letter("x"), inner), Quantity.COST, NodeRef(2, 0))
    box = box_of(outer, STYLE)

    assert box.tag_at(2, -3).ref == NodeRef(2, 0)
    assert box.tag_at(box.width - 2, -3).ref == NodeRef(1, 0)


def test_the_sign_of_a_weight_gives_its_colour() -> None:
    colours = []
    for value in (0.5, -0.5):
        image = drawn(box_of(tagged(letter("w"), Quantity.WEIGHT, None, value), STYLE))
        pixels = [
            image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
        ]
        strongest = max(pixels, key=lambda colour: colour.hsvSaturation())
        colours.append(strongest.red() > strongest.blue())

    assert colours == [True, False]  # orange, blue


def test_a_lit_piece_stands_on_a_light() -> None:
    node = NodeRef(1, 0)
    box = box_of(tagged(letter("a"), Quantity.ACTIVATION, node), STYLE)

    dark, bright = drawn(box), drawn(box, lit=node)

    corner = (9, 10 + round(box.ascent))  # left of the letter, inside the light
    assert dark.pixelColor(*corner) == QColor("white")
    assert bright.pixelColor(*corner) == LIGHT_ON
