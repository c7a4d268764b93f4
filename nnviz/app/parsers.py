"""The parser of each command: its options, their help, and the plain values they become.

Built one at a time, by the command that is run, and without importing numpy or Qt.
"""

import argparse
import textwrap
from pathlib import Path
from typing import NoReturn

from nnviz import __version__
from nnviz.app.argument_types import (
    any_real,
    check_whole_network,
    edges,
    example,
    layer_sizes,
    name_of,
    picture_file,
    picture_size,
    real,
    selection,
    whole,
)
from nnviz.app.arguments import (
    STRONGEST,
    ScreenshotArguments,
    TourArguments,
    TraceArguments,
    TrainArguments,
    WindowArguments,
)
from nnviz.app.data_options import add_data_options, data_defaults
from nnviz.app.run_options import add_run_options
from nnviz.app.update_options import (
    add_dropout_option,
    add_optimizer_options,
    add_update_options,
    chosen_optimizer,
    chosen_schedule,
    given_optimizer,
)
from nnviz.errors import NnvizError
from nnviz.presets.names import DEFAULT_PRESET, PRESET_NAMES, SMALL_PRESETS, TOY_PRESETS

__all__ = [
    "COMMANDS",
    "CommandParser",
    "UsageError",
    "add_data_dir",
    "add_moment",
    "screenshot_arguments",
    "tour_arguments",
    "trace_arguments",
    "train_arguments",
    "window_arguments",
]

COMMANDS = {
    "trace": "compute every number of a training pass, as a table, JSON or CSV",
    "train": "train a network without the window, on MNIST or other data",
    "render": "save the canvas as SVG, PDF or PNG, or a whole pass as GIF or frames",
    "screenshot": "save a picture of the window",
    "tour": "save pictures of everything the window can show",
}
"""The commands and what they do; without one the window opens."""

_ACTIVATIONS = "sigmoid, tanh, relu, leaky_relu, identity"
_COSTS = (
    "quadratic, sum_of_squares, mean_squared_error, binary_cross_entropy (sigmoid outputs), "
    "categorical_cross_entropy (softmax outputs)"
)
_INITIALISERS = "standard_normal, scaled_normal, he, xavier, small_normal"
_MANY = 1_000_000
_PANELS = (
    "inspector", "what-if", "challenges", "training", "weight-images", "decision-boundary",
    "chain-rule", "mini-batch", "next-mini-batch", "runs", "health", "classes",
)  # fmt: skip


class UsageError(NnvizError):
    """Arguments that make no sense; the sentence ends with where to look."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, and that takes no shortened options."""

    def __init__(self, prog: str, description: str, epilog: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            usage=usage,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{message}; see {self.prog} --help.")


def window_arguments(argv: list[str]) -> WindowArguments:
    """Parse the arguments of the window."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items())
    parser = CommandParser(
        "nnviz",
        "See a neural network learn, one step of backpropagation at a time.\n"
        "Without a command the window opens.",
        f"commands (nnviz COMMAND --help says more):\n{commands}\n\n"
        f"presets:\n{_wrapped(PRESET_NAMES)}\n\n"
        "examples:\n  nnviz --preset mazur-2-2-2\n  nnviz --network lesson.json --theme light\n"
        "  nnviz trace lesson.json --json",
        usage="nnviz [options]\n       nnviz COMMAND [options]",
    )
    parser.add_argument("--version", action="version", version=f"nnviz {__version__}")
    _add_network(parser)
    _add_theme(parser, None)
    add_data_dir(parser)
    parser.add_argument("--smoke", type=Path, help=argparse.SUPPRESS)
    found = parser.parse_args(argv)
    return WindowArguments(found.preset, found.network, found.data_dir, found.theme, found.smoke)


def trace_arguments(argv: list[str]) -> TraceArguments:
    """Parse the arguments of ``nnviz trace``."""
    parser = CommandParser(
        "nnviz trace",
        "Compute every number of a training pass in double precision: z, a, the cost, all\n"
        "derivatives, the weights and biases after the update.",
        "With --mini-batch the samples of the file are one mini-batch: ∂C/∂b and ∂C/∂w are means\n"
        "over them. Several passes go on from the updated weights and biases, and from what the\n"
        "optimizer remembers of them; at the first it remembers nothing.\n\n"
        f"presets with samples:\n{_wrapped((*SMALL_PRESETS, *TOY_PRESETS.values()))}\n\n"
        "examples:\n  nnviz trace lesson.json --sample 2\n"
        "  nnviz trace --preset mazur-2-2-2 --passes 2 --digits 9\n"
        "  nnviz trace --preset mazur-2-2-2 --passes 3 --optimizer adam --learning-rate 0.001\n"
        "  nnviz trace lesson.json --mini-batch --json > lesson-trace.json\n"
        "  nnviz trace lesson.json --csv > lesson-trace.csv",
        usage="nnviz trace (FILE | --preset NAME) [options]",
    )
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a network file (JSON)")
    parser.add_argument(
        "--preset", metavar="NAME", type=name_of(PRESET_NAMES), help="a preset instead of a file"
    )
    examples = parser.add_mutually_exclusive_group()
    examples.add_argument(
        "--sample", metavar="N", type=whole(0, 10**9),
        help="the sample to trace, counted from 0 (default: 0)",
    )  # fmt: skip
    examples.add_argument(
        "--mini-batch", action="store_true", help="all samples of the file as one mini-batch"
    )
    parser.add_argument(
        "--passes", metavar="N", type=whole(1, _MANY), default=1,
        help="how many passes, one after the other (default: 1)",
    )  # fmt: skip
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print JSON with every digit")
    forms.add_argument("--csv", action="store_true", help="print CSV, every number on a line")
    parser.add_argument(
        "--digits", metavar="N", type=whole(1, 17), default=6,
        help="significant digits in the table (default: 6)",
    )  # fmt: skip
    parser.add_argument(
        "--learning-rate", metavar="X", type=real(0, minimum_included=False),
        help="instead of the file's; adaptive optimizers want a small one, 0.001 for example",
    )  # fmt: skip
    add_optimizer_options(parser, "the file's")
    add_dropout_option(parser)
    parser.add_argument(
        "--seed", metavar="N", type=whole(0, 2**32 - 1), default=0,
        help="of the neurons that dropout leaves out (default: 0)",
    )  # fmt: skip
    found = parser.parse_args(argv)
    if (found.file is None) == (found.preset is None):
        parser.error("give either a FILE or --preset NAME")
    return TraceArguments(
        found.file, found.preset, found.sample or 0, found.mini_batch, found.passes, found.json,
        found.digits, found.csv, found.learning_rate, given_optimizer(parser, found),
        found.dropout, found.seed,
    )  # fmt: skip


def train_arguments(argv: list[str]) -> TrainArguments:
    """Parse the arguments of ``nnviz train``; a preset in them imports numpy."""
    standard = TrainArguments()
    parser = CommandParser(
        "nnviz train",
        "Train a network on MNIST, or on other data, and print, for every epoch, its mean\n"
        "training cost, the accuracy on the test images and the seconds of training; with\n"
        "--validation-size also cost and accuracy on examples held back to validate with, which\n"
        "decide when to stop (--patience) and which weights to keep (--keep-best).",
        "Ctrl+C ends it with what it has: finished epochs are printed, --save is obeyed.\n\n"
        "examples:\n  nnviz train\n"
        "  nnviz train --layers 784,16,16,10 --epochs 5 --save digits.json\n"
        "  nnviz train --cost categorical_cross_entropy --output-activation softmax\n"
        "              --hidden-activation relu --initialiser he --learning-rate 0.1 --json\n"
        "  nnviz train --optimizer adam --schedule cosine --warm-up 0.05 --dropout 0.2\n"
        "  nnviz train --validation-size 10000 --patience 5 --keep-best\n"
        "  nnviz train --preset mnist-98-in-seconds\n"
        "  nnviz train --preset mnist-98-in-seconds --epochs 20 --dropout 0.2\n"
        "  nnviz train --toy spirals --layers 16,16\n"
        "  nnviz train --data fashion-mnist --layers 100 --save clothes.json",
    )
    add_data_options(parser)
    parser.add_argument(
        "--layers", metavar="SIZES", type=layer_sizes, default=standard.layers,
        help="neurons of each layer, 784 first and 10 last (default: 784,30,10); with --data and "
        "--toy the hidden layers are enough, such as 16,16",
    )  # fmt: skip
    for option, names in (
        ("hidden-activation", _ACTIVATIONS),
        ("output-activation", f"{_ACTIVATIONS}, softmax"),
        ("cost", _COSTS),
        ("initialiser", _INITIALISERS),
    ):
        default = getattr(standard, option.replace("-", "_"))
        parser.add_argument(
            f"--{option}", metavar="NAME", default=default, help=f"{names} (default: {default})"
        )
    for option, metavar, kind, text in (
        ("epochs", "N", whole(1, _MANY), "how often all training images are used"),
        ("mini-batch-size", "N", whole(1, 60_000), "images per update"),
        ("l2", "X", real(0), "λ of the cost's term λ/(2n) Σw²"),
        ("train-size", "N", whole(1, 60_000), "how many of the 60,000 training images"),
        ("validation-size", "N", whole(0, 59_999), "how many more of them validate"),
        ("patience", "N", whole(0, _MANY), "epochs without better validation that end the run"),
        ("seed", "N", whole(0, 2**32 - 1), "of the first weights and of the shuffling"),
    ):
        default = getattr(standard, option.replace("-", "_"))
        parser.add_argument(
            f"--{option}", metavar=metavar, type=kind, default=default,
            help=f"{text} (default: {default})",
        )  # fmt: skip
    parser.add_argument(
        "--keep-best", action="store_true", help="end with the weights of the best epoch validated"
    )
    add_update_options(parser)
    add_data_dir(parser)
    parser.add_argument(
        "--save", metavar="FILE", type=Path, help="write the trained network to this file (JSON)"
    )
    parser.add_argument("--json", action="store_true", help="print the epochs as JSON")
    found = parser.parse_args(argv)
    if defaults := data_defaults(found):
        parser.set_defaults(**defaults)
        found = parser.parse_args(argv)
    if found.data is None and found.toy is None:
        check_whole_network(parser, found.layers)
    return TrainArguments(
        found.layers, found.hidden_activation, found.output_activation, found.cost,
        found.initialiser, found.epochs, found.mini_batch_size, found.learning_rate,
        chosen_optimizer(parser, found), chosen_schedule(parser, found), found.dropout, found.l2,
        found.train_size, found.validation_size, found.patience, found.keep_best, found.seed,
        found.data_dir, found.save, found.json, found.data, found.toy,
    )  # fmt: skip


def screenshot_arguments(argv: list[str]) -> ScreenshotArguments:
    """Parse the arguments of ``nnviz screenshot``."""
    standard = ScreenshotArguments(Path())
    parser = CommandParser(
        "nnviz screenshot",
        "Save a picture of the window, without opening one.",
        "example:\n  nnviz screenshot lesson.png --preset primer-2-3-2 --granularity operation\n"
        "                              --step 8 --select 1,0 --theme light --size 1920x1080",
    )
    parser.add_argument("output", metavar="OUT.png", type=picture_file, help="the picture's file")
    _add_network(parser)
    add_moment(parser)
    parser.add_argument(
        "--view", metavar="NAME", type=name_of(("neuron", "matrix", "code")),
        default=standard.view, help="how the step is shown: neuron, matrix, code (default: neuron)",
    )  # fmt: skip
    _add_theme(parser, standard.theme)
    parser.add_argument(
        "--size", metavar="WIDTHxHEIGHT", type=picture_size, default=standard.size,
        help="in px, from 640x480 to 7680x4320 (default: 1600x1000)",
    )  # fmt: skip
    parser.add_argument(
        "--second-example", metavar="N", type=whole(0, 10**9), default=standard.second_example,
        help="show this example, from 0, on a second canvas beside the first",
    )  # fmt: skip
    parser.add_argument(
        "--second-weights", metavar="NAME", type=name_of(("current", "start")),
        default=standard.second_weights,
        help="its weights: current, or start for those before the training (default: current)",
    )  # fmt: skip
    parser.add_argument("--compare", action="store_true", help="show the network after the update")
    parser.add_argument(
        "--what-if", metavar="X", type=any_real, default=standard.what_if,
        help="change the selected weight, bias or input to X by hand",
    )  # fmt: skip
    parser.add_argument(
        "--mistake", metavar="NAME", default=standard.mistake,
        help="run the pass with a mistake, such as gradient-ascent",
    )  # fmt: skip
    add_run_options(parser, standard)
    parser.add_argument(
        "--panel", metavar="NAME", type=name_of(_PANELS), default=standard.panel,
        help=f"the tab in front: {', '.join(_PANELS)} (default: inspector)",
    )  # fmt: skip
    add_data_dir(parser)
    found = parser.parse_args(argv)
    return ScreenshotArguments(
        found.output, found.preset or DEFAULT_PRESET, found.network, found.step, found.granularity,
        found.select, found.train, found.theme, found.size, found.example, found.panel,
        found.data_dir, found.mini_batch, found.view, found.what_if, found.mistake,
        found.second_example, found.compare, found.second_weights, found.edges, found.freeze,
        found.again, found.back_to, found.learning_rate, found.running,
    )  # fmt: skip


def tour_arguments(argv: list[str]) -> TourArguments:
    """Parse the arguments of ``nnviz tour``."""
    parser = CommandParser(
        "nnviz tour",
        "Save pictures of everything the window can show into a folder; needs no display.",
        "example:\n  nnviz tour pictures",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder for the pictures")
    add_data_dir(parser)
    found = parser.parse_args(argv)
    return TourArguments(found.folder, found.data_dir)


def add_moment(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what a picture shows: the moment, the selection, the edges."""
    standard = ScreenshotArguments(Path())
    parser.add_argument(
        "--step",
        metavar="N",
        type=whole(0, 10**6),
        help="how many steps of the pass are done (default: all but the update)",
    )
    parser.add_argument(
        "--granularity", metavar="NAME", type=name_of(("layer", "operation", "neuron")),
        default=standard.granularity,
        help="what a step is: layer, operation, neuron (default: layer)",
    )  # fmt: skip
    parser.add_argument(
        "--select", metavar="LAYER,NEURON[,SOURCE]", type=selection,
        help="the neuron, or with its source the edge, to inspect, all from 0",
    )  # fmt: skip
    parser.add_argument(
        "--example", metavar="N|wrong", type=example, default=standard.example,
        help="the example's number, from 0, or the first one that the network gets wrong",
    )  # fmt: skip
    parser.add_argument(
        "--mini-batch", metavar="N", type=whole(1, 32), default=standard.mini_batch,
        help="step through N examples with one update (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--train", metavar="SECONDS", type=real(0), default=standard.train,
        help="train so long before the picture (default: 0)",
    )  # fmt: skip
    parser.add_argument(
        "--edges", metavar="N|all", type=edges, default=STRONGEST,
        help=f"how many of a wide layer's edges are drawn, the strongest (default: {STRONGEST}), "
        "or all, as a density",
    )  # fmt: skip


def _wrapped(names: tuple[str, ...]) -> str:
    """Return names as indented lines that a terminal of 80 columns does not break."""
    return textwrap.fill(
        ", ".join(names), 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _add_network(parser: argparse.ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--preset", metavar="NAME", type=name_of(PRESET_NAMES),
        help=f"the network to begin with (default: {DEFAULT_PRESET})",
    )  # fmt: skip
    group.add_argument("--network", metavar="FILE", type=Path, help="or a network file (JSON)")


def _add_theme(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--theme", metavar="NAME", type=name_of(("dark", "light")), default=default,
        help=f"dark or light (default: {default or 'as last time'})",
    )  # fmt: skip


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Let a command be told where MNIST is."""
    parser.add_argument(
        "--data-dir", metavar="DIR", type=Path, help="where the four MNIST files are"
    )
