import math

import numpy as np

from nnviz.engine.gradient_check import central_difference, relative_error


def test_a_central_difference_finds_the_slope_of_a_sine() -> None:
    slope = central_difference(math.sin, 0.7)

    assert abs(slope - math.cos(0.7)) < 1e-12


def test_halving_the_step_divides_the_error_by_sixteen() -> None:
    coarse = abs(central_difference(math.exp, 1.0, 0.4) - math.e)
    fine = abs(central_difference(math.exp, 1.0, 0.2) - math.e)

    assert 14 < coarse / fine < 18


def test_a_relative_error_is_measured_on_the_largest_entry() -> None:
    analytic, numeric = np.array([100.0, 1.0]), np.array([100.0, 2.0])

    assert relative_error(analytic, numeric) == 0.01
    assert relative_error(numeric, analytic) == 0.01


def test_two_arrays_of_zeros_do_not_differ() -> None:
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
