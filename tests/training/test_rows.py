import tracemalloc

import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.training import rows
from nnviz.training.rows import Examples, examples_of


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_rows_hold_every_input_that_is_not_zero(dtype, monkeypatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 4)  # 10 examples: the last chunk is smaller
    rng = np.random.default_rng(2)
    inputs = (rng.integers(0, 256, (10, 12)) * (rng.random((10, 12)) < 0.3)).astype(dtype)
    inputs[3] = 0

    found = examples_of(Dataset("some", inputs, labels=np.arange(10, dtype=np.uint8) % 3))

    dense = np.zeros((10, 12))
    values = found.pixels if dtype is np.uint8 else found.floats
    for row, (first, end) in enumerate(zip(found.starts, found.starts[1:], strict=False)):
        dense[row, found.columns[first:end]] = values[first:end]
    np.testing.assert_array_equal(dense, inputs)
    assert found.starts[-1] == np.count_nonzero(inputs)
    assert len(found.pixels) + len(found.floats) == found.starts[-1]


def test_the_conversion_holds_little_more_than_what_it_returns() -> None:
    pixels = np.full((20_000, 100), 7, dtype=np.uint8)
    data = Dataset("grey", pixels, labels=np.zeros(20_000, dtype=np.uint8))

    tracemalloc.start()
    found = examples_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(found, Examples)
    # A chunk of 4,096 examples at a time comes on top, as numbers and as answers to "lit?".
    assert peak < sum(array.nbytes for array in found) + 8 * rows.CHUNK * 100
