"""The options of ``nnviz train`` that name other data than MNIST, and the defaults with them."""

import argparse
from pathlib import Path

from nnviz.app.argument_types import name_of
from nnviz.app.train_preset import preset_defaults
from nnviz.presets.names import MNIST_PRESETS, TOY_PRESETS

__all__ = ["add_data_options", "data_defaults"]


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the preset, the user's data and the toy sets, of which one can be named."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--preset", metavar="NAME", type=name_of(MNIST_PRESETS),
        help=f"begin with {', '.join(MNIST_PRESETS)}; options beside it override",
    )  # fmt: skip
    group.add_argument(
        "--data", metavar="PATH", type=Path,
        help="train on data of your own: an IDX file, a .npz file with x and y, or a folder with "
        "one subfolder of images per class",
    )  # fmt: skip
    group.add_argument(
        "--toy", metavar="NAME", type=name_of(tuple(TOY_PRESETS)),
        help=f"train on a toy set: {', '.join(TOY_PRESETS)}; options beside it override",
    )  # fmt: skip


def data_defaults(found: argparse.Namespace) -> dict[str, object]:
    """Return the defaults that these options put in the place of the usual ones."""
    if found.preset is not None:
        return preset_defaults(found.preset, found.optimizer)
    if found.toy is not None:
        return preset_defaults(TOY_PRESETS[found.toy], found.optimizer) | {"train_size": 0}
    if found.data is None:
        return {}
    defaults: dict[str, object] = {
        "layers": (30,),
        "hidden_activation": "relu",
        "output_activation": "",
        "cost": "",
        "initialiser": "he",
        "epochs": 0,
        "mini_batch_size": 0,
        "train_size": 0,
    }
    if found.optimizer in (None, "adam"):
        defaults |= {"optimizer": "adam", "learning_rate": 0.002}
    return defaults
