import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import xor
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import ShapeError
from nnviz.training.evaluation import accuracy, predict, wrong_examples

SPEC = NetworkSpec((3, 3), ("identity",))
COPY = Parameters.frozen([np.eye(3)], [np.zeros(3)])  # answers with its largest input


@pytest.fixture
def data() -> Dataset:
    """2,500 examples, more than two chunks, whose largest input is their label but for three."""
    labels = np.arange(2_500, dtype=np.uint8) % 3
    inputs = np.eye(3)[labels]
    inputs[[7, 1_000, 2_499]] = np.roll(inputs[[7, 1_000, 2_499]], 1, axis=1)
    return Dataset("copies", inputs, labels=labels)


def test_predictions_are_the_largest_outputs(data):
    np.testing.assert_array_equal(predict(SPEC, COPY, data), data.inputs.argmax(axis=1))


def test_accuracy_is_the_share_of_right_answers(data):
    assert accuracy(SPEC, COPY, data) == 2_497 / 2_500


def test_wrong_examples_are_named(data):
    assert wrong_examples(SPEC, COPY, data).tolist() == [7, 1_000, 2_499]


def test_a_cancelled_evaluation_has_no_accuracy(data):
    answers = iter([False, True])

    assert accuracy(SPEC, COPY, data, lambda: next(answers)) is None


def test_without_labels_nothing_is_right_or_wrong():
    spec = NetworkSpec((2, 1), ("sigmoid",))
    parameters = Parameters.frozen([np.ones((1, 2))], [np.zeros(1)])

    assert accuracy(spec, parameters, xor()) is None
    with pytest.raises(ShapeError, match="XOR has no labels"):
        wrong_examples(spec, parameters, xor())
