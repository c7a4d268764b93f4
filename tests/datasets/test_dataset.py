import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import from_samples, xor
from nnviz.errors import ShapeError


@pytest.fixture
def digits() -> Dataset:
    pixels = np.array([[0, 51, 255, 0], [1, 2, 3, 4], [255, 255, 0, 0]], dtype=np.uint8)
    labels = np.array([2, 0, 1], dtype=np.uint8)
    return Dataset("digits", pixels, labels=labels, image_shape=(2, 2), class_count=4)


def test_pixels_come_out_between_0_and_1_and_stay_bytes_in_memory(digits):
    inputs = digits.inputs_at(np.array([2, 0]), np.float32)

    np.testing.assert_array_equal(inputs, np.float32([[1, 1, 0, 0], [0, 0.2, 1, 0]]))
    assert inputs.dtype == np.float32
    assert digits.inputs.dtype == np.uint8


def test_labels_become_one_hot_targets(digits):
    targets = digits.targets_at(slice(0, 2))

    np.testing.assert_array_equal(targets, [[0, 0, 1, 0], [1, 0, 0, 0]])
    assert (digits.input_size, digits.target_size, len(digits)) == (4, 4, 3)


def test_float_inputs_and_given_targets_come_out_as_they_are():
    data = from_samples("pair", [[-2.5, 7], [0, 1]], [[0.25], [0.5]])

    np.testing.assert_array_equal(data.inputs_at(slice(None)), [[-2.5, 7], [0, 1]])
    np.testing.assert_array_equal(data.targets_at(np.array([1])), [[0.5]])


def test_what_comes_out_may_be_written_to_without_changing_the_data(digits):
    digits.inputs_at(slice(None))[:] = 7
    digits.targets_at(slice(None))[:] = 7

    assert digits.inputs[0, 1] == 51
    assert digits.targets_at(slice(None)).max() == 1


def test_the_arrays_are_read_only(digits):
    with pytest.raises(ValueError, match="read-only"):
        digits.inputs[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        digits.labels[0] = 1


def test_the_first_examples_are_a_view(digits):
    part = digits.first(2)

    assert len(part) == 2
    assert np.shares_memory(part.inputs, digits.inputs)
    assert part.target_size == 4


@pytest.mark.parametrize(
    ("inputs", "options", "message"),
    [
        (np.zeros(3), {"targets": np.zeros((3, 1))}, "1 dimension; "),
        (np.zeros((3, 2)), {}, "neither targets nor labels"),
        (np.zeros((3, 2)), {"targets": np.zeros((2, 1))}, "targets have shape 2 × 1"),
        (np.zeros((3, 2)), {"labels": np.zeros(4, np.uint8)}, "labels have shape 4"),
        (np.zeros((1, 2)), {"labels": np.array([9], np.uint8), "class_count": 3}, "a label 9"),
        (np.zeros((1, 2)), {"labels": np.zeros(1, np.uint8), "image_shape": (3, 3)}, "3 × 3"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(inputs, options, message):
    with pytest.raises(ShapeError, match=message):
        Dataset("bad", inputs, **options)


def test_xor_is_either_but_not_both():
    data = xor()

    for (x1, x2), (y,) in zip(data.inputs.tolist(), data.targets.tolist(), strict=True):
        assert y == (x1 != x2)
    assert len(data) == 4


def test_samples_of_different_lengths_are_refused():
    with pytest.raises(ShapeError, match="rows of equally many numbers"):
        from_samples("ragged", [[1, 2], [3]], [[1], [2]])
