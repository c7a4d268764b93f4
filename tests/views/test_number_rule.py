import math

import numpy as np
import pytest

from nnviz.errors import NnvizError
from nnviz.views.widgets.number_rule import NumberRule, number_text

RATE = NumberRule("the learning rate", above=True)
SIZE = NumberRule("the mini-batch size", least=1, most=60_000, whole=True)
L2 = NumberRule("L2 λ", first_step=0.1)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("0,5", 0.5), (".5", 0.5), (" 3. ", 3), ("+2", 2), ("1E2", 100),
     ("1e-7", 1e-7), ("0.0123456789", 0.0123456789)],
)  # fmt: skip
def test_every_way_to_write_a_number_is_read(text: str, value: float) -> None:
    assert RATE.read(text) == value


@pytest.mark.parametrize(
    ("rule", "text", "sentence"),
    [
        (RATE, " ", "The learning rate cannot be empty"),
        (RATE, "1e", "The learning rate is a number, not “1e”"),
        (RATE, "1_0", "The learning rate is a number, not “1_0”"),
        (RATE, "nan", "The learning rate is a number, not “nan”"),
        (RATE, "1,000.5", "The learning rate is a number, not “1,000.5”"),
        (RATE, "0", "The learning rate must be above 0, not 0"),
        (RATE, "1e-999", "The learning rate must be above 0, not 1e-999"),
        (RATE, "1e999", "The learning rate must be at most 1e+300, not 1e999"),
        (L2, "−1", "L2 λ must be at least 0, not -1"),
        (SIZE, "0.5", "The mini-batch size is a whole number, not “0.5”"),
        (SIZE, "1,000", "The mini-batch size is a whole number, not “1,000”"),
        (SIZE, "0", "The mini-batch size must be at least 1, not 0"),
        (SIZE, "60001", "The mini-batch size must be at most 60,000, not 60001"),
    ],
)
def test_a_text_that_is_no_such_number_is_refused_with_the_reason(
    rule: NumberRule, text: str, sentence: str
) -> None:
    with pytest.raises(NnvizError) as caught:
        rule.read(text)

    assert str(caught.value) == sentence


def test_nothing_may_be_0_but_not_minus_0() -> None:
    assert math.copysign(1, L2.read("-0")) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.001, "0.001"), (1e-7, "1e-07"), (0.0123456789, "0.0123456789"),
     (60_000.0, "60000"), (0.0, "0"), (1e300, "1e+300")],
)  # fmt: skip
def test_a_number_is_written_as_short_as_it_can_be(value: float, text: str) -> None:
    assert number_text(value) == text


def test_what_is_written_reads_back_as_exactly_the_same_number() -> None:
    rng = np.random.default_rng(1)
    values = [float(value) for value in 10.0 ** rng.uniform(-299, 299, 500)]

    assert [RATE.read(number_text(value)) for value in values] == values


@pytest.mark.parametrize(
    ("rule", "value", "steps", "expected"),
    [
        (RATE, 0.001, 1, 0.0011),
        (RATE, 0.3, 1, 0.31),
        (RATE, 3, -1, 2.9),
        (RATE, 1, -1, 0.99),
        (RATE, 9.9, 2, 11),
        (RATE, 1e-7, -1, 9.9e-8),
        (RATE, 5e-324, -1, 5e-324),
        (L2, 0, 1, 0.1),
        (L2, 0.1, -1, 0),
        (L2, 0, -1, 0),
        (SIZE, 10, 1, 11),
        (SIZE, 100, 1, 110),
        (SIZE, 100, -1, 99),
        (SIZE, 1, -1, 1),
        (SIZE, 60_000, 1, 60_000),
    ],
)
def test_a_step_is_a_tenth_of_the_leading_digit(
    rule: NumberRule, value: float, steps: int, expected: float
) -> None:
    assert rule.stepped(value, steps) == expected


def test_a_rule_may_leave_its_largest_number_out() -> None:
    rule = NumberRule("the momentum", most=1, first_step=0.01, below=True)

    with pytest.raises(NnvizError, match=r"^The momentum must be below 1$"):
        rule.read("1")

    assert rule.read("0.999") == 0.999
    assert (rule.stepped(0, 1), rule.stepped(0.98, 1), rule.stepped(0.99, 1)) == (0.01, 0.99, 0.99)
