"""The small typesetter: what it reads, and where it breaks lines."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nnviz.views.widgets.formula import break_lines, chunks_of, typeset
from nnviz.views.widgets.formula_boxes import Box, Fraction, Scripted, Style
from nnviz.views.widgets.formula_label import Formula, FormulaLabel

PX = 16.0


@pytest.fixture
def style(qapp: object) -> Style:
    return Style(PX, QColor("white"))


def chunks(markup: str, style: Style) -> list[Box]:
    return chunks_of(typeset(markup, style), PX)


def test_a_derivative_becomes_a_fraction_with_its_indices_below(style: Style) -> None:
    (box,) = typeset("∂C/∂b<sup>(1)</sup><sub>2</sub>", style)

    assert isinstance(box, Fraction)
    assert box.numerator.plain() == "∂C"
    assert box.denominator.plain() == "∂b^(1)_2"


def test_a_fraction_keeps_the_indices_of_its_numerator(style: Style) -> None:
    (box,) = typeset("∂a<sub>i</sub>/∂z<sub>j</sub>", style)

    assert isinstance(box, Fraction)
    assert box.plain() == "∂a_i/∂z_j"


def test_upper_and_lower_index_stand_above_each_other_without_touching(style: Style) -> None:
    (box,) = typeset("w<sup>(2)</sup><sub>1,0</sub>", style)

    assert isinstance(box, Scripted)
    assert box.upper is not None
    assert box.lower is not None
    assert box.width < box.base.width + box.upper.width + box.lower.width
    assert box.ascent + box.descent >= sum(
        part.ascent + part.descent for part in (box.upper, box.lower)
    )


def test_entities_become_their_signs(style: Style) -> None:
    assert [box.plain() for box in chunks("1 if z &gt; 0", style)] == ["1", "if", "z", ">", "0"]


def test_an_operator_stays_with_what_follows_and_a_product_together(style: Style) -> None:
    shown = [box.plain() for box in chunks("z = 2 · 3 + (−4) = 2", style)]

    assert shown == ["z", "= 2 · 3", "+ (−4)", "= 2"]


@pytest.mark.parametrize("width", [140, 200, 400])
def test_no_line_is_wider_than_it_may_be(style: Style, width: int) -> None:
    lines = break_lines(chunks("z = 0.1 · 2.5 + 0.3 · 4.5 + 0.5 = 2.100", style), width, PX)

    assert all(line.indent + line.box.width <= width for line in lines)
    assert " ".join(line.box.plain() for line in lines) == "z = 0.1 · 2.5 + 0.3 · 4.5 + 0.5 = 2.100"


def test_a_narrow_label_is_higher(qtbot: QtBot) -> None:
    label = FormulaLabel(PX)
    qtbot.addWidget(label)

    label.set_formulas((Formula("z = 0.1 · 2.5 + 0.3 · 4.5 + 0.5 = 2.100", (0, 0, 0)),))

    assert label.heightForWidth(120) > label.heightForWidth(600)
    assert label.accessibleName() == "z = 0.1 · 2.5 + 0.3 · 4.5 + 0.5 = 2.100"
