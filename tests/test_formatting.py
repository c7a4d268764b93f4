import math

import pytest

from nnviz.formatting import UNKNOWN, count, duration, number, rounded, signed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.2767680516374988, "0.2768"),
        (-12.4, "−12.40"),
        (1, "1.000"),
        (0.8, "0.8000"),
        (9.9994, "9.999"),
        (9.9996, "10.00"),
        (0.99996, "1.000"),
        (0.000099996, "0.0001000"),
        (0.000099994, "9.999×10⁻⁵"),
        (12345.6, "12346"),
        (999_949.4, "999949"),
        (999_950.1, "1.000×10⁶"),
        (1_000_000, "1.000×10⁶"),
        (-3.14159e-6, "−3.142×10⁻⁶"),
        (6.02214e23, "6.022×10²³"),
        (5e-324, "4.941×10⁻³²⁴"),
        (1.7976931348623157e308, "1.798×10³⁰⁸"),
        (0.0, "0"),
        (-0.0, "0"),
        (0, "0"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_a_number_has_four_significant_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.2767680516374988, 1, "0.3"),
        (9.6, 1, "10"),
        (0.2767680516374988, 12, "0.276768051637"),
        (0.1, 17, "0.10000000000000001"),
        (123.456, 2, "123"),
        (1.25e-7, 2, "1.2×10⁻⁷"),
    ],
)
def test_more_or_fewer_digits_can_be_asked_for(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize("value", [9.9996, 99.996, 0.099996, 999.96, 9.9996e-9, 9.9996e12])
def test_rounding_across_a_power_of_ten_keeps_the_digits(value: float) -> None:
    text = number(value)

    digits = text.partition("×")[0].replace(".", "").lstrip("0")
    assert digits == "1000"


def test_unknown_is_a_dash_and_never_zero() -> None:
    assert number(None) == signed(None) == UNKNOWN == "–"
    assert number(0.0) != UNKNOWN
    assert number(-1.0)[0] != UNKNOWN  # nor a minus sign


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "+0.2500"), (-0.25, "−0.2500"), (0.0, "0"), (math.inf, "+∞"), (math.nan, "NaN")],
)
def test_a_signed_number_shows_a_plus_when_positive(value: float, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (23520, "23,520")])
def test_a_count_has_its_thousands_in_groups(value: int, text: str) -> None:
    assert count(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (0.2, "1 s"),
        (59.5, "1 min"),
        (125, "2 min 5 s"),
        (725, "12 min"),
        (3600, "1 h 0 min"),
        (3840, "1 h 4 min"),
        (math.inf, UNKNOWN),
        (math.nan, UNKNOWN),
    ],
)
def test_a_duration_is_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.05, 4, "0.05"),
        (1, 4, "1"),
        (-10.0, 4, "−10"),
        (100, 2, "100"),
        (0.7000001, 4, "0.7"),
        (0.7000001, 8, "0.7000001"),
        (2e-7, 3, "2×10⁻⁷"),
        (2.5e30, 3, "2.5×10³⁰"),
        (0.0, 4, "0"),
        (None, 4, UNKNOWN),
        (math.nan, 4, "NaN"),
        (-math.inf, 4, "−∞"),
    ],
)
def test_a_rounded_number_has_no_zeros_at_its_end(
    value: float | None, digits: int, text: str
) -> None:
    assert rounded(value, digits) == text


@pytest.mark.parametrize("digits", [0, -1, -7])
def test_less_than_one_digit_cannot_be_asked_for(digits: int) -> None:
    assert number(0.2768, digits) == "0.3"
    assert signed(-12.4, digits) == "−12"
