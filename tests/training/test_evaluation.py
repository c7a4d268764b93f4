import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import xor
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training import evaluation
from nnviz.training.evaluation import Evaluation, accuracy, evaluate, predict

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


def test_a_cancelled_evaluation_has_no_accuracy(data):
    answers = iter([False, True])

    assert accuracy(SPEC, COPY, data, lambda: next(answers)) is None


def test_a_large_network_is_asked_about_fewer_examples_at_once(data, monkeypatch):
    monkeypatch.setattr(evaluation, "CHUNK_PRODUCTS", 9 * 100)  # 3-3 has nine weights
    chunks: list[None] = []

    predict(SPEC, COPY, data, lambda: bool(chunks.append(None)))

    assert len(chunks) == 25


def test_accuracy_and_cost_come_from_one_pass_over_chunks(data):
    weights = np.array([[0.5, -1.0, 0.2], [0.1, 0.3, -0.4], [1.0, 0.0, 0.7]])
    biases = np.array([0.1, -0.2, 0.3])
    spec = NetworkSpec((3, 3), ("softmax",), "categorical_cross_entropy")

    found = evaluate(spec, Parameters.frozen([weights], [biases]), data, decay=0.02)

    z = data.inputs @ weights.T + biases
    a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    cost = -np.log(a[np.arange(2_500), data.labels]).mean() + 0.01 * (weights**2).sum()
    assert found is not None
    assert found.accuracy == np.mean(a.argmax(axis=1) == data.labels)
    assert found.cost == pytest.approx(cost, rel=1e-12)


def test_without_classes_there_is_a_cost_alone():
    spec = NetworkSpec((2, 1), ("identity",))
    parameters = Parameters.frozen([np.ones((1, 2))], [np.zeros(1)])

    # The outputs 0, 1, 1, 2 for the targets 0, 1, 1, 0: one is wrong by 2.
    assert evaluate(spec, parameters, xor()) == Evaluation(None, 2**2 / 2 / 4)


def test_a_cancelled_evaluation_is_none(data):
    answers = iter([False, True])

    assert evaluate(SPEC, COPY, data, is_cancelled=lambda: next(answers)) is None


def test_a_cost_beyond_all_numbers_is_unknown():
    spec = NetworkSpec((2, 1), ("identity",))
    parameters = Parameters.frozen([np.full((1, 2), 1e30, np.float32)], [np.zeros(1, np.float32)])

    assert evaluate(spec, parameters, xor()) == Evaluation(None, None)


def test_without_labels_there_is_no_accuracy():
    spec = NetworkSpec((2, 1), ("sigmoid",))
    parameters = Parameters.frozen([np.ones((1, 2))], [np.zeros(1)])

    assert accuracy(spec, parameters, xor()) is None
