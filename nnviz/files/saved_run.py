"""A run in one file: all that it needs to go on, bit for bit, after the program has ended.

The format ``nnviz-run/1``: a line with its name; the lengths of what follows and its checksum
(CRC-32); the header, JSON; then the numbers, little-endian, in this order: the weights and biases
of each layer, the same of each thing that the optimizer remembers, of the best validation epoch if
there is one, and those that the run began with, then the cost of every mini-batch (all float32);
at last the inputs, targets and labels of samples that the network brings along. The header says
how many there are. Nothing is ever executed that is read.
"""

import json
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy_recipe import Toy
from nnviz.engine.arrays import FloatArray, read_only
from nnviz.engine.initialisers import INITIALISERS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.updates import OptimizerState
from nnviz.errors import NetworkFileError, NnvizError
from nnviz.files.atomic import write_atomically
from nnviz.files.fields import Place
from nnviz.files.records import fields_of, read_record
from nnviz.files.strict_json import parse_json
from nnviz.training.config import RunMoment, TrainingConfig
from nnviz.training.early_stopping import BestEpoch, Criterion, Validated
from nnviz.training.epoch_totals import EpochTotals
from nnviz.training.history import ChangeMark
from nnviz.training.snapshot import EpochReport

__all__ = ["SavedRun", "Segment", "read_run", "run_bytes", "write_run"]

AnyArray = npt.NDArray[Any]
"""Numbers of any kind."""

MAGIC = b"nnviz-run/1\n"
LENGTHS = struct.Struct("<QQI")
"""Of the header and of the numbers, in bytes, and the checksum of both."""

MAX_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the curves with mini-batches of one kind: see EpochAxis."""

    run: int
    first: int
    mini_batches_per_epoch: float
    begun: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class SavedRun:
    """A run as a file holds it; arrays are read-only.

    ``saved`` is when, in seconds since 1970. ``place`` is how many mini-batches of the curves came
    before the run, which began with ``parameters``; ``moment`` is where it goes on. ``costs`` are
    those of all mini-batches of the curves. Without ``samples`` the network reads MNIST.
    """

    saved: float
    title: str
    spec: NetworkSpec
    initialiser: str
    place: int
    parameters: Parameters
    moment: RunMoment
    costs: FloatArray
    reports: tuple[EpochReport, ...]
    marks: tuple[ChangeMark, ...]
    segments: tuple[Segment, ...]
    samples: DataSource | None = None


@dataclass(frozen=True, slots=True)
class _Best:
    """What the header says of the best validation epoch."""

    epoch: int
    value: float
    criterion: str


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the header says of a moment."""

    epoch: int
    mini_batch: int
    examples_done: int
    mini_batches: int
    steps: int
    config: TrainingConfig
    totals: EpochTotals
    without_better: int = 0
    best: _Best | None = None


@dataclass(frozen=True, slots=True)
class _Samples:
    """What the header says of samples; a type of "" means that there are none."""

    name: str
    count: int
    inputs: str
    targets: str
    has_labels: bool
    image_shape: tuple[int, ...]
    class_count: int | None


@dataclass(frozen=True, slots=True)
class _Source:
    """What the header says of a network's own data."""

    name: str
    train: _Samples
    test: _Samples | None
    class_names: tuple[str, ...]
    notes: tuple[str, ...]
    toy: Toy | None


@dataclass(frozen=True, slots=True)
class _Header:
    saved: float
    title: str
    spec: NetworkSpec
    initialiser: str
    place: int
    moment: _Moment
    costs: int
    reports: tuple[EpochReport, ...]
    marks: tuple[ChangeMark, ...]
    segments: tuple[Segment, ...]
    samples: _Source | None


_NUMBERS = ("uint8", "float32", "float64")
NO_TARGETS = "none"


def write_run(path: str | os.PathLike[str], run: SavedRun) -> None:
    """Write a run in one piece. Raises NetworkFileError if it cannot be written."""
    write_atomically(path, run_bytes(run))


def run_bytes(run: SavedRun) -> bytes:
    """Return a run as its file holds it."""
    moment, samples, best = run.moment, run.samples, run.moment.validated.best
    header = _Header(
        run.saved, run.title, run.spec, run.initialiser, run.place, _described_moment(moment),
        len(run.costs), run.reports, run.marks, run.segments,
        None if samples is None else _described_source(samples),
    )  # fmt: skip
    bests = () if best is None else (best.parameters,)
    every = (moment.parameters, *moment.optimizer_state.moments, *bests, run.parameters)
    arrays: list[AnyArray] = [array.astype(np.float32) for each in every for array in _arrays(each)]
    arrays.append(run.costs.astype(np.float32))
    for part in () if samples is None else (samples.train, samples.test):
        if part is not None:
            arrays += [a for a in (part.inputs, part.targets, part.labels) if a is not None]
    text = json.dumps(fields_of(header)).encode()
    numbers = b"".join(_little(array).tobytes() for array in arrays)
    checksum = zlib.crc32(numbers, zlib.crc32(text))
    return MAGIC + LENGTHS.pack(len(text), len(numbers), checksum) + text + numbers


def read_run(path: str | os.PathLike[str]) -> SavedRun:
    """Read a run. Raises NetworkFileError, one sentence, for whatever is wrong with the file."""
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise NetworkFileError(f"{path} is larger than any saved run; it is none.")
        data = Path(path).read_bytes()
    except OSError as error:
        raise NetworkFileError(f"Cannot read {path}: {error.strerror or error}.") from error
    text, numbers = _parts(str(path), data)
    place = Place(str(path))
    header = read_record(place, parse_json(text, str(path)), _Header)
    try:
        return _run(place, header, _Numbers(place, numbers))
    except NetworkFileError:
        raise
    except NnvizError as error:
        raise NetworkFileError(f"{path}: {error}") from error


def _parts(path: str, data: bytes) -> tuple[str, bytes]:
    """Return header and numbers of a file that is whole."""
    begin = len(MAGIC) + LENGTHS.size
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise NetworkFileError(f"{path} is no saved run of this program, or of another version.")
    if len(data) < begin:
        raise NetworkFileError(f"{path} is cut off in its first line.")
    text_length, numbers_length, checksum = LENGTHS.unpack(data[len(MAGIC) : begin])
    promised = begin + text_length + numbers_length
    if len(data) != promised:
        raise NetworkFileError(
            f"{path} has {len(data):,} bytes where its beginning promises {promised:,}; it is "
            "damaged and cannot be continued."
        )
    if zlib.crc32(data[begin:]) != checksum:
        raise NetworkFileError(
            f"{path} is damaged: its checksum does not fit, so it cannot be continued."
        )
    try:
        text = data[begin : begin + text_length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise NetworkFileError(f"{path}: its header is not UTF-8 text.") from error
    return text, data[begin + text_length :]


class _Numbers:
    """The numbers of a file, taken one array after the other."""

    def __init__(self, place: Place, data: bytes) -> None:
        self._place, self._data, self._taken = place, data, 0

    def take(self, shape: tuple[int, ...], kind: str = "float32") -> AnyArray:
        """Return the next array. Raises NetworkFileError if there are not as many numbers."""
        dtype = np.dtype(kind).newbyteorder("<")
        count = int(np.prod([int(each) for each in shape], dtype=object))
        end = self._taken + count * dtype.itemsize
        if count < 0 or end > len(self._data):
            self._place.fail("holds fewer numbers than its header says.")
        array = np.frombuffer(self._data, dtype, count, self._taken).reshape(shape)
        self._taken = end
        native = array.astype(dtype.newbyteorder("="))
        if native.dtype.kind == "f" and not np.isfinite(native).all():
            self._place.fail("holds numbers that are not finite.")
        return native

    def parameters(self, spec: NetworkSpec) -> Parameters:
        """Return the next weights and biases."""
        weights, biases = [], []
        for before, size in zip(spec.sizes, spec.sizes[1:], strict=False):
            weights.append(self.take((size, before)))
            biases.append(self.take((size,)))
        return Parameters.frozen(weights, biases)

    def end(self) -> None:
        """Raise NetworkFileError if there are more."""
        if self._taken != len(self._data):
            self._place.fail("holds more numbers than its header says.")


def _run(place: Place, header: _Header, numbers: _Numbers) -> SavedRun:
    spec, described = header.spec, header.moment
    place.key("initialiser").choice(header.initialiser, tuple(INITIALISERS))
    _check_counts(place, header)
    parameters = numbers.parameters(spec)
    count = described.config.optimizer.method.moments
    moments = tuple(numbers.parameters(spec) for _ in range(count))
    validated = _validated(place.key("moment"), described, spec, numbers)
    first = numbers.parameters(spec)
    costs = read_only(numbers.take((header.costs,)))
    samples = None if header.samples is None else _source(place, header.samples, spec, numbers)
    numbers.end()
    moment = RunMoment(
        described.epoch, described.mini_batch, described.examples_done, described.mini_batches,
        parameters, OptimizerState(described.steps, moments), described.config, described.totals,
        validated,
    )  # fmt: skip
    return SavedRun(
        header.saved, header.title, spec, header.initialiser, header.place, first, moment, costs,
        header.reports, header.marks, header.segments, samples,
    )  # fmt: skip


def _validated(place: Place, described: _Moment, spec: NetworkSpec, numbers: _Numbers) -> Validated:
    best = described.best
    if best is None:
        return Validated(None, described.without_better)
    kinds = tuple(each.value for each in Criterion)
    criterion = Criterion(place.key("best").key("criterion").choice(best.criterion, kinds))
    epoch = BestEpoch(best.epoch, numbers.parameters(spec), best.value, criterion)
    return Validated(epoch, described.without_better)


def _check_counts(place: Place, header: _Header) -> None:
    """Raise NetworkFileError where numbers do not fit each other."""
    moment = header.moment
    counts = {
        "place": header.place, "costs": header.costs, "moment.epoch": moment.epoch,
        "moment.mini_batch": moment.mini_batch, "moment.examples_done": moment.examples_done,
        "moment.mini_batches": moment.mini_batches, "moment.steps": moment.steps,
        "moment.without_better": moment.without_better,
        "moment.totals.examples": moment.totals.examples,
    }  # fmt: skip
    for name, value in counts.items():
        if value < 0:
            place.key(name).fail(f"is {value}; a whole number from 0 is needed.")
    if header.costs != header.place + moment.mini_batches:
        place.key("costs").fail(
            f"is {header.costs:,}, but {header.place + moment.mini_batches:,} mini-batches were "
            "trained."
        )
    firsts = [each.first for each in header.segments]
    if not firsts or firsts != sorted(firsts) or min(firsts) < 0:
        place.key("segments").fail("do not follow each other.")
    if any(each.mini_batches_per_epoch <= 0 for each in header.segments):
        place.key("segments").fail("hold an epoch without mini-batches.")
    runs = {each.run for each in header.segments}
    if any(each.run not in runs for each in header.reports):
        place.key("reports").fail("speak of a run that there is not.")


def _source(place: Place, described: _Source, spec: NetworkSpec, numbers: _Numbers) -> DataSource:
    here = place.key("samples")
    train = _samples(here.key("train"), described.train, spec, numbers)
    test = None
    if described.test is not None:
        test = _samples(here.key("test"), described.test, spec, numbers)
    note = described.notes[0] if described.notes else ""
    return DataSource(described.name, train, test, described.class_names, note, described.toy)


def _samples(here: Place, described: _Samples, spec: NetworkSpec, numbers: _Numbers) -> Dataset:
    n = described.count
    inputs = numbers.take((n, spec.sizes[0]), here.key("inputs").choice(described.inputs, _NUMBERS))
    kinds = (*_NUMBERS[1:], NO_TARGETS)
    kind = here.key("targets").choice(described.targets, kinds)
    targets = None if kind == NO_TARGETS else numbers.take((n, spec.sizes[-1]), kind)
    labels = numbers.take((n,), "uint8") if described.has_labels else None
    shape = described.image_shape
    if shape and (len(shape) != 2 or shape[0] * shape[1] != spec.sizes[0]):
        here.key("image_shape").fail("does not fit the inputs.")
    return Dataset(
        described.name, inputs, targets, labels,
        (shape[0], shape[1]) if shape else None, described.class_count,
    )  # fmt: skip


def _described_moment(moment: RunMoment) -> _Moment:
    best = moment.validated.best
    return _Moment(
        moment.epoch, moment.mini_batch, moment.examples_done, moment.mini_batches,
        moment.optimizer_state.steps, moment.config, moment.totals,
        moment.validated.without_better,
        None if best is None else _Best(best.epoch, best.value, best.criterion.value),
    )  # fmt: skip


def _described_source(source: DataSource) -> _Source:
    return _Source(
        source.name, _described(source.train),
        None if source.test is None else _described(source.test), source.class_names,
        (source.note,) if source.note else (), source.toy,
    )  # fmt: skip


def _described(samples: Dataset) -> _Samples:
    return _Samples(
        samples.name, len(samples), samples.inputs.dtype.name,
        NO_TARGETS if samples.targets is None else samples.targets.dtype.name,
        samples.labels is not None, samples.image_shape or (), samples.class_count,
    )  # fmt: skip


def _arrays(parameters: Parameters) -> list[FloatArray]:
    """Return weights and biases, layer by layer."""
    pairs = zip(parameters.weights, parameters.biases, strict=True)
    return [array for pair in pairs for array in pair]


def _little(array: AnyArray) -> AnyArray:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)
