"""The options of ``nnviz train`` that say how updates are made, and the values they become."""

import argparse
import math

from nnviz.app.argument_types import name_of, real, share, whole
from nnviz.engine.optimizers import OPTIMIZERS, SETTINGS, Optimizer
from nnviz.training.schedules import SCHEDULES, Schedule

__all__ = [
    "add_dropout_option",
    "add_optimizer_options",
    "add_update_options",
    "chosen_optimizer",
    "chosen_schedule",
    "given_optimizer",
]

_STANDARD, _CONSTANT = Optimizer(), Schedule()


def add_update_options(parser: argparse.ArgumentParser) -> None:
    """Add the learning rate, the optimizer with its hyperparameters, the schedule, dropout."""
    parser.add_argument(
        "--learning-rate", metavar="X", type=real(0, minimum_included=False),
        help=f"step size of the descent (default: {_usual_rates()})",
    )  # fmt: skip
    add_optimizer_options(parser)
    _add_schedule_options(parser)
    add_dropout_option(parser)


def add_optimizer_options(parser: argparse.ArgumentParser, default: str = _STANDARD.name) -> None:
    """Add the optimizer with its hyperparameters; ``default`` says which one it is else."""
    parser.add_argument(
        "--optimizer", metavar="NAME", type=name_of(tuple(OPTIMIZERS)),
        help=f"{', '.join(OPTIMIZERS)} (default: {default})",
    )  # fmt: skip
    for name, setting in SETTINGS.items():
        users = [method.name for method in OPTIMIZERS.values() if name in method.settings]
        parser.add_argument(
            _option(name), metavar="X",
            type=real(setting.least, below=1 if setting.share else math.inf),
            help=f"{setting.description}, with {_listed(users)} "
            f"(default: {getattr(_STANDARD, name):g})",
        )  # fmt: skip


def add_dropout_option(parser: argparse.ArgumentParser) -> None:
    """Add dropout's probability."""
    parser.add_argument(
        "--dropout", metavar="X", type=real(0, below=1), default=0.0,
        help="probability that a hidden neuron is left out of an update (default: 0)",
    )  # fmt: skip


def _add_schedule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schedule", metavar="NAME", type=name_of(tuple(SCHEDULES)), default=_CONSTANT.name,
        help=f"of the learning rate: {', '.join(SCHEDULES)} (default: {_CONSTANT.name})",
    )  # fmt: skip
    parser.add_argument(
        "--warm-up", metavar="X", type=share, default=_CONSTANT.warm_up,
        help="share of the run in which the learning rate rises at first (default: 0)",
    )  # fmt: skip
    parser.add_argument(
        "--step-factor", metavar="X", type=share,
        help="what a step of the schedule multiplies the learning rate by "
        f"(default: {_CONSTANT.factor:g})",
    )  # fmt: skip
    parser.add_argument(
        "--step-every", metavar="N", type=whole(1, 1_000_000),
        help=f"epochs from one step to the next (default: {_CONSTANT.every})",
    )  # fmt: skip


def chosen_optimizer(parser: argparse.ArgumentParser, found: argparse.Namespace) -> Optimizer:
    """Return the optimizer; refuses hyperparameters that it does not have."""
    given = {name: getattr(found, name) for name in SETTINGS if getattr(found, name) is not None}
    method = OPTIMIZERS[found.optimizer or _STANDARD.name]
    for name in given:
        if name not in method.settings:
            taken = ", ".join(map(_option, method.settings)) or "no such option"
            parser.error(f"{_option(name)} does not go with {method.name}, which takes {taken}")
    return Optimizer(method.name, **given)


def given_optimizer(parser: argparse.ArgumentParser, found: argparse.Namespace) -> Optimizer | None:
    """Return the optimizer that the options name, None if they say nothing of it."""
    if found.optimizer is None and all(getattr(found, name) is None for name in SETTINGS):
        return None
    return chosen_optimizer(parser, found)


def chosen_schedule(parser: argparse.ArgumentParser, found: argparse.Namespace) -> Schedule:
    """Return the schedule; refuses the options of steps without steps."""
    given = {"factor": found.step_factor, "every": found.step_every}
    given = {name: value for name, value in given.items() if value is not None}
    if given and found.schedule != "step":
        parser.error(f"--step-{next(iter(given))} goes with --schedule step alone")
    if given.get("factor") == 0:
        parser.error("argument --step-factor: '0' is given, a number above 0 is needed")
    return Schedule(found.schedule, found.warm_up, **given)


def _option(setting: str) -> str:
    return f"--{setting.replace('_', '-')}"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _usual_rates() -> str:
    rates: dict[float, list[str]] = {}
    for method in OPTIMIZERS.values():
        rates.setdefault(method.learning_rate, []).append(method.name)
    return ", ".join(f"{rate:g} with {_listed(names)}" for rate, names in rates.items())
