"""What each command was asked to do, as plain values; imports nothing heavy."""

from dataclasses import dataclass
from pathlib import Path

from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.presets.names import DEFAULT_PRESET
from nnviz.training.schedules import CONSTANT, Schedule

__all__ = [
    "ALL_EDGES",
    "STRONGEST",
    "RenderArguments",
    "ScreenshotArguments",
    "TourArguments",
    "TraceArguments",
    "TrainArguments",
    "WindowArguments",
]


STRONGEST = 420
"""How many edges of a wide layer are drawn unless told otherwise."""
ALL_EDGES = 0
"""Stands for all edges, as a density."""


@dataclass(frozen=True, slots=True)
class WindowArguments:
    """``nnviz``: ``network``, if given, stands in for the preset; a theme of None is remembered.

    ``preset`` is None if nobody named one: then it is the default.
    """

    preset: str | None = None
    network: Path | None = None
    data_dir: Path | None = None
    theme: str | None = None
    smoke: Path | None = None

    @property
    def preset_name(self) -> str:
        """The preset to open if there is no network file."""
        return self.preset or DEFAULT_PRESET


@dataclass(frozen=True, slots=True)
class ScreenshotArguments:
    """``nnviz screenshot``: ``size`` is (width, height) in px.

    ``step`` counts the steps done, 0 is before the first; None leaves the choice to the command.
    ``train`` is how long to train before the picture, in seconds. ``example`` is the number of the
    example, -1 for the first one that the network gets wrong; ``panel`` the tab in front.
    ``second_example`` is that of a second canvas, which there is if it is not None or if
    ``second_weights`` are not the current ones; ``compare`` shows the network after the update.
    ``freeze`` is after how many mini-batches of a run the next one is opened, 0: none is.
    ``again`` is the learning rate of a second run from the same weights, which is as long.
    ``learning_rate`` is that of the training, None: the network's own. With ``running`` it goes on
    while the picture is taken.
    ``back_to`` is after how many epochs of the training the network is shown; None: at its end.
    """

    output: Path
    preset: str = DEFAULT_PRESET
    network: Path | None = None
    step: int | None = None
    granularity: str = "layer"
    select: tuple[int, ...] | None = None
    train: float = 0.0
    theme: str = "dark"
    size: tuple[int, int] = (1600, 1000)
    example: int = 0
    panel: str = "inspector"
    data_dir: Path | None = None
    mini_batch: int = 1
    view: str = "neuron"
    what_if: float | None = None
    mistake: str | None = None
    second_example: int | None = None
    compare: bool = False
    second_weights: str = "current"
    edges: int = STRONGEST
    freeze: int = 0
    again: float | None = None
    back_to: float | None = None
    learning_rate: float | None = None
    running: bool = False


@dataclass(frozen=True, slots=True)
class RenderArguments:
    """``nnviz render``: exactly one of ``file`` and ``preset`` is given; sizes in px.

    ``out`` decides by its ending what is made: a figure, or, of a GIF and of a folder, a whole
    pass. ``step`` counts the steps done, None leaves the choice to the command.
    """

    out: Path
    file: Path | None = None
    preset: str | None = None
    step: int | None = None
    animate: bool = False
    seconds_per_step: float = 0.9
    granularity: str = "layer"
    select: tuple[int, ...] | None = None
    theme: str = "paper"
    width: int = 1200
    height: int | None = None
    scale: int = 1
    with_inspector: bool = False
    example: int = 0
    mini_batch: int = 1
    train: float = 0.0
    data_dir: Path | None = None
    edges: int = STRONGEST


@dataclass(frozen=True, slots=True)
class TourArguments:
    """``nnviz tour``: the folder for the pictures."""

    folder: Path
    data_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class TraceArguments:
    """``nnviz trace``: exactly one of ``file`` and ``preset`` is given; ``sample`` from 0.

    ``learning_rate`` and ``optimizer`` None are the file's; ``seed`` is that of dropout.
    """

    file: Path | None = None
    preset: str | None = None
    sample: int = 0
    mini_batch: bool = False
    passes: int = 1
    as_json: bool = False
    digits: int = 6
    as_csv: bool = False
    learning_rate: float | None = None
    optimizer: Optimizer | None = None
    dropout: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TrainArguments:
    """``nnviz train``: a network, how it begins, and how it is trained.

    ``learning_rate`` is None where nobody gave one: then the optimizer's usual one is meant.
    It is on MNIST unless ``data`` names a file or folder, or ``toy`` a toy set. Of these,
    ``layers`` may be the hidden ones alone, an empty output or cost is the usual one, 0 epochs or
    a mini-batch of 0 are as many as suit the data, and a training size of 0 is all.
    """

    layers: tuple[int, ...] = (784, 30, 10)
    hidden_activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    cost: str = "quadratic"
    initialiser: str = "standard_normal"
    epochs: int = 30
    mini_batch_size: int = 10
    learning_rate: float | None = None
    optimizer: Optimizer = PLAIN
    schedule: Schedule = CONSTANT
    dropout: float = 0.0
    l2: float = 0.0
    train_size: int = 50_000
    validation_size: int = 0
    patience: int = 0
    keep_best: bool = False
    seed: int = 0
    data_dir: Path | None = None
    save: Path | None = None
    as_json: bool = False
    data: Path | None = None
    toy: str | None = None
