"""``nnviz tour``: trains on MNIST and leaves pictures of everything the window can show."""

from nnviz.app.studio import Studio  # first: it chooses the platform that needs no display

# isort: split
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nnviz.app.arguments import TourArguments
from nnviz.app.commands.progress import ProgressLine
from nnviz.app.main import open_workspace
from nnviz.errors import NnvizError
from nnviz.stores.display_store import StepView

__all__ = ["run_tour"]

TRAIN_SECONDS = 12
"""Enough for some 94 % of the test digits on a slow machine, too short to be boring."""


@dataclass(frozen=True, slots=True)
class _Picture:
    name: str
    step: int | None
    granularity: str = "layer"
    select: tuple[int, ...] | None = None
    theme: str = "dark"
    example: int = 0
    view: StepView = StepView.NEURON
    panel: str = "inspector"
    mini_batch: int = 1
    freeze: int = 0


_MNIST = (
    _Picture("02-trained", 0),
    _Picture("03-forward", 3),
    _Picture("04-a-wrong-answer-backward", None, example=-1),
    _Picture("05-one-neuron", None, select=(2, 5), example=-1),
    _Picture("06-update", 7, example=-1),
    _Picture("07-light", None, theme="light", example=-1),
)
_PRIMER = (
    _Picture("08-primer-forward", 3, "operation", (1, 0)),
    _Picture("09-primer-backward", 12, "operation", (1, 1)),
    _Picture("10-primer-light", None, "layer", (2, 1), "light"),
    _Picture("11-matrices", 10, "operation", (1, 1), view=StepView.MATRIX),
    _Picture("12-code", None, "layer", (1, 1), "light", view=StepView.CODE),
    _Picture("13-by-neuron", 3, "neuron", (1, 1)),
    _Picture("14-chain-rule", None, "layer", (1, 0, 1), "light", panel="chain-rule"),
    _Picture("15-what-if", 7, "layer", (1, 0, 1), panel="what-if"),
    _Picture("16-challenges", 3, "layer", (1, 0), "light", panel="challenges"),
)
_XOR = (
    _Picture("17-mini-batch", 25, "layer", (1, 0, 0), panel="mini-batch", mini_batch=4),
    _Picture("18-next-mini-batch", 26, "layer", (2, 0), panel="next-mini-batch", freeze=20),
)


def run_tour(arguments: TourArguments) -> int:
    """Draw the pictures into the folder; return the exit code. Raises NnvizError."""
    folder = arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NnvizError(
            f"{folder}: the folder cannot be made ({error.strerror}); choose another."
        ) from error
    studio = Studio(partial(open_workspace, "mnist-784-30-10", None, arguments.data_dir))
    try:
        if studio.workspace.examples.problem:
            raise NnvizError(studio.workspace.examples.problem)
        _draw(studio, folder, _Picture("01-before-training", 0))
        _train(studio)
        for picture in _MNIST:
            _draw(studio, folder, picture)
        for preset, pictures in (("primer-2-3-2", _PRIMER), ("xor-to-learn-2-3-1", _XOR)):
            studio.workspace.open_preset(preset)
            for picture in pictures:
                _draw(studio, folder, picture)
    finally:
        studio.close()
    return 0


def _train(studio: Studio) -> None:
    line = ProgressLine(TRAIN_SECONDS, "seconds")
    for second in range(TRAIN_SECONDS):
        line.draw(second, "training")
        studio.train(1.0)
    line.clear()


def _draw(studio: Studio, folder: Path, picture: _Picture) -> None:
    studio.window.apply_theme(picture.theme)
    if picture.freeze:
        studio.freeze(picture.freeze)
    elif picture.example < 0 and studio.workspace.answer() == studio.workspace.examples.label:
        studio.choose_example(-1)
    elif picture.example >= 0:
        studio.choose_example(picture.example)
    if not picture.freeze:
        studio.choose_mini_batch(picture.mini_batch)
    studio.workspace.display.set_view(picture.view)
    studio.show(picture.step, picture.granularity, picture.select)
    studio.window.dock(picture.panel).raise_()
    path = folder / f"{picture.name}.png"
    studio.save(path)
    print(path)
