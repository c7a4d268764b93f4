import numpy as np
import pytest

from nnviz.datasets.data_source import DataSource, held_back, split_sentence
from nnviz.datasets.dataset import Dataset
from nnviz.errors import ShapeError


def labelled(count: int, inputs: int, classes: int) -> Dataset:
    labels = (np.arange(count) % classes).astype(np.uint8)
    return Dataset("some", np.zeros((count, inputs)), labels=labels, class_count=classes)


@pytest.mark.parametrize(("count", "test"), [(1, 0), (5, 0), (6, 1), (100, 16), (60_000, 10_000)])
def test_a_sixth_is_held_back_and_every_example_is_in_one_part(count: int, test: int) -> None:
    train, held = held_back(count)

    assert len(held) == test
    assert sorted([*train.tolist(), *held.tolist()]) == list(range(count))


def test_the_split_is_shuffled_and_always_the_same() -> None:
    one, again = held_back(100), held_back(100)

    assert [part.tolist() for part in one] == [part.tolist() for part in again]
    assert one[1].tolist() != sorted(one[1].tolist())


def test_the_split_is_told() -> None:
    assert split_sentence(5, 0) == "too few to hold any back as a test set"
    assert split_sentence(5_000, 1_000).startswith("shuffled; 1,000 of them, one in 6,")


def test_parts_that_differ_and_names_that_are_missing_are_refused() -> None:
    with pytest.raises(ShapeError, match="the test part has 3 inputs and 2 targets"):
        DataSource("d", labelled(4, 2, 2), labelled(4, 3, 2))
    with pytest.raises(ShapeError, match="1 class name given for 2 outputs"):
        DataSource("d", labelled(4, 2, 2), class_names=("a",))


def test_it_counts_both_parts() -> None:
    source = DataSource("d", labelled(4, 2, 3), labelled(2, 2, 3), ("a", "b", "c"))

    assert source.example_count == 6
    assert source.sizes == (2, 3)
