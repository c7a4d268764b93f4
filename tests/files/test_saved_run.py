import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import xor
from nnviz.datasets.toy_recipe import Toy
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.errors import NetworkFileError
from nnviz.files.saved_run import (
    LENGTHS,
    MAGIC,
    SavedRun,
    Segment,
    read_run,
    run_bytes,
    write_run,
)
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.early_stopping import BestEpoch, Criterion, Validated
from nnviz.training.history import ChangeMark
from nnviz.training.live import Change
from nnviz.training.schedules import Schedule
from nnviz.training.snapshot import EpochReport
from nnviz.training.trainer import NumpyTrainer

SPEC = NetworkSpec((2, 3, 1), ("sigmoid", "sigmoid"))


def a_run(samples: DataSource | None = None) -> SavedRun:
    """Five mini-batches of XOR with Adam, after two of an earlier run."""
    data = xor()
    config = TrainingConfig(
        epochs=7, mini_batch_size=1, learning_rate=0.1, l2=1e-5, optimizer=Optimizer("adam"),
        schedule=Schedule("cosine", warm_up=0.1),
    )  # fmt: skip
    parameters = initialise(SPEC, "xavier", np.random.default_rng(2), np.float32)
    trainer = NumpyTrainer(TrainingJob(1, SPEC, parameters, data, None, config))
    costs = [0.5, 0.25, *(float(trainer.advance().costs[0]) for _ in range(5))]
    return SavedRun(
        1_790_000_000.25, "XOR at night", SPEC, "xavier", 2, parameters, trainer.moment,
        np.array(costs, np.float32), (EpochReport(3, 1, 0.125, None, 0.75, 0.1),),
        (ChangeMark(2, (Change("η", "learning rate η", 3.0, 0.1),), is_branch=True),),
        (Segment(3, 0, 2.5), Segment(4, 2, 4.0, 0.25)), samples,
    )  # fmt: skip


XOR = DataSource("XOR", xor(), class_names=("on",), note="Four cases.")
WHOLE = run_bytes(a_run(XOR))


def flat(parameters: Parameters) -> list[float]:
    arrays = (*parameters.weights, *parameters.biases)
    return np.concatenate([array.ravel() for array in arrays]).tolist()


def with_header(change: dict[str, object]) -> bytes:
    """Return the file with other values in its header, whose checksum fits."""
    begin = len(MAGIC) + LENGTHS.size
    length, numbers, _ = LENGTHS.unpack(WHOLE[len(MAGIC) : begin])
    header = json.loads(WHOLE[begin : begin + length])
    for path, value in change.items():
        *outer, last = path.split(".")
        table = header
        for key in outer:
            table = table[key]
        if value is None:
            del table[last]
        else:
            table[last] = value
    text = json.dumps(header).encode()
    rest = text + WHOLE[begin + length :]
    return MAGIC + LENGTHS.pack(len(text), numbers, zlib.crc32(rest)) + rest


@pytest.mark.parametrize("samples", [None, XOR])
def test_a_run_comes_back_with_every_bit(tmp_path: Path, samples: DataSource | None) -> None:
    run = a_run(samples)
    write_run(tmp_path / "run", run)

    again = read_run(tmp_path / "run")

    for name in ("saved", "title", "spec", "initialiser", "place", "reports", "marks", "segments"):
        assert getattr(again, name) == getattr(run, name)
    for name in ("epoch", "mini_batch", "examples_done", "mini_batches", "config", "totals"):
        assert getattr(again.moment, name) == getattr(run.moment, name)
    assert flat(again.parameters) == flat(run.parameters)
    assert flat(again.moment.parameters) == flat(run.moment.parameters)
    assert again.moment.optimizer_state.steps == 5
    for one, other in zip(
        again.moment.optimizer_state.moments, run.moment.optimizer_state.moments, strict=True
    ):
        assert flat(one) == flat(other)
    assert again.costs.tolist() == run.costs.tolist()
    assert not again.costs.flags.writeable


def test_data_of_its_own_comes_along_whatever_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pictures = Dataset(
        "pictures", rng.integers(0, 255, (5, 2)).astype(np.uint8), targets=rng.random((5, 1)),
        labels=np.zeros(5, np.uint8), image_shape=(1, 2), class_count=1,
    )  # fmt: skip
    source = DataSource("moons", pictures, xor(), ("on",), "Drawn.", Toy("moons", 200, 0.1, 4))
    write_run(tmp_path / "run", replace(a_run(), samples=source))

    again = read_run(tmp_path / "run").samples

    assert again is not None
    assert (again.name, again.class_names, again.note) == ("moons", ("on",), "Drawn.")
    assert again.toy == source.toy
    assert (again.train.image_shape, again.train.class_count) == ((1, 2), 1)
    assert again.train.inputs.dtype == np.uint8
    assert again.test is not None
    every = np.arange(5)
    np.testing.assert_array_equal(again.train.inputs_at(every), pictures.inputs_at(every))
    np.testing.assert_array_equal(again.train.targets_at(every), pictures.targets_at(every))
    np.testing.assert_array_equal(again.test.inputs, xor().inputs)


def test_the_largest_seeds_come_along() -> None:
    run = a_run(replace(XOR, toy=Toy("xor", 200, 0.1, 2**32 - 1)))
    moment = replace(run.moment, config=replace(run.moment.config, seed=2**32 - 1))

    again = parsed(run_bytes(replace(run, moment=moment)))

    assert again.moment.config.seed == 2**32 - 1
    assert again.samples is not None
    assert again.samples.toy == Toy("xor", 200, 0.1, 2**32 - 1)


def test_the_best_validation_epoch_comes_along(tmp_path: Path) -> None:
    run = a_run()
    best = BestEpoch(1, run.parameters, 0.75, Criterion.ACCURACY)
    moment = replace(run.moment, validated=Validated(best, 3))
    write_run(tmp_path / "run", replace(run, moment=moment))

    again = read_run(tmp_path / "run").moment.validated

    assert again.best is not None
    assert (again.without_better, again.best.epoch, again.best.value) == (3, 1, 0.75)
    assert again.best.criterion is Criterion.ACCURACY
    assert flat(again.best.parameters) == flat(run.parameters)


@settings(max_examples=50)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_is_cut_off_anywhere_is_one_sentence(length: int) -> None:
    refuse(WHOLE[:length])


@settings(max_examples=50)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_file_with_one_other_byte_is_one_sentence(place: int, change: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    refuse(bytes(damaged))


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_other_bytes_are_one_sentence(data: bytes) -> None:
    refuse(data)
    refuse(MAGIC + data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": None}, "title is missing"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"spec.sizes": [2, 0, 1]}, "size 0"),
        ({"spec.sizes": [2, 30, 1]}, "fewer numbers"),
        ({"spec.sizes": [2, 2, 1]}, "more numbers"),
        ({"spec.activations": ["sigmoid", "magic"]}, "magic"),
        ({"initialiser": "luck"}, "'luck'"),
        ({"moment.epoch": -1}, "moment.epoch is -1"),
        ({"moment.best": {"epoch": 1, "value": 1, "criterion": "luck"}}, "'luck'"),
        ({"moment.best": {"epoch": 1, "value": 1, "criterion": "cost"}}, "fewer numbers"),
        ({"moment.totals.examples": -1}, "moment.totals.examples is -1"),
        ({"moment.config.seed": 2**32}, "is beyond 4,294,967,295"),
        ({"moment.epoch": 1.5}, "a whole number is needed"),
        ({"moment.config.learning_rate": -2}, "learning rate is -2"),
        ({"moment.config.optimizer.name": "sgd"}, "more numbers"),
        ({"moment.mini_batches": 4}, "mini-batches were trained"),
        ({"costs": 10**9}, "mini-batches were trained"),
        ({"segments": []}, "segments do not follow"),
        ({"segments": [{"run": 1, "first": 0, "mini_batches_per_epoch": 0}]}, "without"),
        ({"reports": [{"run": 9, "epoch": 1, "cost": 1, "train_accuracy": 1, "test_accuracy": 1,
                       "train_seconds": 1}]}, "a run that there is not"),
        ({"samples.train.inputs": "object"}, "'object'"),
        ({"samples.train.count": -1}, "fewer numbers"),
        ({"samples.train.image_shape": [3, 3]}, "image_shape does not fit"),
        ({"samples.train.targets": "none"}, "neither targets nor labels"),
    ],
)  # fmt: skip
def test_a_header_that_makes_no_sense_is_one_sentence(
    change: dict[str, object], words: str
) -> None:
    assert words in refuse(with_header(change))


def test_numbers_that_are_not_finite_are_refused() -> None:
    run = a_run()
    broken = Parameters.frozen(
        [np.full_like(w, np.nan) for w in run.parameters.weights], run.parameters.biases
    )

    assert "not finite" in refuse(run_bytes(replace(run, parameters=broken)))


def test_a_file_that_is_not_there_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(NetworkFileError, match="Cannot read"):
            read_run(path)


def test_what_an_older_version_did_not_write_has_its_default() -> None:
    data = with_header({"moment.config.dropout": None})

    assert parsed(data).moment.config.dropout == 0


_FOLDER: list[Path] = []


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One folder for all examples of the property tests."""
    _FOLDER[:] = [tmp_path_factory.mktemp("runs")]


def parsed(data: bytes) -> SavedRun:
    path = _FOLDER[0] / "run"
    path.write_bytes(data)
    return read_run(path)


def refuse(data: bytes) -> str:
    """Return the one sentence that a file is refused with."""
    with pytest.raises(NetworkFileError) as caught:
        parsed(data)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence
