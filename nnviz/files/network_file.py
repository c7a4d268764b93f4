"""Network files: a network, its hyperparameters and its samples, as JSON that people can write.

The format ``nnviz-network/1``, keys marked * may be left out::

    {"format": "nnviz-network/1", "name"*: one line of text,
     "sizes": [n_0 … n_L], "activations": [of layer 1 … L], "cost": name,
     "weights": [layer 1 … L][to][from], "biases": [layer 1 … L][neuron],
     "learning_rate": η > 0, "l2"*: λ >= 0, "update_biases"*: true or false,
     "optimizer"*: {"name": name, and its hyperparameters*}, "dropout"*: 0 <= p < 1,
     "schedule"*: {"name": name, "warm_up"*: 0 … 1, of steps "factor"* and "every"*},
     "mini_batch_size"*, "epochs"*, "train_size"*: whole numbers from 1, the last of MNIST's images,
     "validation_size"*, "patience"*, "seed"*: whole numbers from 0, "keep_best"*: true or false,
     "samples": [{"input": [n_0 numbers], "target": [n_L numbers]}, …],
     "test_samples"*: [likewise, not trained on],
     "data"*: {"name": text, "note"*: text, "classes"*: [n_L names], "image"*: [rows, columns]}}
"""

import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray, read_only
from nnviz.engine.costs import COSTS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.engine.wording import counted
from nnviz.errors import NetworkFileError, ShapeError, SpecError
from nnviz.files.atomic import write_atomically
from nnviz.files.data_fields import DataNote, data_fields, read_data
from nnviz.files.fields import Place, unprintable
from nnviz.files.run_fields import KEYS as RUN_KEYS
from nnviz.files.run_fields import NOTHING_SAID, RunSettings, read_run, run_fields
from nnviz.files.strict_json import parse_json
from nnviz.files.update_fields import read_optimizer, read_schedule, update_fields
from nnviz.training.schedules import CONSTANT, Schedule

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "NetworkDocument",
    "check_size",
    "network_text",
    "parse_network",
    "read_network",
    "write_network",
]

FORMAT = "nnviz-network/1"
MAX_BYTES = 200_000_000
"""Files above this are not read: in memory the numbers of such a text take several times more."""

_REQUIRED = (
    "format", "sizes", "activations", "cost", "weights", "biases", "learning_rate", "samples",
)  # fmt: skip
_OPTIONAL = (
    "name", "l2", "update_biases", "optimizer", "schedule", "dropout", *RUN_KEYS, "test_samples",
    "data",
)  # fmt: skip
_BYTES_PER_NUMBER = 25
"""At most, in the text: 17 digits, sign, point, exponent, comma, space."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkDocument:
    """A network as a file holds it; inputs (n, n_0) and targets (n, n_L), read-only float64.

    A trained network that was saved has no samples: n is 0. ``test_inputs`` and ``test_targets``
    are those of samples that are not trained on; ``data`` says what the samples are, or what they
    were if the file does not hold them. Raises ShapeError or SpecError for parts that do not fit
    each other.
    """

    name: str
    spec: NetworkSpec
    parameters: Parameters
    learning_rate: float
    l2: float
    update_biases: bool
    inputs: FloatArray
    targets: FloatArray
    optimizer: Optimizer = PLAIN
    schedule: Schedule = CONSTANT
    dropout: float = 0.0
    run: RunSettings = NOTHING_SAID
    test_inputs: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    test_targets: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    data: DataNote | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or unprintable(self.name):
            raise SpecError(
                f"The network cannot be called {self.name!r}; give it a name of one line."
            )
        object.__setattr__(self, "parameters", self.parameters.astype(np.float64))
        self.parameters.check(self.spec)
        self._settle("inputs", "targets")
        self._settle("test_inputs", "test_targets")
        _check_hyperparameters(self.learning_rate, self.l2, self.dropout)

    def _settle(self, inputs: str, targets: str) -> None:
        """Make the rows of one part read-only, and check them."""
        for name, width in ((inputs, self.spec.sizes[0]), (targets, self.spec.sizes[-1])):
            array = read_only(getattr(self, name), np.float64)
            if len(array) == 0:
                array = read_only(np.empty((0, width)))
            if array.ndim != 2 or array.shape[1] != width or not np.isfinite(array).all():
                words, numbers = name.replace("_", " "), counted(width, "finite number")
                raise ShapeError(f"The {words} are not rows of {numbers} each.")
            object.__setattr__(self, name, array)
        given, wanted = len(getattr(self, targets)), len(getattr(self, inputs))
        if given != wanted:
            raise ShapeError(
                f"{counted(given, 'target')} given for {counted(wanted, 'input')}; "
                "each sample needs one."
            )
        self.spec.check_targets(getattr(self, targets))

    @property
    def sample_count(self) -> int:
        """How many samples there are: n."""
        return len(self.inputs)

    @property
    def decay(self) -> float:
        """λ/n, the factor of w in ∂C/∂w: L2 with n the number of samples."""
        return self.l2 / self.sample_count if self.sample_count else 0.0


def read_network(path: str | os.PathLike[str]) -> NetworkDocument:
    """Read a network file.

    Raises NetworkFileError, one sentence with the file and the place, for whatever is wrong.
    """
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise _too_large(f"{path} is")
        with open(path, "rb") as file:
            # Pipes and devices have no size to ask for.
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise NetworkFileError(f"{path} is a folder; give the name of a file in it.") from error
    except FileNotFoundError as error:
        raise NetworkFileError(f"There is no file {path}.") from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        # Opening a folder is a plain "permission denied" on Windows.
        reason = "it is a folder" if os.path.isdir(path) else reason
        raise NetworkFileError(f"Cannot read {path}: {reason}.") from error
    if len(data) > MAX_BYTES:
        raise _too_large(f"{path} is")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NetworkFileError(
            f"{path}: not UTF-8 text at byte {error.start}; save it as UTF-8."
        ) from error
    return parse_network(text, str(path))


def parse_network(text: str, source: str) -> NetworkDocument:
    """Return the network in ``text``; ``source`` is the file's name, for errors and for its title.

    Raises NetworkFileError for whatever is wrong.
    """
    place = Place(source)
    found = parse_json(text, source)
    if isinstance(found, dict) and found.get("format") != FORMAT:
        _refuse_format(place.key("format"), found)
    table = place.table(found, _REQUIRED, _OPTIONAL)
    spec = _spec(place, table)
    parameters = _parameters(place, table, spec)
    inputs, targets = _samples(place.key("samples"), table["samples"], spec)
    test = _samples(place.key("test_samples"), table.get("test_samples", []), spec)
    data = None
    if "data" in table:
        answers = np.concatenate([part for part in (targets, test[1]) if len(part)] or [targets])
        data = read_data(place.key("data"), table["data"], spec, answers)
    learning_rate = place.key("learning_rate").number(table["learning_rate"])
    l2 = place.key("l2").number(table.get("l2", 0.0))
    dropout = place.key("dropout").number(table.get("dropout", 0.0))
    try:
        _check_hyperparameters(learning_rate, l2, dropout)
    except SpecError as error:
        raise NetworkFileError(f"{source}: {error}") from error
    return NetworkDocument(
        place.key("name").text(table["name"]) if "name" in table else _title(source),
        spec, parameters, learning_rate, l2,
        place.key("update_biases").truth(table.get("update_biases", True)),
        inputs, targets,
        read_optimizer(place.key("optimizer"), table.get("optimizer", {"name": PLAIN.name})),
        read_schedule(place.key("schedule"), table.get("schedule", {"name": CONSTANT.name})),
        dropout, read_run(place, table), *test, data,
    )  # fmt: skip


def write_network(path: str | os.PathLike[str], document: NetworkDocument) -> None:
    """Write a network file with every digit of its numbers, in one piece.

    Raises NetworkFileError if it cannot be written or would be too large to be read again.
    """
    text = network_text(document)
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise _too_large(f"{path} would be")
    write_atomically(path, text)


def check_size(spec: NetworkSpec) -> None:
    """Raise NetworkFileError if a network of ``spec`` may be too large for a file."""
    if spec.parameter_count * _BYTES_PER_NUMBER > MAX_BYTES:
        raise NetworkFileError(
            f"{spec} has {spec.parameter_count:,} parameters, more than a network file may hold "
            f"({MAX_BYTES // _BYTES_PER_NUMBER:,}); make a layer smaller or do not save it."
        )


def network_text(document: NetworkDocument) -> str:
    """Return the document as JSON: a line per key, per row of weights and per sample."""
    spec = document.spec
    training = update_fields(document.optimizer, document.schedule, document.dropout)
    training |= run_fields(document.run)
    fields = {
        "format": _compact(FORMAT),
        "name": _compact(document.name),
        "sizes": _compact(spec.sizes),
        "activations": _compact(spec.activations),
        "cost": _compact(spec.cost),
        "weights": _lines((_lines(map(_numbers, w), 4) for w in document.parameters.weights), 2),
        "biases": _lines(map(_numbers, document.parameters.biases), 2),
        "learning_rate": _compact(document.learning_rate),
        "l2": _compact(document.l2),
        "update_biases": _compact(document.update_biases),
        **{key: _compact(value) for key, value in training.items()},
        "samples": _sample_lines(document.inputs, document.targets),
    }
    if len(document.test_inputs):
        fields["test_samples"] = _sample_lines(document.test_inputs, document.test_targets)
    if document.data is not None:
        fields["data"] = _compact(data_fields(document.data))
    return "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in fields.items()) + "\n}\n"


def _refuse_format(place: Place, table: dict[str, object]) -> None:
    found = table.get("format")
    if "format" not in table:
        place.fail(f'is missing; a network file says "format": "{FORMAT}".')
    text = repr(found) if isinstance(found, str) and len(found) <= 40 else "something else"
    place.fail(f"is {text}; this program reads {FORMAT!r}.")


def _spec(place: Place, table: dict[str, object]) -> NetworkSpec:
    sizes_place, names_place = place.key("sizes"), place.key("activations")
    sizes = [
        sizes_place.item(index).whole(size)
        for index, size in enumerate(sizes_place.sequence(table["sizes"]))
    ]
    names = names_place.sequence(
        table["activations"], max(len(sizes) - 1, 0), "one per layer after the input"
    )
    activations = [
        names_place.item(index).choice(name, tuple(ACTIVATIONS)) for index, name in enumerate(names)
    ]
    cost = place.key("cost").choice(table["cost"], tuple(COSTS))
    try:
        return NetworkSpec(tuple(sizes), tuple(activations), cost)
    except SpecError as error:
        raise NetworkFileError(f"{place.source}: {error}") from error


def _parameters(place: Place, table: dict[str, object], spec: NetworkSpec) -> Parameters:
    weights_place, biases_place = place.key("weights"), place.key("biases")
    per_layer = "one per layer after the input"
    all_weights = weights_place.sequence(table["weights"], spec.layer_count, per_layer)
    all_biases = biases_place.sequence(table["biases"], spec.layer_count, per_layer)
    weights, biases = [], []
    for index in range(spec.layer_count):
        rows = f"one per neuron of layer {index + 1}"
        shape = (spec.sizes[index + 1], spec.sizes[index])
        weights.append(
            weights_place.item(index).matrix(
                all_weights[index], shape, rows, f"one per neuron of layer {index}"
            )
        )
        biases.append(biases_place.item(index).vector(all_biases[index], shape[0], rows))
    return Parameters(tuple(weights), tuple(biases))


def _samples(place: Place, value: object, spec: NetworkSpec) -> tuple[FloatArray, FloatArray]:
    items = place.sequence(value)
    inputs: list[FloatArray] = []
    targets: list[FloatArray] = []
    for index, item in enumerate(items):
        here = place.item(index)
        sample = here.table(item, ("input", "target"))
        inputs.append(
            here.key("input").vector(
                sample["input"], spec.sizes[0], "one per neuron of the input layer"
            )
        )
        target = here.key("target")
        targets.append(
            target.vector(sample["target"], spec.sizes[-1], "one per neuron of the output layer")
        )
        try:
            spec.check_targets(targets[-1])
        except SpecError as error:
            raise NetworkFileError(f"{target.source}: {target.path}: {error}") from error
    return np.array(inputs), np.array(targets)


def _check_hyperparameters(learning_rate: float, l2: float, dropout: float) -> None:
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise SpecError(f"The learning_rate is {learning_rate:g}; a number above 0 is needed.")
    if not (math.isfinite(l2) and l2 >= 0):
        raise SpecError(f"The l2 is {l2:g}; a number from 0 is needed.")
    if not 0 <= dropout < 1:
        raise SpecError(f"The dropout is {dropout:g}; a number from 0 to below 1 is needed.")


def _title(source: str) -> str:
    stem = Path(source).stem
    return "network" if not stem.strip() or unprintable(stem) else stem


def _too_large(what: str) -> NetworkFileError:
    return NetworkFileError(
        f"{what} larger than {MAX_BYTES // 1_000_000} MB, the most that a network file may have."
    )


def _numbers(row: FloatArray) -> str:
    return _compact(row.tolist())


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _sample_lines(inputs: FloatArray, targets: FloatArray) -> str:
    samples = zip(inputs, targets, strict=True)
    return _lines((f'{{"input": {_numbers(x)}, "target": {_numbers(y)}}}' for x, y in samples), 2)


def _lines(parts: Iterable[str], indent: int) -> str:
    parts = list(parts)
    if not parts:
        return "[]"
    inner = " " * (indent + 2)
    return "[\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + "]"
