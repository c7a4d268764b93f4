"""Arrays as matrices: what is shown of large ones, and what is lit."""

import numpy as np
import pytest

from nnviz.trace.expression_text import plain
from nnviz.trace.expressions import Matrix
from nnviz.trace.matrices import column_of, jacobian_of_softmax, matrix_of
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef


def weights(rows: int, columns: int, row: int | None = None, column: int | None = None) -> Matrix:
    values = np.arange(rows * columns, dtype=float).reshape(rows, columns) + 1
    return matrix_of(
        values, 3, lambda j, k: EdgeRef(1, j, k), Quantity.WEIGHT, row, column
    )  # fmt: skip


def test_a_small_matrix_is_shown_whole() -> None:
    assert plain(weights(2, 3)) == "[1.00, 2.00, 3.00; 4.00, 5.00, 6.00]"
    assert weights(2, 3).shape == "2 × 3"


def test_a_large_matrix_shows_its_corners_and_the_chosen_row_and_column() -> None:
    matrix = weights(30, 784, row=7, column=400)

    texts = [[plain(entry) for entry in line] for line in matrix.rows]

    assert matrix.shape == "30 × 784"
    assert texts[0] == ["1.00", "⋯", "401", "⋯", "784"]
    assert texts[2] == [f"{784 * 7 + 1}", "⋯", f"{784 * 7 + 401}", "⋯", f"{784 * 8}"]
    assert texts[1][0] == "⋮"
    assert [texts[row][column] for row, column in matrix.lit] == [f"{784 * 7 + 401}"]


@pytest.mark.parametrize("chosen", [0, 1, 2, 28, 29])
def test_a_chosen_row_is_lit_wherever_it_stands(chosen: int) -> None:
    matrix = weights(30, 2, row=chosen)

    lit = [plain(matrix.rows[row][column]) for row, column in sorted(matrix.lit)]

    assert [float(each) for each in lit] == [2 * chosen + 1, 2 * chosen + 2]


def test_no_dots_stand_for_a_single_entry() -> None:
    column = column_of(np.arange(6.0), Quantity.BIAS, 1, 2, chosen=2)

    assert [plain(entry) for (entry,) in column.rows] == ["0", "1.0", "2.0", "⋮", "5.0"]


def test_the_jacobian_of_softmax_agrees_with_small_steps() -> None:
    z = np.array([0.3, -1.2, 2.0])

    def softmax(at: np.ndarray) -> np.ndarray:
        return np.exp(at) / np.exp(at).sum()

    steps = 1e-6 * np.eye(3)
    numeric = np.array([(softmax(z + step) - softmax(z - step)) / 2e-6 for step in steps]).T

    np.testing.assert_allclose(jacobian_of_softmax(softmax(z)), numeric, atol=1e-9)
