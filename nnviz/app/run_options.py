"""The options of a picture that lead to another moment of a run, or to another run."""

import argparse

from nnviz.app.argument_types import real, whole
from nnviz.app.arguments import ScreenshotArguments

__all__ = ["add_run_options"]

_MANY = 1_000_000


def add_run_options(parser: argparse.ArgumentParser, standard: ScreenshotArguments) -> None:
    """Add ``--learning-rate``, ``--running``, ``--freeze``, ``--again`` and ``--back-to``."""
    parser.add_argument(
        "--learning-rate", metavar="X", type=real(0, minimum_included=False),
        default=standard.learning_rate,
        help="train with the learning rate X (default: the network's own)",
    )  # fmt: skip
    parser.add_argument(
        "--running", action="store_true",
        help="let the training go on while the picture is taken; give --train, too",
    )  # fmt: skip
    parser.add_argument(
        "--freeze", metavar="N", type=whole(1, _MANY), default=standard.freeze,
        help="train N mini-batches, pause, and open the next one with its own examples",
    )  # fmt: skip
    parser.add_argument(
        "--again", metavar="X", type=real(0, minimum_included=False), default=standard.again,
        help="train as long again from the same weights with the learning rate X, beside it",
    )  # fmt: skip
    parser.add_argument(
        "--back-to", metavar="EPOCHS", type=real(0), default=standard.back_to,
        help="go back to the kept moment nearest to so many epochs; give --train, too",
    )  # fmt: skip
