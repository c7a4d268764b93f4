import numpy as np

from nnviz.visual.hit_testing import nearest_line

CROSS = np.array([[0.0, 0.0, 10.0, 10.0], [0.0, 10.0, 10.0, 0.0]])


def test_the_nearest_line_is_found() -> None:
    assert nearest_line(CROSS, 2, 1.5, 5) == 0
    assert nearest_line(CROSS, 2, 8.5, 5) == 1


def test_a_line_ends_where_it_ends() -> None:
    assert nearest_line(CROSS, 14, 14, 5) is None
    assert nearest_line(CROSS, 13, 13, 5) == 0


def test_where_lines_cross_the_one_on_top_is_found() -> None:
    assert nearest_line(CROSS, 5, 5, 5) == 1


def test_nothing_is_found_without_lines() -> None:
    assert nearest_line(np.empty((0, 4)), 0, 0, 5) is None


def test_a_line_without_length_is_a_point() -> None:
    assert nearest_line(np.array([[3.0, 3.0, 3.0, 3.0]]), 3, 4, 2) == 0
