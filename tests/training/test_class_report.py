import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training.class_report import class_report, spread_rows

SPEC = NetworkSpec((3, 3), ("identity",))
COPY = Parameters.frozen([np.eye(3)], [np.zeros(3)])
"""It answers the largest input."""


def data_with(answers, labels) -> Dataset:
    return Dataset(
        "few", np.eye(3)[answers], labels=np.array(labels, dtype=np.uint8), class_count=3
    )


def test_the_confusion_matrix_counts_true_classes_in_rows_and_answers_in_columns():
    report = class_report(SPEC, COPY, data_with([0, 1, 1, 0, 0], [0, 1, 0, 1, 0]), (), 100)

    assert report.confusion.tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert report.accuracies[:2].tolist() == pytest.approx([2 / 3, 1 / 2])
    assert np.isnan(report.accuracies[2]), "no examples, no accuracy"
    assert report.accuracy == pytest.approx(3 / 5)
    assert report.names == ("0", "1", "2")
    assert report.of == 5


def test_the_next_example_answered_so_is_looked_for_around_the_end():
    report = class_report(SPEC, COPY, data_with([1, 0, 1, 1], [0, 0, 0, 1]), ("a", "b", "c"), 100)

    assert report.names == ("a", "b", "c")
    assert report.next_example(0, 1, after=-1) == 0
    assert report.next_example(0, 1, after=0) == 2
    assert report.next_example(0, 1, after=2) == 0
    assert report.next_example(2, 1, after=0) is None


def test_a_bounded_number_of_examples_is_spread_over_the_data():
    labels = np.repeat([0, 1, 2], 100)
    data = data_with(labels, labels)

    report = class_report(SPEC, COPY, data, (), 30)

    assert report.examples.tolist() == spread_rows(data, 30).tolist()
    assert report.counts.tolist() == [10, 10, 10]
    assert report.examples[-1] == 299
    assert report.of == 300


def test_there_is_none_without_labels_and_none_when_cancelled():
    targets = Dataset("targets", np.eye(3), np.eye(3))

    assert class_report(SPEC, COPY, targets, (), 10) is None
    assert class_report(SPEC, COPY, data_with([0], [0]), (), 10, lambda: True) is None


def test_a_confusion_matrix_is_that_of_counting_one_by_one(rng):
    answers, labels = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    expected = np.zeros((3, 3), dtype=int)
    for answer, label in zip(answers, labels, strict=True):
        expected[label, answer] += 1

    report = class_report(SPEC, COPY, data_with(answers, labels), (), 1_000)

    assert np.array_equal(report.confusion, expected)
