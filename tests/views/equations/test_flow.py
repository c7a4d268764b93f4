"""Where an equation may break, and where not."""

import pytest

from nnviz.app.resources import load_fonts
from nnviz.trace.expressions import Matrix, between, letter, row, whole_number
from nnviz.views.equations.flow import break_lines, chunks_of
from nnviz.views.equations.typesetting import Style
from nnviz.visual.palette import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")
STYLE = Style.plain(18, LIGHT)


def column(*values: int) -> Matrix:
    return Matrix(tuple((whole_number(each),) for each in values), f"{len(values)} × 1")


def test_a_sign_goes_to_the_next_line_with_what_follows_it() -> None:
    load_fonts()
    a, b, c = column(1, 2), column(30, 40), column(5, 6)
    equation = between("=", letter("s"), between("⊙", a, b), c)

    chunks = chunks_of(equation, STYLE)
    narrow = break_lines(chunks, max(each.width for each in chunks) + 20, STYLE.px)

    assert len(chunks) == 4  # s, = a, ⊙ b, = c: no sign stands alone
    assert min(each.width for each in chunks[1:]) > 30
    assert len(narrow) >= 2


def test_a_product_of_matrices_may_break_between_them() -> None:
    load_fonts()

    chunks = chunks_of(row(column(1, 2), column(3, 4)), STYLE)

    assert len(chunks) == 2
