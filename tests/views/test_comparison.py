"""Numbers of two passes beside each other: what differs is seen to differ."""

import math

import pytest

from nnviz.trace.notation import Notation
from nnviz.views.panels.comparison import ComparedRow


@pytest.mark.parametrize(
    ("mistaken", "right", "texts"),
    [
        (-0.65741, -0.65744, ("−0.65741", "−0.65744")),
        (0.5, 0.25, ("0.5000", "0.2500")),
        (0.65741, 0.65741, ("0.6574", "0.6574")),
        (1.0, 1.0 + 1e-8, ("1.00000000", "1.00000001")),
        (None, None, ("–", "–")),
        (math.nan, math.nan, ("NaN", "NaN")),
    ],
)
def test_a_row_has_as_many_digits_as_it_takes_to_see_the_difference(
    mistaken: float | None, right: float | None, texts: tuple[str, str]
) -> None:
    assert ComparedRow("a", mistaken, right).texts(Notation()) == texts
