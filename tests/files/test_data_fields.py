import json
from typing import Any

import pytest

from nnviz.errors import NetworkFileError
from nnviz.files.data_fields import DataNote
from nnviz.files.network_file import network_text, parse_network

FILE: dict[str, Any] = {
    "format": "nnviz-network/1", "sizes": [4, 2], "activations": ["softmax"],
    "cost": "categorical_cross_entropy", "weights": [[[0, 0, 0, 0], [1, 1, 1, 1]]],
    "biases": [[0, 0]], "learning_rate": 1,
    "samples": [{"input": [0, 0, 0, 0], "target": [1, 0]}],
    "test_samples": [{"input": [1, 1, 1, 1], "target": [0, 1]}],
    "data": {"name": "dots", "note": "Drawn.", "classes": ["off", "on"], "image": [2, 2]},
}  # fmt: skip


def parsed(**changes: Any):
    return parse_network(json.dumps(FILE | changes), "f.json")


def test_all_that_is_said_of_the_data_comes_back() -> None:
    document = parsed()

    assert document.data == DataNote("dots", "Drawn.", ("off", "on"), (2, 2))
    assert document.test_inputs.tolist() == [[1, 1, 1, 1]]
    assert document.test_targets.tolist() == [[0, 1]]
    text = network_text(document)
    assert network_text(parse_network(text, "f.json")) == text


def test_a_name_is_enough() -> None:
    document = parsed(data={"name": "dots"}, samples=[], test_samples=[])

    assert document.data == DataNote("dots")
    assert '"data": {"name": "dots"}' in network_text(document)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": []}, "data is a list; an object in braces"),
        ({"data": {}}, "data"),
        ({"data": {"name": " "}}, "data.name is blank"),
        ({"data": {"name": "d", "classes": ["a"]}}, "data.classes has 1 item, 2 expected"),
        ({"data": {"name": "d", "classes": ["a", 3]}}, r"data.classes\[1\]"),
        ({"data": {"name": "d", "image": [2, 3]}}, "data.image is 2 × 3, but there are 4 inputs"),
        ({"data": {"name": "d", "image": [2]}}, "data.image has 1 number, 2 expected"),
        ({"data": {"name": "d", "colour": 1}}, "colour"),
        (
            {"samples": [{"input": [0, 0, 0, 0], "target": [0.5, 0.5]}]},
            "data.classes are given, but not every sample's target is 1 for one of them",
        ),
        (
            {"test_samples": [{"input": [0, 0, 0, 0], "target": [1, 1]}]},
            "data.classes are given, but not every sample's target",
        ),
        ({"test_samples": [{"input": [0], "target": [1, 0]}]}, r"test_samples\[0\].input has 1"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(NetworkFileError, match=message):
        parsed(**changes)
