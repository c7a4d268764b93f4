"""Traces as text: the CSV is read back bit for bit, the JSON is the format's."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.errors import NetworkFileError, TrainingError
from nnviz.files.trace_file import CSV_HEADER, csv_document, pass_json, write_trace
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity

SPEC = NetworkSpec((3, 4, 2), ("relu", "softmax"), "categorical_cross_entropy")
EXAMPLES = (7, 8, 2)


@pytest.fixture
def trace(rng: np.random.Generator) -> PassTrace:
    """A mini-batch of three examples with awkward numbers."""
    parameters = initialise(SPEC, "scaled_normal", rng, np.float64)
    inputs = rng.standard_normal((3, 3)) * 10.0 ** rng.integers(-9, 3, (3, 3))
    return PassTrace.record(SPEC, parameters, inputs, np.eye(2)[[0, 1, 1]], PassSettings(0.3, 0.01))


def arrays_of(text: str) -> dict[tuple[str, str], np.ndarray]:
    """The arrays by quantity and layer, put together from the rows of a CSV by their indices."""
    rows = list(csv.reader(text.splitlines()))
    assert tuple(rows[0]) == CSV_HEADER
    cells: dict[tuple[str, str], dict[tuple[int, ...], float]] = defaultdict(dict)
    for number, example, layer, quantity, neuron, source, value in rows[1:]:
        assert number == "5"
        place = () if example == "" else (EXAMPLES.index(int(example)),)
        place += tuple(int(word) for word in (neuron, source) if word)
        assert place not in cells[quantity, layer]
        cells[quantity, layer][place] = float(value)
    arrays = {}
    for key, values in cells.items():
        arrays[key] = np.empty(np.max(list(values), axis=0) + 1 if () not in values else ())
        for place, value in values.items():
            arrays[key][place] = value
    return arrays


def expected(trace: PassTrace) -> dict[tuple[str, str], np.ndarray]:
    layered = {
        "weights": (trace.before.weights, 1),
        "biases": (trace.before.biases, 1),
        "inputs": ((trace.inputs,), 0),
        "targets": ((trace.targets,), 2),
        "preactivations": (trace.forward.preactivations, 1),
        "activations": (trace.forward.activations, 0),
        "dC_da": (trace.backward.activation_gradients, 0),
        "dC_dz": (trace.backward.deltas, 1),
        "dC_db": (trace.backward.gradients.biases, 1),
        "dC_dw": (trace.backward.gradients.weights, 1),
        "weights_after": (trace.after.weights, 1),
        "biases_after": (trace.after.biases, 1),
    }
    result = {
        (name, str(layer)): array
        for name, (arrays, first) in layered.items()
        for layer, array in enumerate(arrays, start=first)
    }
    return result | {
        ("cost", ""): np.array(trace.cost),
        ("cost_after", ""): np.array(trace.cost_after),
    }


def test_a_csv_read_back_is_the_pass_bit_for_bit(trace: PassTrace) -> None:
    read = arrays_of(csv_document(trace, 5, EXAMPLES))

    wanted = expected(trace)
    assert read.keys() == wanted.keys()
    for key, array in wanted.items():
        assert read[key].shape == array.shape, key
        assert read[key].tobytes() == array.tobytes(), key


def test_a_csv_holds_what_is_not_finite(trace: PassTrace) -> None:
    settings = PassSettings(1e308)
    with np.errstate(all="ignore"):
        diverged = PassTrace.record(SPEC, trace.before, trace.inputs, trace.targets, settings)

    read = arrays_of(csv_document(diverged, 5, EXAMPLES))

    assert not np.isfinite(diverged.cost_after)
    np.testing.assert_array_equal(read["cost_after", ""], diverged.cost_after)


def test_the_ending_of_the_name_decides(tmp_path: Path, trace: PassTrace) -> None:
    for name in ("pass.json", "PASS.CSV"):
        write_trace(tmp_path / name, trace, 5, EXAMPLES, mini_batch=True)

    document = json.loads((tmp_path / "pass.json").read_text(encoding="utf-8"))
    assert document["format"] == "nnviz-trace/1"
    assert document["passes"][0]["dC_dz"] == [each.tolist() for each in trace.backward.deltas]
    csv_text = (tmp_path / "PASS.CSV").read_bytes().decode()
    assert csv_text == csv_document(trace, 5, EXAMPLES)


@pytest.mark.parametrize("name", ["trace.txt", "trace", "trace.json.bak"])
def test_another_ending_is_refused_and_nothing_is_written(
    tmp_path: Path, trace: PassTrace, name: str
) -> None:
    with pytest.raises(NetworkFileError, match=r"let the name end in \.json or \.csv\.$"):
        write_trace(tmp_path / name, trace, 1, EXAMPLES)

    assert list(tmp_path.iterdir()) == []


def test_a_diverged_pass_is_no_json_and_the_old_file_stays(
    tmp_path: Path, trace: PassTrace
) -> None:
    settings = PassSettings(1e308)
    with np.errstate(all="ignore"):
        diverged = PassTrace.record(SPEC, trace.before, trace.inputs, trace.targets, settings)
    path = tmp_path / "pass.json"
    path.write_text("old")

    with pytest.raises(TrainingError, match=r"Pass 3: \w+ is no longer a finite number"):
        write_trace(path, diverged, 3, EXAMPLES)

    assert path.read_text() == "old"


def test_moments_and_masks_are_further_fields_that_read_back_bit_for_bit() -> None:
    rng = np.random.default_rng(4)
    spec = NetworkSpec((2, 3, 4, 2), ("tanh", "tanh", "sigmoid"))
    parameters = initialise(spec, "scaled_normal", rng)
    settings = PassSettings(0.01, optimizer=Optimizer("adam"))
    rows = rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), settings
    masks = tuple((rng.random((3, n)) > 0.5) * np.float32(2) for n in (3, 4))
    first = PassTrace.record(spec, parameters, *rows)
    trace = PassTrace.record(spec, first.after, *rows, state=first.state_after, masks=masks)

    read = arrays_of(csv_document(trace, 5, EXAMPLES))
    found = json.loads(pass_json(trace, mini_batch=True))

    assert found["update_number"] == 2
    for layer in (1, 2, 3):
        for key, quantity in (
            ("m_w_before", Quantity.WEIGHT_FIRST),
            ("v_w_after", Quantity.WEIGHT_SECOND_AFTER),
            ("m_hat_b", Quantity.BIAS_FIRST_CORRECTED),
            ("v_hat_w", Quantity.WEIGHT_SECOND_CORRECTED),
        ):
            wanted = trace.layer_values(quantity, layer)
            assert read[key, str(layer)].tobytes() == wanted.tobytes(), key
            assert found[key][layer - 1] == wanted.tolist()
    for layer in (1, 2):
        assert read["masks", str(layer)].tobytes() == trace.forward.masks[layer - 1].tobytes()
        assert found["masks"][layer - 1] == trace.forward.masks[layer - 1].tolist()
