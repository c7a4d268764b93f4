import numpy as np
import pytest

from nnviz.training.layout import LANES

pytestmark = pytest.mark.usefixtures("compiled_ready")


@pytest.fixture
def loops(compiled_ready):  # type: ignore[no-untyped-def]
    from nnviz.training import vectors

    return vectors


@pytest.mark.parametrize("width", [LANES * n for n in (1, 2, 3, 5, 8, 13, 15)])
def test_rows_are_summed_and_added_to_at_every_width_and_count(loops, width, rng):
    for count in (0, 1, 3, 8, 21):
        matrix = rng.standard_normal((40, width)).astype(np.float32)
        rows = rng.permutation(40)[:21].astype(np.uint64)
        values = rng.standard_normal(21).astype(np.float32)
        total = rng.standard_normal(width).astype(np.float32)
        expected = total + values[:count] @ matrix[rows[:count]]
        added = matrix.copy()
        added[rows[:count]] += np.outer(values[:count], expected)

        loops.sum_rows(total, matrix, rows, values, count)
        loops.add_to_rows(matrix, rows, values, count, total)

        np.testing.assert_allclose(total, expected, rtol=0, atol=1e-5)
        np.testing.assert_allclose(matrix, added, rtol=0, atol=1e-5)


def test_rows_may_be_part_of_a_wider_matrix(loops, rng):
    wide = rng.standard_normal((7, 40)).astype(np.float32)
    rows, values = np.arange(7, dtype=np.uint64), np.ones(7, dtype=np.float32)
    total = np.zeros(16, dtype=np.float32)

    loops.sum_rows(total, wide[:, 8:24], rows, values, 7)

    np.testing.assert_allclose(total, wide[:, 8:24].sum(axis=0), rtol=1e-5, atol=1e-6)
