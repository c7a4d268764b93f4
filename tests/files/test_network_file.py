import itertools
import json
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.errors import NetworkFileError, ShapeError, SpecError
from nnviz.files import network_file
from nnviz.files.network_file import (
    NetworkDocument,
    check_size,
    network_text,
    parse_network,
    read_network,
    write_network,
)
from nnviz.files.run_fields import NOTHING_SAID, RunSettings
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import CONSTANT, Schedule

MAZUR = """{"format": "nnviz-network/1", "name": "Mazur", "sizes": [2, 2, 2],
"activations": ["sigmoid", "sigmoid"], "cost": "quadratic",
"weights": [[[.15, .20], [.25, .30]], [[.40, .45], [.50, .55]]],
"biases": [[.35, .35], [.60, .60]], "learning_rate": 0.5, "l2": 0.0,
"samples": [{"input": [.05, .10], "target": [.01, .99]}]}""".replace("[.", "[0.").replace(
    ", .", ", 0."
)


def damaged(**changes: object) -> str:
    """Mazur's file with other values; a value of ... leaves the key out."""
    table = json.loads(MAZUR) | changes
    return json.dumps({key: value for key, value in table.items() if value is not ...})


def with_number(literal: str) -> str:
    return MAZUR.replace("0.45", literal)


OPTIMIZERS_TO_KEEP = [
    PLAIN, Optimizer("momentum", momentum=0.0), Optimizer("nesterov", momentum=0.95),
    Optimizer("rmsprop", alpha=0.1, epsilon=1e-3), Optimizer("adam", beta1=0.1 + 0.2, beta2=0.5),
    Optimizer("adamw", weight_decay=0.3),
]  # fmt: skip
SCHEDULES_TO_KEEP = [
    CONSTANT, Schedule(warm_up=0.1), Schedule("step", 0.0, 0.5, 3), Schedule("linear"),
    Schedule("cosine", 1 / 3),
]  # fmt: skip

RUNS_TO_KEEP = [
    NOTHING_SAID, RunSettings(1, 1_000_000, 1, 59_999, 7, True, 2**32 - 1),
    RunSettings(seed=0, validation_size=5, keep_best=False),
]  # fmt: skip

finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def documents(draw: st.DrawFn) -> NetworkDocument:
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    names = st.sampled_from(["sigmoid", "tanh", "relu", "leaky_relu", "identity"])
    activations = tuple(draw(names) for _ in sizes[1:])
    pairs = list(itertools.pairwise(sizes))
    count = draw(st.integers(0, 3))
    return NetworkDocument(
        draw(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]))) + "n",
        NetworkSpec(sizes, activations, draw(st.sampled_from(["quadratic", "sum_of_squares"]))),
        Parameters(
            tuple(draw(arrays(np.float64, (n, sources), elements=finite)) for sources, n in pairs),
            tuple(draw(arrays(np.float64, n, elements=finite)) for _, n in pairs),
        ),
        draw(st.floats(0, 1e300, exclude_min=True)),
        draw(st.floats(0, 1e300)),
        draw(st.booleans()),
        draw(arrays(np.float64, (count, sizes[0]), elements=finite)),
        draw(arrays(np.float64, (count, sizes[-1]), elements=finite)),
        draw(st.sampled_from(OPTIMIZERS_TO_KEEP)),
        draw(st.sampled_from(SCHEDULES_TO_KEEP)),
        draw(st.floats(0, 1, exclude_max=True)),
        run=draw(st.sampled_from(RUNS_TO_KEEP)),
    )


def test_a_file_written_by_hand_is_read() -> None:
    document = parse_network(MAZUR, "mazur.json")

    assert document.name == "Mazur"
    assert document.spec == NetworkSpec((2, 2, 2), ("sigmoid", "sigmoid"), "quadratic")
    assert document.parameters.weights[1].tolist() == [[0.40, 0.45], [0.50, 0.55]]
    assert document.parameters.biases[0].tolist() == [0.35, 0.35]
    assert (document.learning_rate, document.l2, document.update_biases) == (0.5, 0.0, True)
    assert document.inputs.tolist() == [[0.05, 0.10]]
    assert document.targets.tolist() == [[0.01, 0.99]]


def test_name_l2_and_update_biases_may_be_left_out() -> None:
    document = parse_network(damaged(name=..., l2=...), "my lesson.json")

    assert document.name == "my lesson"
    assert document.l2 == 0
    assert document.update_biases


def test_update_biases_can_be_switched_off() -> None:
    assert not parse_network(damaged(update_biases=False), "x.json").update_biases


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    path.write_text(MAZUR, encoding="utf-8-sig")

    assert read_network(path).name == "Mazur"


def test_a_network_without_samples_can_be_read_and_written(tmp_path: Path) -> None:
    document = parse_network(damaged(samples=[]), "x.json")

    write_network(tmp_path / "y.json", document)

    again = read_network(tmp_path / "y.json")
    assert (again.sample_count, again.inputs.shape, again.decay) == (0, (0, 2), 0.0)


def test_hyperparameters_that_are_left_out_are_the_usual_ones() -> None:
    document = parse_network(
        damaged(optimizer={"name": "adamw", "beta1": 0.8}, schedule={"name": "step"}), "x.json"
    )

    assert document.optimizer == Optimizer("adamw", beta1=0.8)
    assert document.schedule == Schedule("step")


def test_a_file_of_plain_descent_is_as_it_always_was() -> None:
    document = parse_network(MAZUR, "x.json")

    assert (document.optimizer, document.schedule, document.dropout) == (PLAIN, CONSTANT, 0)
    assert list(json.loads(network_text(document))) == [
        "format", "name", "sizes", "activations", "cost", "weights", "biases", "learning_rate",
        "l2", "update_biases", "samples",
    ]  # fmt: skip


def test_what_a_file_says_of_a_run_is_put_into_the_usual_settings() -> None:
    document = parse_network(
        damaged(epochs=7, validation_size=3, patience=2, keep_best=True, seed=9), "x.json"
    )
    usual = TrainingConfig(mini_batch_size=4, learning_rate=0.5)

    config = document.run.applied(usual)

    assert config == replace(usual, epochs=7, validation_size=3, patience=2, keep_best=True, seed=9)
    assert RunSettings.between(usual, config) == document.run
    assert RunSettings.between(usual, usual) == NOTHING_SAID


def test_decay_is_l2_over_the_number_of_samples() -> None:
    samples = [{"input": [0, 0], "target": [0, 0]}] * 4

    assert parse_network(damaged(samples=samples, l2=0.5), "x.json").decay == 0.125


@given(documents())
def test_what_is_written_is_read_back_bit_for_bit(document: NetworkDocument) -> None:
    again = parse_network(network_text(document), "x.json")

    assert (again.name, again.spec, again.update_biases) == (
        document.name, document.spec, document.update_biases,
    )  # fmt: skip
    assert (again.learning_rate, again.l2) == (document.learning_rate, document.l2)
    assert (again.optimizer, again.schedule, again.dropout) == (
        document.optimizer, document.schedule, document.dropout,
    )  # fmt: skip
    assert again.run == document.run
    pairs = [(document.inputs, again.inputs), (document.targets, again.targets)]
    for one, other in ((document.parameters, again.parameters),):
        pairs += zip(one.weights + one.biases, other.weights + other.biases, strict=True)
    for one_array, other_array in pairs:
        assert one_array.shape == other_array.shape
        assert one_array.tobytes() == other_array.tobytes()


def test_a_trained_float32_network_keeps_its_values(tmp_path: Path) -> None:
    spec = NetworkSpec((1, 1), ("sigmoid",))
    third = np.float32(1) / np.float32(3)
    parameters = Parameters((np.array([[third]]),), (np.array([third]),))

    document = NetworkDocument(
        "n", spec, parameters, 1.0, 0.0, True, np.empty((0, 1)), np.empty((0, 1))
    )
    write_network(tmp_path / "n.json", document)

    assert np.float32(read_network(tmp_path / "n.json").parameters.weights[0][0, 0]) == third


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "x.json: not valid JSON at line 1, column 1: expecting value"),
        ("{\n  'a': 1}", "x.json: not valid JSON at line 2, column 3:"),
        (MAZUR + "}", "extra data"),
        ("[]", "x.json: is a list; an object in braces {…} is needed"),
        ("null", "x.json: is null"),
        ("{}", 'format is missing; a network file says "format": "nnviz-network/1"'),
        (damaged(format="nnviz-network/2"), "format is 'nnviz-network/2'; this program reads"),
        (damaged(format=1), "format is something else"),
        (damaged(format=["nnviz-network/1"]), "format is something else"),
        (damaged(weights=...), "x.json: weights is missing"),
        (damaged(learning_rate=...), "x.json: learning_rate is missing"),
        (damaged(samples=...), "x.json: samples is missing"),
        (
            damaged(learning_rat=1),
            "x.json: has the unknown key 'learning_rat'; did you mean 'learning_rate'?",
        ),
        (damaged(zzz=1), "has the unknown key 'zzz'; known are format, sizes"),
        ('{"format": "a", "format": "b"}', "the key 'format' appears twice"),
        (damaged(name=3), "name is 3; a text in quotes is needed"),
        (damaged(name="  "), "name is blank"),
        (damaged(name="a\nb"), "name holds a line break"),
        (damaged(name="\ud800"), "name holds a line break or another character"),
        (damaged(sizes=2), "sizes is 2; a list in brackets […] is needed"),
        (damaged(sizes=[2, 2.0, 2]), "sizes[1] is 2.0; a whole number is needed"),
        (damaged(sizes=[2, True, 2]), "sizes[1] is true; a whole number is needed"),
        (damaged(sizes=[2, 0, 2]), "Layer 1 has size 0"),
        (damaged(sizes=[2, 10**30, 2]), "sizes[1] is beyond 1,000,000,000"),
        (damaged(sizes=[2, 10**9, 2]), "more than the 50,000,000 that fit"),
        (damaged(sizes=[2], activations=[]), "at least 2 layers"),
        (damaged(sizes=[], activations=[]), "at least 2 layers"),
        (damaged(activations=["sigmoid"]), "activations has 1 item, 2 expected: one per layer"),
        (damaged(activations=["sigmoyd", "tanh"]), "activations[0] is 'sigmoyd', which is not kn"),
        (damaged(activations=["sigmoyd", "tanh"]), "did you mean 'sigmoid'?"),
        (damaged(activations=["softmax", "tanh"]), "Layer 1 uses softmax"),
        (damaged(activations=[None, "tanh"]), "activations[0] is null"),
        (damaged(cost="quadratik"), "did you mean 'quadratic'?"),
        (damaged(cost="categorical_cross_entropy"), "does not go with sigmoid outputs"),
        (damaged(weights=[[[1, 2], [3, 4]]]), "weights has 1 item, 2 expected"),
        (
            damaged(weights=[[[1, 2], [3, 4]], [[1, 2, 3], [4, 5]]]),
            "weights[1][0] has 3 numbers, 2 expected: one per neuron of layer 1",
        ),
        (
            damaged(weights=[[[1, 2]], [[1, 2], [4, 5]]]),
            "weights[0] has 1 item, 2 expected: one per neuron of layer 1",
        ),
        (damaged(weights=[[[1, 2], 3], [[1, 2], [4, 5]]]), "weights[0][1] is 3; a list in"),
        (damaged(weights=[[[1, "2"], [3, 4]], [[1, 2], [4, 5]]]), "weights[0][0][1] is the text"),
        (damaged(weights=[[[1, True], [3, 4]], [[1, 2], [4, 5]]]), "weights[0][0][1] is true; a n"),
        (damaged(weights=[[[1, None], [3, 4]], [[1, 2], [4, 5]]]), "weights[0][0][1] is null"),
        (damaged(weights=[[[1, [2]], [3, 4]], [[1, 2], [4, 5]]]), "weights[0][0][1] is a list"),
        (with_number("NaN"), "weights[1][0][1] is NaN; a finite number is needed"),
        (with_number("Infinity"), "weights[1][0][1] is infinite or beyond"),
        (with_number("-Infinity"), "weights[1][0][1] is infinite or beyond"),
        (with_number("1e999"), "weights[1][0][1] is infinite or beyond"),
        (with_number("1" + "0" * 320), "weights[1][0][1] is infinite or beyond"),
        (with_number("9" * 10_000), "weights[1][0][1] is infinite or beyond"),
        (with_number("[" * 100_000), "nested far deeper"),
        (with_number("0x1"), "not valid JSON"),
        (damaged(biases=[[1], [1, 2]]), "biases[0] has 1 number, 2 expected: one per neuron of la"),
        (damaged(biases=[[1, 2]]), "biases has 1 item, 2 expected"),
        (damaged(learning_rate="0.5"), "learning_rate is the text '0.5'; a number is needed"),
        (damaged(learning_rate=True), "learning_rate is true; a number is needed"),
        (damaged(learning_rate=0), "learning_rate is 0; a number above 0 is needed"),
        (damaged(learning_rate=-1), "learning_rate is -1"),
        (damaged(learning_rate=math.nan), "learning_rate is NaN"),
        (damaged(l2=-1), "l2 is -1; a number from 0 is needed"),
        (damaged(l2=None), "l2 is null"),
        (damaged(dropout=1), "x.json: The dropout is 1; a number from 0 to below 1 is needed."),
        (damaged(optimizer="adam"), "x.json: optimizer is the text 'adam'; an object in braces"),
        (damaged(optimizer={}), "x.json: optimizer.name is missing."),
        (damaged(optimizer={"name": "adm"}), "optimizer.name is 'adm', which is not known; did y"),
        (
            damaged(optimizer={"name": "adam", "momentum": 0.9}),
            "optimizer.momentum does not go with adam, which takes beta1, beta2, epsilon.",
        ),
        (
            damaged(optimizer={"name": "sgd", "alpha": 0.9}),
            "optimizer.alpha does not go with sgd, which takes no hyperparameters.",
        ),
        (damaged(optimizer={"name": "adam", "beta": 1}), "optimizer has the unknown key 'beta';"),
        (
            damaged(optimizer={"name": "adam", "beta1": 1}),
            "x.json: optimizer: The memory β₁ is 1; a number from 0 to below 1 is needed.",
        ),
        (damaged(schedule={"name": "step", "every": 1.5}), "schedule.every is 1.5; a whole"),
        (
            damaged(schedule={"name": "step", "every": 0}),
            "x.json: schedule: The epochs between steps are 0; a whole number from 1 is needed.",
        ),
        (
            damaged(schedule={"name": "linear", "factor": 0.5}),
            "schedule.factor does not go with linear, which takes warm_up.",
        ),
        (damaged(schedule={"name": "cosine", "warm_up": 2}), "schedule: The warm-up is 2; a share"),
        (damaged(mini_batch_size=0), "mini_batch_size is 0; a whole number from 1 is needed."),
        (damaged(epochs=2.5), "epochs is 2.5; a whole number is needed."),
        (damaged(epochs=1_000_001), "epochs is beyond 1,000,000; a smaller whole number is"),
        (damaged(train_size=60_001), "train_size is beyond 60,000; a smaller whole number is"),
        (damaged(validation_size=-1), "validation_size is -1; a whole number from 0 is needed."),
        (damaged(patience="3"), "patience is the text '3'; a whole number is needed."),
        (damaged(keep_best=1), "keep_best is 1; true or false is needed"),
        (damaged(seed=2**32), "seed is beyond 4,294,967,295; a smaller whole number is needed"),
        (damaged(patience=3), "x.json: Early stopping goes by validation examples and there are"),
        (damaged(keep_best=True, validation_size=0), "Keeping the best epoch goes by validation"),
        (damaged(update_biases=1), "update_biases is 1; true or false is needed"),
        (damaged(samples={}), "samples is an object; a list"),
        (damaged(samples=[1]), "samples[0] is 1; an object in braces"),
        (damaged(samples=[{"input": [1, 2]}]), "samples[0].target is missing"),
        (
            damaged(samples=[{"input": [1, 2], "targets": [1, 2]}]),
            "samples[0] has the unknown key 'targets'; did you mean 'target'?",
        ),
        (
            damaged(samples=[{"input": [1], "target": [1, 2]}]),
            "samples[0].input has 1 number, 2 expected: one per neuron of the input layer",
        ),
        (
            damaged(samples=[{"input": [1, 2], "target": [1, 2, 3]}]),
            "samples[0].target has 3 numbers, 2 expected: one per neuron of the output layer",
        ),
        (
            damaged(cost="binary_cross_entropy", samples=[{"input": [1, 2], "target": [0, 1.5]}]),
            "samples[0].target: The target 1.5 does not go with the cost binary_cross_entropy",
        ),
    ],
)
def test_every_damage_is_one_sentence_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(NetworkFileError) as caught:
        parse_network(text, "x.json")

    message = str(caught.value)
    assert message.startswith("x.json: ")
    assert complaint in message
    assert "\n" not in message
    assert len(message) < 300


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
), st.sampled_from(list(json.loads(MAZUR))))  # fmt: skip
def test_any_value_under_any_key_is_read_or_refused_in_one_line(value: object, key: str) -> None:
    complaint = ""
    try:
        parse_network(damaged(**{key: value}), "x.json")
    except NetworkFileError as error:
        complaint = str(error)

    assert "\n" not in complaint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NetworkFileError, match=r"There is no file .*none\.json"):
        read_network(tmp_path / "none.json")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkFileError, match="is a folder"):
        read_network(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(MAZUR)
    path.chmod(0)

    with pytest.raises(NetworkFileError, match="Permission denied"):
        read_network(path)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(MAZUR.replace("Mazur", "Mäzur").encode("latin-1"))

    with pytest.raises(NetworkFileError, match="not UTF-8 text at byte 40"):
        read_network(path)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as file:
        file.truncate(network_file.MAX_BYTES + 1)  # sparse: takes no room on the disk

    with pytest.raises(NetworkFileError, match="larger than 200 MB"):
        read_network(path)


def test_a_path_that_cannot_be_is_refused() -> None:
    with pytest.raises(NetworkFileError, match="Cannot read"):
        read_network("\0")


def test_a_network_too_large_for_a_file_is_refused_before_training() -> None:
    check_size(NetworkSpec((784, 30, 10), ("sigmoid", "sigmoid")))

    with pytest.raises(NetworkFileError, match="more than a network file may hold"):
        check_size(NetworkSpec((784, 12_000, 10), ("sigmoid", "sigmoid")))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"inputs": np.zeros((2, 2))}, ShapeError),
        ({"targets": np.zeros((1, 3))}, ShapeError),
        ({"inputs": np.full((1, 2), np.nan)}, ShapeError),
        ({"learning_rate": 0.0}, SpecError),
        ({"l2": math.inf}, SpecError),
        ({"dropout": 1.0}, SpecError),
        ({"name": "two\nlines"}, SpecError),
        ({"name": ""}, SpecError),
    ],
)
def test_a_document_that_no_file_could_hold_is_refused(
    changes: dict[str, object], error: type[Exception]
) -> None:
    good = parse_network(MAZUR, "x.json")
    fields = {name: getattr(good, name) for name in NetworkDocument.__slots__}

    with pytest.raises(error):
        NetworkDocument(**(fields | changes))


def test_a_documents_arrays_cannot_be_changed() -> None:
    document = parse_network(MAZUR, "x.json")

    with pytest.raises(ValueError, match="read-only"):
        document.inputs[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        document.parameters.weights[0][0, 0] = 1
