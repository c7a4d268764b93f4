"""The one thing that can be changed when a run is run again, and how it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import SCHEDULES
from nnviz.views.panels.layer_sizes import parse_hidden_sizes
from nnviz.views.widgets.fields import Labelled
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["VARIATIONS", "Settings", "Variation"]

Value = float | str


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run trains, and how."""

    config: TrainingConfig
    spec: NetworkSpec


@dataclass(frozen=True, slots=True)
class Variation:
    """A setting that can be changed alone.

    It is asked for by a number with a ``rule``, by a choice of a ``table``, or by a text where both
    are None. ``read`` gives its value in some settings, ``write`` the settings with another value;
    it raises an NnvizError where there is none. ``has`` says whether settings have it at all.
    """

    name: str
    label: str
    hint: str
    read: Callable[[Settings], Value]
    write: Callable[[Settings, Value], Settings]
    rule: NumberRule | None = None
    table: Mapping[str, Labelled] | None = None
    has: Callable[[Settings], bool] = lambda _: True


def _number(
    field: str, label: str, hint: str, rule: NumberRule, has: Callable[[Settings], bool]
) -> Variation:
    """Return the variation of a number of the hyperparameters."""

    def write(settings: Settings, value: Value) -> Settings:
        change: dict[str, Any] = {field: int(value) if rule.whole else float(value)}
        return replace(settings, config=replace(settings.config, **change))

    return Variation(
        field, label, hint, lambda settings: getattr(settings.config, field), write, rule, has=has
    )


def _always(_: Settings) -> bool:
    return True


def _has_hidden(settings: Settings) -> bool:
    return settings.spec.layer_count > 1


def _has_momentum(settings: Settings) -> bool:
    return "momentum" in settings.config.optimizer.method.settings


def _with_momentum(settings: Settings, value: Value) -> Settings:
    optimizer = replace(settings.config.optimizer, momentum=float(value))
    return replace(settings, config=replace(settings.config, optimizer=optimizer))


def _with_optimizer(settings: Settings, value: Value) -> Settings:
    optimizer = replace(settings.config.optimizer, name=str(value))
    return replace(settings, config=replace(settings.config, optimizer=optimizer))


def _with_schedule(settings: Settings, value: Value) -> Settings:
    schedule = replace(settings.config.schedule, name=str(value))
    return replace(settings, config=replace(settings.config, schedule=schedule))


def _hidden_text(settings: Settings) -> str:
    return ", ".join(map(str, settings.spec.sizes[1:-1]))


def _with_hidden(settings: Settings, value: Value) -> Settings:
    spec = settings.spec
    sizes = (spec.sizes[0], *parse_hidden_sizes(str(value)), spec.sizes[-1])
    hidden = spec.activations[0] if spec.layer_count > 1 else "sigmoid"
    activations = (hidden,) * (len(sizes) - 2) + spec.activations[-1:]
    return replace(settings, spec=replace(spec, sizes=sizes, activations=activations))


def _with_activation(settings: Settings, value: Value) -> Settings:
    spec = settings.spec
    activations = (str(value),) * (spec.layer_count - 1) + spec.activations[-1:]
    return replace(settings, spec=replace(spec, activations=activations))


_HIDDEN = {key: each for key, each in ACTIVATIONS.items() if each.derivative}
"""Softmax is for the output alone."""

VARIATIONS = {
    each.name: each
    for each in (
        _number(
            "learning_rate", "Learning rate η", "How far a step goes against the derivative.",
            NumberRule("the learning rate", above=True), _always,
        ),
        _number(
            "mini_batch_size", "Mini-batch size", "How many examples an update averages over.",
            NumberRule("the mini-batch size", least=1, most=60_000, whole=True), _always,
        ),
        _number(
            "l2", "L2 λ", "Weight decay: the cost gains λ/(2n) Σw².",
            NumberRule("L2 λ", first_step=0.1), _always,
        ),
        _number(
            "dropout", "Dropout", "The probability with which a hidden neuron is left out.",
            NumberRule("dropout", most=1, first_step=0.1, below=True), _has_hidden,
        ),
        Variation(
            "momentum", "Momentum μ", "The share of the last update's velocity that is kept.",
            lambda settings: settings.config.optimizer.momentum, _with_momentum,
            NumberRule("momentum μ", most=1, first_step=0.01, below=True), has=_has_momentum,
        ),
        Variation(
            "optimizer", "Optimizer", "What makes updates of gradients. The learning rate stays.",
            lambda settings: settings.config.optimizer.name, _with_optimizer, table=OPTIMIZERS,
        ),
        Variation(
            "schedule", "Schedule of η", "How the learning rate goes over the run.",
            lambda settings: settings.config.schedule.name, _with_schedule, table=SCHEDULES,
        ),
        _number(
            "seed", "Seed of the order",
            "Orders the examples and chooses samples to validate with; the first weights stay.",
            NumberRule("the seed", most=2**31 - 1, whole=True), _always,
        ),
        Variation(
            "hidden", "Hidden layers",
            "Their neurons, with commas; empty is none. New weights are drawn from the seed.",
            _hidden_text, _with_hidden,
        ),
        Variation(
            "activation", "Hidden activation", "What the hidden layers make of z.",
            lambda settings: settings.spec.activations[0], _with_activation, table=_HIDDEN,
            has=_has_hidden,
        ),
    )
}  # fmt: skip
"""What can be changed, in the order in which it is offered."""
