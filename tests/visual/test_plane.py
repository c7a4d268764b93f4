import time

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.visual.palette import DARK, LIGHT
from nnviz.visual.plane import (
    PALEST,
    STRONGEST,
    Bounds,
    answers_at,
    bounds_of,
    class_colours,
    classes_on,
    grid_of,
    grid_size,
    value_colours,
)

BOUNDS = Bounds(-1.0, 3.0, 0.0, 2.0)
LINE = NetworkSpec((2, 2), ("softmax",), "categorical_cross_entropy")


def test_the_grid_holds_the_middles_of_the_cells_from_the_top_left_on() -> None:
    grid = grid_of(BOUNDS, 4, 2)

    np.testing.assert_allclose(grid[:, 0].reshape(2, 4), [[-0.5, 0.5, 1.5, 2.5]] * 2)
    np.testing.assert_allclose(grid[:, 1].reshape(2, 4), [[1.5] * 4, [0.5] * 4])


def test_all_points_are_within_the_bounds_with_a_margin() -> None:
    bounds = bounds_of(np.array([[0.0, -1.0], [10.0, 1.0], [np.nan, 5.0]]))

    assert bounds == pytest.approx(Bounds(-1.2, 11.2, -1.24, 1.24), abs=1e-12)


@pytest.mark.parametrize(("places", "middle"), [([[2.0, 3.0]], (2, 3)), (np.empty((0, 2)), (0, 0))])
def test_a_single_point_and_none_have_some_room_around(places, middle: tuple[int, int]) -> None:
    x, y = middle

    assert bounds_of(np.array(places)) == Bounds(x - 1, x + 1, y - 1, y + 1)


def test_the_answers_are_those_of_the_formula() -> None:
    spec = NetworkSpec((2, 3, 1), ("tanh", "identity"))
    parameters = initialise(spec, "xavier", np.random.default_rng(1))
    x = np.array([[0.3, -0.7], [2.0, 0.1]])

    hidden = np.tanh(x @ parameters.weights[0].T + parameters.biases[0])
    expected = hidden @ parameters.weights[1].T + parameters.biases[1]

    np.testing.assert_allclose(answers_at(spec, parameters, x), expected, rtol=1e-14)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda each: each.name)
def test_the_ground_has_the_winners_colour_the_fuller_the_surer(palette) -> None:
    outputs = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.75, 0.25]])
    surface = np.array(palette.surface, np.float64)
    first, second = (np.array(rgb, np.float64) for rgb in palette.classes[:2])

    colours = class_colours(LINE, outputs, palette)

    middle = (PALEST + STRONGEST) / 2
    expected = [
        surface + part * (rgb - surface)
        for part, rgb in ((STRONGEST, first), (STRONGEST, second), (PALEST, first), (middle, first))
    ]
    np.testing.assert_allclose(colours, expected, atol=0.5)


def test_the_boundary_lies_where_a_line_puts_it() -> None:
    # z of the classes are x₀ and x₁: the first wins right of the diagonal.
    parameters = Parameters.frozen([np.eye(2)], [np.zeros(2)])
    grid = grid_of(Bounds(-1, 1, -1, 1), 40, 30)

    winners = classes_on(answers_at(LINE, parameters, grid))

    apart = np.abs(grid[:, 0] - grid[:, 1]) > 1e-9
    np.testing.assert_array_equal(winners[apart] == 0, (grid[:, 0] > grid[:, 1])[apart])


def test_answers_that_are_no_numbers_have_a_colour_all_the_same() -> None:
    outputs = np.array([[np.nan, np.nan], [np.inf, 0.0], [np.nan, 0.5]])

    assert class_colours(LINE, outputs, DARK).shape == (3, 3)
    assert classes_on(outputs).tolist() == [0, 0, 1]
    assert value_colours(outputs[:, 0], (0.0, 1.0), DARK).shape == (3, 3)


def test_one_output_is_shown_on_the_activation_scale() -> None:
    colours = value_colours(np.array([0.0, 1.0]), (0.0, 1.0), DARK)

    assert [tuple(row) for row in colours.tolist()] == [DARK.activation_low, DARK.activation_high]


def test_the_grid_is_coarser_for_large_networks_and_keeps_its_shape() -> None:
    small, large = (grid_size(NetworkSpec((2, n, 2), ("tanh", "softmax")), 1.4) for n in (8, 5_000))

    assert small[0] * small[1] > 7_500
    assert 100 <= large[0] * large[1] <= 700
    for columns, rows in (small, large):
        assert columns / rows == pytest.approx(1.4, abs=0.2)


def test_a_picture_is_computed_within_a_few_milliseconds() -> None:
    spec = NetworkSpec((2, 16, 16, 2), ("tanh", "tanh", "softmax"), "categorical_cross_entropy")
    parameters = initialise(spec, "xavier", np.random.default_rng(1))
    columns, rows = grid_size(spec, 1.4)
    grid = grid_of(BOUNDS, columns, rows)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        class_colours(spec, answers_at(spec, parameters, grid), DARK)
        times.append(time.perf_counter() - start)

    assert min(times) < 0.03  # mostly 5 ms; a busy machine is slower
